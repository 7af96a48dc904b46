/**
 * How long someone waits: the work that comes before theirs by the rules of turns, over the workers that are there. What
 * is not known is told as null, and no number is made up: with no worker running nobody can say.
 */
import type { Queries } from '../../database/drizzle.ts';
import { renderClock } from '../../database/schema/render.ts';
import { renderRepository, type Load } from '../../repositories/renders.ts';
import { LEASE_S } from './leases.ts';

export interface QueueState {
  readonly loads: readonly Load[];
  /** The present tag of each band. */
  readonly clocks: ReadonlyMap<number, number>;
  /** Steps that can be worked on at once. */
  readonly slots: number;
}

export async function queueState(queries: Queries): Promise<QueueState> {
  const renders = renderRepository(queries);
  const clocks = await queries.select().from(renderClock);
  return {
    loads: await renders.load(),
    clocks: new Map(clocks.map(({ band, now }) => [band, now])),
    slots: await renders.slots(LEASE_S),
  };
}

/** Seconds until a film with this turn begins; null while no worker runs. */
export function waitSeconds(
  { loads, clocks, slots }: QueueState,
  mine: {
    readonly id: string | null;
    readonly band: number;
    readonly tag: number;
    /** Null where it would be asked for now. */
    readonly createdAt: Date | null;
  },
): number | null {
  if (slots === 0) return null;
  const now = clocks.get(mine.band) ?? 0;
  let aheadS = 0;
  for (const { id, band, tag, turns, leftS, createdAt } of loads) {
    if (id === mine.id || band > mine.band) continue;
    if (band < mine.band) {
      aheadS += leftS;
      continue;
    }
    // Of another film's turns, those that have not been and come before this one.
    const from = Math.max(tag, now);
    const to = Math.max(tag + turns, from + 1);
    // Of two turns with one tag, whose film was asked for first comes first.
    const tied = mine.createdAt === null || createdAt < mine.createdAt ? 1 : 0;
    aheadS += leftS * Math.min(1, Math.max(0, (mine.tag + tied - from) / (to - from)));
  }
  return aheadS / slots;
}

/**
 * How long work takes here, learned from what was done: for each kind of work the sum of frames' pixels and of the seconds
 * they took, in which the past fades. From it come the honest waiting time, what a render will cost, and how much work one
 * step is given.
 */
import type { Project } from '#core/document/project.ts';
import { paragraphText } from '#core/document/script.ts';
import type { Queries } from '../../database/drizzle.ts';
import { eq, sql } from '../../database/drizzle.ts';
import { renderSpeed } from '../../database/schema/render.ts';
import type { RenderRow } from '../../repositories/renders.ts';
import type { OutputSpec } from '../../render/process.ts';
import { frameWork, kindOfWork } from './output.ts';

export interface Speed {
  /** Seconds for one frame. */
  readonly wallS: number;
  readonly cpuS: number;
}

/** Seconds for a million pixels, until something was measured: slow, so that what is promised is kept. */
const UNTRIED: Readonly<Record<OutputSpec['effort'], Speed>> = {
  draft: { wallS: 0.15, cpuS: 0.2 },
  full: { wallS: 0.4, cpuS: 0.6 },
};
/** What one more measurement leaves of the earlier ones. */
const FADE = 0.9;

export async function speedFor(queries: Queries, output: OutputSpec): Promise<Speed> {
  const [row] = await queries
    .select()
    .from(renderSpeed)
    .where(eq(renderSpeed.kind, kindOfWork(output)));
  const work = frameWork(output);
  if (!row || row.work <= 0) {
    const { wallS, cpuS } = UNTRIED[output.effort];
    return { wallS: wallS * work, cpuS: cpuS * work };
  }
  return { wallS: (row.wallS / row.work) * work, cpuS: (row.cpuS / row.work) * work };
}

export async function learnSpeed(
  queries: Queries,
  output: OutputSpec,
  { frames, wallS, cpuS }: { readonly frames: number; readonly wallS: number; readonly cpuS: number },
): Promise<void> {
  if (frames <= 0) return;
  await learn(queries, kindOfWork(output), { work: frames * frameWork(output), wallS, cpuS });
}

async function learn(
  queries: Queries,
  kind: string,
  { work, wallS, cpuS }: { readonly work: number; readonly wallS: number; readonly cpuS: number },
): Promise<void> {
  const faded = (column: typeof renderSpeed.work, more: number) => sql`${column} * ${FADE} + ${more}::float8`;
  await queries
    .insert(renderSpeed)
    .values({ kind, work, wallS, cpuS })
    .onConflictDoUpdate({
      target: renderSpeed.kind,
      set: {
        work: faded(renderSpeed.work, work),
        wallS: faded(renderSpeed.wallS as unknown as typeof renderSpeed.work, wallS),
        cpuS: faded(renderSpeed.cpuS as unknown as typeof renderSpeed.work, cpuS),
      },
    });
}

/** A frame of a finished film is looked at so often, and of long films no more than so many. */
export const LOOKS = { everyS: 2, most: 60 } as const;
/** What judging one costs beside decoding, in millions of pixels. */
const JUDGING = 1;
const UNTRIED_LOOK_S = 0.5;

type Looked = Pick<RenderRow, 'grade' | 'output' | 'durationS'>;

/** For each frame that is looked at, those from the key frame before are decoded. */
function lookWork({ output, durationS }: Looked): number {
  const frames = Math.max(1, Math.min(LOOKS.most, Math.ceil(durationS / LOOKS.everyS)));
  return frames * (JUDGING + (output.widthPx * output.heightPx) / 1e6);
}
const kindOfLook = ({ output }: Looked) => `look/${output.codec}`;

/** @returns how many seconds it takes to look at a film; nobody looks at drafts */
export async function lookCosts(queries: Queries): Promise<(film: Looked) => number> {
  const rows = await queries.select().from(renderSpeed);
  const known = new Map(rows.map((row) => [row.kind, row]));
  return (film) => {
    if (film.grade === 'draft') return 0;
    const row = known.get(kindOfLook(film));
    return lookWork(film) * (row && row.work > 0 ? row.wallS / row.work : UNTRIED_LOOK_S);
  };
}

export async function learnLook(queries: Queries, film: Looked, wallS: number): Promise<void> {
  await learn(queries, kindOfLook(film), { work: lookWork(film), wallS, cpuS: wallS });
}

/** Characters a second, blanks included, at a voice's own pace. */
const CHARACTERS_A_SECOND = 14;

/** Seconds of film that a project will give, guessed from its words: before it is prepared nobody knows. */
export function guessedDurationS(project: Project): number {
  const speeds = new Map(project.voices.map(({ id, speed }) => [id, speed]));
  let seconds = 0;
  for (const { script, recording, voice } of project.scenes) {
    if (recording) {
      seconds += recording.endS - recording.startS;
      continue;
    }
    for (const paragraph of script.paragraphs) {
      seconds += paragraphText(paragraph).length / CHARACTERS_A_SECOND / (speeds.get(voice) ?? 1);
      for (const inline of paragraph.content) if (inline.kind === 'pause') seconds += inline.durationS;
    }
  }
  return Math.max(1, seconds);
}

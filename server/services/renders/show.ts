/** From rows to what is shown: how far a film is, how long it still takes, how long it waits. */
import type { Database } from '../../database/open.ts';
import { permitRepository } from '../../repositories/permits.ts';
import { renderRepository, type RenderRow, type StepSums } from '../../repositories/renders.ts';
import { costs } from './plan.ts';
import { lookCosts } from './speed.ts';
import { hasEnded, type RenderView } from './view.ts';
import { queueState, waitSeconds, type QueueState } from './waiting.ts';

export interface ShowParts {
  readonly database: Pick<Database, 'queries'>;
  /** So many days without use a film's file is kept. */
  readonly filmDays: number;
}

const DAY_MS = 86_400_000;

export async function viewsOf(
  { database: { queries }, filmDays }: ShowParts,
  rows: readonly RenderRow[],
): Promise<readonly RenderView[]> {
  const films = rows.flatMap(({ state, accountId, film }) =>
    state === 'done' && film ? [{ accountId, hash: film.hash }] : [],
  );
  const usedAt = await renderRepository(queries).filesUsedAt(films);
  const keptUntil = ({ state, accountId, film }: RenderRow): Date | null => {
    const used = state === 'done' && film ? usedAt.get(`${accountId}/${film.hash}`) : undefined;
    return used ? new Date(used.getTime() + filmDays * DAY_MS) : null;
  };
  const sums = await renderRepository(queries).sumsOf(rows.map(({ id }) => id));
  const queue = rows.some(({ state }) => !hasEnded(state)) ? await queueState(queries) : null;
  const lookS = queue ? await lookCosts(queries) : () => 0;
  const done = rows.filter(({ state }) => state === 'done').map(({ permitId }) => permitId);
  const ended = await permitRepository(queries).endsOf(done);
  return rows.map((row) => {
    const withdrawnAt = row.state === 'done' ? (ended.get(row.permitId) ?? null) : null;
    return {
      ...viewOf(row, sums.get(row.id), queue, lookS(row)),
      ...withdrawn(row, withdrawnAt),
      keptUntil: withdrawnAt === null ? keptUntil(row) : null,
    };
  });
}

function withdrawn(
  { state, film }: RenderRow,
  withdrawnAt: Date | null,
): Pick<RenderView, 'film' | 'withdrawnAt'> {
  return { withdrawnAt, film: state === 'done' && withdrawnAt === null ? film : null };
}

function viewOf(
  row: RenderRow,
  sums: StepSums | undefined,
  queue: QueueState | null,
  lookS: number,
): Omit<RenderView, 'film' | 'withdrawnAt' | 'keptUntil'> {
  const ended = hasEnded(row.state);
  const waitS = row.state === 'queued' && queue ? waitSeconds(queue, row) : null;
  const { accountId: _, workS: _work, band: _band, tag: _tag, turns: _turns, ...shared } = row;
  return {
    id: shared.id,
    projectId: shared.projectId,
    projectName: shared.projectName,
    permitId: shared.permitId,
    grade: shared.grade,
    output: shared.output,
    priority: shared.priority,
    state: shared.state,
    version: shared.version,
    createdAt: shared.createdAt,
    startedAt: shared.startedAt,
    finishedAt: shared.finishedAt,
    durationS: shared.durationS,
    segments:
      row.segmentCount === null
        ? null
        : {
            total: row.segmentCount,
            done: sums?.doneSegments ?? 0,
            reused: sums?.reusedSegments ?? 0,
          },
    progress: progressOf(row, sums),
    waitS,
    secondsLeft: ended || !queue ? null : secondsLeft(row, sums, queue, waitS, lookS),
    troubleSince: ended ? null : shared.troubleSince,
    cpuS: shared.cpuS,
    error: shared.error,
  };
}

/** Preparing, drawing (by far the most), then sound and putting together; then it is looked at. */
const PREPARED = 0.06;
const DRAWN = 0.9;
const ASSEMBLED = 0.95;
const LOOKED_AT = 0.98;

function progressOf({ state, grade, segmentCount, soundKey }: RenderRow, sums: StepSums | undefined): number {
  if (state === 'done') return 1;
  if (state === 'finishing')
    return grade === 'draft' ? LOOKED_AT : ASSEMBLED + (LOOKED_AT - ASSEMBLED) * (sums?.looked ?? 0);
  if (segmentCount === null || !sums) return state === 'preparing' ? PREPARED / 2 : 0;
  const drawn = segmentCount === 0 ? 1 : Math.min(1, (sums.doneSegments + sums.partly) / segmentCount);
  return PREPARED + (DRAWN - PREPARED) * drawn + (soundKey === null ? 0 : 0.04);
}

function secondsLeft(
  row: RenderRow,
  sums: StepSums | undefined,
  { slots }: QueueState,
  waitS: number | null,
  lookS: number,
): number | null {
  if (slots === 0) return null;
  const leftS = row.segmentCount === null ? row.workS : (sums?.leftS ?? 0);
  // While it is under way it has the workers that it has; before, it may hope for all of them.
  const hands = row.state === 'queued' ? slots : Math.max(1, Math.min(slots, sums?.running ?? 1));
  // What comes last has no steps before all else is done.
  const restS =
    row.state === 'finishing'
      ? 0
      : lookS + (row.state === 'drawing' && sums?.assembles !== true ? costs.assembleS(row.durationS) : 0);
  return (waitS ?? 0) + leftS / hands + restS;
}

/**
 * What a film had taken from its account when it was cut into segments, and did not use: seconds of the day for frames that
 * nobody drew, and turns. A film that is called off, or that a full store ended, does not cost what was never made; one that
 * is tried again costs what it still needs.
 */
import { and, eq, isNull, sum, type Queries } from '../../database/drizzle.ts';
import { renderSegment } from '../../database/schema/render.ts';
import { rateToFps } from '#core/base/time.ts';
import type { RenderRow } from '../../repositories/renders.ts';
import { usageRepository } from '../../repositories/usage.ts';
import { dayOf } from '../limits.ts';
import { reserve } from './fairness.ts';
import type { RenderParts } from './parts.ts';
import { secondsQuota, takeSeconds } from './plan.ts';

export async function giveBack(queries: Queries, film: RenderRow, nowMs: number): Promise<void> {
  const { turns, seconds } = await unused(queries, film);
  if (turns > 0) await reserve(queries, film.accountId, film.band, -turns);
  if (seconds === 0) return;
  // To the day on which it was taken: yesterday's seconds are of no use today.
  const { day } = dayOf(film.startedAt?.getTime() ?? nowMs);
  await usageRepository(queries).giveBack(film.accountId, secondsQuota(0).kind, day, seconds);
}

/**
 * Takes what `giveBack` gave: of today's seconds.
 * @throws AppError too-many: the account has not so many left today
 */
export async function takeAgain(
  parts: Pick<RenderParts, 'secondsPerDay' | 'host'>,
  queries: Queries,
  film: RenderRow,
): Promise<void> {
  const { turns, seconds } = await unused(queries, film);
  await takeSeconds(parts, queries, film, seconds);
  if (turns > 0) await reserve(queries, film.accountId, film.band, turns);
}

async function unused(
  queries: Queries,
  film: RenderRow,
): Promise<{ readonly turns: number; readonly seconds: number }> {
  const undrawn = film.segmentCount === null ? null : await undrawnFrames(queries, film.id);
  const share = undrawn === null || !film.frameCount ? 1 : undrawn / film.frameCount;
  return {
    turns: Math.floor(film.turns * share),
    // A film that was planned again is paid for as it was cut first, and what of that was used is not known any more.
    seconds: !undrawn || film.replans > 0 ? 0 : Math.floor(undrawn / rateToFps(film.output.rate)),
  };
}

async function undrawnFrames(queries: Queries, renderId: string): Promise<number> {
  const [row] = await queries
    .select({ frames: sum(renderSegment.frames) })
    .from(renderSegment)
    .where(and(eq(renderSegment.renderId, renderId), isNull(renderSegment.doneAt)));
  return Number(row?.frames ?? 0);
}

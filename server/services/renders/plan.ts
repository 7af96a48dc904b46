/** How a film's segments become steps, what each is thought to take, and whether its account may have them today. */
import type { Queries } from '../../database/drizzle.ts';
import { rateToFps } from '#core/base/time.ts';
import type { RenderRow } from '../../repositories/renders.ts';
import { usageRepository } from '../../repositories/usage.ts';
import type { SegmentSummary } from '../../render/process.ts';
import { spendQuota } from '../limits.ts';
import type { NewStep } from './fairness.ts';
import type { RenderParts } from './parts.ts';
import { lookCosts } from './speed.ts';

/** Seconds of one worker. Opening a film in a process takes about as long as `prepareS`, whatever is done with it then. */
export const costs = {
  beginS: 0.1,
  prepareS: 2,
  soundS: (durationS: number) => 0.5 + 0.06 * durationS,
  assembleS: (durationS: number) => 0.5 + 0.01 * durationS,
  deliverS: 0.1,
};

export const DELIVER: NewStep = { kind: 'deliver', segments: [], costS: costs.deliverS };

export async function lookStep(queries: Queries, film: RenderRow): Promise<NewStep> {
  return { kind: 'look', segments: [], costS: (await lookCosts(queries))(film) };
}

/** A step is long enough that opening the film for it does not matter, and short enough that others get their turn. */
const LONGEST_STEP_S = 12;
const SHORTEST_STEP_S = 2;
/** So many steps for each worker, so that the last one to finish does not keep all others waiting. */
const STEPS_A_SLOT = 3;

export function drawSteps(
  segments: readonly SegmentSummary[],
  frameS: number,
  slots: number,
): readonly NewStep[] {
  const wanted = segments.filter(({ stored }) => !stored);
  const totalS = wanted.reduce((sum, { frameCount }) => sum + frameCount * frameS, 0);
  const aimS = Math.max(
    SHORTEST_STEP_S,
    Math.min(LONGEST_STEP_S, totalS / (Math.max(1, slots) * STEPS_A_SLOT)),
  );
  const steps: { kind: 'draw'; segments: number[]; costS: number }[] = [];
  for (const { index, frameCount } of wanted) {
    const costS = frameCount * frameS;
    const last = steps.at(-1);
    if (last && last.costS + costS / 2 <= aimS) {
      last.segments.push(index);
      last.costS += costS;
    } else steps.push({ kind: 'draw', segments: [index], costS });
  }
  return steps;
}

export const secondsQuota = (perDay: number) => ({
  kind: 'rendered-seconds',
  perDay,
  what: 'seconds of film',
});

/** Counts what must be drawn anew; what lies in the store costs nothing. @throws AppError too-many */
export async function requireSeconds(
  parts: SecondsParts,
  queries: Queries,
  film: RenderRow,
  segments: readonly SegmentSummary[],
): Promise<void> {
  const frames = segments.reduce((sum, { stored, frameCount }) => sum + (stored ? 0 : frameCount), 0);
  await takeSeconds(parts, queries, film, Math.ceil(frames / rateToFps(film.output.rate)));
}

type SecondsParts = Pick<RenderParts, 'secondsPerDay' | 'host'>;

/** Of today's seconds. @throws AppError too-many: the account has not so many left today */
export async function takeSeconds(
  { secondsPerDay, host }: SecondsParts,
  queries: Queries,
  film: RenderRow,
  seconds: number,
): Promise<void> {
  if (seconds === 0) return;
  const usage = usageRepository(queries);
  await spendQuota(usage, secondsQuota(secondsPerDay), film.accountId, host.now(), seconds);
}

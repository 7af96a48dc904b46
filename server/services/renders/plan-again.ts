/**
 * A film whose segments would not fit together any more, because those who draw changed while it was under way: the encoder
 * was set otherwise and a machine cannot keep to what was settled, or a worker of another version names what it draws
 * otherwise. Nothing of the old plan counts: it is prepared again, by whoever takes it, and what lies in the store under the
 * new plan's keys is used. Its maker pays no second time.
 */
import { AppError } from '#core/base/errors.ts';
import type { Queries } from '../../database/drizzle.ts';
import { renderRepository, type RenderRow } from '../../repositories/renders.ts';
import type { EncodedBy } from '../../render/process.ts';
import { enqueue, laneOf } from './fairness.ts';
import { whileHeld, withdraw, type HeldStep, type Withdrawn } from './flow.ts';
import type { RenderParts } from './parts.ts';
import { costs } from './plan.ts';

/** Workers are brought up to date one after the other; those that never agree are somebody's to mend. */
const MOST_REPLANS = 4;

/** @param encodedBy who encodes it from now on @throws AppError encoder-failed */
export async function planAgainWith(
  parts: RenderParts,
  held: HeldStep,
  encodedBy: EncodedBy,
): Promise<boolean> {
  const jobs: Withdrawn[] = [];
  const done = await whileHeld(parts, held, async (queries, film) => {
    jobs.push(...(await planAgain(parts, queries, film, encodedBy)));
  });
  await withdraw(parts, jobs);
  return done;
}

/**
 * In the transaction that locked the film.
 * @returns what to withdraw once that is through
 * @throws AppError encoder-failed
 */
export async function planAgain(
  { queue }: Pick<RenderParts, 'queue'>,
  queries: Queries,
  film: RenderRow,
  encodedBy: EncodedBy | null,
): Promise<readonly Withdrawn[]> {
  if (film.replans >= MOST_REPLANS)
    throw new AppError(
      'encoder-failed',
      'The machines that draw this film do not agree on how it is drawn.',
      {
        way: 'Whoever keeps this server brings them all to one version and one RENDER_ENCODER.',
      },
    );
  const renders = renderRepository(queries);
  const dropped = await renders.forgetPlan(film.id);
  for (const { kind, state, jobId } of dropped)
    if (state === 'running') await queue.end(queries, laneOf(kind), [jobId]);
  await renders.change(film.id, {
    ...{ state: 'preparing', frameCount: null, segmentCount: null, soundKey: null },
    ...{ encodedBy, replans: film.replans + 1 },
  });
  await enqueue(queries, queue, { renderId: film.id, band: film.band, tag: film.tag }, [
    { kind: 'prepare', segments: [], costS: costs.prepareS },
  ]);
  return dropped
    .filter(({ state }) => state === 'queued')
    .map(({ kind, jobId }) => ({ lane: laneOf(kind), jobId }));
}

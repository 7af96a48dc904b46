/**
 * Steps whose hands are gone: whoever held them died, or was taken for dead, or never heard that it has them. They go back
 * into the queue; one that this befalls again and again is put aside.
 */
import { AppError } from '#core/base/errors.ts';
import type { Queries } from '../../database/drizzle.ts';
import { renderRepository, type StepRow } from '../../repositories/renders.ts';
import { laneOf } from './fairness.ts';
import { countFailure, putBack, withdraw, type Withdrawn } from './flow.ts';
import type { RenderParts } from './parts.ts';
import { MOST_ATTEMPTS } from './queue.ts';
import { hasEnded } from './view.ts';

/** So often a worker may die with it: workers die of much else, so that this is not held against a step soon. */
const MOST_LOSSES = 8;

/**
 * Gives to others what is held by hands that were not heard of for a while.
 * @returns how many steps
 */
export async function reclaim(parts: RenderParts, silentS: number): Promise<number> {
  let reclaimed = 0;
  for (const { id, renderId } of await renderRepository(parts.database.queries).lost(silentS)) {
    const isLost = async (queries: Queries) => (await renderRepository(queries).lost(silentS, id)).length > 0;
    if (await takeBack(parts, { id, renderId }, isLost)) reclaimed++;
  }
  return reclaimed;
}

/**
 * Takes a step out of whose hands it is, where `isLost` still says so once nobody else may change it.
 * @returns whether it did
 */
export async function takeBack(
  parts: RenderParts,
  { id, renderId }: Pick<StepRow, 'id' | 'renderId'>,
  isLost: (queries: Queries, step: StepRow) => Promise<boolean> | boolean,
): Promise<boolean> {
  const jobs: Withdrawn[] = [];
  const taken = await parts.database.transaction(async (queries) => {
    const renders = renderRepository(queries);
    const film = await renders.findToChange(renderId);
    const step = await renders.step(id);
    if (!film || !step || !(await isLost(queries, step))) return false;
    if (hasEnded(film.state)) {
      await parts.queue.end(queries, laneOf(step.kind), [step.jobId]);
      await renders.changeStep(id, { state: 'dropped', workerId: null });
      return true;
    }
    await renders.changeStep(id, { losses: step.losses + 1 });
    if (step.losses + 1 < MOST_LOSSES) {
      await putBack(parts, queries, step, 0);
      return true;
    }
    await putBack(parts, queries, { ...step, attempts: MOST_ATTEMPTS }, 0);
    const last = (await renders.step(id)) as StepRow;
    const gone = new AppError('device-lost', 'Whoever worked on it was never heard of again.');
    jobs.push(...(await countFailure(parts, queries, film, { ...last, attempts: MOST_ATTEMPTS }, gone)));
    return true;
  });
  await withdraw(parts, jobs);
  return taken;
}

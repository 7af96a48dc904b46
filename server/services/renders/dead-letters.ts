/** Steps that failed too often: an admin sees them, and may have one tried again once its cause is mended. */
import { randomUUID } from 'node:crypto';
import { AppError, type ErrorWire } from '#core/base/errors.ts';
import { and, eq, inArray } from '../../database/drizzle.ts';
import { renderStep } from '../../database/schema/render.ts';
import { renderRepository } from '../../repositories/renders.ts';
import { laneOf, priorityOf } from './fairness.ts';
import type { RenderParts } from './parts.ts';

export interface DeadLetter {
  readonly id: string;
  readonly renderId: string;
  readonly step: string;
  readonly attempts: number;
  readonly error: ErrorWire | null;
  readonly at: Date;
}

export async function deadLetters({ database, queue }: RenderParts): Promise<readonly DeadLetter[]> {
  const renders = renderRepository(database.queries);
  const letters: DeadLetter[] = [];
  for (const { id, stepId, renderId, at } of await queue.dead()) {
    const [step, film] = await Promise.all([renders.step(stepId), renders.find(renderId)]);
    if (!step || !film) continue; // its account is gone
    letters.push({ id, renderId, step: step.kind, attempts: step.attempts, error: film.error, at });
  }
  return letters.sort((a, b) => b.at.getTime() - a.at.getTime());
}

/** @returns the id of the render that goes on @throws AppError not-found, conflict */
export async function retryDead({ database, queue, wake }: RenderParts, letterId: string): Promise<string> {
  const letter = (await queue.dead()).find(({ id }) => id === letterId);
  if (!letter) throw new AppError('not-found', 'There is no such dead letter.');
  await database.transaction(async (queries) => {
    const renders = renderRepository(queries);
    const film = await renders.findToChange(letter.renderId);
    if (!(await queue.bury(queries, letterId)) || !film)
      throw new AppError('not-found', 'There is no such dead letter any more.');
    if (film.state !== 'failed')
      throw new AppError('conflict', 'Its film has ended otherwise since.', {
        way: 'The letter stays where it is; nothing has to be done.',
      });
    // What was dropped when the film failed belongs to it as well.
    const again = await queries
      .select()
      .from(renderStep)
      .where(and(eq(renderStep.renderId, film.id), inArray(renderStep.state, ['dead', 'dropped'])));
    for (const step of again) {
      const jobId = randomUUID();
      await renders.changeStep(step.id, { state: 'queued', attempts: 0, fraction: 0, workerId: null, jobId });
      await queue.add(queries, laneOf(step.kind), [
        { id: jobId, stepId: step.id, renderId: film.id, priority: priorityOf(step.band, step.tag) },
      ]);
    }
    const state = film.segmentCount !== null ? (film.film ? 'finishing' : 'drawing') : 'queued';
    await renders.change(film.id, {
      state,
      error: null,
      finishedAt: null,
      troubleSince: null,
      ...(film.logged === 'ended' ? { logged: 'started' } : {}),
    });
  });
  wake();
  return letter.renderId;
}

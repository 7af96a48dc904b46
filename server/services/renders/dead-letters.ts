/** Steps that failed too often: an admin sees them, and may have one tried again once its cause is mended. */
import { randomUUID } from 'node:crypto';
import { AppError, type ErrorWire } from '#core/base/errors.ts';
import { and, eq, inArray } from '../../database/drizzle.ts';
import { renderStep } from '../../database/schema/render.ts';
import { renderRepository } from '../../repositories/renders.ts';
import { laneOf, priorityOf } from './fairness.ts';
import { takeAgain } from './give-back.ts';
import type { RenderParts } from './parts.ts';
import type { DeadJob, StepQueue } from './queue.ts';

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

/**
 * Tries it again, and pays for what is still to be drawn: those seconds were given back when its film failed.
 * @returns the id of the render that goes on
 * @throws AppError not-found, conflict; too-many: its account has not so many seconds left today. The letter stays then
 */
export async function retryDead(parts: RenderParts, letterId: string): Promise<string> {
  const { database, queue, host, wake } = parts;
  const letter = await letterOf(queue, letterId);
  await database.transaction(async (queries) => {
    const renders = renderRepository(queries);
    const film = await renders.findToChange(letter.renderId);
    if (!(await queue.bury(queries, letterId)) || !film)
      throw new AppError('not-found', 'There is no such dead letter any more.');
    if (film.state !== 'failed')
      throw new AppError('conflict', 'Its film has ended otherwise since.', {
        way: 'Nothing has to be done; drop the letter.',
      });
    await takeAgain(parts, queries, film);
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
      // What was taken again belongs to this day, for when it is given back once more.
      ...(film.startedAt ? { startedAt: new Date(host.now()) } : {}),
      troubleSince: null,
      ...(film.logged === 'ended' ? { logged: 'started' } : {}),
    });
  });
  wake();
  return letter.renderId;
}

/** Nobody will try it again; its film stays as it ended. @throws AppError not-found */
export async function dropDead({ database, queue }: RenderParts, letterId: string): Promise<void> {
  await letterOf(queue, letterId);
  if (!(await database.transaction((queries) => queue.bury(queries, letterId))))
    throw new AppError('not-found', 'There is no such dead letter any more.');
}

async function letterOf(queue: StepQueue, letterId: string): Promise<DeadJob> {
  const letter = (await queue.dead()).find(({ id }) => id === letterId);
  if (letter) return letter;
  throw new AppError('not-found', 'There is no such dead letter.', {
    way: 'List them: each has its own id, which is not its film’s.',
  });
}

/** `orator admin dead-letters`: what failed so often that nobody tries it again, for whoever keeps the server. */
import type { Services } from '../services/services.ts';
import { UsageError, type Io } from './command.ts';

type Renders = Pick<Services['renders'], 'deadLetters' | 'retryDead' | 'dropDead'>;

/**
 * @param args nothing, or what to do with which
 * @returns what does it @throws UsageError
 */
export function deadLetters(args: readonly string[]): (renders: Renders, io: Io) => Promise<void> {
  const [what, id, extra] = args;
  if (extra !== undefined) throw new UsageError(`one at a time; “${extra}” is one too many.`);
  if (what === undefined) return async (renders, io) => list(await renders.deadLetters(), io);
  if (what !== 'retry' && what !== 'drop')
    throw new UsageError(`a dead letter is tried again (retry) or put away (drop), not “${what}”.`);
  if (id === undefined) throw new UsageError(`say which: \`orator admin dead-letters ${what} <id>\`.`);
  if (what === 'drop')
    return async (renders, io) => {
      await renders.dropDead(id);
      io.say('It is put away; its film stays failed.');
    };
  return async (renders, io) => {
    const film = await renders.retryDead(id);
    io.say(`The film ${film.id} goes on, once a server or a worker runs.`);
  };
}

function list(letters: Awaited<ReturnType<Renders['deadLetters']>>, io: Io): void {
  if (letters.length === 0) return io.say('There are no dead letters.');
  for (const { id, at, step, renderId, error } of letters)
    io.print([id, at.toISOString(), step, renderId, error?.message ?? ''].join('\t'));
}

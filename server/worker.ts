/**
 * `npm run worker`: draws films for a server on this machine or another, on the same database and the same store. It serves
 * nothing, signs nothing and needs no key of the server's: what decides stays with the server.
 */
import { AppError } from '#core/base/errors.ts';
import { openDatabase } from './database/open.ts';
import { errorFields, newLogger } from './logger.ts';
import { onStop, runProgram } from './program.ts';
import { serverEncoder } from './render/encoder-choice.ts';
import { renderProcesses } from './render/open-process.ts';
import { openStoreAt } from './render/store-place.ts';
import { PATIENCE, renderLimits } from './services/renders/parts.ts';
import { openQueue } from './services/renders/queue.ts';
import type { Runner } from './services/renders/runner.ts';
import { openWorker } from './services/renders/work.ts';
import { REAL_HOST } from './services/services.ts';
import { readSettings, storePlaceOf } from './settings.ts';

async function main(): Promise<void> {
  const settings = readSettings(process.env);
  if (settings.database.kind !== 'postgres')
    throw new AppError(
      'invalid-input',
      'A worker needs DATABASE_URL: the embedded database belongs to the server’s own process, and a second one would destroy it.',
      {
        way: 'Set DATABASE_URL to the PostgreSQL server that the server uses; the server itself draws without a worker.',
      },
    );
  const log = newLogger(settings.LOG_LEVEL);
  const encoder = serverEncoder(settings, log);
  await encoder.require();
  const place = storePlaceOf(settings);
  const store = openStoreAt(place);
  await store.ping();
  const database = await openDatabase(settings.database);
  const queue = await openQueue(database, (error) => log.error(errorFields(error), 'queue'));
  let runner: Runner | null = null;
  runner = openWorker({
    parts: {
      ...{ database, store, queue, log, host: REAL_HOST, patience: PATIENCE },
      secondsPerDay: settings.RENDER_SECONDS_PER_DAY,
      wake: () => runner?.poke(),
    },
    slots: Math.max(1, settings.RENDER_SLOTS),
    openProcess: renderProcesses(place, { compositor: settings.RENDER_COMPOSITOR, encoder }),
    limits: renderLimits(settings),
  });
  console.log('\n  This worker is ready and waits for films.\n');

  onStop([
    ['a film in hand', () => runner.close()],
    ['the queue', () => queue.close()],
    ['the database', () => database.close()],
  ]);
}

await runProgram(main);

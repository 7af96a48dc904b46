/** Both databases, for tests that hold on each: PGlite always, PostgreSQL where the machine has it. */
import type { DatabasePlace } from '#server/database/open.ts';
import { emptyDatabase } from './empty-database.ts';
import { startPostgres } from './postgres.ts';

export interface Places {
  readonly all: readonly (readonly [name: string, fresh: () => Promise<DatabasePlace>])[];
  stop(): Promise<void>;
}

export async function bothDatabases(): Promise<Places> {
  const postgres = await startPostgres();
  if (!postgres) console.warn('No PostgreSQL on this machine: tried on PGlite alone.');
  return {
    all: [
      ['PGlite', emptyDatabase] as const,
      ...(postgres
        ? [
            [
              'PostgreSQL',
              async () => ({ kind: 'postgres', url: await postgres.fresh(), connections: 8 }) as const,
            ] as const,
          ]
        : []),
    ],
    stop: async () => postgres?.stop(),
  };
}

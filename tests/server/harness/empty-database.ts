/**
 * An empty PGlite in memory, already brought up to date. Making one takes seconds, so the first is dumped under a name
 * that its migrations give, and later tests begin from the dump.
 */
import { PGlite } from '@electric-sql/pglite';
import { createHash, randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { migratePglite, overPglite } from '#server/database/drizzle.ts';
import { pgliteStatement, type DatabasePlace } from '#server/database/open.ts';
import { openQueue } from '#server/services/renders/queue.ts';
import { STATE } from '#server/setup/place.js';

const MIGRATIONS = 'server/database/migrations';

export async function emptyDatabase(): Promise<DatabasePlace> {
  const { resolve } = createRequire(import.meta.url);
  const hash = createHash('sha256');
  for (const library of ['@electric-sql/pglite', 'pg-boss']) hash.update(readFileSync(resolve(library)));
  hash.update(readFileSync('server/services/renders/queue.ts'));
  for (const name of readdirSync(MIGRATIONS).sort())
    if (name.endsWith('.sql')) hash.update(name).update(readFileSync(join(MIGRATIONS, name)));
  // Which migrations a database has had is known by their times.
  hash.update(readFileSync(join(MIGRATIONS, 'meta', '_journal.json')));
  const file = join(STATE, 'tests', `pglite-${hash.digest('hex').slice(0, 16)}.tar`);
  if (!existsSync(file)) {
    const client = await PGlite.create('memory://');
    await migratePglite(overPglite(client), { migrationsFolder: MIGRATIONS });
    const queue = await openQueue({ kind: 'pglite', statement: pgliteStatement(client) }, (error) => {
      throw error;
    });
    await queue.close();
    const image = await client.dumpDataDir('none');
    await client.close();
    mkdirSync(join(STATE, 'tests'), { recursive: true });
    const partial = `${file}.${randomUUID()}`;
    writeFileSync(partial, new Uint8Array(await image.arrayBuffer()));
    renameSync(partial, file);
  }
  return { kind: 'memory', image: new Blob([readFileSync(file)]) };
}

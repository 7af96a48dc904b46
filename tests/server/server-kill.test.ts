/** Killed with -9 in the middle of writes, three times on each database; `npm run soak server-kill` does it fifty times. */
import { afterAll, expect, test } from 'vitest';
import { killInTheMiddle } from './harness/killed.ts';
import { startPostgres } from './harness/postgres.ts';

const postgres = await startPostgres();
afterAll(() => postgres?.stop());

test('on PGlite nothing that was acknowledged is lost, and the log goes on', async () => {
  expect((await killInTheMiddle(3)).acknowledged).toBeGreaterThan(0);
}, 300_000);

test.skipIf(!postgres)(
  'on PostgreSQL, too',
  async () => {
    expect((await killInTheMiddle(3, await postgres?.fresh())).acknowledged).toBeGreaterThan(0);
  },
  300_000,
);

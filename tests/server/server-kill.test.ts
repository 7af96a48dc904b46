/** Killed with -9 in the middle of writes, three times on each database; `npm run soak server-kill` does it fifty times. */
import { afterAll, expect, test } from 'vitest';
import { killInTheMiddle, type Killed } from './harness/killed.ts';
import { startPostgres } from './harness/postgres.ts';

const postgres = await startPostgres();
afterAll(() => postgres?.stop());

function expectWrites({ acknowledged, granted, withdrawn }: Killed): void {
  for (const count of [acknowledged, granted, withdrawn]) expect(count).toBeGreaterThan(0);
}

test('on PGlite no verdict, grant or withdrawal that was acknowledged is lost, and the log goes on', async () => {
  expectWrites(await killInTheMiddle(3));
}, 300_000);

test.skipIf(!postgres)(
  'on PostgreSQL, too',
  async () => {
    expectWrites(await killInTheMiddle(3, await postgres?.fresh()));
  },
  300_000,
);

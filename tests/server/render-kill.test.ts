/** Workers and servers killed with -9 while they draw, three times on each database; `npm run soak render-kill` does it fifty times. */
import { afterAll, test } from 'vitest';
import { startPostgres } from './harness/postgres.ts';
import { killWhileDrawing } from './harness/renders/killed.ts';

const postgres = await startPostgres();
afterAll(() => postgres?.stop());
const SMALL = { kills: 3, films: 3, scenes: 3, drawMs: 150 };

test('on PGlite every film is whole in the end, and given out once', () => killWhileDrawing(SMALL), 300_000);

test.skipIf(!postgres)(
  'on PostgreSQL, with workers of their own, too',
  async () => {
    const url = await postgres?.fresh();
    await killWhileDrawing({ ...SMALL, ...(url === undefined ? {} : { url }) });
  },
  300_000,
);

/** Workers and servers killed fifty times with -9 while they draw, on PGlite and on PostgreSQL. */
import { startPostgres } from '../server/harness/postgres.ts';
import { killWhileDrawing } from '../server/harness/renders/killed.ts';

export const name = 'workers and servers killed fifty times while they draw';
const KILLS = Number(process.env['ORATOR_SOAK_KILLS'] ?? 50);
const LARGE = { kills: KILLS, films: 30, scenes: 8, drawMs: 400 };

export async function run(): Promise<void> {
  await killWhileDrawing(LARGE);
  console.log(`  PGlite: ${KILLS} kills, ${LARGE.films} films whole, each given out once`);
  const postgres = await startPostgres();
  if (!postgres) return console.log('  No PostgreSQL on this machine: tried on PGlite alone.');
  try {
    await killWhileDrawing({ ...LARGE, url: await postgres.fresh() });
    console.log(`  PostgreSQL: ${KILLS} kills, ${LARGE.films} films whole, each given out once`);
  } finally {
    await postgres.stop();
  }
}

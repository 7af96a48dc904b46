/** The trust server killed fifty times with -9 in the middle of writes, on PGlite and on PostgreSQL. */
import { killInTheMiddle, type Killed } from '../server/harness/killed.ts';
import { startPostgres } from '../server/harness/postgres.ts';

export const name = 'a server killed fifty times in the middle of writes';
const KILLS = Number(process.env['ORATOR_SOAK_KILLS'] ?? 50);

export async function run(): Promise<void> {
  const embedded = await killInTheMiddle(KILLS);
  console.log(`  PGlite: ${told(embedded)}`);
  const postgres = await startPostgres();
  if (!postgres) return console.log('  No PostgreSQL on this machine: tried on PGlite alone.');
  try {
    const other = await killInTheMiddle(KILLS, await postgres.fresh());
    console.log(`  PostgreSQL: ${told(other)}`);
  } finally {
    await postgres.stop();
  }
}

function told({ kills, acknowledged, granted, withdrawn }: Killed): string {
  return `${kills} kills; ${acknowledged} verdicts, ${granted} grants and ${withdrawn} withdrawals acknowledged, none lost`;
}

/**
 * A PostgreSQL of the test's own, in a folder that goes with it. Its programs refuse to run as root, so there they run
 * as the user that Debian's package makes, else as nobody. Null where the machine has no PostgreSQL.
 */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import pg from 'pg';

export interface Postgres {
  /** A fresh, empty database; its address. */
  fresh(): Promise<string>;
  /** Ends it as a crash would. */
  kill(): Promise<void>;
  /** @param how `immediate`: every connection is cut at once, as \`pg_ctl stop -m immediate\` does */
  restart(how?: 'fast' | 'immediate'): Promise<void>;
  stop(): Promise<void>;
}

export function findPostgres(): string | null {
  const debian = '/usr/lib/postgresql';
  const folders = [
    ...(existsSync(debian) ? readdirSync(debian).map((version) => join(debian, version, 'bin')) : []),
    ...(process.env['PATH'] ?? '').split(delimiter),
  ];
  return (
    folders.find((folder) => ['initdb', 'postgres'].every((name) => existsSync(join(folder, name)))) ?? null
  );
}

function owner(): { uid: number; gid: number } | null {
  if (process.getuid?.() !== 0) return null;
  for (const name of ['postgres', 'nobody'])
    try {
      const id = (flag: string) =>
        Number(execFileSync('id', [flag, name], { encoding: 'utf8', stdio: 'pipe' }));
      return { uid: id('-u'), gid: id('-g') };
    } catch {
      continue;
    }
  return null;
}

export async function startPostgres(): Promise<Postgres | null> {
  const bin = findPostgres();
  if (!bin) return null;
  const folder = mkdtempSync(join(tmpdir(), 'orator-postgres-'));
  const as = owner();
  chmodSync(folder, 0o700);
  if (as) chownSync(folder, as.uid, as.gid);
  const data = join(folder, 'data');
  const options = { cwd: folder, ...as };
  execFileSync(join(bin, 'initdb'), ['-D', data, '-U', 'orator', '-A', 'trust', '-E', 'UTF8', '--no-sync'], {
    ...options,
    stdio: 'pipe',
  });
  const port = await freePort();
  const address = (name: string) => `postgres://orator@127.0.0.1:${port}/${name}`;
  let child: ChildProcess;
  const start = async () => {
    // Durable as in production: what is tested is that nothing acknowledged is lost.
    child = spawn(join(bin, 'postgres'), ['-D', data, '-p', String(port), '-k', folder, '-h', '127.0.0.1'], {
      ...options,
      stdio: 'ignore',
    });
    await answers(address('postgres'));
  };
  await start();
  let made = 0;
  const end = (signal: NodeJS.Signals) =>
    new Promise<void>((resolve) => {
      if (child.exitCode !== null || child.signalCode !== null) return resolve();
      child.once('exit', () => resolve());
      child.kill(signal);
    });
  return {
    async fresh() {
      const name = `t${++made}`;
      await query(address('postgres'), `create database ${name}`);
      return address(name);
    },
    kill: () => end('SIGKILL'),
    async restart(how = 'fast') {
      await end(how === 'fast' ? 'SIGINT' : 'SIGQUIT');
      await start();
    },
    async stop() {
      await end('SIGINT');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function query(url: string, text: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(text);
  } finally {
    await client.end();
  }
}

async function answers(url: string): Promise<void> {
  for (let attempt = 0; ; attempt++)
    try {
      return await query(url, 'select 1');
    } catch (error) {
      if (attempt > 300) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const place = server.address();
      server.close(() => resolve(typeof place === 'object' && place ? place.port : 0));
    });
  });
}

/** The two stores keep one contract: on disk, and in an S3-compatible server that the test starts. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import S3rver from 's3rver';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { AppError } from '#core/base/errors.ts';
import { storeKey, type FileStore } from '#server/services/store.ts';
import { diskStore } from '#server/stores/disk.ts';
import { s3Store } from '#server/stores/s3.ts';

const folder = mkdtempSync(join(tmpdir(), 'orator-store-'));
const server = new S3rver({ port: 0, address: '127.0.0.1', silent: true, directory: join(folder, 's3') });
let endpoint = '';
beforeAll(async () => {
  const { port } = await server.run();
  endpoint = `http://127.0.0.1:${port}`;
});
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

const stores: [string, () => FileStore][] = [
  ['disk', () => diskStore(join(folder, 'disk'))],
  [
    'S3',
    () =>
      s3Store({ endpoint, bucket: 'orator', region: 'us-east-1', accessKey: 'S3RVER', secretKey: 'S3RVER' }),
  ],
];

async function keysOf(store: FileStore, prefix: string, before?: Date): Promise<string[]> {
  const keys = [];
  for await (const key of store.list(prefix, before)) keys.push(key);
  return keys;
}

describe.each(stores)('in the store on %s', (_name, open) => {
  test('what is put is found, listed, written over and deleted', async () => {
    const store = open();
    await store.ping();
    const [a, b] = [storeKey('consent', 'x1', '00000'), storeKey('consent', 'x2', '00000')];
    const bytes = crypto.getRandomValues(new Uint8Array(60_000));
    await store.put(a, bytes);
    await store.put(b, new Uint8Array());
    expect(await store.get(a)).toEqual(bytes);
    expect(await store.get(b)).toHaveLength(0);
    expect((await keysOf(store, 'consent/')).sort()).toEqual([a, b]);
    expect(await keysOf(store, 'consent/x1')).toEqual([a]);
    const hour = (hours: number) => new Date(Date.now() + hours * 3_600_000);
    expect(await keysOf(store, 'consent/', hour(-1))).toEqual([]);
    expect(await keysOf(store, 'consent/', hour(1))).toHaveLength(2);
    await store.put(a, new Uint8Array([1]));
    expect(await store.get(a)).toEqual(new Uint8Array([1]));
    expect(await store.size(a)).toBe(1);
    await store.delete(a);
    await store.delete(a);
    expect(await store.size(a)).toBeNull();
    await expect(store.get(a)).rejects.toMatchObject({ code: 'not-found' });
  });
});

describe.each(stores)('in pieces, in the store on %s', (_name, open) => {
  /** Large enough for several parts of one object. */
  const bytes = new Uint8Array(9 * 1024 * 1024 + 7).map((_, i) => (i * 31) ^ (i >> 9));
  async function* pieces(fault?: Error): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < bytes.length; at += 3_000_001) yield bytes.subarray(at, at + 3_000_001);
    if (fault) throw fault;
  }
  const readAll = async (store: FileStore, ...range: number[]) => {
    const read = [];
    for await (const piece of store.read(storeKey('pieces', 'a'), ...range)) read.push(piece);
    return Buffer.concat(read);
  };

  test('what is put is read, whole or from one place to another; what fails leaves nothing', async () => {
    const store = open();
    await store.ping();
    const key = storeKey('pieces', 'a');
    const fault = new AppError('corrupt-file', 'Not what was promised.');
    await expect(store.putPieces(key, pieces(fault))).rejects.toBe(fault);
    expect(await store.size(key)).toBeNull();
    await expect(readAll(store)).rejects.toMatchObject({ code: 'not-found' });
    await store.putPieces(key, pieces());
    expect(await store.size(key)).toBe(bytes.length);
    expect(Buffer.compare(await readAll(store), bytes)).toBe(0);
    expect(await readAll(store, 5, 17)).toEqual(Buffer.from(bytes.subarray(5, 17)));
    expect(await readAll(store, bytes.length - 3)).toEqual(Buffer.from(bytes.subarray(-3)));
    expect(await readAll(store, 5, 5)).toHaveLength(0);
    await store.putPieces(key, (async function* () {})());
    expect(await store.size(key)).toBe(0);
    await store.delete(key);
  });
});

test('a key cannot leave its place', () => {
  for (const part of ['..', '', 'a/b', '.hidden', 'a\\b', 'ä', 'x'.repeat(200), 'a\0'])
    expect(() => storeKey('consent', part), part).toThrow();
});

test('on disk nothing half-written stays, and nothing can be read by others', async () => {
  const place = join(folder, 'private');
  const store = diskStore(place);
  await store.put(storeKey('a', 'b'), new Uint8Array([1]));
  for (const path of [join(place, 'a'), join(place, 'a', 'b')]) expect(statSync(path).mode & 0o077).toBe(0);
  // A folder in its place: the file cannot be moved there once it is written.
  mkdirSync(join(place, 'a', 'c', 'in-the-way'), { recursive: true });
  await expect(store.put(storeKey('a', 'c'), new Uint8Array([1]))).rejects.toMatchObject({
    code: 'storage-failed',
  });
  expect(readdirSync(join(place, 'a')).sort()).toEqual(['b', 'c']);
});

test('a store that takes a connection and never answers says so, too', async () => {
  const deaf = createServer();
  const sockets = new Set<Socket>();
  deaf.on('connection', (socket) => sockets.add(socket));
  await new Promise<void>((resolve) => deaf.listen(0, '127.0.0.1', resolve));
  try {
    const { port } = deaf.address() as AddressInfo;
    const store = s3Store(
      {
        ...{ endpoint: `http://127.0.0.1:${port}`, bucket: 'b', region: 'r' },
        ...{ accessKey: 'a', secretKey: 's' },
      },
      { connectMs: 500, silentMs: 200 },
    );
    await expect(store.size(storeKey('a'))).rejects.toMatchObject({ code: 'storage-failed' });
    await expect(store.get(storeKey('a'))).rejects.toMatchObject({ code: 'storage-failed' });
    expect(sockets.size).toBeGreaterThan(1);
  } finally {
    sockets.forEach((socket) => socket.destroy());
    deaf.close();
  }
});

test('a store that is not there says so', async () => {
  const store = s3Store({
    endpoint: 'http://127.0.0.1:9',
    bucket: 'b',
    region: 'r',
    accessKey: 'a',
    secretKey: 's',
  });
  await expect(store.put(storeKey('a'), new Uint8Array([1]))).rejects.toMatchObject({
    code: 'storage-failed',
  });
});

test('an S3 store that is away is trouble with the store, whatever is asked of it: films wait for that', async () => {
  const away = s3Store({
    ...{ endpoint: 'http://127.0.0.1:9', bucket: 'orator', region: 'us-east-1' },
    ...{ accessKey: 'a', secretKey: 'b' },
  });
  const key = storeKey('consent', 'x1');
  const bytes = Uint8Array.of(1);
  const pieces = async function* () {
    yield await Promise.resolve(bytes);
  };
  const asked = [
    away.put(key, bytes),
    away.putPieces(key, pieces()),
    away.get(key),
    away.size(key),
    keysOf(away, 'consent/'),
    (async () => {
      for await (const _ of away.read(key));
    })(),
  ];
  for (const one of await Promise.allSettled(asked))
    expect(one).toMatchObject({ status: 'rejected', reason: { code: 'storage-failed' } });
});

const STRACE = spawnSync('strace', ['-o', '/dev/null', 'true']).status === 0;
if (!STRACE) console.log('What survives a power cut is not looked at: there is no strace.');

test.skipIf(!STRACE)(
  'on disk a file is acknowledged when its bytes and all names above it are there for good',
  () => {
    const place = join(folder, 'durable');
    const log = join(folder, 'strace.log');
    const program = `
    const { diskStore } = await import(process.argv[1]);
    await diskStore(process.argv[2]).put('accounts/a/1', new Uint8Array(10));
    await import('node:fs').then((fs) => fs.accessSync(process.argv[2] + '/acknowledged')).catch(() => {});`;
    const store = fileURLToPath(new URL('../../server/stores/disk.ts', import.meta.url));
    const watched = ['-f', '-y', '-s', '400', '-e', 'trace=fsync,/rename,/access', '-o', log];
    const args = [process.execPath, '--input-type=module', '-e', program, store, place];
    const ran = spawnSync('strace', [...watched, ...args], { encoding: 'utf8' });
    expect(ran.stderr).toBe('');
    const calls = readFileSync(log, 'utf8')
      .split('\n')
      .filter((line) => line.includes(place));
    const at = (call: RegExp) => calls.findIndex((line) => call.test(line));
    const synced = (what: string) => at(new RegExp(`fsync\\(\\d+<${what}>`));
    const renamed = at(/rename/);
    const acknowledged = at(/acknowledged/);
    // In this order: what is in the file, then that it has this name, then that the folders have theirs.
    expect(synced(`${place}/accounts/a/1[.][0-9a-f]+[.]part`)).toBeLessThan(renamed);
    expect(synced(`${place}/accounts/a/1[.][0-9a-f]+[.]part`)).toBeGreaterThanOrEqual(0);
    const lastSync = calls.map((line) => line.includes(`<${place}/accounts/a>`)).lastIndexOf(true);
    expect(lastSync).toBeGreaterThan(renamed);
    expect(acknowledged).toBeGreaterThan(lastSync);
    for (const above of [place, `${place}/accounts`]) {
      expect(synced(above)).toBeGreaterThanOrEqual(0);
      expect(synced(above)).toBeLessThan(acknowledged);
    }
  },
);

/**
 * Films that were made to hurt, before the program that decodes what strangers send: it reads one file and no other, asks no
 * network, writes nothing, starts nothing, has none of our environment, and is stopped when it takes too much of anything.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateSync, crc32 } from 'node:zlib';
import { afterAll, expect, test } from 'vitest';
import { AppError } from '#core/base/errors.ts';
import { DECODE_LIMITS, decodeCommand, run, type DecodeLimits } from '#server/services/consent/decode.ts';

const folder = mkdtempSync(join(tmpdir(), 'orator-hostile-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function file(name: string, bytes: Uint8Array | string): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}
/** @returns how many bytes came, or why none did */
async function decoded(path: string, limits: Partial<DecodeLimits> = {}): Promise<number | string> {
  let bytes = 0;
  try {
    for await (const piece of run([path, 'frames', '0', '1280'], undefined, { ...DECODE_LIMITS, ...limits }))
      bytes += piece.length;
    return bytes;
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'corrupt-file') throw error;
    return error.cause instanceof Error ? error.cause.message : '';
  }
}

function pngChunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
}
/** Says that it is so wide and so high, and holds one line. */
function png(width: number, height: number): Buffer {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 2, 0, 0, 0], 8);
  const line = deflateSync(Buffer.alloc(1 + 3 * Math.min(width, 64)));
  const signature = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');
  return Buffer.concat([
    signature,
    pngChunk('IHDR', head),
    pngChunk('IDAT', line),
    pngChunk('IEND', Buffer.alloc(0)),
  ]);
}

test('lists that name other files or addresses are refused, and nothing is asked for', async () => {
  let asked = 0;
  const server = createServer((_, answer) => {
    asked++;
    answer.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const playlist = (to: string) => `#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:5,\n${to}\n#EXT-X-ENDLIST\n`;
  try {
    for (const [name, text] of [
      ['http.m3u8', playlist(`http://127.0.0.1:${port}/a.ts`)],
      ['file.m3u8', playlist('file:///etc/passwd')],
      ['list.txt', 'ffconcat version 1.0\nfile /etc/passwd\n'],
    ] as const)
      expect(await decoded(file(name, text)), name).toMatch(/not on whitelist/);
    expect(asked).toBe(0);
  } finally {
    server.close();
  }
});

test('a picture that says it is enormous is refused before there is room for it', async () => {
  expect(await decoded(file('huge.png', png(60_000, 60_000)))).toEqual(expect.any(String));
  expect(await decoded(file('wide.png', png(2_000_000_000, 3)))).toEqual(expect.any(String));
});

test('what takes too long, too much memory, or decodes to too much is stopped', async () => {
  const path = join(folder, 'clip.webm');
  const source = ['-f', 'lavfi', '-i', 'testsrc2=s=320x240:r=10:d=2'];
  execFileSync('ffmpeg', ['-v', 'error', ...source, '-c:v', 'libvpx', '-deadline', 'realtime', path]);
  expect(await decoded(path)).toBe(20 * (320 * 240 * 4 + 32));
  expect(await decoded(path, { films: 1_000_000 })).toBe('it decodes to more than any recording');
  expect(await decoded(path, { wallMs: 50 })).toBe('it took too long');
  expect(await decoded(path, { memoryMb: 120 })).toEqual(expect.any(String));
});

test('the program can read its own input, and nothing else can it do', () => {
  const script = file(
    'try.mjs',
    `import { readFileSync, writeFileSync } from 'node:fs';
     import { spawnSync } from 'node:child_process';
     const tried = {};
     const attempt = (name, work) => { try { work(); tried[name] = 'done'; } catch (error) { tried[name] = error.code; } };
     attempt('own', () => readFileSync(process.argv[1]));
     attempt('other', () => readFileSync('/etc/passwd'));
     attempt('write', () => writeFileSync('${join(folder, 'written')}', 'x'));
     attempt('start', () => spawnSync('/bin/true'));
     console.log(JSON.stringify({ tried, environment: Object.keys(process.env) }));`,
  );
  const [program = '', ...args] = decodeCommand([script]);
  const instead = args.map((arg) =>
    arg.endsWith('decode-program.ts') && !arg.startsWith('--') ? script : arg,
  );
  const { stdout, stderr } = spawnSync(program, instead, { encoding: 'utf8', env: {} });
  expect(JSON.parse(stdout || stderr)).toEqual({
    tried: {
      own: 'done',
      other: 'ERR_ACCESS_DENIED',
      write: 'ERR_ACCESS_DENIED',
      start: 'ERR_ACCESS_DENIED',
    },
    environment: [],
  });
});

/** A recorder's stream, cut anywhere, becomes pictures, sound and the media time of each chunk; what is hostile is refused. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { AssetHash } from '#core/base/ids.ts';
import type { ReceivedChunk } from '#core/policy/consent/challenge.ts';
import { seededRandom } from '#core/base/hashing.ts';
import {
  decodeRecording,
  openFilm,
  placedChunks,
  type ReceivedBytes,
} from '#server/services/consent/decode.ts';
import { openScratch } from '#server/services/scratch.ts';
import { indexRecording } from '#server/services/consent/recording-index.ts';

const folder = mkdtempSync(join(tmpdir(), 'orator-decode-'));
afterAll(() => {
  // Whatever was decoded or refused: nothing of it lies about.
  for (const ours of readdirSync(join(folder, 'scratch')))
    expect(readdirSync(join(folder, 'scratch', ours))).toEqual([]);
  rmSync(folder, { recursive: true, force: true });
});
const scratch = openScratch(folder);
const LONG_MS = 300_000;
const SECONDS = 4;

/** As recorders write: front to back, sizes unknown, a cluster or a fragment at a time. */
const STREAMS = {
  webm: [
    '-c:v',
    'libvpx',
    '-deadline',
    'realtime',
    '-cpu-used',
    '8',
    '-auto-alt-ref',
    '0',
    '-c:a',
    'libopus',
    '-f',
    'webm',
    '-live',
    '1',
  ],
  mp4: [
    '-c:v',
    'libx264',
    '-preset',
    'ultrafast',
    '-pix_fmt',
    'yuv420p',
    '-bf',
    '0',
    '-c:a',
    'libopus',
    '-f',
    'mp4',
    '-movflags',
    '+frag_keyframe+empty_moov+default_base_moof',
    '-g',
    '25',
    '-strict',
    '-2',
  ],
} as const;

function streamOf(container: keyof typeof STREAMS): Uint8Array<ArrayBuffer> {
  // A tone that begins after two seconds, and pictures that count.
  const args = [
    '-v',
    'error',
    '-f',
    'lavfi',
    '-i',
    `testsrc2=size=320x240:rate=25`,
    '-f',
    'lavfi',
    '-i',
    `aevalsrc='if(gte(t,2),0.4*sin(2*PI*440*t),0)':s=48000`,
  ];
  return new Uint8Array(
    execFileSync('ffmpeg', [...args, '-t', String(SECONDS), ...STREAMS[container], '-'], { maxBuffer: 1e8 }),
  );
}

function cut(stream: Uint8Array<ArrayBuffer>, count: number): ReceivedBytes {
  const step = Math.ceil(stream.length / count);
  const parts = Array.from({ length: count }, (_, i) => stream.slice(i * step, (i + 1) * step)).filter(
    (part) => part.length > 0,
  );
  const chunks = parts.map((part, index): ReceivedChunk => ({
    index,
    bytes: part.length,
    receivedAtMs: 1000 * (index + 1),
    hash: '' as AssetHash,
  }));
  return { chunks, read: (index) => Promise.resolve(parts[index] as Uint8Array<ArrayBuffer>) };
}

describe.each(['webm', 'mp4'] as const)('a stream in %s', (container) => {
  const stream = streamOf(container);

  test('tells its pictures’ times and how far every byte carries', () => {
    const index = indexRecording(stream);
    expect(index.container).toBe(container);
    expect(index.durationS).toBeGreaterThan(SECONDS - 0.15);
    expect(index.durationS).toBeLessThan(SECONDS + 0.15);
    expect(index.frameTimesS).toHaveLength(SECONDS * 25);
    index.frameTimesS.forEach((time, i) => expect(Math.abs(time - i / 25)).toBeLessThan(0.03));
    const placed = placedChunks(cut(stream, 16).chunks, index);
    expect(placed[0]?.fromS).toBe(0);
    placed.forEach((chunk, i) => expect(chunk.fromS).toBe(placed[i - 1]?.untilS ?? 0));
    expect(placed.at(-1)?.untilS).toBe(index.durationS);
  });

  test(
    'is decoded to pictures and sound, again and again',
    async () => {
      await using decoded = await decodeRecording(scratch, cut(stream, 7));
      const { samples } = decoded.film.sound;
      expect(Math.abs(samples.length / 16_000 - SECONDS)).toBeLessThan(0.1);
      const loud = (from: number, until: number) =>
        Math.hypot(...samples.subarray(from * 16_000, until * 16_000)) / Math.sqrt((until - from) * 16_000);
      expect(loud(0.2, 1.8)).toBeLessThan(0.01);
      expect(loud(2.2, 3.8)).toBeCloseTo(0.4 / Math.SQRT2, 1);
      const times: number[] = [];
      for await (const frame of decoded.film.frames(0)) {
        times.push(frame.timeS);
        expect([frame.width, frame.height, frame.rgba.length]).toEqual([320, 240, 320 * 240 * 4]);
      }
      expect(times).toHaveLength(SECONDS * 25);
      times.forEach((time, i) =>
        expect(Math.abs(time - (decoded.recording.frameTimesS[i] ?? 0))).toBeLessThan(0.03),
      );
      let [count, sum] = [0, 0];
      for await (const { rgba } of decoded.film.frames(1)) {
        count++;
        sum += rgba[400] as number;
      }
      expect(count).toBe(SECONDS);
      expect(sum).toBeGreaterThan(0);
      // Whoever stops looking ends the program.
      for await (const { timeS } of decoded.film.frames(0)) if (timeS > 0.5) break;
    },
    LONG_MS,
  );

  test('that is cut short is a shorter stream', () => {
    const half = indexRecording(stream.slice(0, Math.floor(stream.length * 0.6)));
    expect(half.durationS).toBeLessThan(SECONDS - 0.5);
    expect(half.frameTimesS.length).toBeGreaterThan(10);
  });

  test('that was tampered with is refused with a sentence, or read for what it is', () => {
    const random = seededRandom(7);
    for (let round = 0; round < 400; round++) {
      const bytes = stream.slice();
      for (let k = 0; k < 1 + round / 10; k++)
        bytes[Math.floor(random() * Math.min(bytes.length, 4000))] = Math.floor(random() * 256);
      try {
        const index = indexRecording(bytes);
        expect(index.durationS).toBeLessThanOrEqual(600);
        expect(index.frameTimesS.every((time) => Number.isFinite(time))).toBe(true);
      } catch (error) {
        expect(error).toMatchObject({ name: 'AppError' });
      }
    }
  });
});

test('what no recorder makes is refused', async () => {
  const refuse = (bytes: Uint8Array<ArrayBuffer>) => expect(decodeRecording(scratch, cut(bytes, 1))).rejects;
  await refuse(new TextEncoder().encode('<html>this is not a film at all</html>')).toThrow('no recording');
  await refuse(new Uint8Array(100)).toThrow('no recording');
  const whole = execFileSync(
    'sh',
    [
      '-c',
      'f=$(mktemp --suffix .mp4); ffmpeg -v error -y -f lavfi -i testsrc2=size=64x64:rate=25 -t 1 -pix_fmt yuv420p $f && cat $f && rm $f',
    ],
    { maxBuffer: 1e7 },
  );
  await refuse(new Uint8Array(whole)).toThrow('not written live');
  await refuse(
    new Uint8Array([0x1a, 0x45, 0xdf, 0xa3, 0x80, ...Array.from({ length: 40 }, () => 0)]),
  ).toMatchObject({ name: 'AppError' });
});

test(
  'a portrait is a film of one picture',
  async () => {
    const png = execFileSync('sh', [
      '-c',
      'f=$(mktemp --suffix .png); ffmpeg -v error -y -f lavfi -i testsrc2=size=300x500 -frames:v 1 $f && echo $f',
    ])
      .toString()
      .trim();
    const film = await openFilm(png);
    expect(film.sound.samples).toHaveLength(0);
    const sizes: string[] = [];
    for await (const { width, height } of film.frames(0)) sizes.push(`${width}x${height}`);
    expect(sizes).toEqual(['300x500']);
  },
  LONG_MS,
);

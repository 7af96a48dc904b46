/** A film's sound, uncompressed or coded, between the step that makes it and the one that puts the film together. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { CacheKey } from '#core/base/ids.ts';
import { packSound, PCM_HEAD_BYTES } from '#core/output/pcm-sound.ts';
import { SOUND_PRODUCT, type AudioChunks } from '#core/output/ports.ts';
import { filmSound } from '#server/render/film-sound.ts';
import { openPcm } from '#server/render/stored-pcm.ts';
import { productKey } from '#server/services/assets/account-assets.ts';
import { diskStore } from '#server/stores/disk.ts';

const folder = mkdtempSync(join(tmpdir(), 'orator-pcm-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const store = diskStore(folder);
const HZ = 48_000;

/** Each second another tone, made as it is taken. */
function tones(seconds: number, onTaken: (second: number) => void = () => undefined): AudioChunks {
  return {
    sampleRateHz: HZ,
    channels: 2,
    totalSamples: HZ * seconds,
    async *chunks() {
      for (let second = 0; second < seconds; second++) {
        onTaken(second);
        const tone = Float32Array.from({ length: HZ }, (_, i) => 0.5 * Math.sin(i * 0.01 * (second + 1)));
        yield await Promise.resolve([tone, tone]);
      }
    },
  };
}

const placeOf = (letter: string) => {
  const key = letter.repeat(64) as CacheKey;
  return { place: { store, accountId: 'someone', key }, file: productKey('someone', SOUND_PRODUCT, key) };
};
const CODING = { codec: 'pcm', bits: 24 } as const;

async function whole(pieces: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = [];
  for await (const piece of pieces) all.push(piece);
  return Buffer.concat(all);
}

test('it is written as it comes, read back the same in blocks, and made once', async () => {
  const { place, file } = placeOf('a');
  const SECONDS = 40;
  let made = 0;
  const master = () => Promise.resolve(tones(SECONDS, () => made++));
  const told: number[] = [];
  const sound = await filmSound(place, CODING, master, (fraction) => told.push(fraction));
  if (sound.kind !== 'pcm') throw new Error('it was coded');
  expect(made).toBe(SECONDS);
  expect(told.at(-1)).toBe(1);
  const expected = (await whole(packSound(tones(SECONDS), () => undefined))).subarray(PCM_HEAD_BYTES);
  expect((await whole(sound.sound.bytes())).equals(expected)).toBe(true);

  // In blocks: nobody holds 11 MB because the film is long.
  let largest = 0;
  for await (const block of sound.sound.bytes()) largest = Math.max(largest, block.length);
  expect(largest).toBeLessThan(4 * 1024 * 1024);
  await filmSound(place, CODING, master, () => undefined);
  expect(made).toBe(SECONDS);
  expect(readFileSync(join(folder, file)).length).toBe(PCM_HEAD_BYTES + expected.length);
});

test('what is damaged is made again; what is cut while it is read is told of', async () => {
  const { place, file } = placeOf('b');
  let made = 0;
  const master = () => Promise.resolve(tones(20, () => made++));
  await filmSound(place, CODING, master, () => undefined);
  await truncate(join(folder, file), 1000);
  expect(await openPcm(store, file)).toBeNull();
  const sound = await filmSound(place, CODING, master, () => undefined);
  expect(made).toBe(40);
  if (sound.kind !== 'pcm') throw new Error('it was coded');
  await truncate(join(folder, file), 1000);
  await expect(whole(sound.sound.bytes())).rejects.toMatchObject({ code: 'storage-failed' });
});

test('what is stopped while it is made leaves nothing behind', async () => {
  const { place, file } = placeOf('c');
  const stop = new AbortController();
  const master = () => Promise.resolve(tones(20, (second) => (second === 5 ? stop.abort() : undefined)));
  const stopped = filmSound(place, CODING, master, () => undefined, stop.signal);
  await expect(stopped).rejects.toMatchObject({ code: 'cancelled' });
  expect(await store.size(file)).toBeNull();
});

test('coded, it goes to the store as it is coded, is made once, and made again where it is damaged', async () => {
  const { place, file } = placeOf('d');
  const AAC = { codec: 'aac', bitrate: 128_000, ffmpeg: '8' } as const;
  let made = 0;
  const master = () => Promise.resolve(tones(30, () => made++));
  const told: number[] = [];
  const read = async () => {
    const movie = await filmSound(place, AAC, master, (fraction) => told.push(fraction));
    if (movie.kind !== 'coded') throw new Error('it was not coded');
    const packets: { startSample: number; bytes: number }[] = [];
    for await (const { startSample, data } of movie.sound.packets())
      packets.push({ startSample, bytes: data.length });
    return { sound: movie.sound, packets };
  };
  const first = await read();
  expect(made).toBe(30);
  expect(told.at(-1)).toBe(1);
  const { sound, packets } = first;
  expect(sound).toMatchObject({ codec: 'aac', sampleRateHz: HZ, channels: 2, totalSamples: 30 * HZ });
  expect(sound.description.length).toBeGreaterThan(0);
  expect(sound.primingSamples).toBe(1024);
  // Packets of 1024 samples follow one another from the priming to the end.
  packets.forEach(({ startSample }, i) => expect(startSample).toBe(1024 * (i - 1)));
  expect(packets.length * 1024).toBeGreaterThanOrEqual(30 * HZ);
  const seconds = packets.reduce((sum, { bytes }) => sum + 8 * bytes, 0) / AAC.bitrate;
  expect(seconds).toBeGreaterThan(15);
  expect((await read()).packets).toEqual(packets);
  expect(made).toBe(30);
  await truncate(join(folder, file), 1000);
  expect((await read()).packets).toEqual(packets);
  expect(made).toBe(60);
  // The length of a packet in the middle: the file is as long as it was.
  const path = join(folder, file);
  const bytes = readFileSync(path);
  const at = bytes.length - 8 - packets.slice(600).reduce((sum, packet) => sum + 8 + packet.bytes, 0);
  expect(bytes.readUInt32BE(at + 4)).toBe(packets[600]?.bytes);
  bytes.writeUInt32BE(0x7fffffff, at + 4);
  writeFileSync(path, bytes);
  expect((await read()).packets).toEqual(packets);
  expect(made).toBe(90);
});

/**
 * Films of every codec that this server writes, looked at in a process of their own: their pictures come, small and where
 * they lie in time, whatever else is in the file; what is no film, or takes too much, ends in a sentence. The films are made
 * by the encoders themselves, each frame a grey of its own.
 */
import { expect, test } from 'vitest';
import { AppError } from '#core/base/errors.ts';
import type { FilmBytes } from '#server/render/film-reader.ts';
import { picturesOfFilm } from '#server/render/look-process.ts';
import { greyFilm, greyOf } from './harness/renders/grey-film.ts';

const WANTED = { everyS: 2, most: 60, longestPx: 64 };
const never = new AbortController().signal;

const inMemory = (bytes: Uint8Array): FilmBytes => ({
  bytes: bytes.length,
  read: (begin, end) => Promise.resolve(bytes.slice(begin, end)),
});

async function seen(film: FilmBytes, limits?: Parameters<typeof picturesOfFilm>[3]) {
  const pictures = [];
  for await (const picture of picturesOfFilm(film, WANTED, never, limits)) pictures.push(picture);
  return pictures;
}

test.each([
  ['h264', {}],
  ['h265', {}],
  ['av1', {}],
  ['vp9', { container: 'webm' }],
  ['prores4444', { container: 'mov', alpha: true, bits: 10 }],
] as const)('%s', async (codec, over) => {
  const film = await greyFilm({ codec, ...over, seconds: 6, fps: 4 });
  const pictures = await seen(inMemory(film));
  expect(pictures.map(({ atS }) => atS)).toEqual([0, 2, 4]);
  for (const { atS, widthPx, heightPx, rgba } of pictures) {
    expect({ widthPx, heightPx, bytes: rgba.length }).toEqual({
      widthPx: 64,
      heightPx: 64,
      bytes: 64 * 64 * 4,
    });
    expect(rgba.filter((_, i) => i % 4 === 3).every((alpha) => alpha === 255)).toBe(true);
    const mean = rgba.filter((_, i) => i % 4 !== 3).reduce((sum, value) => sum + value, 0) / (64 * 64 * 3);
    expect(Math.abs(mean - greyOf(Math.round(atS * 4)))).toBeLessThan(8);
  }
});

test('of eleven minutes, with sound, sixty pictures are taken from all over it', async () => {
  const film = await greyFilm({ codec: 'h264', seconds: 660, fps: 2, sound: true });
  const pictures = await seen(inMemory(film));
  expect(pictures).toHaveLength(60);
  expect(pictures.map(({ atS }) => atS)).toEqual(Array.from({ length: 60 }, (_, i) => i * 11));
});

test('what is no film says so, and so does one that was cut off', async () => {
  const film = await greyFilm({ codec: 'h264', seconds: 6, fps: 4 });
  await expect(seen(inMemory(film.slice(0, film.length / 2)))).rejects.toMatchObject({
    code: 'corrupt-file',
  });
  await expect(seen(inMemory(new Uint8Array(5000).fill(7)))).rejects.toMatchObject({ code: 'corrupt-file' });
});

test('a store that fails is what failed, and not the film', async () => {
  const { length } = await greyFilm({ codec: 'h264', seconds: 2, fps: 4 });
  const gone = new AppError('storage-failed', 'The disk is gone.');
  await expect(seen({ bytes: length, read: () => Promise.reject(gone) })).rejects.toMatchObject({
    code: 'storage-failed',
    message: 'The disk is gone.',
  });
});

test('it is ended when it takes too long or too much, and when nobody wants it any more', async () => {
  const bytes = await greyFilm({ codec: 'h264', seconds: 2, fps: 4 });
  const stuck = { bytes: bytes.length, read: () => new Promise<Uint8Array>(() => undefined) };
  await expect(seen(stuck, { workS: 1, memoryMiB: 2048 })).rejects.toMatchObject({ code: 'too-large' });
  await expect(seen(stuck, { workS: 60, memoryMiB: 1 })).rejects.toMatchObject({ code: 'too-large' });
  const stop = new AbortController();
  const looking = picturesOfFilm(stuck, WANTED, stop.signal).next();
  stop.abort();
  await expect(looking).rejects.toMatchObject({ code: 'cancelled' });
});

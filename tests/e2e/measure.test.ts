/** The instruments find what is there and what is wrong: on films that are known to the pixel. */
import { expect, test } from 'vitest';
import { sound } from './harness/film.ts';
import { GROUND, makeKnownFilm, type KnownFilm } from './fixtures/known-film.ts';
import { bestLag } from './measure/correlate.ts';
import { decoderComplaints, frameTimesS, topBoxes } from './measure/file.ts';
import { mouthInFilm } from './measure/mouth.ts';
import { lookAtFrames, worstPatchError } from './measure/picture.ts';
import { syllables, vowelBand } from './measure/voice.ts';

/** Opens and shuts twice a second. */
const opening = (timeS: number) => Math.max(0, Math.sin(2 * Math.PI * 2 * timeS));
const film: KnownFilm = {
  frameCount: 60,
  gapPx: (index) => 24 * opening((index + 0.5) / 25),
  voice: (timeS) => opening(timeS),
};
const CORNER = { x: 0.05, y: 0.1, sizePx: 16 };

test('in a whole film every frame shows something, moves, and is of one piece', async () => {
  const path = await makeKnownFilm(film);
  const looks = await lookAtFrames(path);
  expect(looks.map(({ index }) => index)).toEqual(Array.from({ length: 60 }, (_, i) => i));
  for (const look of looks) {
    expect(look.contrast).toBeGreaterThan(10);
    expect(look.moved).toBeGreaterThan(0.001);
    expect(look.tear).toBeLessThan(8);
  }
  expect(await worstPatchError(path, GROUND, [CORNER])).toBeLessThanOrEqual(2);
  expect(await worstPatchError(path, '#c9d8e0', [CORNER])).toBeGreaterThan(3);
  expect(await decoderComplaints(path)).toEqual([]);
  const boxes = await topBoxes(path);
  expect(boxes.indexOf('moov')).toBeLessThan(boxes.indexOf('mdat'));
  const times = await frameTimesS(path);
  expect(times).toHaveLength(60);
  expect(times[59]).toBeCloseTo(59 / 25, 3);
});

test('a blank, a repeated and a torn frame are found, and only they', async () => {
  const looks = await lookAtFrames(await makeKnownFilm({ ...film, blank: 20, repeated: 35, torn: 50 }));
  expect(looks.filter(({ contrast }) => contrast < 10).map(({ index }) => index)).toEqual([20]);
  expect(looks.filter(({ moved }) => moved < 0.001).map(({ index }) => index)).toEqual([35]);
  expect(looks.filter(({ tear }) => tear > 8).map(({ index }) => index)).toEqual([50]);
});

test.each([0, 2, -3])('a picture that comes %s frames after its sound is seen to', async (late) => {
  const path = await makeKnownFilm({ ...film, gapPx: (index) => 24 * opening((index + 0.5 - late) / 25) });
  const band = vowelBand(await sound(path, 16_000), 16_000);
  const gaps = await mouthInFilm(path);
  const { best } = bestLag(gaps, (timeS) => 10 ** (band.levelDb(timeS, 0.04) / 20), 25);
  expect(best.frames).toBeCloseTo(late, 0);
  expect(best.r).toBeGreaterThan(0.95);
  if (late !== 0) return;
  expect(Math.max(...gaps)).toBeGreaterThan(21);
  expect(Math.max(...gaps)).toBeLessThan(27);
  // Shut for a quarter of a second after each quarter of voice.
  const { peaks, dips } = syllables(band, 8);
  expect(peaks.map(({ timeS }) => Math.round(timeS * 8))).toEqual([1, 5, 9, 13, 17]);
  for (const { timeS } of dips) expect(gaps[Math.floor(timeS * 25)]).toBeLessThan(1);
});

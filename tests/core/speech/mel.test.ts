/** The ear: the same columns as in training, and the same whole or in pieces. */
import { expect, test } from 'vitest';
import { seededRandom } from '#core/base/hashing.ts';
import { createResampler, resample } from '#core/output/resample.ts';
import { createMelStream, MEL } from '#core/speech/listen/mel.ts';
// Made by training/lipsync/golden_mel.py: a chirp in faint noise, and the columns that training sees in it.
import golden from '../../golden/lipsync/mel.json';

const chirp = Float32Array.from(golden.samples, (sample) => sample / 32768);

test('hears the columns that training heard', () => {
  const columns = createMelStream().push(chirp);
  expect(columns.length / MEL.bands).toBe(golden.columns.length);
  const worst = Math.max(
    ...golden.columns.flat().map((value, i) => Math.abs(value - (columns[i] as number))),
  );
  expect(worst).toBeLessThan(1e-4);
});

function inPieces(
  pcm: Float32Array<ArrayBuffer>,
  seed: number,
  take: (piece: Float32Array<ArrayBuffer>) => Float32Array,
): Float32Array {
  const random = seededRandom(seed);
  const out: number[] = [];
  for (let at = 0; at < pcm.length;) {
    const end = Math.min(pcm.length, at + Math.floor(random() * 700));
    out.push(...take(pcm.slice(at, end)));
    at = end;
  }
  return Float32Array.from(out);
}

test.each([1, 2, 3])('hears the same in pieces as whole (%i)', (seed) => {
  const stream = createMelStream();
  expect(inPieces(chirp, seed, (piece) => stream.push(piece))).toEqual(createMelStream().push(chirp));
});

test.each([
  [48000, 16000],
  [44100, 16000],
  [8000, 16000],
  [16000, 16000],
])('resamples %i → %i Hz in pieces as it does whole', (from, to) => {
  const resampler = createResampler(from, to);
  const pieces = inPieces(chirp, from, (piece) => resampler.push(piece));
  expect(Float32Array.from([...pieces, ...resampler.finish()])).toEqual(resample(chirp, from, to));
});

test('level and colour of the recording hardly matter once heard for a while', () => {
  const random = seededRandom(5);
  const speechLike = Float32Array.from(
    { length: 160000 },
    (_, i) => 0.1 * (random() - 0.5) * (1 + Math.sin((2 * Math.PI * 4 * i) / 16000)),
  );
  const loud = createMelStream().push(speechLike);
  const quiet = createMelStream().push(speechLike.map((sample) => sample * 0.3));
  const late = loud.length - 100 * MEL.bands;
  const apart = (other: Float32Array) =>
    loud.slice(late).reduce((sum, value, i) => sum + Math.abs(value - (other[late + i] as number)), 0) /
    (loud.length - late);
  expect(apart(quiet)).toBeLessThan(0.01);
  // A dull microphone: its high bands lie some 12 dB under the low ones.
  let before = 0;
  const dull = createMelStream().push(speechLike.map((sample) => (before = 0.4 * sample + 0.6 * before)));
  expect(apart(dull)).toBeLessThan(0.1);
});

import { expect, test } from 'vitest';
import { seededRandom } from '#core/base/hashing.ts';
import { Limiter, truePeakAt } from '#core/output/limiter.ts';

const RATE_HZ = 48_000;
const CEILING = 0.8;

/** Bursts of noise and tones, up to three times over the ceiling. */
function rough(samples: number): Float32Array {
  const random = seededRandom(7);
  return Float32Array.from({ length: samples }, (_, i) => {
    const swell = 1.2 + 1.2 * Math.sin(i / 3000) * Math.sin(i / 470);
    return swell * (0.6 * Math.sin(i * 0.7) + 0.4 * (random() * 2 - 1));
  });
}

function limited(pcm: Float32Array, chunk: number): Float32Array {
  const limiter = new Limiter(CEILING, RATE_HZ);
  const out: number[] = [];
  for (let from = 0; from < pcm.length; from += chunk)
    out.push(...limiter.push(pcm.subarray(from, from + chunk)));
  out.push(...limiter.finish());
  return Float32Array.from(out);
}

test('no true peak stands above the ceiling by more than 0.1 dB, and the sound keeps its length', () => {
  const pcm = rough(30_000);
  const out = limited(pcm, 4096);
  expect(out.length).toBe(pcm.length);
  let before = 0;
  let after = 0;
  for (let i = 0; i < pcm.length; i++) {
    before = Math.max(before, truePeakAt(pcm, i));
    after = Math.max(after, truePeakAt(out, i));
  }
  expect(before).toBeGreaterThan(2 * CEILING);
  expect(20 * Math.log10(after / CEILING)).toBeLessThan(0.1);
});

test('sound under the ceiling passes untouched and on time', () => {
  const quiet = rough(5000).map((sample) => sample * 0.1);
  const out = limited(quiet, 777);
  for (let i = 0; i < quiet.length; i++) expect(out[i]).toBeCloseTo(quiet[i] as number, 6);
});

test('a peak between samples is seen', () => {
  // A quarter-rate tone sampled at 45° never shows more than 0.707 of its height in its samples.
  const hidden = Float32Array.from({ length: 200 }, (_, i) => Math.sin((Math.PI / 2) * i + Math.PI / 4));
  expect(Math.max(...hidden)).toBeLessThan(0.72);
  expect(truePeakAt(hidden, 100)).toBeGreaterThan(0.98);
});

test('the size of the pieces changes nothing', () => {
  const pcm = rough(6000);
  const whole = limited(pcm, 6000);
  const pieces = limited(pcm, 101);
  for (let i = 0; i < pcm.length; i++) expect(pieces[i]).toBeCloseTo(whole[i] as number, 6);
});

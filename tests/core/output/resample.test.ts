import { expect, test } from 'vitest';
import { resample, resampledLength } from '#core/output/resample.ts';

function tone(frequencyHz: number, rateHz: number, seconds: number): Float32Array<ArrayBuffer> {
  return Float32Array.from({ length: Math.round(rateHz * seconds) }, (_, i) =>
    Math.sin((2 * Math.PI * frequencyHz * i) / rateHz),
  );
}

/** Largest difference away from the ends, where the sound is cut. */
function worstInside(a: Float32Array, b: Float32Array): number {
  let worst = 0;
  for (let i = 200; i < Math.min(a.length, b.length) - 200; i++)
    worst = Math.max(worst, Math.abs((a[i] as number) - (b[i] as number)));
  return worst;
}

test.each([8000, 11025, 16000, 22050, 24000, 44100])(
  'a tone at %i Hz becomes the same tone at 48 kHz, at the same time',
  (rateHz) => {
    const frequencyHz = rateHz * 0.31;
    const resampled = resample(tone(frequencyHz, rateHz, 1), rateHz, 48000);
    expect(resampled.length).toBe(48000);
    expect(worstInside(resampled, tone(frequencyHz, 48000, 1))).toBeLessThan(2e-4);
  },
);

test('going down in rate, what does not fit the new band is silenced rather than folded back', () => {
  const folded = resample(tone(20000, 48000, 0.5), 48000, 16000);
  let peak = 0;
  for (let i = 100; i < folded.length - 100; i++) peak = Math.max(peak, Math.abs(folded[i] as number));
  expect(peak).toBeLessThan(3e-4);
});

test('a constant stays the same constant on every phase', () => {
  const flat = resample(new Float32Array(4000).fill(0.5), 22050, 48000);
  for (let i = 200; i < flat.length - 200; i++) expect(flat[i]).toBeCloseTo(0.5, 6);
});

test('equal rates give the very same samples', () => {
  const pcm = tone(440, 48000, 0.1);
  expect(resample(pcm, 48000, 48000)).toBe(pcm);
  expect(resampledLength(1001, 16000, 48000)).toBe(3003);
});

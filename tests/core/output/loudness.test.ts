/** The signals are those of EBU Tech 3341, whose answers are given there with a tolerance of 0.1 LU. */
import { describe, expect, test } from 'vitest';
import { integratedLoudness, LoudnessMeter } from '#core/output/loudness.ts';

const RATE_HZ = 48_000;

function sine(db: number, seconds: number, frequencyHz = 1000): Float32Array {
  const amplitude = Math.pow(10, db / 20);
  return Float32Array.from(
    { length: seconds * RATE_HZ },
    (_, i) => amplitude * Math.sin((2 * Math.PI * frequencyHz * i) / RATE_HZ),
  );
}

function measure(...parts: Float32Array[]): number {
  const meter = new LoudnessMeter();
  for (const part of parts) meter.push(part);
  return integratedLoudness(meter.steps(), 2);
}

describe('integrated loudness', () => {
  test('a stereo 1 kHz tone at −23 dBFS measures −23 LUFS (Tech 3341, case 1)', () => {
    expect(measure(sine(-23, 20))).toBeCloseTo(-23, 1);
  });

  test('a stereo 1 kHz tone at −33 dBFS measures −33 LUFS (case 2)', () => {
    expect(measure(sine(-33, 20))).toBeCloseTo(-33, 1);
  });

  test('quiet stretches fall under the relative gate (case 3)', () => {
    expect(measure(sine(-36, 10), sine(-23, 60), sine(-36, 10))).toBeCloseTo(-23, 1);
  });

  test('near-silence falls under the absolute gate (case 4)', () => {
    const parts = [sine(-72, 10), sine(-36, 10), sine(-23, 60), sine(-36, 10), sine(-72, 10)];
    expect(measure(...parts)).toBeCloseTo(-23, 1);
  });

  test('what lies a little lower counts (case 5)', () => {
    expect(measure(sine(-26, 20), sine(-20, 20.1), sine(-26, 20))).toBeCloseTo(-23, 1);
  });

  test('pieces of any size give the same number as the whole', () => {
    const whole = sine(-20, 3, 440);
    const pieces: Float32Array[] = [];
    for (let from = 0, size = 1; from < whole.length; from += size, size = (size * 7 + 3) % 9001)
      pieces.push(whole.subarray(from, from + size));
    expect(measure(...pieces)).toBeCloseTo(measure(whole), 9);
  });

  test.each([16_000, 22_050, 44_100])('speech measures alike at %i Hz', (rateHz) => {
    // Three partials where voices have their strength, swelling twice a second.
    const voice = (hz: number) =>
      Float32Array.from({ length: 5 * hz }, (_, i) => {
        const wave = (frequencyHz: number) => Math.sin((2 * Math.PI * frequencyHz * i) / hz);
        return (1 + wave(2)) * (0.05 * wave(220) + 0.03 * wave(900) + 0.01 * wave(2600));
      });
    const meter = new LoudnessMeter(rateHz);
    meter.push(voice(rateHz));
    expect(Math.abs(integratedLoudness(meter.steps(), 2) - measure(voice(RATE_HZ)))).toBeLessThan(0.1);
  });

  test('silence has no loudness', () => {
    expect(measure(new Float32Array(RATE_HZ))).toBe(-Infinity);
    expect(measure()).toBe(-Infinity);
  });
});

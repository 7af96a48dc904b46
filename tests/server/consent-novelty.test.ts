/** Sound heard before is known again; lips that make no sound are told; both on sounds and numbers made here. */
import { describe, expect, test } from 'vitest';
import { seededRandom } from '#core/base/hashing.ts';
import type { AssetHash } from '#core/base/ids.ts';
import { fingerprintOf, notSeenBeforeCheck } from '#server/services/consent/checks/not-seen-before.ts';
import { printDistance, soundPrints } from '#server/services/consent/checks/sound/fingerprint.ts';
import { judge } from '#server/services/consent/checks/sound/lips-in-step.ts';
import type { RecordingFingerprint } from '#server/services/consent/evidence.ts';
import { evidenceOf, RATE_HZ } from './consent-evidence.ts';

/** Something that goes up and down as talk does: tones whose loudness wanders, differently for each seed. */
function babble(seed: number, seconds: number): Float32Array {
  const random = seededRandom(seed);
  const out = new Float32Array(seconds * RATE_HZ);
  for (let tone = 0; tone < 24; tone++) {
    const hz = 200 + 3200 * random();
    let [level, goal] = [0, random()];
    for (let i = 0; i < out.length; i++) {
      if (i % 2400 === 0) goal = random() ** 3;
      level += (goal - level) * 0.0015;
      out[i] = (out[i] as number) + 0.05 * level * Math.sin((2 * Math.PI * hz * i) / RATE_HZ);
    }
  }
  return out;
}

/** Quieter, duller, with hiss, and with another beginning. */
function worse(pcm: Float32Array, cutS: number): Float32Array {
  const random = seededRandom(99);
  let low = 0;
  return pcm.slice(Math.round(cutS * RATE_HZ)).map((value) => {
    low += 0.45 * (value - low);
    return 0.4 * low + 0.0008 * (random() - 0.5);
  });
}

describe('the prints of a sound', () => {
  const original = babble(1, 20);
  const prints = soundPrints(original);

  test('know the sound again when it is quieter, duller, noisier and cut elsewhere', () => {
    expect(prints.every((print) => /^[0-9a-f]{8}$/.test(print))).toBe(true);
    expect(printDistance(prints, soundPrints(worse(original, 0)))).toBeLessThan(0.2);
    expect(printDistance(prints, soundPrints(worse(original, 3.73)))).toBeLessThan(0.3);
  });

  test('do not know another', () => {
    for (const seed of [2, 3, 4])
      expect(printDistance(prints, soundPrints(babble(seed, 20)))).toBeGreaterThan(0.36);
  });

  test('say nothing of silence, nor of less than ten seconds', () => {
    expect(printDistance(prints, soundPrints(new Float32Array(20 * RATE_HZ)))).toBeNull();
    expect(printDistance(prints, soundPrints(original.slice(0, 8 * RATE_HZ)))).toBeNull();
  });
});

describe('a recording', () => {
  const run = async (samples: Float32Array, earlier: readonly RecordingFingerprint[], alike = 0) => {
    const evidence = await evidenceOf({
      samples,
      earlier: {
        async *all() {
          for (const [i, fingerprint] of earlier.entries())
            yield await Promise.resolve({ sessionId: `earlier-${i}`, fingerprint });
        },
      },
    });
    const check = notSeenBeforeCheck(() => Promise.resolve({ prints: [], alike: () => alike }));
    return (await check.run(evidence))[0];
  };
  const kept = async (samples: Float32Array): Promise<RecordingFingerprint> => ({
    ...(await fingerprintOf(await evidenceOf({ samples }), null)),
    exact: 'other bytes' as AssetHash,
  });
  const [own, other] = [babble(5, 15), babble(6, 15)];

  test('that is new passes', async () => {
    expect(await run(own, [])).toMatchObject({ outcome: 'passed', score: 1 });
    expect(await run(own, [await kept(other)])).toMatchObject({ outcome: 'passed' });
  });
  test('that is coded anew from an earlier one fails', async () => {
    expect(await run(worse(own, 0.5), [await kept(other), await kept(own)])).toMatchObject({
      outcome: 'failed',
    });
  });
  test('with the very bytes of an earlier one fails', async () => {
    const same = await fingerprintOf(await evidenceOf({ samples: own }), null);
    expect(await run(own, [{ ...same, sounds: [] }])).toMatchObject({ outcome: 'failed', score: 0 });
  });
  test('whose pictures alone are known goes to a person', async () => {
    expect(await run(own, [await kept(other)], 0.9)).toMatchObject({ outcome: 'unsure' });
  });
});

describe('lips', () => {
  test.each([
    ['that make the sound pass', { lagS: 0.08, atLag: 6.1, atZero: 5.2, speechS: 30 }, 'passed'],
    ['under a voice that is late fail', { lagS: 0.6, atLag: 6.1, atZero: 1.2, speechS: 30 }, 'failed'],
    ['under another voice fail', { lagS: -0.7, atLag: 2.8, atZero: 0.3, speechS: 30 }, 'failed'],
    [
      'of which nothing can be told go to a person',
      { lagS: 0.04, atLag: 3.6, atZero: 3.6, speechS: 30 },
      'unsure',
    ],
    ['that hardly speak fail', { lagS: 0, atLag: 7, atZero: 7, speechS: 1 }, 'failed'],
  ] as const)('%s', (_, seen, outcome) => {
    expect(judge(seen)).toMatchObject({ outcome });
  });
  test('that were not seen fail', () => {
    expect(judge(null)).toMatchObject({ outcome: 'failed', score: 0 });
  });
});

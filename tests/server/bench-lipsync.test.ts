/** The lip-sync bench's scores on curves whose scores are known, so that its table can be believed. */
import { describe, expect, test } from 'vitest';
import { align, speechByEnergy } from '#tests/bench/lipsync/align.ts';
import { gridSentence } from '#tests/bench/lipsync/clips.ts';
import { curvesOfCues, levelled, type Sound } from '#tests/bench/lipsync/contender.ts';
import { energyContender } from '#tests/bench/lipsync/contenders/energy.ts';
import { controls, shiftedSound } from '#tests/bench/lipsync/controls.ts';
import {
  bestLag,
  bootstrap,
  closures,
  FARTHEST_LAG,
  isShut,
  jitter,
  lagProfile,
  pearson,
} from '#tests/bench/lipsync/scores.ts';
import { fillGaps, gaussian, median } from '#tests/bench/lipsync/signal.ts';
import { nodeEngine } from './flite-node.ts';
import type { Truth } from '#tests/bench/lipsync/truth.ts';

const FPS = 25;
const FRAMES = 75;
const wave = (by: number) =>
  Array.from({ length: FRAMES }, (_, i) => Math.sin((i - by) / 3) + 0.6 * Math.sin((i - by) / 1.7 + 1));

describe('correlation', () => {
  test('does not care for scale and offset, but for sign', () => {
    const truth = wave(0);
    expect(
      pearson(
        truth.map((v) => 3 * v + 7),
        truth,
      ),
    ).toBeCloseTo(1, 9);
    expect(
      pearson(
        truth.map((v) => -v),
        truth,
      ),
    ).toBeCloseTo(-1, 9);
  });

  test('is nought for a mouth that never moves', () => {
    expect(pearson(new Array<number>(FRAMES).fill(0.3), wave(0))).toBe(0);
  });

  test('looks only where the mask says', () => {
    const truth = wave(0);
    const wrongInSilence = truth.map((v, i) => (i < 20 ? 100 - v : v));
    const speech = truth.map((_, i) => i >= 20);
    expect(pearson(wrongInSilence, truth)).toBeLessThan(0.5);
    expect(pearson(wrongInSilence, truth, speech)).toBeCloseTo(1, 9);
  });

  test('a prediction that comes three frames late is found to', () => {
    const profile = lagProfile(wave(3), wave(0));
    const best = bestLag(profile);
    expect(best.lag).toBe(3);
    expect(best.r).toBeCloseTo(1, 6);
    expect(profile[FARTHEST_LAG]).toBeLessThan(0.9);
  });
});

describe('closures', () => {
  // Open throughout, but for frame 30: the middle of its time is 1.22 s.
  const curve = Array.from({ length: FRAMES }, (_, i) => (i === 30 ? 0 : 0.7 + 0.3 * Math.sin(i)));
  curve[0] = curve[74] = 0;

  test('a p is kept when the lips shut within a frame of it, and not two frames beside it', () => {
    expect(closures(curve, FPS, [{ startS: 1.2, endS: 1.26 }])).toEqual({ kept: 1, asked: 1 });
    expect(closures(curve, FPS, [{ startS: 1.25, endS: 1.3 }])).toEqual({ kept: 1, asked: 1 });
    expect(closures(curve, FPS, [{ startS: 1.31, endS: 1.36 }])).toEqual({ kept: 0, asked: 1 });
  });

  test('a p too short to hold the middle of a frame is looked for on the nearest', () => {
    expect(closures(curve, FPS, [{ startS: 1.225, endS: 1.235 }], 0)).toEqual({ kept: 1, asked: 1 });
  });

  test('a mouth that never moves is never shut', () => {
    expect(isShut(new Array<number>(20).fill(0)).some(Boolean)).toBe(false);
  });
});

test('jitter is one for the truth itself at any size, more for a trembling copy, less for a smoothed one', () => {
  const truth = wave(0);
  const trembling = truth.map((v, i) => v + (i % 2 === 0 ? 0.3 : -0.3));
  expect(
    jitter(
      truth.map((v) => 5 * v),
      truth,
    ),
  ).toBeCloseTo(1, 9);
  expect(jitter(trembling, truth)).toBeGreaterThan(2);
  expect(jitter(gaussian(truth, 1.5), truth)).toBeLessThan(0.7);
});

test('the bootstrap holds the mean between its bounds, is the same every time, and narrows with more clips', () => {
  const few = [0.2, 0.5, 0.7, 0.4, 0.6, 0.3];
  const many = Array.from({ length: 20 }, () => few).flat();
  const [a, b] = [bootstrap(few), bootstrap(many)];
  expect(a).toEqual(bootstrap(few));
  expect(a.mean).toBeCloseTo(0.45, 9);
  expect(a.low).toBeLessThan(a.mean);
  expect(a.high).toBeGreaterThan(a.mean);
  expect(b.high - b.low).toBeLessThan(0.4 * (a.high - a.low));
});

test('frames on which the face was lost are bridged, not believed', () => {
  const good = [true, true, false, false, true];
  expect(fillGaps([1, 2, 99, -99, 5], good)).toEqual([1, 2, 3, 4, 5]);
});

test('a file name of the GRID corpus is a sentence, and other names are not', () => {
  expect(gridSentence('pwij3p')).toBe('place white in j three please');
  expect(gridSentence('lgbzzs')).toBe('lay green by z zero soon');
  expect(gridSentence('seated')).toBeNull();
});

/** Three syllables of a hum in a quiet room. */
function hum(startsS: readonly number[]): Float32Array<ArrayBuffer> {
  return Float32Array.from({ length: 3 * 16_000 }, (_, i) => {
    const timeS = i / 16_000;
    const loud = startsS.some((startS) => timeS >= startS && timeS < startS + 0.3) ? 0.4 : 0.001;
    return loud * Math.sin(2 * Math.PI * 140 * timeS);
  });
}
const soundOf = (startsS: readonly number[]): Sound => ({
  clip: 'hum',
  pcm: levelled(hum(startsS)),
  fps: FPS,
  frames: FRAMES,
  said: null,
});

test('shapes become curves read at the middle of each frame, without delay', () => {
  const sound = soundOf([1]);
  const cues = [{ startS: 1, endS: 2, shape: 'O' }];
  const { opening, width } = curvesOfCues(cues, { O: [1, 0.5] }, sound, 0.04);
  expect(opening[37]).toBeCloseTo(1, 3);
  expect(width?.[37]).toBeCloseTo(0.5, 3);
  expect(opening[10]).toBeCloseTo(0, 3);
  // Symmetric about both edges: frames 24 and 25 stand 20 ms before and after 1 s.
  expect((opening[24] as number) + (opening[25] as number)).toBeCloseTo(1, 2);
  expect((opening[49] as number) + (opening[50] as number)).toBeCloseTo(1, 2);
});

test('speech without words is where the sound is, small gaps included', () => {
  const speech = speechByEnergy(hum([0.8, 1.2]), FPS, FRAMES);
  expect(speech[5]).toBe(false);
  expect(speech[24]).toBe(true);
  expect(speech[28]).toBe(true);
  expect(speech[60]).toBe(false);
});

test('the controls take the score from a contender that follows the sound', async () => {
  const truthOf = (startsS: readonly number[]): Truth => {
    const sound = soundOf(startsS);
    const opening = gaussian(
      Array.from({ length: FRAMES }, (_, i) =>
        startsS.some((startS) => (i + 0.5) / FPS >= startS && (i + 0.5) / FPS < startS + 0.3) ? 1 : 0,
      ),
      1,
    );
    return { sound, opening, speech: opening.map(() => true) } as unknown as Truth;
  };
  const truths = [truthOf([0.6, 1.3, 2.2]), truthOf([0.3, 1.7])];
  const contender = energyContender();
  for (const truth of truths)
    expect(pearson((await contender.predict(truth.sound)).opening, truth.opening)).toBeGreaterThan(0.85);
  const [early, late, other] = await controls(contender, truths);
  for (const control of [early, late, other]) expect(control?.all.mean).toBeLessThan(0.45);
});

test('a sound moved later is the same sound later', () => {
  const { pcm } = shiftedSound(soundOf([1]), 0.2);
  const original = soundOf([1]).pcm;
  expect(pcm[16_000 + 3200 + 500]).toBe(original[16_000 + 500]);
  expect(pcm.length).toBe(original.length);
});

test('p, b and m are found where a voice that reports its phones says it put them', async () => {
  const engine = nodeEngine();
  const words = 'maybe bob should move five purple boxes home before we stop'.split(' ');
  const { pcm, sampleRateHz, phones } = await engine.speak({
    engineVoice: 'rms',
    speed: 1,
    pitchSt: 0,
    tokens: words.map((spoken, word) => ({
      ...{ spoken, word, emphasis: 0, pauseAfterS: 0 },
      boundary: word === words.length - 1 ? 'sentence' : 'none',
    })),
  });
  engine.close();
  expect(sampleRateHz).toBe(16_000);
  const middles = (from: readonly { phone: string; startS: number; endS: number }[]) =>
    from.filter(({ phone }) => /^[pbm]$/.test(phone)).map(({ startS, endS }) => (startS + endS) / 2);
  const [told, found] = [
    middles(phones ?? []),
    middles((await align(words.join(' '), pcm, false))?.phones ?? []),
  ];
  expect(told.length).toBeGreaterThan(9);
  expect(found).toHaveLength(told.length);
  const apartS = told.map((middle, i) => Math.abs(middle - (found[i] ?? NaN)));
  // A frame at 25 a second is 40 ms, and the score forgives one.
  expect(Math.max(...apartS)).toBeLessThan(0.06);
  expect(median(apartS)).toBeLessThan(0.02);
});

test('a sentence that was not said in any known words is not aligned', async () => {
  expect(await align('xyzzyq', hum([1]), false)).toBeNull();
});

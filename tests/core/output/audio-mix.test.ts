import { expect, test } from 'vitest';
import { seededRandom } from '#core/base/hashing.ts';
import { RATE_25, RATE_30 } from '#core/base/time.ts';
import {
  loudnessSteps,
  masteredChunks,
  masterSound,
  paddedShot,
  previewGain,
} from '#core/output/audio-mix.ts';
import type { ShotSound } from '#core/output/audio-mix.ts';
import { integratedLoudness, LoudnessMeter } from '#core/output/loudness.ts';
import { truePeakAt } from '#core/output/limiter.ts';

/** Something like speech: syllables of noise over a buzz, with high peaks and pauses between. */
function babble(seconds: number, level: number, seed: number): Float32Array<ArrayBuffer> {
  const random = seededRandom(seed);
  return Float32Array.from({ length: Math.round(16000 * seconds) }, (_, i) => {
    const syllable = Math.max(0, Math.sin(i / 900)) ** 2;
    const pulse = Math.exp(-((i % 130) / 18));
    return level * syllable * (pulse + 0.3 * (random() * 2 - 1));
  });
}

function spoken(level: number) {
  let startFrame = 0;
  return [1.03, 2.2, 0.9].map((seconds, i) => {
    const frameCount = Math.ceil(seconds * 25);
    const shot = { pcm: babble(seconds, level, i + 1), sampleRateHz: 16000, startFrame, frameCount };
    startFrame += frameCount;
    return shot;
  });
}

const held = ({ pcm, ...shot }: ReturnType<typeof spoken>[number]): ShotSound => ({
  ...shot,
  pcm: () => Promise.resolve(pcm),
});
const film = (level: number) => spoken(level).map(held);

const breathe = () => Promise.resolve();

test.each([0.05, 0.1, 0.6])(
  'speech at level %f leaves at −14 LUFS with no true peak above −1 dBTP',
  async (level) => {
    const gain = previewGain(spoken(level).map(loudnessSteps));
    const { audio, lufs } = await masterSound(film(level), RATE_25, gain, breathe);
    const meter = new LoudnessMeter();
    let samples = 0;
    let peak = 0;
    for await (const [left, right] of audio.chunks()) {
      expect(right).toBe(left);
      if (!left) throw new Error('no channel');
      meter.push(left);
      samples += left.length;
      for (let i = 0; i < left.length; i++) peak = Math.max(peak, truePeakAt(left, i));
    }
    expect(integratedLoudness(meter.steps(), 2)).toBeCloseTo(lufs, 6);
    expect(Math.abs(lufs + 14)).toBeLessThan(0.3);
    expect(20 * Math.log10(peak)).toBeLessThan(-1);
    expect(samples).toBe(audio.totalSamples);
  },
);

test('the sound lasts exactly as long as the frames, at 25 and 30 frames a second', async () => {
  for (const rate of [RATE_25, RATE_30]) {
    const shots = film(0.1);
    let samples = 0;
    for await (const chunk of masteredChunks(shots, rate, 1)) samples += chunk.length;
    const frames = shots.reduce((sum, shot) => sum + shot.frameCount, 0);
    expect(samples).toBe((frames * 48000 * rate.den) / rate.num);
  }
});

test('moving a shot moves its sound and changes nothing in it', async () => {
  const [first] = film(0.1) as [ShotSound];
  expect(await paddedShot({ ...first, startFrame: 1234 }, RATE_25)).toEqual(await paddedShot(first, RATE_25));
});

test('a silent film stays silent rather than becoming noise', async () => {
  const silent = [{ pcm: new Float32Array(16000), sampleRateHz: 16000, startFrame: 0, frameCount: 25 }];
  const gain = previewGain(silent.map(loudnessSteps));
  const { audio, lufs } = await masterSound(silent.map(held), RATE_25, gain, breathe);
  expect(lufs).toBe(-Infinity);
  for await (const [chunk] of audio.chunks()) expect(chunk?.every((sample) => sample === 0)).toBe(true);
});

/** Our loudness and true peak against FFmpeg's own `ebur128` filter, on sound that has gates, swells and sharp peaks. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { seededRandom } from '#core/base/hashing.ts';
import { RATE_25 } from '#core/base/time.ts';
import { loudnessSteps, masterSound, previewGain } from '#core/output/audio-mix.ts';
import { truePeakAt } from '#core/output/limiter.ts';
import { integratedLoudness, LoudnessMeter } from '#core/output/loudness.ts';

const hasFfmpeg = spawnSync('ffmpeg', ['-version']).status === 0;
let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'orator-loudness-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Integrated loudness (LUFS) and true peak (dBFS) of a stereo file with this sound on both sides. */
function reference(sound: Float32Array): { lufs: number; peakDb: number } {
  const stereo = new Float32Array(sound.length * 2);
  sound.forEach((sample, i) => stereo.fill(sample, 2 * i, 2 * i + 2));
  const path = join(folder, 'sound.f32');
  writeFileSync(path, new Uint8Array(stereo.buffer));
  const { stderr } = spawnSync(
    'ffmpeg',
    // prettier-ignore
    ['-hide_banner', '-f', 'f32le', '-ar', '48000', '-ac', '2', '-i', path, '-af', 'ebur128=peak=true', '-f', 'null', '-'],
    { encoding: 'utf8' },
  );
  const summary = stderr.slice(stderr.lastIndexOf('Summary:'));
  return {
    lufs: Number(/I:\s+(-?[\d.]+) LUFS/.exec(summary)?.[1]),
    peakDb: Number(/Peak:\s+(-?[\d.]+) dBFS/.exec(summary)?.[1]),
  };
}

/** Bursts of buzz and noise between pauses, some far quieter than others. */
function babble(seconds: number, seed: number, rateHz: number): Float32Array<ArrayBuffer> {
  const random = seededRandom(seed);
  return Float32Array.from({ length: seconds * rateHz }, (_, i) => {
    const t = i / rateHz;
    const loud = Math.floor(t) % 3 === 2 ? 0.02 : 0.5;
    const syllable = Math.max(0, Math.sin(2 * Math.PI * 3 * t)) ** 2;
    return loud * syllable * (Math.sin(2 * Math.PI * 170 * t) ** 9 + 0.2 * (random() * 2 - 1));
  });
}

/** A machine of one's own may lack FFmpeg; where the tests decide, a missing reference is a failure. */
const skipped = !hasFfmpeg && !process.env['CI'];
describe.skipIf(skipped)('against FFmpeg', () => {
  test('integrated loudness agrees within 0.1 LU', () => {
    for (const seed of [1, 2, 3]) {
      const sound = babble(12, seed, 48_000);
      const meter = new LoudnessMeter();
      meter.push(sound);
      expect(Math.abs(integratedLoudness(meter.steps(), 2) - reference(sound).lufs)).toBeLessThan(0.1);
    }
  });

  test('true peak agrees within 0.15 dB', () => {
    const sound = babble(4, 4, 48_000);
    let peak = 0;
    for (let i = 0; i < sound.length; i++) peak = Math.max(peak, truePeakAt(sound, i));
    expect(Math.abs(20 * Math.log10(peak) - reference(sound).peakDb)).toBeLessThan(0.15);
  });

  test('a mastered film measures −14 ± 0.3 LUFS there, with its peaks under −1 dBTP', async () => {
    const shots = [3, 2, 4].map((seconds, i) => ({
      pcm: babble(seconds, i + 5, 16_000),
      sampleRateHz: 16_000,
      startFrame: [0, 75, 125][i] as number,
      frameCount: seconds * 25,
    }));
    const gain = previewGain(shots.map(loudnessSteps));
    const held = shots.map(({ pcm, ...shot }) => ({ ...shot, pcm: () => Promise.resolve(pcm) }));
    const { audio } = await masterSound(held, RATE_25, gain, () => Promise.resolve());
    const sound = new Float32Array(audio.totalSamples);
    let at = 0;
    for await (const [left] of audio.chunks()) {
      sound.set(left as Float32Array, at);
      at += left?.length ?? 0;
    }
    const { lufs, peakDb } = reference(sound);
    expect(Math.abs(lufs + 14)).toBeLessThan(0.3);
    expect(peakDb).toBeLessThanOrEqual(-1);
  });
});

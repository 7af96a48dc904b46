/** The oldest trick: the mouth opens as the sound is loud. The logarithm, because ears and mouths work in ratios. */
import type { Contender, Curves, Sound } from '../contender.ts';
import { atFrames } from '../contender.ts';
import { SAMPLE_RATE_HZ } from '../film.ts';
import { gaussian } from '../signal.ts';

const HOP_HZ = 100;
const WINDOW = 400; // samples, 25 ms
/** What is quieter than this below the loudest is silence. Of 20…60 dB this serves it best on GRID's clips. */
const RANGE_DB = 25;

export function logEnergy({ pcm, fps, frames }: Sound): Curves {
  const hop = SAMPLE_RATE_HZ / HOP_HZ;
  const levels = Array.from({ length: Math.ceil(pcm.length / hop) }, (_, h) => {
    const centre = (h + 0.5) * hop;
    const part = pcm.subarray(Math.max(0, centre - WINDOW / 2), centre + WINDOW / 2);
    const power = part.reduce((sum, value) => sum + value * value, 0) / Math.max(1, part.length);
    return 10 * Math.log10(power + 1e-12);
  });
  const loudest = Math.max(...levels);
  const open = levels.map((level) => Math.max(0, (level - loudest) / RANGE_DB + 1));
  return { opening: atFrames(gaussian(open, 2), HOP_HZ, fps, frames), width: null };
}

export function energyContender(): Contender {
  return {
    name: 'log-energy',
    note: '25 ms windows, 25 dB range, Gaussian σ 20 ms',
    needsText: false,
    timed: true,
    predict: (sound) => Promise.resolve(logEnergy(sound)),
  };
}

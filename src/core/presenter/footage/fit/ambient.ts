/** The colour about a person in their film: of its upper part, what lies to both sides of them. */
import { median } from '../../../track/curves.ts';
import { measureOf, type FootageTrack } from '../../../track/footage-track.ts';
import type { Picture } from '../../../track/ports.ts';
import type { LightColor } from '../../kind.ts';

const EVERY_S = 1;
const SAMPLES = 24;
/** Nearer to the face than this, in face heights, is the person. */
const PERSON = 1.1;
/** Of the film's height: below it are shoulders. */
const UPPER = 0.55;

/** Sums over what was looked at so far. */
export interface AmbientSums {
  readonly sum: readonly number[];
  readonly all: readonly number[];
  readonly count: number;
  readonly whole: number;
}

export interface Ambient {
  look(i: number, picture: Picture): void;
  finish(): LightColor;
  sums(): AmbientSums;
  goOn(from: AmbientSums): void;
}

export function createAmbient(track: FootageTrack): Ambient {
  const every = Math.max(1, Math.round((EVERY_S * track.rate.num) / track.rate.den));
  const face = median(measureOf(track, 'faceHeightPx')) || track.heightPx / 4;
  const [x, y] = [median(measureOf(track, 'faceX')), median(measureOf(track, 'faceY'))];
  const sum = [0, 0, 0];
  const all = [0, 0, 0];
  let [count, whole] = [0, 0];
  return {
    look(i, { widthPx, heightPx, rgba }) {
      if (i % every !== 0) return;
      for (let r = 0; r < SAMPLES; r++)
        for (let c = 0; c < SAMPLES; c++) {
          const px = Math.floor(((c + 0.5) / SAMPLES) * widthPx);
          const py = Math.floor(((r + 0.5) / SAMPLES) * UPPER * heightPx);
          const at = (py * widthPx + px) * 4;
          const person = Math.abs(px - x) < PERSON * face && py > y - PERSON * face;
          for (let k = 0; k < 3; k++) {
            all[k]! += rgba[at + k]!;
            if (!person) sum[k]! += rgba[at + k]!;
          }
          whole++;
          if (!person) count++;
        }
    },
    sums: () => ({ sum: [...sum], all: [...all], count, whole }),
    goOn(from) {
      sum.splice(0, 3, ...from.sum);
      all.splice(0, 3, ...from.all);
      [count, whole] = [from.count, from.whole];
    },
    finish() {
      // A face that fills the picture leaves nothing about it.
      const [from, n] = count > 0.05 * whole ? [sum, count] : [all, Math.max(1, whole)];
      const mean = (k: number) => from[k]! / n / 255;
      return [mean(0), mean(1), mean(2)];
    },
  };
}

/**
 * The person's own colours where the picture shows person and background mixed: along every edge and through every lock
 * of hair. Blurred person and blurred background are found from the matte, and what the picture lacks to their mixture
 * is given to the person (Forte, "Approximate fast foreground colour estimation", 2021): once from far, once from near.
 */
import type { Picture } from '../../../track/ports.ts';
import { boxMean } from './box-filter.ts';

const FAR_PX = 48;
const NEAR_PX = 5;

export interface Unmixed {
  /** Three planes, 0…1. */
  readonly person: readonly Float32Array[];
  readonly behind: readonly Float32Array[];
}

/** @param alpha 0…1 for each pixel */
export function unmix(picture: Picture, alpha: Float32Array): Unmixed {
  const { widthPx, heightPx, rgba } = picture;
  const rest = alpha.map((a) => 1 - a);
  const planes = [0, 1, 2].map((c) =>
    Float32Array.from({ length: alpha.length }, (_, i) => (rgba[4 * i + c] as number) / 255),
  );
  let person = planes;
  let behind = planes;
  for (const radius of [FAR_PX, NEAR_PX]) {
    const mean = (values: Float32Array) => boxMean(values, widthPx, heightPx, radius);
    const alphaMean = mean(alpha);
    const restMean = mean(rest);
    const next = planes.map((image, c) => {
      const F = mean((person[c] as Float32Array).map((value, i) => value * (alpha[i] as number)));
      const B = mean((behind[c] as Float32Array).map((value, i) => value * (rest[i] as number)));
      for (let i = 0; i < F.length; i++) {
        const a = alpha[i] as number;
        const f = (F[i] as number) / ((alphaMean[i] as number) + 1e-4);
        const b = (B[i] as number) / ((restMean[i] as number) + 1e-4);
        const lacking = (image[i] as number) - a * f - (1 - a) * b;
        B[i] = Math.min(1, Math.max(0, b));
        // Where there is no person the blurred colour stays: nobody sees it but a filter that reads beyond the edge.
        F[i] = Math.min(1, Math.max(0, f + a * lacking));
      }
      return { F, B };
    });
    person = next.map(({ F }) => F);
    behind = next.map(({ B }) => B);
  }
  return { person, behind };
}

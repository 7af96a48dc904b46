/**
 * A network's small matte drawn as finely as the picture: the guided filter (He, Sun and Tang, "Guided image filtering",
 * 2010; its fast form, He and Sun 2015). Within every small square the matte is taken to be a straight function of the
 * picture's colours, so that it turns where they do; the functions are found on a smaller picture and read on the whole.
 */
import type { Matte, Picture } from '../../../track/ports.ts';
import { boxMean, resizePlane } from './box-filter.ts';
import { decideByColor } from './decide.ts';
import { keepOnePerson } from './one-person.ts';
import { channelOf } from './planes.ts';

/** Colour differences below this (of 1, squared) are noise, not edges. */
const NOISE = 1e-4;
/** Long side of the picture that the functions are found on. */
const WORK_PX = 480;

/** @param face a place that is surely the person @returns 0…1 for each pixel of the picture */
export function refineMatte(
  picture: Picture,
  matte: Matte,
  face: readonly [x: number, y: number],
): Float32Array<ArrayBuffer> {
  const { widthPx, heightPx } = picture;
  const scale = Math.min(1, WORK_PX / Math.max(widthPx, heightPx));
  const w = Math.max(1, Math.round(widthPx * scale));
  const h = Math.max(1, Math.round(heightPx * scale));
  const planes = [0, 1, 2].map((c) => resizePlane(channelOf(picture, c), widthPx, heightPx, w, h));
  const coarse = resizePlane(matte.alpha, matte.widthPx, matte.heightPx, w, h).map((a) => a / 255);
  const decided = decideByColor(planes, coarse);
  keepOnePerson(decided, w, h, [face[0] * scale, face[1] * scale]);
  // As wide as two texels of the matte: where its own edge may be off.
  const radius = Math.max(2, Math.round((2 * Math.max(w, h)) / Math.max(matte.widthPx, matte.heightPx, 32)));
  const first = guided(planes, decided, w, h, radius);
  // Once more and closer, on what the first pass has put in its place.
  const fitted = guided(planes, evaluate(first, planes), w, h, Math.max(1, radius >> 1));
  const large = fitted.map((p) => resizePlane(p, w, h, widthPx, heightPx)) as unknown as Functions;
  const out = new Float32Array(widthPx * heightPx);
  const { rgba } = picture;
  for (let i = 0; i < out.length; i++) {
    const a =
      (large[0][i] as number) * ((rgba[4 * i] as number) / 255) +
      (large[1][i] as number) * ((rgba[4 * i + 1] as number) / 255) +
      (large[2][i] as number) * ((rgba[4 * i + 2] as number) / 255) +
      (large[3][i] as number);
    // A straight function never quite arrives at nothing or all.
    out[i] = Math.min(1, Math.max(0, (a - 0.06) / 0.86));
  }
  return out;
}

/** Three slopes and a constant, for each pixel. */
type Functions = readonly [Float32Array, Float32Array, Float32Array, Float32Array];

function evaluate([ar, ag, ab, b]: Functions, planes: readonly Float32Array[]): Float32Array {
  const [r, g, bl] = planes as [Float32Array, Float32Array, Float32Array];
  return b.map((c, i) => {
    const a =
      (ar[i] as number) * (r[i] as number) +
      (ag[i] as number) * (g[i] as number) +
      (ab[i] as number) * (bl[i] as number) +
      c;
    return Math.min(1, Math.max(0, a));
  });
}

function guided(
  planes: readonly Float32Array[],
  p: Float32Array,
  w: number,
  h: number,
  radius: number,
): Functions {
  const mean = (values: Float32Array) => boxMean(values, w, h, radius);
  const times = (a: Float32Array, b: Float32Array) => a.map((value, i) => value * (b[i] as number));
  const [r, g, b] = planes as [Float32Array, Float32Array, Float32Array];
  const [mr, mg, mb, mp] = [mean(r), mean(g), mean(b), mean(p)];
  const [rr, rg, rb] = [mean(times(r, r)), mean(times(r, g)), mean(times(r, b))];
  const [gg, gb, bb] = [mean(times(g, g)), mean(times(g, b)), mean(times(b, b))];
  const [rp, gp, bp] = [mean(times(r, p)), mean(times(g, p)), mean(times(b, p))];
  const slopes = [
    new Float32Array(p.length),
    new Float32Array(p.length),
    new Float32Array(p.length),
  ] as const;
  const constant = new Float32Array(p.length);
  for (let i = 0; i < p.length; i++) {
    const [xr, xg, xb, xp] = [mr[i] as number, mg[i] as number, mb[i] as number, mp[i] as number];
    const a = (rr[i] as number) - xr * xr + NOISE;
    const d = (gg[i] as number) - xg * xg + NOISE;
    const f = (bb[i] as number) - xb * xb + NOISE;
    const bq = (rg[i] as number) - xr * xg;
    const c = (rb[i] as number) - xr * xb;
    const e = (gb[i] as number) - xg * xb;
    const [vr, vg, vb] = [
      (rp[i] as number) - xr * xp,
      (gp[i] as number) - xg * xp,
      (bp[i] as number) - xb * xp,
    ];
    // The symmetric 3×3 system, by its cofactors.
    const [A, B, C] = [d * f - e * e, c * e - bq * f, bq * e - c * d];
    const [D, E, F] = [a * f - c * c, c * bq - a * e, a * d - bq * bq];
    const det = a * A + bq * B + c * C;
    const k = det > 1e-18 ? 1 / det : 0;
    const [sr, sg, sb] = [
      k * (A * vr + B * vg + C * vb),
      k * (B * vr + D * vg + E * vb),
      k * (C * vr + E * vg + F * vb),
    ];
    slopes[0][i] = sr;
    slopes[1][i] = sg;
    slopes[2][i] = sb;
    constant[i] = xp - sr * xr - sg * xg - sb * xb;
  }
  return [mean(slopes[0]), mean(slopes[1]), mean(slopes[2]), mean(constant)];
}

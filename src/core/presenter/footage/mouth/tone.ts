/**
 * The skin's tone as the wanted mouth has it. A picture that was chosen for its lips brings the shading of its own moment (a
 * fold that is not there, a chin in the shadow of another jaw); by how much that differs from what is foretold of this shape
 * is taken out as a slow change of gain over the mesh. Detail stays the picture's own.
 */
import type { ForetoldLooks, LookTone, MouthLook } from './look.ts';
import { MOUTH_MESH, RING, ringPlace, SPOKES } from './points.ts';

const MOST_LOG_GAIN = Math.log(1.3);
/** Colours darker than this say little. */
const FLOOR = 12;

/** For every ring that is set in, the bands of the skin's look (pixels.ts) whose mean its vertices take. */
const BANDS_OF: readonly (readonly [ring: number, bands: readonly number[]])[] = [
  [RING.inner, [0]],
  [RING.outer, [1, 2]],
  [RING.around, [2, 3]],
  [RING.fold, [4, 5]],
  [RING.cheek, [5]],
  [RING.within, [5]],
];

/**
 * @param gain MOUTH_MESH × (r, g, b): what brings film frame `frame`'s picture into the light it is set into
 * @param i frame of the plan
 * @returns the same with its tone
 */
export function toned(
  gain: Float32Array,
  look: MouthLook,
  frame: number,
  { looks, sure }: Pick<ForetoldLooks, 'looks' | 'sure'>,
  i: number,
): Float32Array {
  if (!look.tone) return gain;
  const numbers = look.inside + look.skin;
  const seen = look.seen.subarray(frame * numbers, (frame + 1) * numbers);
  const wanted = looks.subarray(i * numbers, (i + 1) * numbers);
  const logGains = sampleLogGains(
    look.tone,
    seen.subarray(look.inside),
    wanted.subarray(look.inside),
    sure[i] ?? 0,
  );
  const out = Float32Array.from(gain);
  const done = new Uint8Array(MOUTH_MESH.length);
  // Above the lips outer rings share their places with those before them.
  for (const [ring, bands] of BANDS_OF)
    for (let k = 0; k < SPOKES; k++) {
      const place = ringPlace(ring, k);
      if (done[place]) continue;
      done[place] = 1;
      for (let c = 0; c < 3; c++) {
        let sum = 0;
        for (const band of bands) sum += logGains[(band * SPOKES + k) * 3 + c]!;
        out[place * 3 + c]! *= Math.exp(sum / bands.length);
      }
    }
  return out;
}

/** INSIDE_SAMPLES × (r, g, b): logarithms of the gains that bring the inside of frame `frame` to its tone. */
export function innerLogGains(
  look: MouthLook,
  frame: number,
  { looks, sure }: Pick<ForetoldLooks, 'looks' | 'sure'>,
  i: number,
): Float32Array | null {
  if (!look.innerTone) return null;
  const numbers = look.inside + look.skin;
  return sampleLogGains(
    look.innerTone,
    look.seen.subarray(frame * numbers, frame * numbers + look.inside),
    looks.subarray(i * numbers, i * numbers + look.inside),
    sure[i] ?? 0,
  );
}

/** samples × (r, g, b). @param seen numbers of the samples @param wanted the same */
function sampleLogGains(
  { mean, basis, believed }: LookTone,
  seen: Float32Array,
  wanted: Float32Array,
  sure: number,
): Float32Array {
  const n = mean.length;
  const out = new Float32Array(n);
  for (let s = 0; s < n; s++) {
    let [own, change] = [mean[s]!, 0];
    believed.forEach((share, d) => {
      own += seen[d]! * basis[d * n + s]!;
      change += sure * share * (wanted[d]! - seen[d]!) * basis[d * n + s]!;
    });
    own = Math.max(FLOOR, own);
    const logGain = Math.log(Math.max(FLOOR, own + change) / own);
    out[s] = Math.max(-MOST_LOG_GAIN, Math.min(MOST_LOG_GAIN, logGain));
  }
  return out;
}

/**
 * A planned mouth as parts of the picture: first the base frame's own lower face, pulled to where the lips and the jaw
 * must be (so that no second chin shows under the new one), then the chosen mouth warped to the same places, its edge
 * fading out inside the jaw, its light and its sharpness brought to the base's.
 */
import type { AssetHash } from '../../../base/ids.ts';
import { rateToFps } from '../../../base/time.ts';
import type { Affine, Mesh, MeshPicture } from '../../../draw/draw-list.ts';
import type { PresenterPart } from '../../kind.ts';
import { fading } from '../base/parts.ts';
import { BETWEEN_INDICES, COLUMNS, insideOfMouth, ROWS } from './between-lips.ts';
import { filmFaces } from './geometry.ts';
import { toPicture } from './head.ts';
import { blurPx, gains, type Blur, type Sides } from './light.ts';
import { placeMouth, type Placed } from './place.ts';
import type { MouthPlan } from './plan.ts';
import { across, MOUTH_MESH, RING, ringPlace, SPOKES } from './points.ts';
import { insideAt } from './pixels.ts';
import { retouch } from './retouch.ts';
import { innerLogGains, toned } from './tone.ts';

const N = MOUTH_MESH.length;

export interface MouthPictures {
  readonly film: AssetHash;
  readonly mouths: AssetHash;
}

/** Rings of the pulled base: from the skin about the lips to the jaw, and one beyond it that stays. */
const PULLED = [RING.around, RING.fold, RING.cheek, RING.within, RING.jaw];
/** How far beyond the jaw the pull reaches, in parts of the way from the lips to the jaw. */
const NECK_REACH = 0.5;

/** Rings of the mouth that is set in. */
const SET_IN = [RING.inner, RING.outer, RING.around, RING.fold, RING.cheek, RING.within];
/** The lips' inner edge fades out over this many pixels of the film: it covers what is inside, and is no cut. */
const LIP_EDGE_PX = 1.6;
/** A ramp this many σ wide is half of what an edge becomes when it is blurred: √12 ÷ 2. */
const EDGE_SPREAD = 1.7;
// prettier-ignore
const OPACITY: Readonly<Record<number, readonly number[]>> = {
  //               corner  upper side                                      corner  lower side
  [RING.fold]:   [0.85, 0.7, 0.5, 0, 0, 0, 0, 0, 0.5, 0.7, 0.85, 1, 1, 1, 1, 1, 1, 1, 1, 1],
  [RING.cheek]:  [0.35, 0.2, 0, 0, 0, 0, 0, 0, 0, 0.2, 0.35, 0.55, 0.6, 0.65, 0.65, 0.65, 0.65, 0.65, 0.6, 0.55],
  [RING.within]: new Array<number>(SPOKES).fill(0),
};

/**
 * What is painted over the base frame's picture on frame `i`, in order, in pixels of the film.
 * @param matte as FilmLayout has it where the presenter is cut out, else null
 */
export function mouthParts(
  plan: MouthPlan,
  i: number,
  pictures: MouthPictures,
  matte: Affine | null,
): PresenterPart[] {
  const placed = placeMouth(plan, i);
  const [a, b, mix] = [plan.path.frame[i]!, plan.path.other[i]!, plan.path.mix[i]!];
  const base: Sides =
    mix > 0
      ? [
          [a, 1 - mix],
          [b, mix],
        ]
      : [[a, 1]];
  const pulled = pulledBase(plan, placed, a, pictures, matte);
  const parts: PresenterPart[] =
    mix > 0
      ? fading(pulled, pulledBase(plan, placed, b, pictures, matte), mix)
      : [{ ...pulled, kind: 'mesh', opacity: 1 }];
  // Inside first: the lips lie over it.
  for (const [pictureTrack, set] of [
    [plan.inside, setInside],
    [plan.lips, setLips],
  ] as const) {
    parts.push(set(stand(plan, i, pictureTrack.source[i]!, 1, base, pictures), placed));
    const fade = pictureTrack.fade[i]!;
    if (fade > 0) parts.push(set(stand(plan, i, pictureTrack.other[i]!, fade, base, pictures), placed));
  }
  return parts;
}

function pulledBase(
  { fit }: MouthPlan,
  { base, wanted }: Placed,
  frame: number,
  { film }: MouthPictures,
  matte: Affine | null,
): MeshPicture {
  const { places } = filmFaces(fit.track);
  const { widthPx, heightPx, rate } = fit.track;
  const count = (PULLED.length + 1) * SPOKES;
  const positions = new Float32Array(count * 2);
  const uvs = new Float32Array(count * 2);
  const own = places.subarray(frame * N * 2, (frame + 1) * N * 2);
  const put = (v: number, from: ArrayLike<number>, at: number, texture: ArrayLike<number>, uvAt: number) => {
    positions[v * 2] = from[at]!;
    positions[v * 2 + 1] = from[at + 1]!;
    uvs[v * 2] = texture[uvAt]! / widthPx;
    uvs[v * 2 + 1] = (texture[uvAt + 1]! / heightPx) * fit.layout.colourHeight;
  };
  PULLED.forEach((ring, r) => {
    for (let k = 0; k < SPOKES; k++) {
      const place = ringPlace(ring, k) * 2;
      put(r * SPOKES + k, wanted, place, own, place);
    }
  });
  for (let k = 0; k < SPOKES; k++) put(PULLED.length * SPOKES + k, beyond(base, k), 0, beyond(own, k), 0);
  return {
    image: { asset: film, kind: 'video', timeS: (frame + 0.5) / rateToFps(rate) },
    mesh: { positions, uvs, opacity: null, gain: null, indices: PULLED_INDICES },
    matte,
    unmix: matte !== null,
    blurTexels: 0,
  };
}

/** A place on the neck or the background beyond a spoke's jaw; where the spoke has none, its end. */
function beyond(places: ArrayLike<number>, k: number): readonly [number, number] {
  const jaw = ringPlace(RING.jaw, k) * 2;
  const [x, y] = [places[jaw]!, places[jaw + 1]!];
  if (k > 0 && k < SPOKES / 2) return [x, y];
  const lips = ringPlace(RING.around, k) * 2;
  return [x + NECK_REACH * (x - places[lips]!), y + NECK_REACH * (y - places[lips + 1]!)];
}

/** A packed picture about to be set in. */
interface Standing {
  /** Its place in the pack, and the film frame it is of. */
  readonly source: number;
  readonly frame: number;
  readonly fit: MouthPlan['fit'];
  /** MOUTH_MESH × (r, g, b): gains that bring it into the base's light; those of the skin bring its tone, too. */
  readonly light: Float32Array;
  readonly skinLight: Float32Array;
  readonly inner: Float32Array | null;
  readonly blur: Blur;
  toUv(x: number, y: number): readonly [u: number, v: number];
  part(mesh: Mesh): PresenterPart;
}

function stand(
  { fit, foretold, innerShown }: MouthPlan,
  i: number,
  source: number,
  opacity: number,
  base: Sides,
  { mouths }: MouthPictures,
): Standing {
  const { bank } = fit;
  const { crop } = bank;
  const frame = bank.kept[source]!;
  const [left, top] = [bank.cropAt[source * 2]!, bank.cropAt[source * 2 + 1]!];
  const blur = blurPx(bank, frame, base);
  const light = gains(bank, frame, base);
  const skinLight = foretold ? toned(light, bank.look, frame, foretold, i) : light;
  if (foretold) {
    const tone = skinLight.map((gain, k) => gain / light[k]!);
    retouch(skinLight, tone, bank.look, frame, foretold, i);
  }
  return {
    ...{ source, frame, fit, blur, light, skinLight },
    inner: foretold && !innerShown ? innerLogGains(bank.look, frame, foretold, i) : null,
    toUv: (x, y) => [((x - left) * crop.scale) / crop.widthPx, ((y - top) * crop.scale) / crop.heightPx],
    part: (mesh) => ({
      kind: 'mesh',
      opacity,
      image: { asset: mouths, kind: 'packed', timeS: 0, index: source },
      mesh,
      matte: null,
      blurTexels: [Math.min(4, blur[0] * crop.scale), Math.min(4, blur[1] * crop.scale)],
    }),
  };
}

function setLips(
  { frame, fit, skinLight: light, blur, toUv, part }: Standing,
  { wanted }: Placed,
): PresenterPart {
  const { places } = filmFaces(fit.track);
  const own = places.subarray(frame * N * 2, (frame + 1) * N * 2);
  const count = (SET_IN.length + 1) * SPOKES;
  const positions = new Float32Array(count * 2);
  const uvs = new Float32Array(count * 2);
  const opacity = new Float32Array(count).fill(1);
  const gain = new Float32Array(count * 3);
  const put = (v: number, place: number, shift: Float64Array, ownShift: Float64Array) => {
    positions[v * 2] = wanted[place * 2]! + shift[0]!;
    positions[v * 2 + 1] = wanted[place * 2 + 1]! + shift[1]!;
    uvs.set(toUv(own[place * 2]! + ownShift[0]!, own[place * 2 + 1]! + ownShift[1]!), v * 2);
    gain.set(light.subarray(place * 3, place * 3 + 3), v * 3);
  };
  const [here, there, none] = [new Float64Array(2), new Float64Array(2), new Float64Array(2)];
  for (let k = 0; k < SPOKES; k++) {
    edgeOf(wanted, k, blur, here);
    edgeOf(own, k, blur, there);
    put(k, ringPlace(RING.inner, k), here, there);
    opacity[k] = 0;
  }
  SET_IN.forEach((ring, r) => {
    for (let k = 0; k < SPOKES; k++) {
      const v = (r + 1) * SPOKES + k;
      put(v, ringPlace(ring, k), none, none);
      opacity[v] = OPACITY[ring]?.[k] ?? 1;
    }
  });
  return part({ positions, uvs, opacity, gain, indices: SET_IN_INDICES });
}

function setInside(
  { source, frame, fit, light, inner, toUv, part }: Standing,
  placed: Placed,
): PresenterPart {
  const { heads, faces } = filmFaces(fit.track);
  const count = COLUMNS * ROWS;
  const [to, from] = [new Float64Array(count * 3), new Float64Array(count * 3)];
  const depth = new Float64Array(count);
  insideOfMouth(
    placed.shape,
    faces.subarray(frame * N * 3, (frame + 1) * N * 3),
    fit.bank.teeth[source]!,
    to,
    from,
    depth,
  );
  const positions = new Float32Array(count * 2);
  const uvs = new Float32Array(count * 2);
  const gain = new Float32Array(count * 3);
  const at = new Float64Array(3);
  const shade = shadeOf(gapOf(placed.shape, 0), gapOf(faces, frame * N * 3));
  for (let v = 0; v < count; v++) {
    placed.project(to[v * 3]!, to[v * 3 + 1]!, to[v * 3 + 2]!, at, 0);
    positions.set(at.subarray(0, 2), v * 2);
    toPicture(heads, frame, from[v * 3]!, from[v * 3 + 1]!, from[v * 3 + 2]!, at, 0);
    uvs.set(toUv(at[0]!, at[1]!), v * 2);
    const place = ringPlace(RING.inner, v % COLUMNS) * 3;
    const [k, row] = [v % COLUMNS, Math.floor(v / COLUMNS)];
    const [u, l] = [ringPlace(RING.inner, k) * 3 + 1, ringPlace(RING.inner, across(k)) * 3 + 1];
    const gap = placed.shape[l]! - placed.shape[u]!;
    const way = gap > 1e-6 ? (to[v * 3 + 1]! - placed.shape[u]!) / gap : row / (ROWS - 1);
    for (let c = 0; c < 3; c++) {
      const tone = inner ? Math.exp(insideAt(inner, 3, c, k, way, gap)) : 1;
      gain[v * 3 + c] = tone * shade * depth[v]! * light[place + c]!;
    }
  }
  return part({ positions, uvs, opacity: null, gain, indices: INSIDE_INDICES });
}

/** Lips this far apart let half of the light in that they keep out when shut: heights of the face. */
const HALF_LIT = 0.05;

/** Lips that shut over what another frame shows lay their shadow on it. */
function shadeOf(wanted: number, source: number): number {
  const lit = (gap: number) => Math.max(0, gap) / (Math.max(0, gap) + HALF_LIT);
  return Math.max(LEAST_LIT, Math.min(1, (lit(wanted) + 0.1) / (lit(source) + 0.1)));
}
const LEAST_LIT = 0.4;

/** How far the middles of the inner lips are apart. */
function gapOf(face: ArrayLike<number>, at: number): number {
  const middle = SPOKES / 4;
  const [upper, lower] = [ringPlace(RING.inner, middle) * 3, ringPlace(RING.inner, across(middle)) * 3];
  return face[at + lower + 1]! - face[at + upper + 1]!;
}

/** From a spoke's inner lip towards the lip across: LIP_EDGE_PX and what a blur spreads, and never more than a part of the gap. */
function edgeOf(places: ArrayLike<number>, k: number, blur: Blur, into: Float64Array): void {
  const [a, b] = [ringPlace(RING.inner, k) * 2, ringPlace(RING.inner, across(k)) * 2];
  const [dx, dy] = [places[b]! - places[a]!, places[b + 1]! - places[a + 1]!];
  const gap = Math.hypot(dx, dy);
  const part =
    gap > 1e-6
      ? Math.min((LIP_EDGE_PX + (EDGE_SPREAD * Math.hypot(blur[0] * dx, blur[1] * dy)) / gap) / gap, 0.45)
      : 0;
  into[0] = dx * part;
  into[1] = dy * part;
}

/** Strips between rings; what has no area is left out. */
function stripIndices(rings: readonly number[], extra: number): number[] {
  const indices: number[] = [];
  const same = (a: number, b: number) => {
    const place = (v: number) => {
      const ring = rings[Math.floor(v / SPOKES)] ?? -1;
      return ring < 0 ? -1 - v : ringPlace(ring, v % SPOKES);
    };
    return place(a) === place(b);
  };
  const triangle = (a: number, b: number, c: number) => {
    if (!same(a, b) && !same(b, c) && !same(a, c)) indices.push(a, b, c);
  };
  for (let r = 0; r + 1 < rings.length + extra; r++)
    for (let k = 0; k < SPOKES; k++) {
      const next = (k + 1) % SPOKES;
      const [a, b, c, d] = [r * SPOKES + k, r * SPOKES + next, (r + 1) * SPOKES + k, (r + 1) * SPOKES + next];
      triangle(a, b, c);
      triangle(b, d, c);
    }
  return indices;
}

const PULLED_INDICES = Uint16Array.from(stripIndices(PULLED, 1));
const INSIDE_INDICES = Uint16Array.from(BETWEEN_INDICES);
/** The lips' edge comes first, then the rings: the strips of one more ring, counted from the other end. */
const SET_IN_INDICES = Uint16Array.from([
  ...stripIndices([-1, RING.inner], 0),
  ...stripIndices(SET_IN, 0).map((v) => v + SPOKES),
]);

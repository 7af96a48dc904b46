/**
 * Where the lower face goes on one frame: the base frame's own landmarks, with lips, chin and jaw moved to the shape that
 * is wanted, on the head as it is turned there. Lips come from the shape alone; further out more and more of what only
 * the base frame knows (a smile's fold, how its outline lies) stays.
 */
import { smoothRows } from './algebra.ts';
import { SLOW_FRAMES } from './congeal.ts';
import { filmFaces } from './geometry.ts';
import { toPicture } from './head.ts';
import type { MouthPlan } from './plan.ts';
import { across, MOUTH_MESH, placeInMesh, RING, ringPlace, SPOKES } from './points.ts';
import { mouthMesh } from './space.ts';

const N = MOUTH_MESH.length;

/** How much of the base frame's own difference from its shape each place keeps, and how far it may be moved at all. */
const OWN = new Float64Array(N);
const MOVES = new Float64Array(N).fill(1);
{
  const own = [0, 0, 0.4, 1, 1, 1, 1];
  for (let ring = own.length - 1; ring >= 0; ring--)
    for (let k = 0; k < SPOKES; k++) OWN[ringPlace(ring, k)] = own[ring]!;
  // The nose stays; cheeks are moved half; the jaw's hinge half.
  for (const point of [98, 97, 2, 326, 327, 187, 205, 425, 411]) MOVES[placeInMesh(point)] = 0;
  for (const point of [203, 423, 172, 397]) MOVES[placeInMesh(point)] = 0.5;
}

export interface Placed {
  /** MOUTH_MESH × 3: as wanted, in the head's own frame. */
  readonly shape: Float64Array;
  /** From the head's own frame into the picture. @param into (x, y, …) at `at` */
  project(x: number, y: number, z: number, into: Float64Array, at: number): void;
  /** MOUTH_MESH × (x, y): the base frame's own. */
  readonly base: Float64Array;
  /** MOUTH_MESH × (x, y): as wanted. */
  readonly wanted: Float64Array;
}

/** Pixels of the film. */
export function placeMouth(plan: MouthPlan, i: number): Placed {
  const { track, bank } = plan.fit;
  const { heads, faces, places } = filmFaces(track);
  const [a, b, mix] = [plan.path.frame[i]!, plan.path.other[i]!, plan.path.mix[i]!];
  const sides =
    mix > 0
      ? ([
          [a, 1 - mix],
          [b, mix],
        ] as const)
      : ([[a, 1]] as const);
  const base = new Float64Array(N * 2);
  const shape = new Float64Array(N * 3);
  const model = new Float64Array(N * 3);
  let [yaw, pitch] = [0, 0];
  const slow = slowOwn(plan.fit);
  const slowHere = new Float64Array(N * 3);
  const own = new Float64Array(N * 3); // the base frames' difference from what their coefficients say
  for (const [frame, weight] of sides) {
    const turn = [heads.turns[frame * 2]!, heads.turns[frame * 2 + 1]!] as const;
    yaw += weight * turn[0];
    pitch += weight * turn[1];
    mouthMesh(bank.space, bank.coefficients, frame, turn[0], turn[1], model);
    for (let k = 0; k < N * 3; k++) own[k]! += weight * (faces[frame * N * 3 + k]! - model[k]!);
    for (let k = 0; k < N * 3; k++) slowHere[k]! += weight * slow[frame * N * 3 + k]!;
    for (let k = 0; k < N * 2; k++) base[k]! += weight * places[frame * N * 2 + k]!;
  }
  mouthMesh(bank.space, plan.targets, i, yaw, pitch, shape);
  for (let k = 0; k < N * 3; k++) {
    const share = OWN[Math.floor(k / 3)]!;
    shape[k]! += share * own[k]! + (1 - share) * slowHere[k]!;
  }
  keepLipsApart(shape);
  const here = new Float64Array(3);
  const project = (x: number, y: number, z: number, into: Float64Array, at: number) => {
    into[at] = into[at + 1] = 0;
    for (const [frame, weight] of sides) {
      toPicture(heads, frame, x, y, z, here, 0);
      into[at] += weight * here[0]!;
      into[at + 1]! += weight * here[1]!;
    }
  };
  const wanted = new Float64Array(N * 2);
  for (let k = 0; k < N; k++) {
    project(shape[k * 3]!, shape[k * 3 + 1]!, shape[k * 3 + 2]!, wanted, k * 2);
    for (const c of [k * 2, k * 2 + 1]) wanted[c] = base[c]! + MOVES[k]! * (wanted[c]! - base[c]!);
  }
  return { base, wanted, shape, project };
}

const known = new WeakMap<MouthPlan['fit']['bank'], Float64Array>();

/** frames × MOUTH_MESH × 3: by how much each frame's face differs, for a while, from what its coefficients say. */
function slowOwn({ track, bank }: MouthPlan['fit']): Float64Array {
  const before = known.get(bank);
  if (before) return before;
  const { heads, faces } = filmFaces(track);
  const model = new Float64Array(N * 3);
  const off = Float64Array.from(faces);
  for (let f = 0; f < track.frameCount; f++) {
    mouthMesh(bank.space, bank.coefficients, f, heads.turns[f * 2]!, heads.turns[f * 2 + 1]!, model);
    for (let k = 0; k < N * 3; k++) off[f * N * 3 + k]! -= model[k]!;
  }
  const slow = smoothRows(off, N * 3, SLOW_FRAMES, track.seen);
  known.set(bank, slow);
  return slow;
}

/** An upper lip below the lower one turns the mesh inside out: they meet half way. */
function keepLipsApart(shape: Float64Array): void {
  for (let k = 1; k < SPOKES / 2; k++) {
    const upper = ringPlace(RING.inner, k) * 3;
    const lower = ringPlace(RING.inner, across(k)) * 3;
    if (shape[upper + 1]! <= shape[lower + 1]!) continue;
    for (let axis = 0; axis < 3; axis++)
      shape[upper + axis] = shape[lower + axis] = (shape[upper + axis]! + shape[lower + axis]!) / 2;
  }
}

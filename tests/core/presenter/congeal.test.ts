/** Landmarks that a network set beside their spot of skin are brought back to it, on a film whose true landmarks are known. */
import { beforeAll, expect, test } from 'vitest';
import { seededRandom } from '#core/base/hashing.ts';
import { congeal, PATCH_BYTES, readPatches, recolour } from '#core/presenter/footage/mouth/congeal.ts';
import { filmFaces } from '#core/presenter/footage/mouth/geometry.ts';
import { COLOUR_REACH, readSkin, SKIN_PLACES } from '#core/presenter/footage/mouth/pixels.ts';
import { MOUTH_MESH, RING, RINGS } from '#core/presenter/footage/mouth/points.ts';
import type { FootageTrack } from '#core/track/footage-track.ts';
import { FACE_POINTS, type Picture } from '#core/track/ports.ts';
import { mouthPicture, talking, trackOf } from './drawn-mouth.ts';

const FRAMES = 60;
/** Not learned from. */
const HELD = 50;
/** Not seen. */
const UNSEEN = 20;
/** How far landmarks are set beside their spot: pixels, of 66 a height of the face. */
const ASIDE_PX = 1.5;
const OUTER_RINGS = [RING.fold, RING.cheek];
const CHIN = new Set([136, 148, 152, 176, 377, 400, 365, 379]);

const states = talking(FRAMES).map((state) => ({ ...state, open: 0.3 * state.open, yaw: 0, light: 1 }));
const truth = trackOf(states);
const random = seededRandom(3);
const points = truth.points.slice();
for (let f = 0; f < FRAMES; f++)
  for (const point of new Set(OUTER_RINGS.flatMap((ring) => RINGS[ring])))
    for (const axis of [0, 1])
      points[(f * FACE_POINTS + point) * 3 + axis]! += ASIDE_PX * 2 * (random() - 0.5);
const seen = Uint8Array.from(truth.seen, (_, f) => (f === UNSEEN ? 0 : 1));
const track: FootageTrack = { ...truth, points, seen };
const learned = Uint8Array.from({ length: FRAMES }, (_, f) => (f < HELD ? 1 : 0));

let film: Picture[];
let patches: Uint8Array;
const placesOf = (of: FootageTrack, f: number) =>
  filmFaces(of).places.subarray(f * MOUTH_MESH.length * 2, (f + 1) * MOUTH_MESH.length * 2);

beforeAll(() => {
  film = states.map(mouthPicture);
  patches = new Uint8Array(FRAMES * PATCH_BYTES);
  film.forEach((picture, f) => {
    patches.set(readPatches(picture, placesOf(track, f), filmFaces(track).heads, f), f * PATCH_BYTES);
  });
});

/** Root mean square distance of the rings that were disturbed from where they truly are, their mean over the film taken out. */
function off(of: FootageTrack, frames: readonly number[]): number {
  let [sum, count] = [0, 0];
  for (const point of new Set(OUTER_RINGS.flatMap((ring) => RINGS[ring]))) {
    const k = MOUTH_MESH.indexOf(point) * 2;
    if (CHIN.has(point)) continue;
    for (const axis of [0, 1]) {
      const apart = frames.map((f) => placesOf(of, f)[k + axis]! - placesOf(truth, f)[k + axis]!);
      const mean = apart.reduce((all, v) => all + v, 0) / apart.length;
      for (const v of apart) sum += (v - mean) ** 2;
      count += apart.length;
    }
  }
  return Math.sqrt(sum / count);
}

test('landmarks come back to their spot of skin, on frames that were not learned from, too', () => {
  const { track: laid } = congeal(track, patches, learned);
  const seenFrames = Array.from({ length: FRAMES }, (_, f) => f).filter((f) => f !== UNSEEN);
  expect(off(laid, seenFrames)).toBeLessThan(0.6 * off(track, seenFrames));
  const held = seenFrames.filter((f) => f >= HELD);
  expect(off(laid, held)).toBeLessThan(0.6 * off(track, held));
});

test('what was not seen, and the inner edge of the lips, stay as they were found', () => {
  const { track: laid } = congeal(track, patches, learned);
  const of = ({ points: all }: FootageTrack, f: number) =>
    all.slice(f * FACE_POINTS * 3, (f + 1) * FACE_POINTS * 3);
  expect(of(laid, UNSEEN)).toEqual(of(track, UNSEEN));
  for (const f of [0, 31, HELD]) {
    expect(of(laid, f)).not.toEqual(of(track, f));
    for (const point of RINGS[RING.inner])
      expect(of(laid, f).slice(point * 3, point * 3 + 3)).toEqual(
        of(track, f).slice(point * 3, point * 3 + 3),
      );
  }
});

test('a colour that was read beside its spot becomes what is seen where the landmark is now', () => {
  const done = congeal(track, patches, learned);
  const width = SKIN_PLACES.length * 3;
  const read = (of: FootageTrack) =>
    Float32Array.from(
      film.flatMap((picture, f) => [
        ...readSkin(picture, placesOf(of, f), filmFaces(of).heads.values[f * 13 + 9]!),
      ]),
    );
  const [before, wanted] = [read(track), read(done.track)];
  const made = before.slice();
  recolour(made, SKIN_PLACES, () => COLOUR_REACH, patches, done);
  const apart = (a: Float32Array) =>
    Math.sqrt(a.reduce((sum, v, k) => sum + (v - wanted[k]!) ** 2, 0) / a.length);
  expect(made.length).toBe(FRAMES * width);
  // 0.22 of 0.31: boxes begin and end at whole pixels.
  expect(apart(made)).toBeLessThan(0.8 * apart(before));
});

test('where skin lies for long is no shape of the mouth: what moves for seconds is not among what moves quickly', () => {
  const { track: laid, quick } = congeal(track, patches, learned);
  const frames = Array.from({ length: FRAMES }, (_, f) => f);
  const moves = (of: FootageTrack) => {
    let [slow, all] = [0, 0];
    for (const point of RINGS[RING.fold])
      for (const axis of [0, 1]) {
        const at = (f: number) => (f * FACE_POINTS + point) * 3 + axis;
        const moved = frames.map((f) => of.points[at(f)]! - points[at(f)]!);
        for (let f = 0; f + 20 <= FRAMES; f += 20)
          slow += moved.slice(f, f + 20).reduce((sum, v) => sum + v, 0) ** 2;
        for (const v of moved) all += v * v;
      }
    return [slow, all] as const;
  };
  expect(moves(quick)[0]).toBeLessThan(0.25 * moves(laid)[0]);
  expect(moves(quick)[1]).toBeGreaterThan(0.3 * moves(laid)[1]);
});

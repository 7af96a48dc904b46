/**
 * Fits the mouths of a followed film. What the track alone can say (heads, the space of shapes, which frames are worth
 * keeping, how large their pictures are) is known before the first picture comes; then each picture is looked at once.
 */
import type { FootageTrack } from '../../../track/footage-track.ts';
import type { Picture } from '../../../track/ports.ts';
import { smoothRows } from './algebra.ts';
import type { MouthBank } from './bank.ts';
import { congeal, PATCH_BYTES, readPatches, recolour } from './congeal.ts';
import { blurLeaves, BLURS, detailStepPx, readDetail, sharpen } from './detail.ts';
import { filmFaces } from './geometry.ts';
import { headScalePx } from './head.ts';
import { chooseKept } from './keep.ts';
import { gainsBetween } from './light.ts';
import { fitLook, foretellInputs, regress, answer, type MouthLook } from './look.ts';
import {
  boxOf,
  cutOut,
  lightLook,
  LIP_NUMBERS,
  LIP_PLACES,
  lipReach,
  COLOUR_REACH,
  readLips,
  INSIDE_SAMPLES,
  readLook,
  readSkin,
  readTeeth,
  SKIN_PLACES,
  SKIN_SAMPLES,
  type CropPlace,
} from './pixels.ts';
import { MOUTH_MESH } from './points.ts';
import { fitRetouch } from './retouch.ts';
import { fitMouthSpace, lipsOf, measureMouths, type MouthSpace } from './space.ts';

/** What some frames in a row have shown. */
export interface MouthPart {
  readonly looks: Float32Array<ArrayBuffer>;
  readonly skin: Float32Array<ArrayBuffer>;
  readonly lips: Float32Array<ArrayBuffer>;
  readonly detail: Float32Array<ArrayBuffer>;
  readonly teeth: Float32Array<ArrayBuffer>;
  readonly cropAt: Float32Array<ArrayBuffer>;
  readonly blurLooks: readonly BlurLook[];
  readonly patches: Uint8Array<ArrayBuffer>;
}
interface BlurLook {
  readonly frame: number;
  readonly leaves: readonly (readonly [own: number, other: number])[];
}

export interface FittedMouths {
  readonly bank: MouthBank;
  /** The film's, its landmarks laid on the skin: what the bank's mouths are to be drawn by. */
  readonly track: FootageTrack;
}

export interface MouthFitter {
  /**
   * Looks at frame `i`, in full size. Answers with the lower face to keep for it, to be packed in order of frames, or
   * null where this frame is not kept.
   */
  look(i: number, picture: Picture): Picture | null;
  /** When every frame was looked at. */
  finish(): FittedMouths;
  /** What frames [from, to), which were looked at, have shown. */
  part(from: number, to: number): MouthPart;
  /** Instead of looking at them: what another fitter of the same track and options saw from frame `from` on. */
  goOn(from: number, part: MouthPart): void;
}

export interface MouthFitOptions {
  /** frames: 0 where the fit may not learn from a frame; it may still carry a mouth. All may be used by default. */
  readonly usable?: ArrayLike<number>;
  /** Pictures kept, at most. */
  readonly most?: number;
}

export const MOST_KEPT = 700;
const MOST_CROP_PX = 400;
const MARGIN_PX = 6;
const BLUR_LOOKS = 16;
/** A frame's own sharpness counts: heads turn within a frame or two. */
const DETAIL_SMOOTH_FRAMES = 0.7;

export function createMouthFitter(track: FootageTrack, options: MouthFitOptions = {}): MouthFitter {
  const { frameCount } = track;
  const film = filmFaces(track);
  const n = MOUTH_MESH.length;
  const usable = Uint8Array.from(track.seen, (seen, f) =>
    seen > 0 && (options.usable?.[f] ?? 1) > 0 ? 1 : 0,
  );
  if (usable.every((u) => u === 0)) usable.fill(1);
  const { turns } = film.heads;
  const kept = keptOf(film.faces, turns, usable, options.most ?? MOST_KEPT);
  const placeOf = (f: number) => film.places.subarray(f * n * 2, (f + 1) * n * 2);
  const crop = cropSize(Array.from(kept, (f) => boxOf(placeOf(f))));
  const cropAt = new Float32Array(kept.length * 2);
  const index = new Map(Array.from(kept, (f, k) => [f, k]));

  const stride = (INSIDE_SAMPLES + SKIN_SAMPLES) * 3;
  const looks = new Float32Array(frameCount * stride);
  const skin = new Float32Array(frameCount * SKIN_PLACES.length * 3);
  const lips = new Float32Array(frameCount * LIP_NUMBERS);
  const detail = new Float32Array(frameCount * 2);
  const detailStep = detailStepPx(middle(Array.from(kept, (f) => headScalePx(film.heads, f))));
  const teeth = new Float32Array(kept.length);
  const patches = new Uint8Array(frameCount * PATCH_BYTES);
  const blurLooks: BlurLook[] = [];
  const blurStep = Math.max(1, Math.floor(kept.length / BLUR_LOOKS));

  const firstKept = (from: number) => {
    const k = kept.findIndex((frame) => frame >= from);
    return k < 0 ? kept.length : k;
  };

  return {
    part(from, to) {
      const [k, end] = [firstKept(from), firstKept(to)];
      const width = SKIN_PLACES.length * 3;
      return {
        looks: looks.slice(from * stride, to * stride),
        skin: skin.slice(from * width, to * width),
        lips: lips.slice(from * LIP_NUMBERS, to * LIP_NUMBERS),
        detail: detail.slice(2 * from, 2 * to),
        teeth: teeth.slice(k, end),
        cropAt: cropAt.slice(2 * k, 2 * end),
        blurLooks: blurLooks.filter(({ frame }) => frame >= from && frame < to),
        patches: patches.slice(from * PATCH_BYTES, to * PATCH_BYTES),
      };
    },
    goOn(from, part) {
      const k = firstKept(from);
      looks.set(part.looks, from * stride);
      skin.set(part.skin, from * SKIN_PLACES.length * 3);
      lips.set(part.lips, from * LIP_NUMBERS);
      detail.set(part.detail, 2 * from);
      teeth.set(part.teeth, k);
      cropAt.set(part.cropAt, 2 * k);
      blurLooks.push(...part.blurLooks);
      patches.set(part.patches, from * PATCH_BYTES);
    },
    look(i, picture) {
      const places = placeOf(i);
      const unitPx = headScalePx(film.heads, i);
      skin.set(readSkin(picture, places, unitPx), i * SKIN_PLACES.length * 3);
      patches.set(readPatches(picture, places, film.heads, i), i * PATCH_BYTES);
      const k = index.get(i);
      const often = k !== undefined && k % blurStep === 0;
      detail.set(readDetail(picture, places, detailStep), i * 2);
      if (often)
        blurLooks.push({
          frame: i,
          leaves: BLURS.map((sigma) => blurLeaves(picture, places, detailStep, sigma * detailStep)),
        });
      if (k === undefined) return null;
      teeth[k] = readTeeth(picture, places);
      looks.set(readLook(picture, places, unitPx), i * stride);
      lips.set(readLips(picture, places, unitPx), i * LIP_NUMBERS);
      const box = boxOf(places);
      const place = cropPlace(box, crop);
      cropAt[k * 2] = place.x;
      cropAt[k * 2 + 1] = place.y;
      return sharpen(cutOut(picture, place));
    },
    finish() {
      const learned = new Uint8Array(frameCount);
      for (const f of kept) learned[f] = 1;
      const laid = congeal(track, patches, learned);
      recolour(skin, SKIN_PLACES, () => COLOUR_REACH, patches, laid);
      recolour(lips, LIP_PLACES, lipReach, patches, laid);
      const { faces } = filmFaces(laid.quick);
      const space = fitMouthSpace(faces, turns, usable);
      const coefficients = measureMouths(space, faces, turns);
      const steadySkin = Float32Array.from(
        smoothRows(Float64Array.from(skin), SKIN_PLACES.length * 3, 1.5, track.seen),
      );
      const open = Array.from({ length: frameCount }, (_, f) => lipsOf(space, coefficients, f).opening);
      evenLight(looks, stride, lips, space, steadySkin, kept);
      const bank: MouthBank = {
        space,
        coefficients,
        kept,
        crop,
        cropAt,
        teeth: steadyTeeth(teeth, kept),
        skin: steadySkin,
        detail: Float32Array.from(
          smoothRows(Float64Array.from(detail), 2, DETAIL_SMOOTH_FRAMES, track.seen),
          (d) => Math.max(0, d),
        ),
        blurs: {
          sigmaPx: Float32Array.from(BLURS, (sigma) => sigma * detailStep),
          own: Float32Array.from(BLURS, (_, b) => middle(blurLooks.map(({ leaves }) => leaves[b]![0]))),
          other: Float32Array.from(BLURS, (_, b) => middle(blurLooks.map(({ leaves }) => leaves[b]![1]))),
        },
        look: fitLook(looks, open, coefficients, turns, learned),
      };
      return { track: laid.track, bank: { ...bank, look: withRetouch(laid.track, bank, lips, turns) } };
    },
  };
}

function keptOf(
  faces: Float64Array,
  turns: Float64Array,
  usable: Uint8Array,
  most: number,
): MouthBank['kept'] {
  const space = fitMouthSpace(faces, turns, usable);
  return chooseKept(measureMouths(space, faces, turns), space.spread.length, usable, most);
}

/** One size for all pictures: what nearly every lower face fits into, pixel for pixel where that is not too large. */
function cropSize(boxes: readonly (readonly [number, number, number, number])[]): MouthBank['crop'] {
  const largest = (a: number, b: number) => {
    const sizes = boxes.map((box) => box[b]! - box[a]!).sort((x, y) => x - y);
    return sizes[Math.floor((sizes.length - 1) * 0.995)]! + 2 * MARGIN_PX;
  };
  const [width, height] = [largest(0, 2), largest(1, 3)];
  const scale = Math.min(1, MOST_CROP_PX / Math.max(width, height));
  // Even sides: JPEG halves its colours.
  const even = (px: number) => Math.max(16, 2 * Math.ceil((px * scale) / 2));
  return { widthPx: even(width), heightPx: even(height), scale };
}

function cropPlace(
  [left, top, right, bottom]: readonly [number, number, number, number],
  crop: MouthBank['crop'],
): CropPlace {
  return {
    ...crop,
    x: Math.round((left + right - crop.widthPx / crop.scale) / 2),
    y: Math.round((top + bottom - crop.heightPx / crop.scale) / 2),
  };
}

/** The look with what is learned of chosen mouths by drawing the film's own frames. */
function withRetouch(
  track: FootageTrack,
  bank: MouthBank,
  lips: Float32Array,
  turns: Float64Array,
): MouthLook {
  const { look, coefficients, kept } = bank;
  const { scale, penalty, frames } = look.foretell;
  if (penalty === undefined || frames === undefined) return look;
  const numbers = look.inside + look.skin;
  const width = numbers + LIP_NUMBERS;
  const values = new Float32Array(track.frameCount * width);
  for (const f of kept) {
    values.set(look.seen.subarray(f * numbers, (f + 1) * numbers), f * width);
    values.set(lips.subarray(f * LIP_NUMBERS, (f + 1) * LIP_NUMBERS), f * width + numbers);
  }
  const inputs = foretellInputs(coefficients, turns);
  const columns = scale.length;
  const centres = new Set(frames);
  const learn = (of: Float32Array, outputs: number, train: readonly number[]) =>
    regress(inputs, of, columns, outputs, Array.from(scale), penalty, train, () => 1);
  const foretold = (train: readonly number[], asked: readonly number[]) => {
    const model = learn(
      values,
      width,
      train.filter((f) => centres.has(f)),
    );
    const out = new Float32Array(asked.length * width);
    asked.forEach((f, i) => {
      const x = Float64Array.from(scale, (s, c) => inputs[f * columns + c]! / s);
      out.set(answer(model, x), i * width);
    });
    return out;
  };
  const { weights, mean } = learn(lips, LIP_NUMBERS, Array.from(frames));
  const retouch = fitRetouch(track, bank, lips, foretold, { weights, mean });
  return retouch ? { ...look, retouch } : look;
}

/** Takes the light out of the looks, as it will be when a mouth is set in: the skin about them is made the film's mean. */
function evenLight(
  looks: Float32Array,
  stride: number,
  lips: Float32Array,
  space: MouthSpace,
  skin: Float32Array,
  kept: Uint32Array,
): void {
  const n = SKIN_PLACES.length * 3;
  const mean = new Float32Array(n);
  for (const f of kept) for (let s = 0; s < n; s++) mean[s]! += skin[f * n + s]! / kept.length;
  for (const f of kept) {
    const gain = gainsBetween(space, skin.subarray(f * n, (f + 1) * n), mean);
    lightLook(looks.subarray(f * stride, (f + 1) * stride), gain);
    LIP_PLACES.forEach((place, k) => {
      for (let c = 0; c < 3; c++) lips[f * LIP_NUMBERS + k * 3 + c]! *= gain[place * 3 + c]!;
    });
  }
}

/** The middle of each frame and its neighbours in the film. */
function steadyTeeth(teeth: Float32Array, kept: Uint32Array): Float32Array<ArrayBuffer> {
  return Float32Array.from(teeth, (own, k) =>
    middle([k - 1, k, k + 1].map((n) => (Math.abs((kept[n] ?? -9) - kept[k]!) <= 1 ? teeth[n]! : own))),
  );
}

function middle(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? 1;
}

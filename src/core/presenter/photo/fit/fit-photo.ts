/**
 * A photo and what was found in it → a presenter: the person cut out finely and put on a mesh, what is behind them
 * filled in, the parts of a mouth drawn in the face's own light.
 */
import type { Rect } from '../../../draw/draw-list.ts';
import { restPose } from '../../../motion/rest-pose.ts';
import { channelIndex, type MotionChannel } from '../../../motion/track.ts';
import type { Picture } from '../../../track/ports.ts';
import type { PhotoTrack } from '../../../track/photo-track.ts';
import type { LightColor } from '../../kind.ts';
import { faceFrame } from '../face-frame.ts';
import { FITTED_PX, PHOTO_FIT_VERSION, type EyeMesh, type PhotoFit } from '../fit.ts';
import { createPuppet } from '../puppet.ts';
import { readPose } from '../rig/pose.ts';
import { STILL } from '../rig/swing.ts';
import { boxMean } from './box-filter.ts';
import { withoutTurned } from './flip-edges.ts';
import { personColors } from './foreground.ts';
import { faceLight } from './light.ts';
import { refineMatte } from './matte.ts';
import { findGlasses } from './glasses.ts';
import { liftGlint, type Glint } from './glint.ts';
import { layOutParts } from './mouth-parts.ts';
import { fillPlate } from './plate.ts';
import { shrink, shrinkTrack } from './shrink.ts';
import { fitSkin, type Covered } from './skin.ts';
import { matteOrUsual } from './usual-matte.ts';

export interface FittedPhoto {
  readonly fit: PhotoFit;
  /** RGBA, straight alpha: the person on glass, and the strip of mouth parts below. */
  readonly person: Picture;
  /** Opaque. */
  readonly plate: Picture;
}

/** Poses that pull the skin about most. */
const TAKEN: readonly Partial<Record<MotionChannel, number>>[] = [
  {},
  { jawOpen: 0.6 },
  { jawOpen: 0.2, mouthPucker: 0.8, mouthFunnel: 0.4 },
  { mouthSmileLeft: 0.8, mouthSmileRight: 0.8 },
  { mouthStretchLeft: 0.6, mouthStretchRight: 0.6, jawOpen: 0.2 },
  { mouthFrownLeft: 0.6, mouthFrownRight: 0.6 },
  { browInnerUp: 0.9, eyeBlinkLeft: 1, eyeBlinkRight: 1 },
  { headYaw: 0.22 },
  { headYaw: -0.22 },
];

/** Less of the person than this is nobody. */
const SEEN = 0.02;

/** @param track of this very picture */
export function fitPhoto(original: Picture, found: PhotoTrack): FittedPhoto {
  const scale = Math.min(1, FITTED_PX / Math.max(original.widthPx, original.heightPx));
  const picture = shrink(original, scale);
  const track = shrinkTrack(found, picture);
  const { widthPx, heightPx } = picture;
  const frame = faceFrame(track);
  const alpha = refineMatte(picture, matteOrUsual(track, frame), [frame.mouth[0], frame.mouth[1]]);
  const colors = personColors(picture, alpha);
  const light = faceLight(picture, track, frame);
  const own = new Uint8ClampedArray(4 * widthPx * heightPx);
  for (let i = 0; i < alpha.length; i++) {
    const a = alpha[i] as number;
    // Whole pixels stay as they are, to the last bit.
    for (let c = 0; c < 3; c++)
      own[4 * i + c] =
        a >= 1 ? (picture.rgba[4 * i + c] as number) : 255 * ((colors[c] as Float32Array)[i] as number);
    own[4 * i + 3] = 255 * a;
  }
  const skin = fitSkin(track, frame, coverage(alpha, widthPx, heightPx));
  const lifted = {
    right: liftGlint({ ...picture, rgba: own }, skin.right),
    left: liftGlint({ ...picture, rgba: own }, skin.left),
  };
  const glints = [lifted.right, lifted.left].filter((glint) => glint !== null);
  const strip = layOutParts(light, frame, widthPx, heightPx, glints);
  const withGlint = (eye: EyeMesh, glint: Glint | null): EyeMesh => {
    const part = glint && strip.glintParts[glints.indexOf(glint)];
    return { ...eye, glint: glint && part ? { place: glint.place, part } : null };
  };
  const rgba = new Uint8ClampedArray(4 * widthPx * (heightPx + strip.heightPx));
  rgba.set(own);
  strip.paint(rgba);
  const plate = fillPlate(picture, alpha);
  const joined: PhotoFit = {
    kind: 'photo',
    version: PHOTO_FIT_VERSION,
    track,
    sheetHeightPx: heightPx + strip.heightPx,
    mesh: { ...skin, right: withGlint(skin.right, lifted.right), left: withGlint(skin.left, lifted.left) },
    parts: strip.parts,
    ambient: ambientOf(plate),
    glassesPx: findGlasses(picture, track, frame),
    ...extent(alpha, widthPx, heightPx),
  };
  const fit = { ...joined, mesh: { ...joined.mesh, indices: seenOf(joined) } };
  return { fit, person: { widthPx, heightPx: heightPx + strip.heightPx, rgba }, plate };
}

/** The skin without slivers that are the wrong way round in every pose the puppet takes: beside a corner of the mouth. */
function seenOf(fit: PhotoFit): Uint16Array {
  const puppet = createPuppet(fit);
  const poses = TAKEN.map((channels) => {
    const values = restPose();
    for (const [name, value] of Object.entries(channels)) values[channelIndex(name as MotionChannel)] = value;
    return puppet.skin(readPose(values, 0), STILL);
  });
  return Uint16Array.from(withoutTurned(fit.mesh.indices, poses));
}

/** Of the picture's height: below it are shoulders. */
const UPPER = 0.6;

function ambientOf({ widthPx, heightPx, rgba }: Picture): LightColor {
  const pixels = Math.max(1, Math.round(heightPx * UPPER)) * widthPx;
  const sum: [number, number, number] = [0, 0, 0];
  for (let i = 0; i < pixels; i++) for (let c = 0; c < 3; c++) sum[c]! += rgba[4 * i + c]!;
  return [sum[0] / pixels / 255, sum[1] / pixels / 255, sum[2] / pixels / 255];
}

/** Whether any of the person is within `radius` of a place, from a table of sums. */
function coverage(alpha: Float32Array, widthPx: number, heightPx: number): Covered {
  const w = widthPx + 1;
  const sums = new Float64Array(w * (heightPx + 1));
  for (let y = 0; y < heightPx; y++) {
    let row = 0;
    for (let x = 0; x < widthPx; x++) {
      row += (alpha[y * widthPx + x] as number) > SEEN ? 1 : 0;
      sums[(y + 1) * w + x + 1] = (sums[y * w + x + 1] as number) + row;
    }
  }
  return (x, y, radius) => {
    const [x0, x1] = [x - radius, x + radius].map((v) => Math.round(Math.min(widthPx, Math.max(0, v)))) as [
      number,
      number,
    ];
    const [y0, y1] = [y - radius, y + radius].map((v) => Math.round(Math.min(heightPx, Math.max(0, v)))) as [
      number,
      number,
    ];
    const at = (px: number, py: number) => sums[py * w + px] as number;
    return at(x1, y1) - at(x0, y1) - at(x1, y0) + at(x0, y0) > 0;
  };
}

function extent(alpha: Float32Array, widthPx: number, heightPx: number): Pick<PhotoFit, 'person' | 'cut'> {
  // Specks do not count.
  const solid = boxMean(alpha, widthPx, heightPx, 2);
  let [left, top, right, bottom] = [widthPx, heightPx, 0, 0];
  for (let y = 0; y < heightPx; y++)
    for (let x = 0; x < widthPx; x++)
      if ((solid[y * widthPx + x] as number) > 0.4) {
        left = Math.min(left, x);
        right = Math.max(right, x + 1);
        top = Math.min(top, y);
        bottom = Math.max(bottom, y + 1);
      }
  const person: Rect =
    right > left && bottom > top
      ? { x: left, y: top, width: right - left, height: bottom - top }
      : { x: 0, y: 0, width: widthPx, height: heightPx };
  const near = 2;
  return {
    person,
    cut: {
      top: person.y <= near,
      left: person.x <= near,
      right: person.x + person.width >= widthPx - near,
      bottom: person.y + person.height >= heightPx - near,
    },
  };
}

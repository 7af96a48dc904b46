/**
 * A photo and what was found in it → a presenter: the person cut out finely and put on a mesh, what is behind them
 * filled in, the parts of a mouth drawn in the face's own light.
 */
import type { Rect } from '../../../draw/draw-list.ts';
import type { Picture } from '../../../track/ports.ts';
import type { PhotoTrack } from '../../../track/photo-track.ts';
import { faceFrame } from '../face-frame.ts';
import { FITTED_PX, PHOTO_FIT_VERSION, type PhotoFit } from '../fit.ts';
import { boxMean } from './box-filter.ts';
import { personColors } from './foreground.ts';
import { faceLight } from './light.ts';
import { refineMatte } from './matte.ts';
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
  const strip = layOutParts(light, frame, widthPx, heightPx);
  const rgba = new Uint8ClampedArray(4 * widthPx * (heightPx + strip.heightPx));
  for (let i = 0; i < alpha.length; i++) {
    const a = alpha[i] as number;
    // Whole pixels stay as they are, to the last bit.
    for (let c = 0; c < 3; c++)
      rgba[4 * i + c] =
        a >= 1 ? (picture.rgba[4 * i + c] as number) : 255 * ((colors[c] as Float32Array)[i] as number);
    rgba[4 * i + 3] = 255 * a;
  }
  strip.paint(rgba);
  const fit: PhotoFit = {
    kind: 'photo',
    version: PHOTO_FIT_VERSION,
    track,
    sheetHeightPx: heightPx + strip.heightPx,
    mesh: fitSkin(track, frame, coverage(alpha, widthPx, heightPx)),
    parts: strip.parts,
    ...extent(alpha, widthPx, heightPx),
  };
  return {
    fit,
    person: { widthPx, heightPx: heightPx + strip.heightPx, rgba },
    plate: fillPlate(picture, alpha),
  };
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

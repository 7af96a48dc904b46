/**
 * The working film: the person's picture, and below it, at half its size, how much of each pixel is the person. One
 * film holds both, so that they cannot come apart in time, and one decoder gives both. An upright picture's matte lies
 * on its side where that makes the film smaller.
 */
import type { Affine } from '../../../draw/draw-list.ts';
import type { FilmLayout } from '../fit.ts';

/** Rows between picture and matte that belong to neither: a codec's blocks and filters do not reach across. */
const GAP_PX = 16;
const BLOCK_PX = 16;
const BLACK_LUMA = 16;
const NO_CHROMA = 128;

export interface FilmShape {
  /** Of the whole film. */
  readonly widthPx: number;
  readonly heightPx: number;
  /** Of the picture; even. */
  readonly colourHeightPx: number;
  /** Upright; null where the person is not cut out. */
  readonly matte: {
    readonly widthPx: number;
    readonly heightPx: number;
    readonly topPx: number;
    /** Column x of the matte is row x of the film. */
    readonly lying: boolean;
  } | null;
  readonly layout: FilmLayout;
}

/** @param widthPx @param heightPx of the picture; even */
export function filmShape(widthPx: number, heightPx: number, cutOut: boolean): FilmShape {
  if (!cutOut)
    return {
      widthPx,
      heightPx,
      colourHeightPx: heightPx,
      matte: null,
      layout: { colourHeight: 1, matte: null },
    };
  const [mw, mh] = [widthPx >> 1, heightPx >> 1];
  const lying = mh <= widthPx && mw < mh;
  const topPx = Math.ceil((heightPx + GAP_PX / 2) / BLOCK_PX) * BLOCK_PX;
  const rows = lying ? mw : mh;
  const whole = topPx + rows + (rows % 2);
  const top = topPx / whole;
  // Half of a colour's place, in fractions of the film; turned where the matte lies.
  const matte: Affine = lying
    ? [0, (0.5 * widthPx) / whole, (0.5 * whole) / widthPx, 0, 0, top]
    : [0.5, 0, 0, 0.5, 0, top];
  return {
    widthPx,
    heightPx: whole,
    colourHeightPx: heightPx,
    matte: { widthPx: mw, heightPx: mh, topPx, lying },
    layout: { colourHeight: heightPx / whole, matte },
  };
}

/**
 * One frame of the film.
 * @param planes the picture, I420, BT.709 limited
 * @param alpha 0…255, of the matte's size, upright; null where the shape has no matte
 * @param out I420 of the film's size
 */
export function writeFilmFrame(
  shape: FilmShape,
  planes: Uint8Array,
  alpha: Uint8ClampedArray | Uint8Array | null,
  out: Uint8Array | Uint8ClampedArray,
): void {
  const { widthPx: w, heightPx: h, colourHeightPx: ch, matte } = shape;
  const [quarter, own] = [(w * h) / 4, (w * ch) / 4];
  out.fill(BLACK_LUMA, w * ch, w * h);
  out.fill(NO_CHROMA, w * h);
  out.set(planes.subarray(0, w * ch), 0);
  out.set(planes.subarray(w * ch, w * ch + own), w * h);
  out.set(planes.subarray(w * ch + own, w * ch + 2 * own), w * h + quarter);
  if (matte === null || alpha === null) return;
  const { widthPx: mw, heightPx: mh, topPx, lying } = matte;
  // The picture's last row goes on through half of the gap: what is read at its edge is still the picture.
  for (let y = ch; y < Math.min(ch + GAP_PX / 2, topPx); y++) out.copyWithin(y * w, (ch - 1) * w, ch * w);
  for (let y = 0; y < mh; y++)
    for (let x = 0; x < mw; x++) {
      const grey = (BLACK_LUMA + ((alpha[y * mw + x] as number) * 219 + 127) / 255) | 0;
      out[lying ? (topPx + x) * w + y : (topPx + y) * w + x] = grey;
    }
}

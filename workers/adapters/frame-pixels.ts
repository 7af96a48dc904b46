/**
 * A decoded frame as pixels, in the two forms that making a twin needs: RGBA for whatever looks at it, and BT.709
 * limited I420 for the film that is kept. Frames are turned and made smaller plane by plane, and never go through RGB
 * on the way to the film, so that it loses nothing but what its encoder takes; a canvas, which is slow here, sees only
 * frames of unusual kinds.
 */
import { AppError } from '#core/base/errors.ts';
import { i420Bytes, rgbaToI420 } from '#core/output/color.ts';
import { uprightPlane, type QuarterTurns } from '#core/output/planes.ts';
import { viewOfPicture } from '#core/track/places.ts';
import type { Bounds, FrameView, Picture } from '#core/track/ports.ts';

export interface PixelFrame {
  /** Its pixels are made as they are looked at. */
  readonly view: FrameView;
  /** I420, BT.709 limited; overwritten by the next frame. */
  readonly planes: Uint8Array<ArrayBuffer>;
}

const BT709 = { primaries: 'bt709', transfer: 'bt709', matrix: 'bt709', fullRange: false } as const;
/** Transfer curves that need no more than to be shown as they are. */
const ORDINARY: readonly (string | null)[] = ['bt709', 'smpte170m', 'iec61966-2-1', null];

/** Turns frames of any size into pixels of one size; its buffers are used again and again. */
export class FramePixels {
  readonly #widthPx: number;
  readonly #heightPx: number;
  readonly #rgba: Uint8ClampedArray<ArrayBuffer>;
  readonly #planes: Uint8Array<ArrayBuffer>;
  #stored = new Uint8Array(0);
  #ctx: OffscreenCanvasRenderingContext2D | null = null;
  /** Whether this browser converts frames to RGBA by itself. */
  #converts = true;

  /** Both even. */
  constructor(widthPx: number, heightPx: number) {
    this.#widthPx = widthPx;
    this.#heightPx = heightPx;
    this.#rgba = new Uint8ClampedArray(4 * widthPx * heightPx);
    this.#planes = new Uint8Array(i420Bytes(widthPx, heightPx));
  }

  /** @param frame as stored, stays the caller's to close @param turn what makes it upright */
  async of(frame: VideoFrame, turn: QuarterTurns): Promise<PixelFrame> {
    const { format, colorSpace } = frame;
    const planar = format === 'I420' || format === 'NV12';
    if (planar && ORDINARY.includes(colorSpace.transfer)) {
      await this.#upright(frame, turn);
      return this.ofPlanes(this.#planes, colorSpace);
    }
    return this.#written(this.#drawn(frame, turn));
  }

  /** @param planes I420 of this size @param colour how they are written */
  async ofPlanes(
    planes: Uint8Array<ArrayBuffer>,
    colour: Pick<VideoColorSpaceInit, 'matrix' | 'fullRange'> = BT709,
  ): Promise<PixelFrame> {
    const { matrix, fullRange } = colour;
    if ((matrix ?? 'bt709') === 'bt709' && fullRange !== true) return { view: this.#viewOf(planes), planes };
    // Other equations than the film's: seen right first, then written anew.
    const own = { ...BT709, matrix: matrix ?? 'bt709', fullRange: fullRange ?? false };
    return this.#written(await this.#seen(planes, own));
  }

  #viewOf(planes: Uint8Array<ArrayBuffer>): FrameView {
    const [widthPx, heightPx] = [this.#widthPx, this.#heightPx];
    let seen: Promise<Picture> | null = null;
    const whole = () => (seen ??= this.#seen(planes, BT709));
    return {
      widthPx,
      heightPx,
      get made() {
        return seen !== null;
      },
      whole,
      part: async (bounds) => {
        const within = evenBounds(bounds, widthPx, heightPx);
        // Not where all was made already, or little would be spared.
        const spares = !seen && 2 * within.widthPx * within.heightPx < widthPx * heightPx;
        const picture = spares ? await this.#seenPart(planes, within) : null;
        if (picture) return { picture, leftPx: within.leftPx, topPx: within.topPx };
        return { picture: await whole(), leftPx: 0, topPx: 0 };
      },
    };
  }

  /** What of a larger frame lies at its top left, as it is. @param frame stays the caller's to close */
  async top(frame: VideoFrame): Promise<Picture> {
    const [w, h] = [this.#widthPx, this.#heightPx];
    const rect = { x: 0, y: 0, width: w, height: h };
    if (this.#converts)
      try {
        await frame.copyTo(this.#rgba, { rect, format: 'RGBA', layout: [{ offset: 0, stride: 4 * w }] });
        return { widthPx: w, heightPx: h, rgba: this.#rgba };
      } catch {
        this.#converts = false;
      }
    const ctx = (this.#ctx ??= canvasOf(w, h));
    ctx.setTransform(1, 0, 0, 1, 0, 0);
    ctx.drawImage(frame, 0, 0);
    return { widthPx: w, heightPx: h, rgba: ctx.getImageData(0, 0, w, h).data };
  }

  async #upright(frame: VideoFrame, turn: QuarterTurns): Promise<void> {
    const rect = frame.visibleRect ?? { width: frame.codedWidth, height: frame.codedHeight };
    const [width, height] = [rect.width, rect.height];
    const bytes = frame.allocationSize();
    if (this.#stored.length !== bytes) this.#stored = new Uint8Array(bytes);
    const layout = await frame.copyTo(this.#stored);
    const plane = (index: number, shift: number, step: number, columns: number, rows: number) => {
      const { offset, stride } = layout[index] as PlaneLayout;
      return { bytes: this.#stored, offset: offset + shift, stride, step, width: columns, height: rows };
    };
    const [cw, ch] = [Math.ceil(width / 2), Math.ceil(height / 2)];
    const chroma =
      frame.format === 'NV12'
        ? [plane(1, 0, 2, cw, ch), plane(1, 1, 2, cw, ch)]
        : [plane(1, 0, 1, cw, ch), plane(2, 0, 1, cw, ch)];
    const [w, h] = [this.#widthPx, this.#heightPx];
    uprightPlane(plane(0, 0, 1, width, height), turn, this.#planes, 0, w, h);
    chroma.forEach((source, i) =>
      uprightPlane(source, turn, this.#planes, w * h + (i * w * h) / 4, w / 2, h / 2),
    );
  }

  async #seen(planes: Uint8Array<ArrayBuffer>, colorSpace: VideoColorSpaceInit): Promise<Picture> {
    const [w, h] = [this.#widthPx, this.#heightPx];
    const frame = new VideoFrame(planes, {
      format: 'I420',
      codedWidth: w,
      codedHeight: h,
      timestamp: 0,
      colorSpace,
    });
    try {
      if (this.#converts)
        try {
          await frame.copyTo(this.#rgba, { format: 'RGBA', layout: [{ offset: 0, stride: 4 * w }] });
          return { widthPx: w, heightPx: h, rgba: this.#rgba };
        } catch {
          this.#converts = false;
        }
      return this.#drawn(frame, 0);
    } finally {
      frame.close();
    }
  }

  /** The browser's own conversion, of less; null where it has none. */
  async #seenPart(
    planes: Uint8Array<ArrayBuffer>,
    { leftPx, topPx, widthPx, heightPx }: Bounds,
  ): Promise<Picture | null> {
    if (!this.#converts) return null;
    const [w, h] = [this.#widthPx, this.#heightPx];
    const cut = new Uint8Array(i420Bytes(widthPx, heightPx));
    let at = 0;
    const rows = (from: number, stride: number, columns: number, count: number) => {
      for (let row = 0; row < count; row++, at += columns)
        cut.set(planes.subarray(from + row * stride, from + row * stride + columns), at);
    };
    rows(topPx * w + leftPx, w, widthPx, heightPx);
    for (const plane of [w * h, w * h + (w * h) / 4])
      rows(plane + (topPx / 2) * (w / 2) + leftPx / 2, w / 2, widthPx / 2, heightPx / 2);
    const frame = new VideoFrame(cut, {
      format: 'I420',
      codedWidth: widthPx,
      codedHeight: heightPx,
      timestamp: 0,
      colorSpace: BT709,
    });
    try {
      const rgba = new Uint8ClampedArray(4 * widthPx * heightPx);
      await frame.copyTo(rgba, { format: 'RGBA', layout: [{ offset: 0, stride: 4 * widthPx }] });
      return { widthPx, heightPx, rgba };
    } catch {
      this.#converts = false;
      return null;
    } finally {
      frame.close();
    }
  }

  #written(picture: Picture): PixelFrame {
    rgbaToI420(picture.rgba, this.#widthPx, this.#heightPx, this.#planes);
    return { view: viewOfPicture(picture), planes: this.#planes };
  }

  #drawn(frame: VideoFrame, turn: QuarterTurns): Picture {
    const [w, h] = [this.#widthPx, this.#heightPx];
    const ctx = (this.#ctx ??= canvasOf(w, h));
    ctx.setTransform(1, 0, 0, 1, w / 2, h / 2);
    ctx.rotate((turn * Math.PI) / 180);
    const [across, down] = turn === 90 || turn === 270 ? [h, w] : [w, h];
    ctx.drawImage(frame, -across / 2, -down / 2, across, down);
    return { widthPx: w, heightPx: h, rgba: ctx.getImageData(0, 0, w, h).data };
  }
}

/** What of it lies inside, grown to whole blocks of chroma and by one more: a conversion may read beside its edge. */
function evenBounds({ leftPx, topPx, widthPx, heightPx }: Bounds, w: number, h: number): Bounds {
  const low = (place: number, limit: number) =>
    Math.min(limit - 2, Math.max(0, 2 * Math.floor(place / 2) - 2));
  const high = (place: number, limit: number) => Math.max(2, Math.min(limit, 2 * Math.ceil(place / 2) + 2));
  const [left, top] = [low(leftPx, w), low(topPx, h)];
  return {
    leftPx: left,
    topPx: top,
    widthPx: Math.max(2, high(leftPx + widthPx, w) - left),
    heightPx: Math.max(2, high(topPx + heightPx, h) - top),
  };
}

function canvasOf(widthPx: number, heightPx: number): OffscreenCanvasRenderingContext2D {
  const ctx = new OffscreenCanvas(widthPx, heightPx).getContext('2d', {
    willReadFrequently: true,
    alpha: false,
  });
  if (ctx === null)
    throw new AppError('unsupported-browser', 'This browser gave Orator no canvas to draw on.');
  ctx.imageSmoothingQuality = 'high';
  return ctx;
}

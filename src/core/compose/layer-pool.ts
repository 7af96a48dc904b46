/**
 * Scratch canvases. A group that fades or blends as one is painted on clear glass first; glass is cut a little large
 * and kept, because making a canvas costs more than painting on one.
 */
import { AppError } from '../base/errors.ts';
import type { Canvas2D, CanvasFactory, CanvasLike } from './ports.ts';

export interface Layer {
  readonly canvas: CanvasLike;
  readonly ctx: Canvas2D;
}

/** Sizes are rounded up to this, so that a moving arm does not ask for a new canvas each frame. */
const GRAIN_PX = 128;
const KEPT = 8;

export class LayerPool {
  readonly #canvases: CanvasFactory;
  #free: Layer[] = [];
  #lent = 0;
  #smoothClips: boolean | null = null;

  constructor(canvases: CanvasFactory) {
    this.#canvases = canvases;
  }

  /** Whether this host's own clips have soft edges. Tried once, on glass of an ordinary size. */
  get smoothClips(): boolean {
    return (this.#smoothClips ??= this.#tryClip());
  }

  #tryClip(): boolean {
    const layer = this.acquire(256, 256);
    const { ctx } = layer;
    ctx.save();
    ctx.beginPath();
    ctx.moveTo(0, 0);
    ctx.lineTo(32, 11);
    ctx.lineTo(0, 32);
    ctx.clip();
    ctx.fillStyle = '#000';
    ctx.fillRect(0, 0, 32, 32);
    ctx.restore();
    const { data } = ctx.getImageData(0, 0, 32, 32);
    this.release(layer);
    for (let i = 3; i < data.length; i += 4) {
      const alpha = data[i] as number;
      if (alpha > 32 && alpha < 224) return true;
    }
    return false;
  }

  /** Clear glass of at least this size; its state is that of a new context. Give it back with `release`. */
  acquire(widthPx: number, heightPx: number): Layer {
    this.#lent++;
    let best = -1;
    for (let i = 0; i < this.#free.length; i++) {
      const { canvas } = this.#free[i] as Layer;
      if (canvas.width < widthPx || canvas.height < heightPx) continue;
      const chosen = best < 0 ? null : (this.#free[best] as Layer).canvas;
      if (chosen === null || canvas.width * canvas.height < chosen.width * chosen.height) best = i;
    }
    if (best >= 0) {
      const [layer] = this.#free.splice(best, 1) as [Layer];
      layer.ctx.setTransform(1, 0, 0, 1, 0, 0);
      layer.ctx.globalAlpha = 1;
      layer.ctx.globalCompositeOperation = 'source-over';
      layer.ctx.clearRect(0, 0, widthPx, heightPx);
      return layer;
    }
    const round = (px: number) => Math.max(GRAIN_PX, Math.ceil(px / GRAIN_PX) * GRAIN_PX);
    const canvas = this.#canvases.create(round(widthPx), round(heightPx));
    return { canvas, ctx: context2d(canvas, this.#canvases) };
  }

  release(layer: Layer): void {
    this.#lent--;
    this.#free.push(layer);
    if (this.#free.length > KEPT) freeCanvas((this.#free.shift() as Layer).canvas);
  }

  /** Canvases handed out and not given back: 0 between frames. */
  get lent(): number {
    return this.#lent;
  }

  close(): void {
    for (const layer of this.#free) freeCanvas(layer.canvas);
    this.#free = [];
  }
}

/**
 * The 2D context of a canvas, on the side of the machine that its factory asks for, seen through our own interface.
 * @throws AppError unsupported-browser when there is none to be had
 */
export function context2d(canvas: CanvasLike, { onCpu }: CanvasFactory, alpha = true): Canvas2D {
  const ctx = canvas.getContext('2d', { alpha, willReadFrequently: onCpu === true });
  if (ctx === null || ctx === undefined)
    throw new AppError('unsupported-browser', 'This browser gave Orator no canvas to draw on.', {
      way: 'Close other tabs and reload, or use another browser.',
    });
  return ctx as Canvas2D;
}

/** Lets the pixels go now rather than at the next garbage collection. Some hosts refuse a size of 0. */
export function freeCanvas(canvas: CanvasLike): void {
  canvas.width = 1;
  canvas.height = 1;
}

/**
 * Who paints. A compositor executes draw lists on a surface of its own; the host lends it pictures and a way to make
 * canvases.
 */
import type { DrawList, ImageRef } from '../draw/draw-list.ts';

/** The part of CanvasRenderingContext2D (and Skia's) that vector drawing needs. */
export interface Canvas2D {
  globalAlpha: number;
  globalCompositeOperation: string;
  fillStyle: unknown;
  strokeStyle: unknown;
  lineWidth: number;
  lineCap: string;
  lineJoin: string;
  miterLimit: number;
  imageSmoothingEnabled: boolean;
  imageSmoothingQuality: string;
  save(): void;
  restore(): void;
  setTransform(a: number, b: number, c: number, d: number, e: number, f: number): void;
  transform(a: number, b: number, c: number, d: number, e: number, f: number): void;
  clearRect(x: number, y: number, w: number, h: number): void;
  fillRect(x: number, y: number, w: number, h: number): void;
  beginPath(): void;
  moveTo(x: number, y: number): void;
  lineTo(x: number, y: number): void;
  quadraticCurveTo(cx: number, cy: number, x: number, y: number): void;
  bezierCurveTo(c1x: number, c1y: number, c2x: number, c2y: number, x: number, y: number): void;
  closePath(): void;
  rect(x: number, y: number, w: number, h: number): void;
  fill(rule?: 'nonzero' | 'evenodd'): void;
  stroke(): void;
  clip(rule?: 'nonzero' | 'evenodd'): void;
  drawImage(
    image: never,
    sx: number,
    sy: number,
    sw: number,
    sh: number,
    dx: number,
    dy: number,
    dw: number,
    dh: number,
  ): void;
  createLinearGradient(x0: number, y0: number, x1: number, y1: number): CanvasGradientLike;
  createRadialGradient(
    x0: number,
    y0: number,
    r0: number,
    x1: number,
    y1: number,
    r1: number,
  ): CanvasGradientLike;
  getImageData(x: number, y: number, w: number, h: number): PixelData;
  createImageData(w: number, h: number): PixelData;
  /** Replaces pixels by the part of `pixels` at (fromX, fromY), whose corner goes to (x + fromX, y + fromY). */
  putImageData(pixels: never, x: number, y: number, fromX: number, fromY: number, w: number, h: number): void;
}
/** The part of ImageData that is needed: RGBA, straight alpha. */
export interface PixelData {
  readonly data: Uint8ClampedArray;
  readonly width: number;
  readonly height: number;
}
export interface CanvasGradientLike {
  addColorStop(offset: number, color: string): void;
}
/** An OffscreenCanvas in browsers, a Skia canvas in Node. */
export interface CanvasLike {
  width: number;
  height: number;
  getContext(kind: '2d', options?: { alpha?: boolean; willReadFrequently?: boolean }): unknown;
}
export interface CanvasFactory {
  create(widthPx: number, heightPx: number): CanvasLike;
  /**
   * True where 2D canvases do better on the CPU. On a GPU that is software, Chromium's accelerated canvas takes
   * 750 ms for what its plain one does in 35 (a presenter at 1080p).
   */
  readonly onCpu?: boolean;
}

/**
 * A decoded picture as the host holds it (ImageBitmap, VideoFrame, Skia image) and its size. Another picture is
 * another object: compositors keep what they made of it under the object itself.
 */
export interface HostImage {
  readonly source: object;
  readonly widthPx: number;
  readonly heightPx: number;
}

/** Pictures by reference. `load` makes all of a frame's pictures ready; `get` then answers at once. */
export interface ImageProvider {
  /** @throws AppError unsupported-media | corrupt-file | not-found */
  load(refs: readonly ImageRef[]): Promise<void>;
  get(ref: ImageRef): HostImage | null;
  /** These will be asked for soon: what takes long may be begun. Nothing waits for it, and nothing is told of it. */
  expect?(refs: readonly ImageRef[]): void;
  close(): void;
}

export interface Compositor {
  readonly kind: 'webgpu' | 'canvas2d';
  /** Output size in pixels; draw lists of another size are scaled to fit it exactly. */
  readonly widthPx: number;
  readonly heightPx: number;
  /** Paints the list, onto `surface` where there is one. Images must have been loaded. @throws AppError device-lost */
  draw(list: DrawList, images: ImageProvider): void;
  /** What was drawn last: a canvas, to show or to encode. Null where the host has none that a GPU draws on. */
  readonly surface: CanvasLike | null;
  /** RGBA, straight alpha, row-major, top row first. */
  readPixels(): Promise<Uint8ClampedArray>;
  close(): void;
}

/**
 * The compositor for every machine: draw lists on a plain 2D canvas, in a browser or on Skia. It is also the
 * reference that the WebGPU compositor is held to.
 */
import { AppError } from '../base/errors.ts';
import { multiply } from '../draw/affine.ts';
import type { Affine, DrawLayer, DrawList, Paint } from '../draw/draw-list.ts';
import { blendsEscape } from './extent.ts';
import {
  imageRects,
  meshAsImage,
  sidesOf,
  vectorPixels,
  viewOf,
  type DissolveLayer,
  type ImageLayer,
  type MeshLayer,
  type PixelRect,
  type VectorLayer,
} from './geometry.ts';
import { context2d, freeCanvas, LayerPool, type Layer } from './layer-pool.ts';
import { FilmFrames } from './film-frames.ts';
import { MeshLayers } from './mesh-layers.ts';
import type { Canvas2D, CanvasFactory, CanvasLike, Compositor, HostImage, ImageProvider } from './ports.ts';
import { RasterCache } from './raster-cache.ts';
import { paintStyle } from './style.ts';
import { paintVector } from './vector.ts';

export interface Canvas2DCompositorOptions {
  readonly canvases: CanvasFactory;
  readonly widthPx: number;
  readonly heightPx: number;
  /** Drawn onto instead of a canvas of its own; it is resized to fit and stays the caller's. */
  readonly surface?: CanvasLike;
  /** Frames begin as clear glass instead of black. */
  readonly clear?: boolean;
  /** Bound on the rasters kept of keyed layers. */
  readonly cacheBytes?: number;
}

const CACHE_BYTES = 96 * 1024 * 1024;

/** @throws AppError unsupported-browser when a 2D canvas cannot be had */
export function createCanvas2DCompositor(options: Canvas2DCompositorOptions): Compositor {
  return new Canvas2DCompositor(options);
}

class Canvas2DCompositor implements Compositor {
  readonly kind = 'canvas2d';
  readonly widthPx: number;
  readonly heightPx: number;
  readonly surface: CanvasLike;
  readonly #ctx: Canvas2D;
  readonly #layers: LayerPool;
  readonly #canvases: CanvasFactory;
  readonly #rasters: RasterCache<CanvasLike>;
  readonly #films: FilmFrames;
  readonly #meshes: MeshLayers;
  readonly #ownsSurface: boolean;
  readonly #clear: boolean;

  constructor(options: Canvas2DCompositorOptions) {
    const { canvases, widthPx, heightPx } = options;
    this.widthPx = widthPx;
    this.heightPx = heightPx;
    this.#canvases = canvases;
    this.#ownsSurface = options.surface === undefined;
    this.surface = options.surface ?? canvases.create(widthPx, heightPx);
    if (this.surface.width !== widthPx) this.surface.width = widthPx;
    if (this.surface.height !== heightPx) this.surface.height = heightPx;
    this.#clear = options.clear ?? false;
    this.#ctx = context2d(this.surface, canvases, this.#clear);
    this.#layers = new LayerPool(canvases);
    this.#films = new FilmFrames(canvases);
    const [layers, films] = [this.#layers, this.#films];
    this.#meshes = new MeshLayers({ canvases, layers, films, widthPx, heightPx });
    this.#rasters = new RasterCache({ limitBytes: options.cacheBytes ?? CACHE_BYTES, free: freeCanvas });
  }

  draw(list: DrawList, images: ImageProvider): void {
    const ctx = this.#ctx;
    const view = viewOf(list, this.widthPx, this.heightPx);
    ctx.setTransform(1, 0, 0, 1, 0, 0);
    ctx.globalAlpha = 1;
    ctx.globalCompositeOperation = 'source-over';
    if (this.#clear) ctx.clearRect(0, 0, this.widthPx, this.heightPx);
    else {
      ctx.fillStyle = '#000';
      ctx.fillRect(0, 0, this.widthPx, this.heightPx);
    }
    try {
      for (const layer of list.layers) this.#paint(ctx, layer, view, images);
    } finally {
      this.#meshes.endFrame();
      this.#films.endFrame();
    }
  }

  readPixels(): Promise<Uint8ClampedArray> {
    return Promise.resolve(this.#ctx.getImageData(0, 0, this.widthPx, this.heightPx).data);
  }

  close(): void {
    this.#rasters.clear();
    this.#meshes.close();
    this.#films.close();
    this.#layers.close();
    if (this.#ownsSurface) freeCanvas(this.surface);
  }

  #paint(ctx: Canvas2D, layer: DrawLayer, view: Affine, images: ImageProvider): void {
    if (layer.opacity <= 0) return;
    ctx.globalAlpha = Math.min(1, layer.opacity);
    ctx.globalCompositeOperation = 'source-over';
    switch (layer.kind) {
      case 'fill':
        this.#paintFill(ctx, layer.paint, view);
        break;
      case 'image':
        this.#paintImage(ctx, layer, view, images);
        break;
      case 'vector':
        this.#paintVector(ctx, layer, view);
        break;
      case 'mesh':
        this.#paintMesh(ctx, layer, view, images);
        break;
      case 'dissolve':
        this.#paintDissolve(ctx, layer, view, images);
        break;
      case 'group':
        this.#onGlass(ctx, { x: 0, y: 0, width: this.widthPx, height: this.heightPx }, (glass) => {
          for (const child of layer.layers) this.#paint(glass.ctx, child, view, images);
        });
        break;
    }
  }

  #paintMesh(ctx: Canvas2D, layer: MeshLayer, view: Affine, images: ImageProvider): void {
    const plain = meshAsImage(layer);
    if (plain !== null) this.#paintImage(ctx, plain, view, images);
    else this.#meshes.paint(ctx, layer, readyPicture(layer, images), view);
  }

  #paintDissolve(ctx: Canvas2D, layer: DissolveLayer, view: Affine, images: ImageProvider): void {
    this.#onGlass(ctx, { x: 0, y: 0, width: this.widthPx, height: this.heightPx }, (glass) => {
      for (const side of sidesOf(layer)) {
        glass.ctx.globalAlpha = side.opacity;
        this.#meshes.paint(glass.ctx, side, readyPicture(side, images), view);
        glass.ctx.globalCompositeOperation = 'lighter';
      }
    });
  }

  #paintImage(ctx: Canvas2D, layer: ImageLayer, view: Affine, images: ImageProvider): void {
    const rects = imageRects(layer, view);
    if (rects === null) return;
    const image = readyPicture(layer, images);
    const { source, target } = rects;
    const scaled = this.#canvases.onCpu === true && layer.image.kind === 'video';
    const from = scaled ? this.#films.get(image).canvas : image.source;
    ctx.setTransform(1, 0, 0, 1, 0, 0);
    ctx.imageSmoothingEnabled = true;
    ctx.imageSmoothingQuality = 'high';
    ctx.drawImage(
      from as never,
      source.x * image.widthPx,
      source.y * image.heightPx,
      source.width * image.widthPx,
      source.height * image.heightPx,
      target.x,
      target.y,
      target.width,
      target.height,
    );
  }

  #paintFill(ctx: Canvas2D, paint: Paint, view: Affine): void {
    const style = paintStyle(ctx, paint);
    if (style === null) return;
    ctx.setTransform(1, 0, 0, 1, 0, 0);
    ctx.beginPath();
    ctx.rect(0, 0, this.widthPx, this.heightPx);
    ctx.setTransform(...view);
    if (paint.kind === 'radial' && paint.transform !== undefined) ctx.transform(...paint.transform);
    ctx.fillStyle = style;
    ctx.fill();
  }

  #paintVector(ctx: Canvas2D, layer: VectorLayer, view: Affine): void {
    const pixels = vectorPixels(layer, view, this.widthPx, this.heightPx);
    if (pixels === null) return;
    if (layer.key !== null) {
      const { x, y, width, height } = pixels;
      const raster = this.#raster(layer.key, layer, pixels, view);
      ctx.setTransform(1, 0, 0, 1, 0, 0);
      ctx.drawImage(raster as never, 0, 0, width, height, x, y, width, height);
    } else if (layer.opacity < 1 || blendsEscape(layer.nodes)) {
      this.#onGlass(ctx, pixels, (glass) => this.#paintNodes(glass.ctx, layer, pixels, view));
    } else {
      ctx.save();
      ctx.setTransform(1, 0, 0, 1, 0, 0);
      ctx.beginPath();
      ctx.rect(pixels.x, pixels.y, pixels.width, pixels.height);
      ctx.clip();
      const transform = multiply(view, layer.transform);
      const frame = { transform, widthPx: this.widthPx, heightPx: this.heightPx };
      paintVector(ctx, layer.nodes, frame, this.#layers);
      ctx.restore();
    }
  }

  #raster(key: string, layer: VectorLayer, pixels: PixelRect, view: Affine): CanvasLike {
    const { x, y, width, height } = pixels;
    const place = `${x},${y},${width},${height},${view[0]},${view[3]}|${key}`;
    const kept = this.#rasters.get(place);
    if (kept !== undefined) return kept;
    const canvas = this.#canvases.create(width, height);
    this.#paintNodes(context2d(canvas, this.#canvases), layer, pixels, view);
    this.#rasters.put(place, canvas, width * height * 4);
    return canvas;
  }

  /** Paints the layer's nodes on a canvas whose corner is the corner of `pixels`. */
  #paintNodes(ctx: Canvas2D, layer: VectorLayer, pixels: PixelRect, view: Affine): void {
    const m = multiply([1, 0, 0, 1, -pixels.x, -pixels.y], multiply(view, layer.transform));
    const frame = { transform: m, widthPx: pixels.width, heightPx: pixels.height };
    paintVector(ctx, layer.nodes, frame, this.#layers);
  }

  /** Lets `paint` work on clear glass the size of `pixels`, then lays it down with the context's present alpha. */
  #onGlass(ctx: Canvas2D, pixels: PixelRect, paint: (glass: Layer) => void): void {
    const { x, y, width, height } = pixels;
    const alpha = ctx.globalAlpha;
    const glass = this.#layers.acquire(width, height);
    try {
      paint(glass);
      ctx.setTransform(1, 0, 0, 1, 0, 0);
      ctx.globalAlpha = alpha;
      ctx.globalCompositeOperation = 'source-over';
      ctx.drawImage(glass.canvas as never, 0, 0, width, height, x, y, width, height);
    } finally {
      this.#layers.release(glass);
    }
  }
}

/** @throws AppError internal: a host that draws before it has loaded has a bug; saying so beats a hole in the film */
export function readyPicture(layer: ImageLayer | MeshLayer, images: ImageProvider): HostImage {
  const image = images.get(layer.image);
  if (image !== null) return image;
  throw new AppError('internal', `The picture for “${layer.name}” was not ready when its frame was drawn.`);
}

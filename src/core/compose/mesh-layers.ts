/**
 * Meshes on a 2D canvas: the rasteriser paints them in memory, and what it painted is laid down as a picture. Pixels of
 * stills are read back from the host once and kept while there is room; of a film's frame only the part that meshes show
 * is read, once for as long as the frame is on screen.
 */
import { multiply } from '../draw/affine.ts';
import type { Affine } from '../draw/draw-list.ts';
import { FLAT, LEVEL_STEPS, placeMesh, uvBox, type PlacedMesh } from '../draw/mesh-place.ts';
import { paintPlaced } from '../draw/raster/mesh-raster.ts';
import { RasterPicture, wordsOf } from '../draw/raster/picture.ts';
import { pixelsOf, type MeshLayer, type PixelRect } from './geometry.ts';
import type { FilmFrames } from './film-frames.ts';
import { context2d, freeCanvas, type Layer, type LayerPool } from './layer-pool.ts';
import type { Canvas2D, CanvasFactory, HostImage, PixelData } from './ports.ts';
import { RasterCache } from './raster-cache.ts';

/** Bound on pixels of stills, pyramids included. */
const STILL_BYTES = 128 * 1024 * 1024;
/** A canvas that is larger, for someone's photo, is not kept for the next still. */
const READER_PX = 1024 * 1024;
/** What is kept from frame to frame grows in steps of this. */
const GRAIN_PX = 128;
/** The mesh's blur and its reading between texels look at most so many texels further. */
const REACH_TEXELS = 3;

interface FilmPart {
  readonly source: object;
  readonly part: PixelRect;
  readonly picture: RasterPicture;
  used: boolean;
}

export interface MeshLayersOptions {
  readonly canvases: CanvasFactory;
  readonly layers: LayerPool;
  readonly films: FilmFrames;
  /** The frame's size: nothing beyond is painted. */
  readonly widthPx: number;
  readonly heightPx: number;
}

export class MeshLayers {
  readonly #options: MeshLayersOptions;
  readonly #stills = new RasterCache<RasterPicture>({ limitBytes: STILL_BYTES, free: () => undefined });
  /** The cache wants text, hosts give objects. */
  readonly #names = new WeakMap<object, string>();
  #named = 0;
  #films: FilmPart[] = [];
  #painted: PixelData | null = null;
  /** Where stills are read back from. */
  #reader: Layer | null = null;

  constructor(options: MeshLayersOptions) {
    this.#options = options;
  }

  /** Lays the mesh down with the context's present alpha. */
  paint(ctx: Canvas2D, layer: MeshLayer, image: HostImage, view: Affine): void {
    const { layers, widthPx, heightPx } = this.#options;
    const placed = placeMesh(layer, multiply(view, layer.transform), image.widthPx, image.heightPx);
    const pixels = pixelsOf(placed.box, widthPx, heightPx);
    if (pixels === null) return;
    const picture = layer.image.kind === 'video' ? this.#film(image, layer, placed) : this.#still(image);
    const { x, y, width, height } = pixels;
    const glass = layers.acquire(width, height);
    try {
      const painted = this.#clearPixels(glass.ctx, width, height);
      const words = wordsOf(painted.data, painted.width * painted.height);
      const target = { words, stride: painted.width, left: x, top: y, widthPx: width, heightPx: height };
      paintPlaced(target, picture, layer, placed);
      glass.ctx.putImageData(painted as never, 0, 0, 0, 0, width, height);
      ctx.setTransform(1, 0, 0, 1, 0, 0);
      ctx.drawImage(glass.canvas as never, 0, 0, width, height, x, y, width, height);
    } finally {
      layers.release(glass);
    }
  }

  /** Frames of films that this picture did not show are let go. */
  endFrame(): void {
    this.#films = this.#films.filter((film) => film.used);
    for (const film of this.#films) film.used = false;
  }

  close(): void {
    this.#stills.clear();
    this.#films = [];
    this.#painted = null;
    this.#freeReader();
  }

  #still(image: HostImage): RasterPicture {
    let name = this.#names.get(image.source);
    if (name === undefined) this.#names.set(image.source, (name = `picture ${this.#named++}`));
    const kept = this.#stills.get(name);
    if (kept !== undefined) return kept;
    const { widthPx, heightPx } = image;
    const picture = this.#readStill(image);
    this.#stills.put(name, picture, (widthPx * heightPx * 4 * 4) / 3);
    return picture;
  }

  #readStill({ source, widthPx, heightPx }: HostImage): RasterPicture {
    const reader = (this.#reader = this.#readerOf(widthPx, heightPx));
    const { canvas, ctx } = reader;
    ctx.clearRect(0, 0, widthPx, heightPx);
    ctx.drawImage(source as never, 0, 0, widthPx, heightPx, 0, 0, widthPx, heightPx);
    const { data } = ctx.getImageData(0, 0, widthPx, heightPx);
    if (canvas.width * canvas.height > READER_PX) this.#freeReader();
    return new RasterPicture(data, widthPx, heightPx);
  }

  /** Always on the CPU, whatever the host draws on. */
  #readerOf(width: number, height: number): Layer {
    const kept = this.#reader;
    if (kept !== null && kept.canvas.width >= width && kept.canvas.height >= height) return kept;
    const { canvases } = this.#options;
    const canvas = canvases.create(grown(width, kept?.canvas.width), grown(height, kept?.canvas.height));
    this.#freeReader();
    const ctx = context2d(canvas, { create: () => canvas, onCpu: true });
    ctx.imageSmoothingEnabled = false;
    return { canvas, ctx };
  }

  #freeReader(): void {
    if (this.#reader !== null) freeCanvas(this.#reader.canvas);
    this.#reader = null;
  }

  #film(image: HostImage, layer: MeshLayer, placed: PlacedMesh): RasterPicture {
    const needed = partOf(image, layer, placed);
    const shown = this.#films.find((film) => film.source === image.source && holds(film.part, needed));
    if (shown !== undefined) {
      shown.used = true;
      return shown.picture;
    }
    const { x, y, width, height } = needed;
    const { data } = this.#options.films.get(image).ctx.getImageData(x, y, width, height);
    const whole = { left: x, top: y, fullWidthPx: image.widthPx, fullHeightPx: image.heightPx };
    const picture = new RasterPicture(data, width, height, whole);
    this.#films.push({ source: image.source, part: needed, picture, used: true });
    return picture;
  }

  /** Pixels in memory, clear from the top left corner as far as asked. */
  #clearPixels(ctx: Canvas2D, width: number, height: number): PixelData {
    const kept = this.#painted;
    if (kept === null || kept.width < width || kept.height < height)
      return (this.#painted = ctx.createImageData(grown(width, kept?.width), grown(height, kept?.height)));
    const { data, width: stride } = kept;
    for (let row = 0; row < height; row++) data.fill(0, 4 * row * stride, 4 * (row * stride + width));
    return kept;
  }
}

function grown(px: number, keptPx = 0): number {
  return Math.max(keptPx, Math.ceil(px / GRAIN_PX) * GRAIN_PX);
}

function holds(outer: PixelRect, inner: PixelRect): boolean {
  return (
    inner.x >= outer.x &&
    inner.y >= outer.y &&
    inner.x + inner.width <= outer.x + outer.width &&
    inner.y + inner.height <= outer.y + outer.height
  );
}

/** The part of a picture that a mesh reads, in whole texels of the coarsest level it reads. */
function partOf({ widthPx, heightPx }: HostImage, { mesh, matte }: MeshLayer, placed: PlacedMesh): PixelRect {
  let coarsest = 0;
  for (const level of placed.levels) if (level !== FLAT && level > coarsest) coarsest = level;
  const grain = 2 ** Math.ceil((coarsest + Math.max(0, placed.greyShift)) / LEVEL_STEPS);
  const boxes = [uvBox(mesh, null), ...(matte === null ? [] : [uvBox(mesh, matte)])];
  const down = (value: number, most: number) =>
    Math.max(0, Math.min(most - 1, (Math.floor(value / grain) - REACH_TEXELS) * grain));
  const up = (value: number, most: number) =>
    Math.max(1, Math.min(most, (Math.ceil(value / grain) + REACH_TEXELS) * grain));
  const x = down(Math.min(...boxes.map(({ left }) => left)) * widthPx, widthPx);
  const y = down(Math.min(...boxes.map(({ top }) => top)) * heightPx, heightPx);
  const right = up(Math.max(...boxes.map((box) => box.right)) * widthPx, widthPx);
  const bottom = up(Math.max(...boxes.map((box) => box.bottom)) * heightPx, heightPx);
  return { x, y, width: Math.max(1, right - x), height: Math.max(1, bottom - y) };
}

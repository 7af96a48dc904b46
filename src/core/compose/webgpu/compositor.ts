/**
 * The compositor for machines with a GPU. Vector art is rasterised through the Canvas API, as everywhere, and becomes
 * textures; fills, pictures, groups and fades are the GPU's. The frame is drawn on a texture of its own, copied to the
 * surface, and can be read back at any later time.
 */
import { AppError } from '../../base/errors.ts';
import { multiply } from '../../draw/affine.ts';
import { IDENTITY, type Affine, type DrawLayer, type DrawList, type Rect } from '../../draw/draw-list.ts';
import { rectPath } from '../../draw/path.ts';
import { readyPicture } from '../canvas2d.ts';
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
} from '../geometry.ts';
import { freeCanvas, LayerPool } from '../layer-pool.ts';
import type { CanvasFactory, CanvasLike, Compositor, ImageProvider } from '../ports.ts';
import { RasterCache } from '../raster-cache.ts';
import { paintVector } from '../vector.ts';
import { placeInFrame } from './mesh-draws.ts';
import { createPipelines, PIXEL_FORMAT, type Pipelines } from './pipelines.ts';
import { READ_CUBIC, READ_EXACT, READ_MIPMAPS } from './quad.wgsl.ts';
import { readTexture } from './readback.ts';
import { Recorder, type Pass } from './recorder.ts';
import { makeTexture, PictureTextures, ScratchTextures, uploadExternal, type Upload } from './textures.ts';

export interface WebGpuCompositorOptions {
  /** Stays the caller's: it may serve models too. */
  readonly device: GPUDevice;
  readonly canvases: CanvasFactory;
  readonly widthPx: number;
  readonly heightPx: number;
  /**
   * Drawn onto instead of a canvas of its own; it is resized to fit and stays the caller's. Null where no canvas can show
   * what a GPU drew: frames are read back alone.
   */
  readonly surface?: CanvasLike | null;
  /** How canvases and pictures of this host become textures, where it is not a browser. */
  readonly upload?: Upload;
  /** Frames begin as clear glass instead of black. */
  readonly clear?: boolean;
  /** Bounds on textures kept: of keyed vector layers, and of stills. */
  readonly rasterBytes?: number;
  readonly pictureBytes?: number;
}

const MIB = 1024 * 1024;

/** @throws AppError unsupported-browser when the surface has no WebGPU context */
export function createWebGpuCompositor(options: WebGpuCompositorOptions): Compositor {
  return new WebGpuCompositor(options);
}

interface WebGpuSurface {
  getContext(kind: 'webgpu'): GPUCanvasContext | null;
}

const COPY_DST = 2;
const DRAWN_ON = 16;

class WebGpuCompositor implements Compositor {
  readonly kind = 'webgpu';
  readonly widthPx: number;
  readonly heightPx: number;
  readonly surface: CanvasLike | null;
  readonly #ownsSurface: boolean;
  readonly #opaque: boolean;
  readonly #device: GPUDevice;
  readonly #upload: Upload;
  readonly #context: GPUCanvasContext | null;
  readonly #pipelines: Pipelines;
  readonly #recorder: Recorder;
  readonly #frame: GPUTexture;
  readonly #scratch: ScratchTextures;
  readonly #pictures: PictureTextures;
  readonly #rasters: RasterCache<GPUTexture>;
  readonly #layers: LayerPool;
  /** Put out of the caches while a frame was gathered that may still draw them. */
  #discarded: GPUTexture[] = [];
  #trouble: AppError | null = null;
  #closed = false;

  constructor(options: WebGpuCompositorOptions) {
    const { device, canvases, widthPx, heightPx } = options;
    this.widthPx = widthPx;
    this.heightPx = heightPx;
    this.#device = device;
    this.#upload = options.upload ?? uploadExternal;
    this.#opaque = options.clear !== true;
    this.#ownsSurface = options.surface === undefined;
    this.surface = options.surface === undefined ? canvases.create(widthPx, heightPx) : options.surface;
    this.#context = this.surface && shownOn(this.surface, device, widthPx, heightPx, this.#opaque);
    this.#pipelines = createPipelines(device);
    this.#recorder = new Recorder(device, this.#pipelines);
    this.#frame = makeTexture(device, 'frame', widthPx, heightPx);
    this.#scratch = new ScratchTextures(device);
    const discard = (texture: GPUTexture) => void this.#discarded.push(texture);
    const pictureBytes = options.pictureBytes ?? 256 * MIB;
    this.#pictures = new PictureTextures(device, this.#pipelines, this.#upload, pictureBytes, discard);
    this.#rasters = new RasterCache({ limitBytes: options.rasterBytes ?? 128 * MIB, free: discard });
    this.#layers = new LayerPool(canvases);
    void device.lost.then(({ message }) => {
      this.#trouble ??= deviceLost(message);
    });
    device.addEventListener('uncapturederror', this.#onError);
  }

  /** A frame that the GPU refused in part is a wrong frame: the next draw says so, and the host takes another way. */
  readonly #onError = ({ error }: GPUUncapturedErrorEvent): void => {
    this.#trouble ??= deviceLost(error.message);
  };

  draw(list: DrawList, images: ImageProvider): void {
    if (this.#closed) throw new AppError('internal', 'A frame was asked of a compositor that was closed.');
    if (this.#trouble !== null) throw this.#trouble;
    const view = viewOf(list, this.widthPx, this.heightPx);
    const passes: Pass[] = [];
    try {
      this.#gather(list.layers, this.#frame, this.#opaque, view, images, passes);
      const encoder = this.#device.createCommandEncoder({ label: 'frame' });
      this.#recorder.encode(encoder, passes);
      if (this.#context !== null)
        encoder.copyTextureToTexture(
          { texture: this.#frame },
          { texture: this.#context.getCurrentTexture() },
          [this.widthPx, this.heightPx],
        );
      this.#device.queue.submit([encoder.finish()]);
    } finally {
      this.#recorder.reset();
      this.#scratch.endFrame();
      this.#pictures.endFrame();
      this.#destroyDiscarded();
    }
  }

  #destroyDiscarded(): void {
    for (const texture of this.#discarded) texture.destroy();
    this.#discarded = [];
  }

  async readPixels(): Promise<Uint8ClampedArray> {
    if (this.#trouble !== null) throw this.#trouble;
    try {
      return await readTexture(this.#device, this.#frame, this.#opaque);
    } catch (error) {
      throw this.#trouble ?? deviceLost(error instanceof Error ? error.message : String(error));
    }
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#device.removeEventListener('uncapturederror', this.#onError);
    this.#context?.unconfigure();
    this.#recorder.close();
    this.#rasters.clear();
    this.#pictures.close();
    this.#destroyDiscarded();
    this.#scratch.close();
    this.#frame.destroy();
    this.#layers.close();
    if (this.#ownsSurface && this.surface !== null) freeCanvas(this.surface);
  }

  /** Turns layers into a pass onto `target`; the passes of groups among them come first. */
  #gather(
    layers: readonly DrawLayer[],
    target: GPUTexture,
    opaque: boolean,
    view: Affine,
    images: ImageProvider,
    passes: Pass[],
  ): void {
    const pass: Pass = { target, opaque, widthPx: this.widthPx, heightPx: this.heightPx, draws: [] };
    for (const layer of layers) {
      const opacity = Math.min(1, layer.opacity);
      if (opacity <= 0) continue;
      switch (layer.kind) {
        case 'fill':
          if (!this.#recorder.fill(pass, layer.paint, view, opacity))
            this.#vector(pass, fillAsVector(layer, this.widthPx / view[0], this.heightPx / view[3]), view);
          break;
        case 'image':
          this.#image(pass, layer, view, images);
          break;
        case 'vector':
          this.#vector(pass, layer, view);
          break;
        case 'mesh':
          this.#mesh(pass, layer, view, images, passes);
          break;
        case 'dissolve':
          this.#dissolve(pass, layer, opacity, view, images, passes);
          break;
        case 'group':
          this.#group(pass, layer.layers, opacity, view, images, passes);
          break;
      }
    }
    passes.push(pass);
  }

  #group(
    pass: Pass,
    layers: readonly DrawLayer[],
    opacity: number,
    view: Affine,
    images: ImageProvider,
    passes: Pass[],
  ): void {
    const texture = this.#scratch.lend(this.widthPx, this.heightPx);
    this.#gather(layers, texture, false, view, images, passes);
    const all: Rect = { x: 0, y: 0, width: this.widthPx, height: this.heightPx };
    this.#recorder.quad(pass, { texture, dest: all, part: all, opacity, way: READ_EXACT, lod: 0 });
  }

  #dissolve(
    pass: Pass,
    layer: DissolveLayer,
    opacity: number,
    view: Affine,
    images: ImageProvider,
    passes: Pass[],
  ): void {
    const glass = this.#scratch.lend(this.widthPx, this.heightPx);
    const both: Pass = { ...pass, target: glass, opaque: false, draws: [] };
    for (const side of sidesOf(layer)) this.#onMesh(both, side, view, images, passes, true);
    passes.push(both);
    const all: Rect = { x: 0, y: 0, width: this.widthPx, height: this.heightPx };
    this.#recorder.quad(pass, { texture: glass, dest: all, part: all, opacity, way: READ_EXACT, lod: 0 });
  }

  #mesh(pass: Pass, layer: MeshLayer, view: Affine, images: ImageProvider, passes: Pass[]): void {
    const plain = meshAsImage(layer);
    if (plain !== null) this.#image(pass, plain, view, images);
    else this.#onMesh(pass, layer, view, images, passes, false);
  }

  /** @param added to what the pass has painted there, rather than laid over it */
  #onMesh(
    pass: Pass,
    layer: MeshLayer,
    view: Affine,
    images: ImageProvider,
    passes: Pass[],
    added: boolean,
  ): void {
    if (layer.opacity <= 0) return;
    const image = readyPicture(layer, images);
    const seen = placeInFrame(layer, image, view, this.widthPx, this.heightPx);
    if (seen === null) return;
    const { placed, pixels, shrinks } = seen;
    const texture = this.#pictures.get(image, layer.image.kind === 'video', shrinks);
    const draw = { texture, shape: layer, placed };
    if (layer.opacity >= 1 && !added) {
      this.#recorder.mesh(pass, draw);
      return;
    }
    // Its triangles may overlap: to fade as one they are painted on glass, of which only their part is laid down.
    const glass = this.#scratch.lend(this.widthPx, this.heightPx);
    const own: Pass = { ...pass, target: glass, opaque: false, draws: [] };
    this.#recorder.mesh(own, draw);
    passes.push(own);
    const { opacity } = layer;
    this.#recorder.quad(pass, {
      texture: glass,
      dest: pixels,
      part: pixels,
      opacity,
      way: READ_EXACT,
      lod: 0,
      added,
    });
  }

  #vector(pass: Pass, layer: VectorLayer, view: Affine): void {
    const pixels = vectorPixels(layer, view, this.widthPx, this.heightPx);
    if (pixels === null) return;
    const texture = layer.key === null ? this.#passing(layer, pixels, view) : this.#kept(layer, pixels, view);
    const part: Rect = { x: 0, y: 0, width: pixels.width, height: pixels.height };
    const opacity = Math.min(1, layer.opacity);
    this.#recorder.quad(pass, { texture, dest: pixels, part, opacity, way: READ_EXACT, lod: 0 });
  }

  #passing(layer: VectorLayer, pixels: PixelRect, view: Affine): GPUTexture {
    const texture = this.#scratch.lend(pixels.width, pixels.height);
    this.#rasterise(layer, pixels, view, texture);
    return texture;
  }

  #kept(layer: VectorLayer, pixels: PixelRect, view: Affine): GPUTexture {
    const { x, y, width, height } = pixels;
    const place = `${x},${y},${width},${height},${view[0]},${view[3]}|${layer.key}`;
    const kept = this.#rasters.get(place);
    if (kept !== undefined) return kept;
    const texture = makeTexture(this.#device, layer.name, width, height);
    this.#rasterise(layer, pixels, view, texture);
    this.#rasters.put(place, texture, width * height * 4);
    return texture;
  }

  #rasterise(layer: VectorLayer, pixels: PixelRect, view: Affine, texture: GPUTexture): void {
    const { x, y, width, height } = pixels;
    const transform = multiply([1, 0, 0, 1, -x, -y], multiply(view, layer.transform));
    const canvas = this.#layers.acquire(width, height);
    try {
      paintVector(canvas.ctx, layer.nodes, { transform, widthPx: width, heightPx: height }, this.#layers);
      this.#upload(this.#device, canvas.canvas, texture, width, height);
    } finally {
      this.#layers.release(canvas);
    }
  }

  #image(pass: Pass, layer: ImageLayer, view: Affine, images: ImageProvider): void {
    const rects = imageRects(layer, view);
    if (rects === null) return;
    const image = readyPicture(layer, images);
    const part: Rect = {
      x: rects.source.x * image.widthPx,
      y: rects.source.y * image.heightPx,
      width: rects.source.width * image.widthPx,
      height: rects.source.height * image.heightPx,
    };
    const dest = rects.target;
    // Texels a pixel: more than one shrinks the picture.
    const density = Math.max(part.width / dest.width, part.height / dest.height);
    const shrinks = density > 1.001;
    const texture = this.#pictures.get(image, layer.image.kind === 'video', shrinks);
    const grows = density < 0.999;
    this.#recorder.quad(pass, {
      texture,
      dest,
      part,
      opacity: Math.min(1, layer.opacity),
      way: grows ? READ_CUBIC : READ_MIPMAPS,
      lod: shrinks ? Math.log2(density) : 0,
    });
  }
}

/** The surface at its size, with a context on the device. */
function shownOn(
  surface: CanvasLike,
  device: GPUDevice,
  widthPx: number,
  heightPx: number,
  opaque: boolean,
): GPUCanvasContext {
  if (surface.width !== widthPx) surface.width = widthPx;
  if (surface.height !== heightPx) surface.height = heightPx;
  const context = (surface as unknown as WebGpuSurface).getContext('webgpu');
  if (context === null || context === undefined)
    throw new AppError('unsupported-browser', 'The graphics card of this device cannot draw to the screen.');
  const alphaMode = opaque ? 'opaque' : 'premultiplied';
  context.configure({ device, format: PIXEL_FORMAT, alphaMode, usage: COPY_DST | DRAWN_ON });
  return context;
}

/** A gradient of very many stops, as vector art. */
function fillAsVector(
  layer: Extract<DrawLayer, { kind: 'fill' }>,
  widthPx: number,
  heightPx: number,
): VectorLayer {
  return {
    kind: 'vector',
    name: layer.name,
    opacity: layer.opacity,
    key: `fill|${JSON.stringify(layer.paint)}`,
    transform: IDENTITY,
    nodes: [{ kind: 'path', path: rectPath(0, 0, widthPx, heightPx), fill: layer.paint }],
    bounds: { x: 0, y: 0, width: widthPx, height: heightPx },
  };
}

function deviceLost(detail: string): AppError {
  return new AppError('device-lost', 'The graphics card stopped in the middle of drawing.', {
    cause: new Error(detail),
    way: 'Orator starts it again; what has been exported so far is kept.',
  });
}

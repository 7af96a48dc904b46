/**
 * Textures and who owns them: scratch that lives for a frame and is lent again, pictures that stay while they are
 * used, and the mip pyramids of those. Everything made here is destroyed by `close`.
 */
import type { HostImage } from '../ports.ts';
import { RasterCache } from '../raster-cache.ts';
import { PIXEL_FORMAT, type Pipelines } from './pipelines.ts';

// The flags of GPUTextureUsage; the global is not there in every host.
const COPY_SRC = 1;
const COPY_DST = 2;
const SAMPLED = 4;
const DRAWN_ON = 16;

const GRAIN_PX = 128;
const SCRATCH_KEPT = 6;

export function makeTexture(
  device: GPUDevice,
  label: string,
  widthPx: number,
  heightPx: number,
  mipLevelCount = 1,
): GPUTexture {
  return device.createTexture({
    label,
    size: [widthPx, heightPx],
    mipLevelCount,
    format: PIXEL_FORMAT,
    usage: COPY_SRC | COPY_DST | SAMPLED | DRAWN_ON,
  });
}

/** Copies part of a canvas or picture, from its top left corner, as premultiplied sRGB. */
export type Upload = (
  device: GPUDevice,
  source: object,
  texture: GPUTexture,
  widthPx: number,
  heightPx: number,
) => void;

/** As a browser does it, which knows its own canvases and pictures. */
export const uploadExternal: Upload = (device, source, texture, widthPx, heightPx) =>
  device.queue.copyExternalImageToTexture(
    { source: source as never }, // the DOM's names for pictures are not known in core
    { texture, premultipliedAlpha: true, colorSpace: 'srgb' },
    [widthPx, heightPx],
  );

/** Scratch textures, each lent to one use in a frame and free again after it. */
export class ScratchTextures {
  readonly #device: GPUDevice;
  #free: GPUTexture[] = [];
  #lent: GPUTexture[] = [];

  constructor(device: GPUDevice) {
    this.#device = device;
  }

  /** At least this large; what is in it is anything. */
  lend(widthPx: number, heightPx: number): GPUTexture {
    const fits = (t: GPUTexture) =>
      t.width >= widthPx &&
      t.height >= heightPx &&
      t.width * t.height <= 2 * Math.max(GRAIN_PX * GRAIN_PX, widthPx * heightPx);
    const index = this.#free.findIndex(fits);
    const round = (px: number) => Math.ceil(px / GRAIN_PX) * GRAIN_PX;
    const texture =
      index >= 0
        ? (this.#free.splice(index, 1)[0] as GPUTexture)
        : makeTexture(this.#device, 'scratch', round(widthPx), round(heightPx));
    this.#lent.push(texture);
    return texture;
  }

  endFrame(): void {
    this.#free.push(...this.#lent);
    this.#lent = [];
    while (this.#free.length > SCRATCH_KEPT) this.#free.shift()?.destroy();
  }

  close(): void {
    for (const texture of [...this.#free, ...this.#lent]) texture.destroy();
    this.#free = [];
    this.#lent = [];
  }
}

interface Picture {
  readonly texture: GPUTexture;
  /** Whether the levels below the first have been filled. */
  shrunk: boolean;
}

/** Stills under what they are, so that a picture is uploaded once; the frames of videos pass through. */
export class PictureTextures {
  readonly #device: GPUDevice;
  readonly #pipelines: Pipelines;
  readonly #upload: Upload;
  readonly #pictures: RasterCache<Picture>;
  /** Names for pictures: the cache wants text, the host gives objects. */
  readonly #names = new WeakMap<object, string>();
  #named = 0;
  /** Textures of video frames of this frame and before, to be written again. */
  #films: { readonly picture: Picture; source: object; used: boolean }[] = [];

  /** `discard` destroys a texture once the frame that may still draw it has been sent. */
  constructor(
    device: GPUDevice,
    pipelines: Pipelines,
    upload: Upload,
    limitBytes: number,
    discard: (texture: GPUTexture) => void,
  ) {
    this.#device = device;
    this.#pipelines = pipelines;
    this.#upload = upload;
    this.#pictures = new RasterCache({ limitBytes, free: (picture) => discard(picture.texture) });
  }

  /** The picture as a texture, with its mip pyramid when it is to shrink. */
  get(image: HostImage, moving: boolean, shrinks: boolean): GPUTexture {
    const picture = moving ? this.#film(image) : this.#still(image);
    if (shrinks && !picture.shrunk) {
      fillMipmaps(this.#device, this.#pipelines, picture.texture);
      picture.shrunk = true;
    }
    return picture.texture;
  }

  #still(image: HostImage): Picture {
    let name = this.#names.get(image.source);
    if (name === undefined) this.#names.set(image.source, (name = `picture ${this.#named++}`));
    const kept = this.#pictures.get(name);
    if (kept !== undefined) return kept;
    const picture = this.#make(image);
    this.#upload(this.#device, image.source, picture.texture, image.widthPx, image.heightPx);
    this.#pictures.put(name, picture, (image.widthPx * image.heightPx * 4 * 4) / 3);
    return picture;
  }

  #film(image: HostImage): Picture {
    const shown = this.#films.find((film) => film.source === image.source);
    if (shown !== undefined) {
      shown.used = true;
      return shown.picture;
    }
    const { widthPx, heightPx } = image;
    let film = this.#films.find(
      ({ used, picture: { texture } }) => !used && texture.width === widthPx && texture.height === heightPx,
    );
    if (film === undefined)
      this.#films.push((film = { picture: this.#make(image), source: image.source, used: true }));
    film.source = image.source;
    film.used = true;
    film.picture.shrunk = false;
    this.#upload(this.#device, image.source, film.picture.texture, widthPx, heightPx);
    return film.picture;
  }

  #make({ widthPx, heightPx }: HostImage): Picture {
    const levels = 1 + Math.floor(Math.log2(Math.max(widthPx, heightPx)));
    return { texture: makeTexture(this.#device, 'picture', widthPx, heightPx, levels), shrunk: false };
  }

  /** Films that this frame did not show are let go: most of the time there is one. */
  endFrame(): void {
    for (const film of this.#films) if (!film.used) film.picture.texture.destroy();
    this.#films = this.#films.filter((film) => film.used);
    for (const film of this.#films) film.used = false;
  }

  close(): void {
    this.#pictures.clear();
    for (const film of this.#films) film.picture.texture.destroy();
    this.#films = [];
  }
}

function fillMipmaps(device: GPUDevice, pipelines: Pipelines, texture: GPUTexture): void {
  const encoder = device.createCommandEncoder({ label: 'mipmaps' });
  for (let level = 1; level < texture.mipLevelCount; level++) {
    const above = texture.createView({ baseMipLevel: level - 1, mipLevelCount: 1 });
    const view = texture.createView({ baseMipLevel: level, mipLevelCount: 1 });
    const pass = encoder.beginRenderPass({
      colorAttachments: [{ view, loadOp: 'clear', storeOp: 'store' }],
    });
    pass.setPipeline(pipelines.mipmap);
    pass.setBindGroup(
      0,
      device.createBindGroup({
        layout: pipelines.picture,
        entries: [
          { binding: 0, resource: above },
          { binding: 1, resource: pipelines.smoothly },
        ],
      }),
    );
    pass.draw(3);
    pass.end();
  }
  device.queue.submit([encoder.finish()]);
}

/**
 * Pictures for compositors, on any host. Stills are decoded once, upright, in sRGB, no larger than a film can show, and
 * kept while there is room, and so are the small stills of packs; videos are streamed forward, and of each the last few
 * frames are at hand.
 */
import { AppError } from '#core/base/errors.ts';
import type { AssetHash } from '#core/base/ids.ts';
import type { HostImage, ImageProvider } from '#core/compose/ports.ts';
import type { ImageRef } from '#core/draw/draw-list.ts';
import type { AssetStore } from '#core/output/ports.ts';
import { damagedPack } from '#core/draw/picture-pack.ts';
import { PicturePacks } from './picture-packs.ts';
import { OpenVideo } from './open-video.ts';
import { StillShelf, type StillPicture } from './still-shelf.ts';
import type { DecodedFrame, VideoFile } from './video-source.ts';

/** How this host decodes. A still is what its canvases take. */
export interface PictureHost<S extends StillPicture, F extends DecodedFrame> {
  /** @throws AppError corrupt-file | unsupported-media */
  decodeStill(file: Blob): Promise<S>;
  /** @throws AppError corrupt-file | unsupported-media */
  openVideo(file: Blob): Promise<VideoFile<F>>;
}

/** `file`, where the store has it, spares reading a whole video into memory. */
export interface PictureStore extends Pick<AssetStore, 'get'> {
  file?(hash: AssetHash): Promise<Blob | null>;
}

export interface ImageProviderOptions {
  /** Bound on decoded stills. */
  readonly stillBytes?: number;
  /** The same, of stills out of packs. */
  readonly packedBytes?: number;
}

const STILL_BYTES = 256 * 1024 * 1024;
/** Two hundred stills of 256 × 256: a minute of speech returns to the same mouths. */
const PACKED_BYTES = 200 * 256 * 256 * 4;
const VIDEOS_OPEN = 3;
/** What so many loads ago was asked for may still be about to be drawn. */
const LOADS_SPARED = 8;

/** @throws (from `load`) AppError not-found | corrupt-file | unsupported-media */
export function createImages<S extends StillPicture & object, F extends DecodedFrame>(
  store: PictureStore,
  host: PictureHost<S, F>,
  options: ImageProviderOptions = {},
): ImageProvider {
  return new HostImages(store, host, options);
}

class HostImages<S extends StillPicture & object, F extends DecodedFrame> implements ImageProvider {
  readonly #store: PictureStore;
  readonly #host: PictureHost<S, F>;
  readonly #stills: StillShelf<S>;
  readonly #packed: StillShelf<S>;
  readonly #packs = new PicturePacks((hash) => this.#blob(hash));
  readonly #videos = new Map<AssetHash, OpenVideo<F>>();
  #loads = 0;
  #closed = false;

  constructor(
    store: PictureStore,
    host: PictureHost<S, F>,
    { stillBytes, packedBytes }: ImageProviderOptions,
  ) {
    this.#store = store;
    this.#host = host;
    this.#stills = new StillShelf({ limitBytes: stillBytes ?? STILL_BYTES, roundsSpared: LOADS_SPARED });
    this.#packed = new StillShelf({ limitBytes: packedBytes ?? PACKED_BYTES, roundsSpared: LOADS_SPARED });
  }

  async load(refs: readonly ImageRef[]): Promise<void> {
    if (this.#closed) throw new AppError('cancelled', 'Stopped.');
    this.#loads++;
    await Promise.all(refs.map((ref) => this.#load(ref)));
    this.#stills.trim(this.#loads);
    this.#packed.trim(this.#loads);
    this.#trimVideos(refs);
  }

  expect(refs: readonly ImageRef[]): void {
    if (this.#closed) return;
    for (const ref of refs) {
      // A film is not opened on suspicion: what is wrong with it is told to whoever asks for its frames.
      if (ref.kind === 'video') this.#videos.get(ref.asset)?.expect(ref.timeS);
      else void this.#load(ref).catch(() => undefined);
    }
  }

  #load(ref: ImageRef): Promise<void> {
    const { asset } = ref;
    switch (ref.kind) {
      case 'image':
        return this.#stills.load(asset, this.#loads, () =>
          this.#blob(asset).then((file) => this.#host.decodeStill(file)),
        );
      case 'packed':
        return this.#packed.load(packedKey(ref), this.#loads, () => this.#decodePacked(ref));
      case 'video':
        return this.#loadFrame(ref);
    }
  }

  async #decodePacked({ asset, index }: ImageRef): Promise<S> {
    const file = await this.#packs.still(asset, index ?? 0);
    return this.#host.decodeStill(file).catch(() => {
      throw damagedPack();
    });
  }

  get(ref: ImageRef): HostImage | null {
    if (ref.kind === 'video') return this.#videos.get(ref.asset)?.frame(ref.timeS) ?? null;
    const bitmap = ref.kind === 'packed' ? this.#packed.get(packedKey(ref)) : this.#stills.get(ref.asset);
    return bitmap === null ? null : { source: bitmap, widthPx: bitmap.width, heightPx: bitmap.height };
  }

  close(): void {
    this.#closed = true;
    this.#stills.close();
    this.#packed.close();
    for (const video of this.#videos.values()) void video.close();
    this.#videos.clear();
  }

  async #loadFrame({ asset, timeS }: ImageRef): Promise<void> {
    let video = this.#videos.get(asset);
    if (video === undefined)
      video = new OpenVideo(this.#blob(asset).then((file) => this.#host.openVideo(file)));
    this.#videos.delete(asset);
    this.#videos.set(asset, video);
    try {
      await video.load(timeS);
    } catch (error) {
      if (this.#videos.get(asset) === video) this.#videos.delete(asset);
      await video.close();
      throw error;
    }
  }

  async #blob(hash: AssetHash): Promise<Blob> {
    const file = await this.#store.file?.(hash);
    if (file) return file;
    const bytes = file === undefined ? await this.#store.get(hash) : null;
    if (bytes === null)
      throw new AppError('not-found', 'A picture or video of this project is not on this device.', {
        way: 'Add the file again under Media.',
      });
    return new Blob([bytes]);
  }

  #trimVideos(refs: readonly ImageRef[]): void {
    const needed = new Set(refs.map((ref) => ref.asset));
    for (const [hash, video] of this.#videos) {
      if (this.#videos.size <= VIDEOS_OPEN) break;
      if (needed.has(hash)) continue;
      this.#videos.delete(hash);
      void video.close();
    }
  }
}

function packedKey({ asset, index }: ImageRef): string {
  return `${asset}#${index ?? 0}`;
}

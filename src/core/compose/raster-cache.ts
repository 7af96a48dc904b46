/**
 * Rasters of keyed vector layers, so that a caption is drawn once a word and not once a frame. Least recently used
 * goes first; the bytes held are bounded.
 */
export interface RasterCacheOptions<R> {
  readonly limitBytes: number;
  readonly free: (raster: R) => void;
}

export class RasterCache<R> {
  readonly #limitBytes: number;
  readonly #free: (raster: R) => void;
  /** A Map remembers insertion order: the first is the least recently used. */
  readonly #entries = new Map<string, { readonly raster: R; readonly bytes: number }>();
  #bytes = 0;

  constructor(options: RasterCacheOptions<R>) {
    this.#limitBytes = options.limitBytes;
    this.#free = options.free;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get(key: string): R | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    return entry.raster;
  }

  /** Takes ownership. The raster just put in stays until another is, even when it alone is over the limit. */
  put(key: string, raster: R, bytes: number): void {
    this.delete(key);
    for (const oldest of this.#entries.keys()) {
      if (this.#bytes + bytes <= this.#limitBytes) break;
      this.delete(oldest);
    }
    this.#entries.set(key, { raster, bytes });
    this.#bytes += bytes;
  }

  delete(key: string): void {
    const entry = this.#entries.get(key);
    if (entry === undefined) return;
    this.#entries.delete(key);
    this.#bytes -= entry.bytes;
    this.#free(entry.raster);
  }

  clear(): void {
    for (const key of [...this.#entries.keys()]) this.delete(key);
  }
}

/**
 * Frames of films as plain canvases on the CPU, each copied once for as long as it is on screen. Chromium's canvas on the
 * CPU takes a VideoFrame at its own size in 8 ms, but half a second when it is to be scaled on the way (1080 × 1920);
 * from a canvas the scaling takes another 9. Pixels are read back from the same copy.
 */
import { context2d, freeCanvas, type Layer } from './layer-pool.ts';
import type { CanvasFactory, HostImage } from './ports.ts';

interface Film {
  source: object;
  readonly layer: Layer;
  used: boolean;
}

export class FilmFrames {
  readonly #canvases: CanvasFactory;
  #films: Film[] = [];

  constructor(canvases: CanvasFactory) {
    this.#canvases = { ...canvases, create: (w, h) => canvases.create(w, h), onCpu: true };
  }

  /** The frame on a canvas of its own size, until `endFrame` finds it unused. */
  get(image: HostImage): Layer {
    const shown = this.#films.find(({ source }) => source === image.source);
    if (shown !== undefined) {
      shown.used = true;
      return shown.layer;
    }
    const { widthPx, heightPx, source } = image;
    let film = this.#films.find(
      ({ used, layer: { canvas } }) => !used && canvas.width === widthPx && canvas.height === heightPx,
    );
    if (film === undefined) {
      const canvas = this.#canvases.create(widthPx, heightPx);
      film = { source, layer: { canvas, ctx: context2d(canvas, this.#canvases) }, used: true };
      this.#films.push(film);
    }
    film.source = source;
    film.used = true;
    const { ctx } = film.layer;
    ctx.imageSmoothingEnabled = false;
    ctx.globalCompositeOperation = 'copy';
    ctx.drawImage(source as never, 0, 0, widthPx, heightPx, 0, 0, widthPx, heightPx);
    return film.layer;
  }

  /** Canvases that this picture did not need are let go. */
  endFrame(): void {
    for (const { used, layer } of this.#films) if (!used) freeCanvas(layer.canvas);
    this.#films = this.#films.filter(({ used }) => used);
    for (const film of this.#films) film.used = false;
  }

  close(): void {
    for (const { layer } of this.#films) freeCanvas(layer.canvas);
    this.#films = [];
  }
}

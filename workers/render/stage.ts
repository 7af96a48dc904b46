/**
 * The stage: draws film frames on the canvas that the person looks at. Only the latest wish counts; a wish that comes
 * while a picture's images are still loading replaces the one before it.
 */
import { isCancelled } from '#core/base/errors.ts';
import { rateToFps } from '#core/base/time.ts';
import type { Compositor, ImageProvider } from '#core/compose/ports.ts';
import type { DrawList } from '#core/draw/draw-list.ts';
import type { Film } from '#core/pipeline/prepare.ts';
import { imagesIn } from '#core/pipeline/render.ts';
import { createCompositor } from './compositors.ts';
import type { CompositorRequest } from './compositors.ts';

/** A jump in a video takes a decoder up to half a second; so far ahead it is told. */
const AHEAD_S = 0.7;

export class Stage {
  readonly #images: ImageProvider;
  #compositor: Compositor | null = null;
  #film: Film | null = null;
  #wanted: number | null = null;
  #drawing: Promise<void> | null = null;
  #shown = 0;
  /** While someone speaks live, the film waits. */
  #live = false;

  constructor(images: ImageProvider) {
    this.#images = images;
  }

  /** Draws on this canvas from now on, and at once what was shown before. */
  async attach(request: CompositorRequest): Promise<void> {
    this.#compositor?.close();
    this.#compositor = createCompositor(request);
    await this.show(this.#shown);
  }

  setFilm(film: Film): void {
    this.#film = film;
  }

  /** From now on pictures come one by one by `draw`, until this is called with false: then the film is back. */
  async goLive(live: boolean): Promise<void> {
    this.#live = live;
    if (!live) await this.show(this.#shown);
  }

  /** Draws a picture of a live show. */
  async draw(list: DrawList): Promise<void> {
    await this.#images.load(imagesIn(list.layers));
    if (this.#live) this.#compositor?.draw(list, this.#images);
  }

  /** Resolves when this frame, or a later wish, is on stage. */
  show(index: number): Promise<void> {
    if (this.#live) {
      this.#shown = index;
      return Promise.resolve();
    }
    this.#wanted = index;
    this.#drawing ??= this.#drawLatest().finally(() => (this.#drawing = null));
    return this.#drawing;
  }

  async #drawLatest(): Promise<void> {
    while (this.#wanted !== null) {
      const index = this.#wanted;
      this.#wanted = null;
      const plays = index > this.#shown;
      this.#shown = index;
      const film = this.#film;
      if (!film || !this.#compositor || film.plan.frameCount === 0) return;
      const list = film.plan.at(Math.max(0, Math.min(index, film.plan.frameCount - 1)));
      const pictures = imagesIn(list.layers);
      try {
        await this.#images.load(pictures);
      } catch (error) {
        if (isCancelled(error)) continue;
        throw error;
      }
      // A newer film or canvas may have come while images loaded.
      if (!this.#live && (this.#wanted === null || film === this.#film))
        this.#compositor.draw(list, this.#images);
      if (plays && pictures.some(({ kind }) => kind !== 'image')) this.#lookAhead(film, index);
    }
  }

  #lookAhead(film: Film, index: number): void {
    const ahead = index + Math.round(AHEAD_S * rateToFps(film.plan.rate));
    if (ahead < film.plan.frameCount) this.#images.expect?.(imagesIn(film.plan.at(ahead).layers));
  }

  close(): void {
    this.#compositor?.close();
    this.#compositor = null;
  }
}

/**
 * Who draws a film: Skia on the processor, or the graphics card through Dawn. Nothing is believed that was not tried: both
 * draw the film's own first frames and must agree, and the faster one goes on. A card that is the processor pretending
 * must earn it like any other, and in the processor's own time. Where the card is lost, Skia goes on in its place.
 */
import { AppError } from '#core/base/errors.ts';
import { pixelsAgree } from '#core/compose/agree.ts';
import { createCanvas2DCompositor } from '#core/compose/canvas2d.ts';
import type { Compositor, ImageProvider } from '#core/compose/ports.ts';
import { createWebGpuCompositor } from '#core/compose/webgpu/compositor.ts';
import type { Upload } from '#core/compose/webgpu/textures.ts';
import type { DrawList } from '#core/draw/draw-list.ts';
import { openCard, type Card } from './adapters/dawn.ts';
import { canvasPixels, skiaCanvases } from './adapters/skia.ts';
import type { CompositorWish, Drawing } from './process.ts';

export interface PainterOptions {
  readonly widthPx: number;
  readonly heightPx: number;
  /** Frames begin as clear glass. */
  readonly clear: boolean;
  readonly wish: CompositorWish;
  /** What was found for a film like this one. */
  readonly known?: Drawing | undefined;
}

/** Frames to try, and when enough was tried: a probe of a large film must not cost what it saves. */
const TRIED_FRAMES = 4;
const ENOUGH_MS = 4000;

/** Pixels of Skia's canvases into textures; Dawn knows no pictures of its own. */
export const uploadCanvas: Upload = (device, source, texture, widthPx, heightPx) => {
  const { data, rowBytes } = canvasPixels(source, widthPx, heightPx);
  device.queue.writeTexture({ texture }, data, { bytesPerRow: rowBytes }, [widthPx, heightPx]);
};

/** A frame of the film, its pictures loaded. */
export type TriedFrame = (index: number) => Promise<DrawList>;

export class Painter {
  readonly #options: PainterOptions;
  /** Always there: it draws what must be drawn at once, and what a card left undone. */
  readonly skia: Compositor;
  #card: Card | null = null;
  #onCard: Compositor | null = null;
  #drawing: Drawing | null = null;

  constructor(options: PainterOptions) {
    this.#options = options;
    const { widthPx, heightPx, clear } = options;
    this.skia = createCanvas2DCompositor({ canvases: skiaCanvases, widthPx, heightPx, clear });
  }

  /** Null until it was chosen. */
  get drawing(): Drawing | null {
    return this.#drawing;
  }

  get compositor(): Compositor {
    return this.#onCard ?? this.skia;
  }

  /**
   * Chosen once, by the frames where that takes measuring.
   * @throws AppError unsupported-browser where Dawn was asked for and does not draw here
   */
  async choose(frame: TriedFrame, frameCount: number, images: ImageProvider): Promise<Drawing> {
    this.#drawing ??= await this.#choice(frame, frameCount, images);
    if (this.#drawing.kind === 'canvas2d') this.#letGo();
    return this.#drawing;
  }

  /** The card stopped: what it had begun is drawn again. */
  lost(): void {
    if (this.#drawing) this.#drawing = { ...this.#drawing, kind: 'canvas2d', why: 'card-failed' };
    this.#letGo();
  }

  close(): void {
    this.#letGo();
    this.skia.close();
  }

  async #choice(frame: TriedFrame, frameCount: number, images: ImageProvider): Promise<Drawing> {
    const { wish, known } = this.#options;
    if (wish === 'canvas2d') return { kind: 'canvas2d', why: 'asked', card: null, msPerFrame: null };
    if (wish === 'auto' && known?.kind === 'canvas2d') return known;
    const opened = await this.#openCard();
    if (wish === 'dawn') {
      if (this.#onCard) return { ...opened, kind: 'webgpu', why: 'asked' };
      throw new AppError('unsupported-browser', 'There is no graphics card here that can draw this film.', {
        way: 'Leave the choice to Orator, or let the processor draw.',
      });
    }
    if (!this.#onCard) return opened;
    if (known) return known;
    return { ...opened, ...(await this.#tryBoth(this.#onCard, frame, frameCount, images)) };
  }

  /** Says why not, where there is then no compositor on it. */
  async #openCard(): Promise<Drawing> {
    const { widthPx, heightPx, clear } = this.#options;
    const card = await openCard();
    if (!card) return { kind: 'canvas2d', why: 'no-card', card: null, msPerFrame: null };
    this.#card = card;
    const told = { card: { name: card.name, software: card.software }, msPerFrame: null };
    if (Math.max(widthPx, heightPx) > card.device.limits.maxTextureDimension2D)
      return { kind: 'canvas2d', why: 'card-too-small', ...told };
    try {
      const size = { widthPx, heightPx, clear, surface: null };
      this.#onCard = createWebGpuCompositor({
        device: card.device,
        canvases: skiaCanvases,
        upload: uploadCanvas,
        ...size,
      });
      return { kind: 'webgpu', why: 'card-faster', ...told };
    } catch {
      return { kind: 'canvas2d', why: 'card-failed', ...told };
    }
  }

  /** The same frames in turn, so that both meet the machine in the same mood; each's first one pays for what is made once. */
  async #tryBoth(
    onCard: Compositor,
    frame: TriedFrame,
    frameCount: number,
    images: ImageProvider,
  ): Promise<Pick<Drawing, 'kind' | 'why' | 'msPerFrame'>> {
    const [skiaMs, cardMs]: [number[], number[]] = [[], []];
    const startedMs = performance.now();
    const timed = async (compositor: Compositor, list: DrawList, cost: number[]) => {
      const began = this.#costMs();
      compositor.draw(list, images);
      const pixels = await compositor.readPixels();
      cost.push(this.#costMs() - began);
      return pixels;
    };
    try {
      for (let round = 0; round < TRIED_FRAMES; round++) {
        const list = await frame(Math.min(round, frameCount - 1));
        const reference = await timed(this.skia, list, skiaMs);
        const pixels = await timed(onCard, list, cardMs);
        if (!pixelsAgree(pixels, reference)) return { kind: 'canvas2d', why: 'card-wrong', msPerFrame: null };
        // A first frame pays for much, but not for so much.
        const plain = round > 0 || (cardMs[0] ?? 0) > 4 * (skiaMs[0] ?? 0);
        if (plain && performance.now() - startedMs > ENOUGH_MS) break;
      }
    } catch (error) {
      if (!isCardLost(error)) throw error;
      return { kind: 'canvas2d', why: 'card-failed', msPerFrame: null };
    }
    const msPerFrame = { canvas2d: middle(skiaMs), webgpu: middle(cardMs) };
    return msPerFrame.webgpu < msPerFrame.canvas2d
      ? { kind: 'webgpu', why: 'card-faster', msPerFrame }
      : { kind: 'canvas2d', why: 'card-slower', msPerFrame };
  }

  /** Time on the clock; of a card that is the processor, the processor's own, which encoders need as well. */
  #costMs(): number {
    if (this.#card?.software !== true) return performance.now();
    const { user, system } = process.cpuUsage();
    return (user + system) / 1000;
  }

  #letGo(): void {
    this.#onCard?.close();
    this.#onCard = null;
    this.#card?.close();
    this.#card = null;
  }
}

export function isCardLost(error: unknown): boolean {
  return error instanceof AppError && error.code === 'device-lost';
}

/** The middle one but for the first, where there are more. */
function middle([first = Infinity, ...others]: readonly number[]): number {
  return others.sort((a, b) => a - b)[others.length >> 1] ?? first;
}

/**
 * The live show: a presenter on the stage who speaks along with what is heard. The sound is the clock: a frame is drawn
 * when a step has become known and the one before it is drawn, so frames drop and never queue.
 */
import { isCancelled, toAppError, errorToWire } from '#core/base/errors.ts';
import type { DrawList } from '#core/draw/draw-list.ts';
import type { LivePlan } from '#core/frame/live-plan.ts';
import { createLivePerformer } from '#core/motion/live/performer.ts';
import type { Arrival, HeardMessage, Lateness, LiveEvent } from '#core/pipeline/live-api.ts';

/** Steps come every 20 ms; every second one is drawn, 25 a second, whatever the jitter. */
const LEAST_INTERVAL_MS = 27;
const REPORT_EVERY_MS = 400;
/** What is told of lateness is about the last so many frames: ten seconds. */
const REMEMBERED = 250;
/** Arrivals are kept for longer than any step waits. */
const ARRIVALS_KEPT_S = 4;

export interface LiveShowOptions {
  readonly plan: LivePlan;
  /** HeardMessage in. */
  readonly heard: MessagePort;
  /** Draws, and resolves when the stage shows it. */
  readonly draw: (list: DrawList) => Promise<void>;
  readonly tell: (event: LiveEvent) => void;
}

export class LiveShow {
  readonly #options: LiveShowOptions;
  readonly #performer = createLivePerformer('live');
  #plan: LivePlan;
  #arrivals: Arrival[] = [];
  #drawnUntilS = -1;
  #drawing = false;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #lastMs = -Infinity;
  #ended = false;
  readonly #motion: number[] = [];
  readonly #drawn: number[] = [];
  readonly #drawnAtMs: number[] = [];
  #toldMs = 0;

  constructor(options: LiveShowOptions) {
    this.#options = options;
    this.#plan = options.plan;
    options.heard.onmessage = ({ data }: MessageEvent<HeardMessage>) => this.#take(data);
  }

  /** Another scene, or the same after an edit; whoever speaks goes on speaking. */
  setPlan(plan: LivePlan): void {
    this.#plan = plan;
    this.#drawnUntilS = -1;
  }

  end(): void {
    this.#ended = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#options.heard.close();
  }

  #take(message: HeardMessage): void {
    if (this.#ended) return;
    if (message.type === 'failed') return this.#fail(message);
    const before = this.#performer.knownUntilS;
    this.#arrivals.push(...message.arrivals);
    this.#performer.push(message.heard);
    const known = this.#performer.knownUntilS;
    if (known <= before || known < 0) return;
    remember(this.#motion, this.#lateness(known));
    const oldest = known - ARRIVALS_KEPT_S;
    while ((this.#arrivals[0]?.untilS ?? Infinity) < oldest) this.#arrivals.shift();
    this.#drawSoon();
  }

  #drawSoon(): void {
    if (this.#drawing || this.#timer !== null || this.#ended) return;
    if (this.#performer.knownUntilS <= this.#drawnUntilS) return;
    // A step that is too early waits for the next: its time comes with that.
    if (performance.now() < this.#lastMs + LEAST_INTERVAL_MS && this.#drawnUntilS >= 0) return;
    // Whatever else has come by now is taken first.
    this.#timer = setTimeout(() => {
      this.#timer = null;
      void this.#draw();
    }, 0);
  }

  async #draw(): Promise<void> {
    this.#drawing = true;
    this.#lastMs = performance.now();
    try {
      const timeS = this.#performer.knownUntilS;
      const list = this.#plan.next(this.#performer.frameAt(timeS), timeS);
      await this.#options.draw(list);
      this.#drawnUntilS = timeS;
      remember(this.#drawn, this.#lateness(timeS));
      remember(this.#drawnAtMs, performance.now());
      this.#report();
    } catch (error) {
      if (!isCancelled(error)) this.#fail({ type: 'failed', error: errorToWire(toAppError(error)) });
    } finally {
      this.#drawing = false;
    }
    this.#drawSoon();
  }

  /** Milliseconds from the arrival of the sound at this time until now. */
  #lateness(timeS: number): number {
    const piece = this.#arrivals.find(({ untilS }) => untilS >= timeS) ?? this.#arrivals.at(-1);
    if (!piece) return 0;
    return Date.now() - piece.arrivedMs + (piece.untilS - timeS) * 1000;
  }

  #report(): void {
    const now = performance.now();
    if (this.#ended || now - this.#toldMs < REPORT_EVERY_MS) return;
    this.#toldMs = now;
    const [first = now] = this.#drawnAtMs;
    const spanS = (now - first) / 1000;
    this.#options.tell({
      type: 'status',
      motion: lateness(this.#motion),
      drawn: lateness(this.#drawn),
      framesPerS: spanS > 0 ? (this.#drawnAtMs.length - 1) / spanS : 0,
    });
  }

  #fail(failure: LiveEvent & { readonly type: 'failed' }): void {
    if (this.#ended) return;
    this.end();
    this.#options.tell(failure);
  }
}

function remember(values: number[], value: number): void {
  values.push(value);
  if (values.length > REMEMBERED) values.shift();
}

function lateness(values: readonly number[]): Lateness {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
  return { medianMs: at(0.5), p95Ms: at(0.95) };
}

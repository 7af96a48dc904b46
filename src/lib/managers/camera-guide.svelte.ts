/**
 * The guide through recording oneself: look at the picture until it is good, then read a little, listen a little, look
 * around a little. Each part tells a presenter something else: how the mouth makes sounds, how the face rests, how the
 * head turns.
 */
import { AppError, toAppError } from '#core/base/errors.ts';
import type { Trouble } from '#core/track/troubles.ts';
import { openCamera, type Camera, type CameraTake } from '../camera.ts';
import type { StudioEngine } from './ports.ts';

export type GuidePart = 'read' | 'listen' | 'look';
export const GUIDE_PARTS: readonly GuidePart[] = ['read', 'listen', 'look'];

export type GuideState =
  | { readonly kind: 'closed' }
  /** The browser is asking whether the camera may be used. */
  | { readonly kind: 'asking' }
  | { readonly kind: 'failed'; readonly error: AppError }
  | { readonly kind: 'ready' }
  | { readonly kind: 'countdown'; readonly left: number }
  | { readonly kind: 'recording'; readonly part: GuidePart; readonly paused: boolean }
  | { readonly kind: 'taken'; readonly file: File };

/** How long a part lasts at most; reading is ended by the reader, the others by the clock. */
export const PART_S: Readonly<Record<GuidePart, number>> = { read: 45, listen: 6, look: 8 };
/** A reader may not be done sooner: a presenter is made of at least 15 s, and most of it should be speech. */
export const READ_AT_LEAST_S = 8;
const COUNT_FROM = 3;
const TICK_MS = 60;
const GLANCE_EVERY_MS = 600;
const GLANCE_PX = 320;
/** Below this, while reading, hardly anything is heard. */
const QUIET = 0.06;
const QUIET_AFTER_S = 4;

export class CameraGuide {
  state = $state.raw<GuideState>({ kind: 'closed' });
  camera = $state.raw<Camera | null>(null);
  /** Of the microphone, 0…1. */
  level = $state(0);
  /** Seconds into the part that is recorded. */
  partS = $state(0);
  /** What could be better in the picture now; the first is shown. */
  troubles = $state.raw<readonly Trouble[]>([]);
  /** Nobody is heard, though the text should be being read. */
  quiet = $state(false);
  /** Something has looked at the picture at least once. */
  looked = $state(false);

  readonly #engine: () => StudioEngine;
  #take: CameraTake | null = null;
  #ticking: ReturnType<typeof setInterval> | undefined;
  #glancing: ReturnType<typeof setTimeout> | undefined;
  #counting: ReturnType<typeof setInterval> | undefined;
  #lastMs = 0;
  #quietS = 0;
  /** Counts openings: an answer that comes after the guide was left is known by it. */
  #turn = 0;

  constructor(engine: () => StudioEngine) {
    this.#engine = engine;
  }

  async open(): Promise<void> {
    this.close();
    const turn = this.#turn;
    this.state = { kind: 'asking' };
    try {
      const camera = await openCamera(() => this.#gone());
      if (turn !== this.#turn) return camera.close();
      this.camera = camera;
      this.state = { kind: 'ready' };
      this.#lastMs = performance.now();
      this.#ticking = setInterval(() => this.#tick(), TICK_MS);
      void this.#glance(turn);
    } catch (error) {
      if (turn === this.#turn) this.state = { kind: 'failed', error: toAppError(error) };
    }
  }

  close(): void {
    this.#turn++;
    clearInterval(this.#ticking);
    clearInterval(this.#counting);
    clearTimeout(this.#glancing);
    this.#take?.discard();
    this.#take = null;
    this.camera?.close();
    this.camera = null;
    this.state = { kind: 'closed' };
    this.level = 0;
    this.troubles = [];
    this.looked = false;
  }

  /** Counts down, then records the first part. */
  begin(): void {
    if (this.state.kind !== 'ready') return;
    this.state = { kind: 'countdown', left: COUNT_FROM };
    this.#counting = setInterval(() => {
      if (this.state.kind !== 'countdown') return clearInterval(this.#counting);
      const left = this.state.left - 1;
      if (left > 0) this.state = { kind: 'countdown', left };
      else {
        clearInterval(this.#counting);
        this.#record();
      }
    }, 1000);
  }

  pause(): void {
    if (this.state.kind !== 'recording' || this.state.paused) return;
    this.#take?.pause();
    this.state = { ...this.state, paused: true };
  }
  resume(): void {
    if (this.state.kind !== 'recording' || !this.state.paused) return;
    this.#take?.resume();
    this.#lastMs = performance.now();
    this.state = { ...this.state, paused: false };
  }

  /** On to the next part; after the last, the recording is there to be looked at. */
  async next(): Promise<void> {
    if (this.state.kind !== 'recording') return;
    const { part } = this.state;
    const following = GUIDE_PARTS[GUIDE_PARTS.indexOf(part) + 1];
    this.partS = 0;
    this.quiet = false;
    if (following) {
      this.resume();
      this.state = { kind: 'recording', part: following, paused: false };
      return;
    }
    const take = this.#take;
    this.#take = null;
    if (!take) return;
    try {
      const file = await take.finish();
      this.state = { kind: 'taken', file };
    } catch (error) {
      this.state = { kind: 'failed', error: toAppError(error) };
    }
  }

  /** Throws away what was recorded; the camera stays open. */
  again(): void {
    clearInterval(this.#counting);
    this.#take?.discard();
    this.#take = null;
    this.partS = 0;
    this.quiet = false;
    this.state = this.camera ? { kind: 'ready' } : { kind: 'closed' };
  }

  #record(): void {
    const { camera } = this;
    if (!camera) return;
    try {
      this.#take = camera.record();
      this.partS = 0;
      this.#quietS = 0;
      this.#lastMs = performance.now();
      this.state = { kind: 'recording', part: 'read', paused: false };
    } catch (error) {
      this.state = { kind: 'failed', error: toAppError(error, 'unsupported-browser') };
    }
  }

  #tick(): void {
    const { camera, state } = this;
    const now = performance.now();
    const sinceS = (now - this.#lastMs) / 1000;
    this.#lastMs = now;
    if (!camera) return;
    this.level = camera.level();
    if (state.kind !== 'recording' || state.paused) return;
    this.partS += sinceS;
    if (state.part === 'read') {
      this.#quietS = this.level < QUIET ? this.#quietS + sinceS : 0;
      this.quiet = camera.hears && this.#quietS > QUIET_AFTER_S;
    }
    if (this.partS >= PART_S[state.part]) void this.next();
  }

  /** Looks, waits for the answer, and looks again a moment later: never two at once. */
  async #glance(turn: number): Promise<void> {
    // While it is recorded, the guide's work must not cost the camera frames.
    const looks = this.state.kind === 'ready' || this.state.kind === 'countdown';
    const picture = looks ? (this.camera?.glance(GLANCE_PX) ?? null) : null;
    if (picture) {
      const seen = await this.#engine()
        .fitting.glance(picture)
        .catch(() => null); // a guide that cannot see says nothing; recording works all the same
      if (turn !== this.#turn) return;
      if (seen) {
        this.troubles = seen;
        this.looked = true;
      }
    }
    if (turn === this.#turn) this.#glancing = setTimeout(() => void this.#glance(turn), GLANCE_EVERY_MS);
  }

  /** Unplugged: what was recorded until then is still worth looking at. */
  #gone(): void {
    const take = this.#take;
    this.#take = null;
    this.camera?.close();
    this.camera = null;
    if (!take) {
      const way = 'Connect it again, or choose a video that you have.';
      this.state = { kind: 'failed', error: new AppError('not-found', 'The camera went away.', { way }) };
      return;
    }
    void take.finish().then(
      (file) => (this.state = { kind: 'taken', file }),
      (error: unknown) => (this.state = { kind: 'failed', error: toAppError(error) }),
    );
  }
}

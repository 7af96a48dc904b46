/**
 * The way a shot takes through the film. It is planned some seconds ahead at a time by dynamic programming and taken a
 * little of that, so that what has just been shown can be kept from coming again (a cost that knows the past has no
 * place in one table). First and last frame are the rest frame. Nothing but the shot itself enters: a walk moves only
 * with its own paragraph.
 */
import { seededRandom } from '../../../base/hashing.ts';
import { rateToFps, type Rational } from '../../../base/time.ts';
import { smoothstep } from '../../../motion/curves.ts';
import type { MotionTrack } from '../../../motion/track.ts';
import type { BaseGraph, BasePath } from './graph.ts';
import { readWishes, USUAL_LIVELINESS, type Liveliness, type WalkWishes } from './wishes.ts';

const HORIZON_S = 9;
const TAKEN_S = 2.5;
/** Every jump costs this and what is seen of it. */
const JUMP = 1.6;
const SEEN = 0.4;
/** A frame that stands still, where nothing else is left. */
const HOLD = 4;
/** A second of speech while the person listens, of silence while they talk. */
const TALK_S = 1.1;
const ENERGY_S = 2.2;
const STROKE = 1.4;
/** A second beside the camera for who speaks to it, or the other way: worse than showing again what was just shown. */
const OTHER_MODE_S = 12;
/** What was shown this long ago may be shown again; a second of what was just shown. */
const FORGET_S = 20;
const AGAIN_S = 5;
/** Every few seconds another part of the film draws the walk to it, so that no two paragraphs go the same way. */
const DRAWN_EVERY_S = 3;
const DRAWN_S = 5;
/** Nearer than this is there; from so far on distance does not matter. */
const [THERE_S, FAR_S] = [1.5, 3.5];
const AHEAD = 0.5;

const STEP = -2;
const HELD = -3;
const HOME = -4;
const AWAY = -5;

/**
 * @param rate of the film
 * @param habits how lively this person is with and without voice, where that is known
 */
export function walkBase(
  graph: BaseGraph,
  rate: Rational,
  motion: MotionTrack,
  habits: Liveliness | null = null,
): BasePath {
  const scale = rateToFps(rate) / rateToFps(motion.rate);
  const last = Math.max(1, Math.round((motion.frameCount - 1) * scale));
  const wishes = readWishes(motion, last + 1, habits ?? USUAL_LIVELINESS);
  const walker = new Walker(graph, rateToFps(rate), wishes);
  const ticks = walker.walk(last);
  const at = (i: number) => Math.round((i * last) / Math.max(1, motion.frameCount - 1));
  const pick = <A extends Uint32Array<ArrayBuffer> | Float32Array<ArrayBuffer>>(values: A, into: A): A => {
    for (let i = 0; i < into.length; i++) into[i] = values[at(i)]!;
    return into;
  };
  return {
    frame: pick(ticks.frame, new Uint32Array(motion.frameCount)),
    other: pick(ticks.other, new Uint32Array(motion.frameCount)),
    mix: pick(ticks.mix, new Float32Array(motion.frameCount)),
  };
}

interface Move {
  /** Frame and tick it arrives at. */
  readonly to: number;
  readonly tick: number;
  readonly kind: number;
}

class Walker {
  readonly #graph: BaseGraph;
  readonly #wishes: WalkWishes;
  readonly #fps: number;
  readonly #count: number;
  /** Where the edges of each frame begin. */
  readonly #first: Uint32Array;
  /** frames: what it costs to show it now, whatever is said. */
  readonly #own: Float32Array;
  /** slots × frames: what it costs to be away from where the walk is drawn. */
  readonly #drawn: readonly Float32Array[];
  /** frames: tick on which it was last shown. */
  readonly #shown: Float64Array;

  constructor(graph: BaseGraph, fps: number, wishes: WalkWishes) {
    this.#graph = graph;
    this.#fps = fps;
    this.#wishes = wishes;
    this.#count = graph.home.length;
    this.#first = new Uint32Array(this.#count + 1);
    for (const f of graph.from) this.#first[f + 1]!++;
    for (let f = 0; f < this.#count; f++) this.#first[f + 1]! += this.#first[f]!;
    const random = seededRandom(wishes.seed);
    this.#drawn = draws(random, wishes.speech.length, this.#count, fps);
    this.#own = new Float32Array(this.#count);
    this.#shown = new Float64Array(this.#count).fill(-Infinity);
  }

  walk(last: number): BasePath {
    const { rest, fadeFrames } = this.#graph;
    const path: BasePath = {
      frame: new Uint32Array(last + 1).fill(rest),
      other: new Uint32Array(last + 1).fill(rest),
      mix: new Float32Array(last + 1),
    };
    let [tick, frame] = [0, rest];
    while (tick < last) {
      this.#remember(tick);
      const until = Math.min(last, tick + Math.round(HORIZON_S * this.#fps));
      // A horizon that leaves too little behind it could not come home.
      const end = last - until < 2 * fadeFrames ? last : until;
      const moves = this.#plan(frame, tick, end, end === last);
      const enough = end === last && last - tick <= TAKEN_S * this.#fps ? last : tick + TAKEN_S * this.#fps;
      for (const move of moves) {
        if (tick >= enough) break;
        this.#take(path, frame, tick, move);
        [frame, tick] = [move.to, move.tick];
      }
    }
    return path;
  }

  #remember(now: number): void {
    const { labels } = this.#graph;
    for (let f = 0; f < this.#count; f++) {
      const age = (now - this.#shown[f]!) / this.#fps;
      this.#own[f] =
        (AGAIN_S * Math.exp(-age / FORGET_S) + (labels.mode[f] === 0 ? 0 : OTHER_MODE_S)) / this.#fps;
    }
  }

  /** What a frame costs at a tick, without what a stroke is worth there: one that a fade hides is no stroke. */
  #cost(tick: number, f: number): number {
    const { labels } = this.#graph;
    const { speech, energy } = this.#wishes;
    const talk = labels.talk[f]!;
    const wrong = speech[tick]! * (1 - talk) + (1 - speech[tick]!) * talk;
    return (
      this.#own[f]! +
      this.#drawn[Math.floor(tick / (DRAWN_EVERY_S * this.#fps))]![f]! +
      (TALK_S * wrong + ENERGY_S * (labels.energy[f]! - energy[tick]!) ** 2) / this.#fps
    );
  }

  #stroke(tick: number, f: number): number {
    return STROKE * this.#graph.labels.stroke[f]! * this.#wishes.stroke[tick]!;
  }

  /** The cheapest moves from a frame on, up to a tick; to the rest frame where the shot ends there. */
  #plan(start: number, from: number, until: number, ends: boolean): Move[] {
    const { rest, fadeFrames, to, cost, home, away, ahead } = this.#graph;
    const n = this.#count;
    const ticks = until - from;
    const least = new Float32Array((ticks + 1) * n).fill(Infinity);
    const came = new Int32Array((ticks + 1) * n);
    const kinds = new Int32Array((ticks + 1) * n);
    const half = fadeFrames >> 1;
    const offer = (t: number, f: number, sum: number, before: number, kind: number) => {
      if (sum >= least[t * n + f]!) return;
      least[t * n + f] = sum;
      came[t * n + f] = before;
      kinds[t * n + f] = kind;
    };
    least[start] = 0;
    for (let t = 0; t < ticks; t++)
      for (let f = 0; f < n; f++) {
        const now = least[t * n + f]!;
        if (now === Infinity) continue;
        if (f + 1 < n) {
          const next = this.#cost(from + t + 1, f + 1) - this.#stroke(from + t + 1, f + 1);
          offer(t + 1, f + 1, now + next, f, STEP);
        }
        offer(t + 1, f, now + HOLD + this.#cost(from + t + 1, f), f, HELD);
        if (t + fadeFrames > ticks) continue;
        const jump = (arrives: number, seen: number, kind: number) => {
          const during =
            this.#cost(from + t + half, Math.min(n - 1, f + half)) +
            this.#cost(from + t + half, Math.max(0, arrives - fadeFrames + half));
          offer(t + fadeFrames, arrives, now + JUMP + SEEN * seen + (fadeFrames * during) / 2, f, kind);
        };
        for (let e = this.#first[f]!; e < this.#first[f + 1]!; e++) jump(to[e]!, cost[e]!, e);
        jump(rest, home[f]!, HOME);
        if (f === rest) for (let j = fadeFrames; j < n; j++) jump(j, away[j]!, AWAY);
      }
    let end = rest;
    if (!ends) {
      let best = Infinity;
      for (let f = 0; f < n; f++) {
        const sum = least[ticks * n + f]! + AHEAD * ahead[f]!;
        if (sum < best) [end, best] = [f, sum];
      }
    }
    const moves: Move[] = [];
    for (let [t, f] = [ticks, end]; t > 0;) {
      const kind = kinds[t * n + f]!;
      moves.push({ to: f, tick: from + t, kind });
      f = came[t * n + f]!;
      t -= kind === STEP || kind === HELD ? 1 : fadeFrames;
    }
    return moves.reverse();
  }

  #take(path: BasePath, from: number, tick: number, { to, tick: arrives, kind }: Move): void {
    const show = (t: number, frame: number, other: number, mix: number) => {
      path.frame[t] = frame;
      path.other[t] = other;
      path.mix[t] = mix;
      for (const f of mix === 0 ? [frame] : [frame, other])
        for (let k = Math.max(0, f - 2); k <= Math.min(this.#count - 1, f + 2); k++) this.#shown[k] = t;
    };
    if (kind === STEP || kind === HELD) {
      show(arrives, to, to, 0);
      return;
    }
    const fade = arrives - tick;
    for (let k = 1; k < fade; k++) {
      const own = Math.min(this.#count - 1, from + k);
      show(tick + k, own, to - fade + k, smoothstep(0, 1, k / fade));
    }
    show(arrives, to, to, 0);
  }
}

/** Where the walk is drawn to in each slot of a shot: every part of the film once before any comes again. */
function draws(random: () => number, ticks: number, count: number, fps: number): Float32Array[] {
  const parts = Math.max(1, Math.round(count / (2 * THERE_S * fps)));
  let bag: number[] = [];
  return Array.from({ length: Math.floor(ticks / (DRAWN_EVERY_S * fps)) + 1 }, () => {
    if (bag.length === 0) bag = Array.from({ length: parts }, (_, k) => k);
    const [part] = bag.splice(Math.floor(random() * bag.length), 1) as [number];
    const centre = ((part + random()) / parts) * count;
    return Float32Array.from(
      { length: count },
      (_, f) => (DRAWN_S * smoothstep(THERE_S, FAR_S, Math.abs(f - centre) / fps)) / fps,
    );
  });
}

/**
 * Builds the graph. Differences of frames are summed along the fade (a cut is as good as the two stretches go together,
 * which takes their speeds into account), edges are local minima of that, and what a run leads to is known ahead by
 * Q-learning, as in "Video textures" (Schödl et al., 2000).
 */
import { rateToFps } from '../../../base/time.ts';
import { gaussian, median, quantile } from '../../../track/curves.ts';
import { measureOf, type FootageTrack } from '../../../track/footage-track.ts';
import { describeFrames, difference, type FrameFeatures } from './features.ts';
import { createGhostMeter, type GhostMeter } from './ghosts.ts';
import type { BaseGraph, SmallPictures } from './graph.ts';
import { findModes, labelFrames } from './labels.ts';

const FADE_S = 0.32;
/** Shorter jumps leave a person trembling on the spot. */
const SHORTEST_JUMP_S = 0.8;
const EDGES_A_FRAME = 8;
/** Each edge's two stretches are laid on each other, which takes a long film's fit some seconds: no more than these. */
const MOST_EDGES = 4000;
/** What a square height of the face that is seen twice costs a fade. */
const GHOST_COST = 30;
/** Fades home and away are looked at on every so many frames; what lies between is between. */
const GHOST_STRIDE = 4;
/** Every stretch this long has a way out, good or not. */
const WAY_OUT_S = 0.4;
const WAYS_OUT = 3;
/** Lids further shut than this on either side of a fade are a blink cut in two. */
const BLINK = 0.4;
const BLINK_COST = 8;
/** A frame that must be held because the film is over. */
const HELD_COST = 3;
const DISCOUNT_A_S = 0.75;

/** Cost of a fade whose first stretch begins at `i` and whose second begins at `s`; both last `fade` frames. */
class Fades {
  readonly count: number;
  readonly fade: number;
  readonly #sums: Float32Array;
  readonly #features: FrameFeatures;
  readonly #weights: Float64Array;
  readonly #blink: Float32Array;

  constructor(features: FrameFeatures, blink: Float32Array, fade: number) {
    this.#features = features;
    this.#blink = blink;
    this.fade = fade;
    this.count = features.frameCount - fade;
    // What is seen of both at once counts most.
    this.#weights = Float64Array.from({ length: fade + 1 }, (_, k) => 0.15 + Math.sin((Math.PI * k) / fade));
    const total = this.#weights.reduce((sum, w) => sum + w, 0);
    this.#weights.forEach((w, k) => (this.#weights[k] = w / total));
    this.#sums = new Float32Array(Math.max(0, this.count) ** 2);
    this.#fill();
  }

  #fill(): void {
    const { frameCount } = this.#features;
    const n = this.count;
    const line = new Float32Array(frameCount);
    const lids = Float32Array.from({ length: Math.max(0, n) }, (_, f) => this.#lidsIn(f));
    // Diagonal by diagonal: both stretches move on together.
    for (let offset = 1; offset < n; offset++) {
      for (let f = 0; f + offset < frameCount; f++) line[f] = difference(this.#features, f, f + offset);
      for (let f = 0; f + offset < n; f++) {
        let sum = 0;
        for (let k = 0; k <= this.fade; k++) sum += this.#weights[k]! * line[f + k]!;
        sum += BLINK_COST * Math.max(lids[f]!, lids[f + offset]!);
        this.#sums[f * n + f + offset] = this.#sums[(f + offset) * n + f] = sum;
      }
    }
  }

  /** How much of a blink a stretch holds, 0…1. */
  #lidsIn(start: number): number {
    let most = 0;
    for (let k = 0; k <= this.fade; k++) most = Math.max(most, this.#blink[start + k]!);
    return Math.max(0, most - BLINK) / (1 - BLINK);
  }

  at(i: number, s: number): number {
    return this.#sums[i * this.count + s]!;
  }

  /** Also where the first stretch runs into the end of the film and is held there. */
  held(i: number, s: number): number {
    if (i < this.count) return this.at(i, s);
    const last = this.#features.frameCount - 1;
    let sum = 0;
    for (let k = 0; k <= this.fade; k++)
      sum += this.#weights[k]! * difference(this.#features, Math.min(last, i + k), s + k);
    return sum + (HELD_COST * (i - this.count + 1)) / this.fade;
  }
}

export function fitBase(track: FootageTrack, small: SmallPictures): BaseGraph {
  const fps = rateToFps(track.rate);
  const { frameCount } = track;
  const features = describeFrames(track, small);
  const labels = labelFrames(track, features);
  const fadeFrames = Math.max(2, Math.min(Math.round(FADE_S * fps), Math.floor((frameCount - 1) / 3)));
  const fades = new Fades(features, labels.blink, fadeFrames);
  const shortest = Math.min(Math.round(SHORTEST_JUMP_S * fps), Math.floor(frameCount / 4));
  const rest = chooseRest(track, labels, fades, shortest);
  const natural = median(
    Float32Array.from({ length: Math.max(1, frameCount - 1) }, (_, f) =>
      difference(features, f, Math.min(frameCount - 1, f + 1)),
    ),
  );
  const ghosts = createGhostMeter(track, small);
  const edges = withGhosts(chooseEdges(fades, shortest, fps), ghosts, fadeFrames);
  const arrives = rest - fadeFrames;
  const half = fadeFrames >> 1;
  const last = frameCount - 1;
  const homeGhosts = alongFilm(frameCount, (f) => ghosts.between(Math.min(last, f + half), arrives + half));
  const awayGhosts = alongFilm(frameCount, (f) =>
    ghosts.between(Math.min(last, rest + half), Math.max(0, f - fadeFrames + half)),
  );
  const home = homeGhosts.map((ghost, f) => fades.held(f, arrives) + GHOST_COST * ghost);
  const away = awayGhosts.map((ghost, f) =>
    f < fadeFrames ? Infinity : fades.at(rest, f - fadeFrames) + GHOST_COST * ghost,
  );
  return {
    rest,
    fadeFrames,
    ...edges,
    home,
    away,
    natural,
    ahead: lookAhead(edges, home, rest, fadeFrames, fps),
    labels: { ...labels, ...findModes(track, rest) },
    small: { columns: small.columns, rows: small.rows, luma: small.luma },
  };
}

/** Calm, mouth shut, eyes open and where they mostly look, and easily come to and gone from. */
function chooseRest(
  track: FootageTrack,
  labels: ReturnType<typeof labelFrames>,
  fades: Fades,
  shortest: number,
): number {
  const fps = rateToFps(track.rate);
  const curve = (name: Parameters<typeof measureOf>[1]) => gaussian(measureOf(track, name), 1);
  const off = (values: Float64Array, step: number) => {
    const middle = median(values);
    return values.map((value) => ((value - middle) / step) ** 2);
  };
  const opening = curve('mouthOpening');
  const shut = quantile(opening, 0.05);
  const head = off(curve('headYaw'), 0.12);
  const nod = off(curve('headPitch'), 0.12);
  const yaw = off(curve('gazeYaw'), 0.15);
  const pitch = off(curve('gazePitch'), 0.2);
  const smile = off(curve('mouthWidth'), 0.08);
  const around = gaussian(labels.energy, 0.2 * fps);
  const lids = gaussian(labels.blink, 2);
  const { fade, count } = fades;
  const calm = (f: number) =>
    5 * Math.max(0, opening[f]! - shut - 0.01) * 10 +
    head[f]! +
    nod[f]! +
    yaw[f]! +
    pitch[f]! +
    smile[f]! +
    2 * around[f]! +
    6 * lids[f]! +
    (track.seen[f] === 1 ? 0 : 20);
  const candidates = Array.from({ length: Math.max(0, count - fade) }, (_, k) => k + fade)
    .sort((a, b) => calm(a) - calm(b))
    .slice(0, Math.max(10, Math.round(0.2 * count)));
  let [best, least] = [candidates[0] ?? Math.min(fade, track.frameCount - 1), Infinity];
  for (const f of candidates) {
    const ways = [f, f - fade].map((own, side) => {
      const costs: number[] = [];
      for (let s = 0; s < count; s += 2)
        if (Math.abs(s - own) >= shortest) costs.push(side === 0 ? fades.at(own, s) : fades.at(s, own));
      return quantile(costs, 0.25);
    });
    const connected = ways.reduce((sum, cost) => sum + (Number.isNaN(cost) ? 0 : cost), 0) / 2;
    const cost = calm(f) + 0.5 * connected;
    if (cost < least) [best, least] = [f, cost];
  }
  return best;
}

function chooseEdges(fades: Fades, shortest: number, fps: number): Pick<BaseGraph, 'from' | 'to' | 'cost'> {
  const { count, fade } = fades;
  const sample: number[] = [];
  const stride = Math.max(1, Math.floor(count / 300));
  for (let i = 0; i < count; i += stride)
    for (let s = 0; s < count; s += stride) if (Math.abs(i - s) >= shortest) sample.push(fades.at(i, s));
  const good = quantile(sample, 0.08);
  const isLeast = (i: number, s: number, own: number) => {
    for (let di = -2; di <= 2; di++)
      for (let ds = -2; ds <= 2; ds++) {
        const [a, b] = [i + di, s + ds];
        if (a < 0 || b < 0 || a >= count || b >= count || Math.abs(a - b) < shortest) continue;
        if (fades.at(a, b) < own) return false;
      }
    return true;
  };
  const each = Math.max(1, Math.min(EDGES_A_FRAME, Math.round(MOST_EDGES / Math.max(1, count))));
  const chosen: { i: number; s: number; cost: number }[] = [];
  const ways = new Map<number, number>();
  const stretch = Math.max(1, Math.round(WAY_OUT_S * fps));
  for (let i = 0; i < count; i++) {
    const here: { i: number; s: number; cost: number }[] = [];
    for (let s = 0; s < count; s++) {
      if (Math.abs(i - s) < shortest) continue;
      const cost = fades.at(i, s);
      if (cost <= good && isLeast(i, s, cost)) here.push({ i, s, cost });
    }
    here.sort((a, b) => a.cost - b.cost);
    chosen.push(...here.slice(0, each));
    const block = Math.floor(i / stretch);
    ways.set(block, (ways.get(block) ?? 0) + Math.min(here.length, each));
  }
  for (const [block, found] of ways) {
    if (found >= WAYS_OUT) continue;
    const here: { i: number; s: number; cost: number }[] = [];
    for (let i = block * stretch; i < Math.min(count, (block + 1) * stretch); i++)
      for (let s = 0; s < count; s++)
        if (Math.abs(i - s) >= shortest) here.push({ i, s, cost: fades.at(i, s) });
    here.sort((a, b) => a.cost - b.cost);
    const kept: typeof here = [];
    for (const edge of here) {
      if (kept.length >= WAYS_OUT) break;
      if (kept.every(({ s }) => Math.abs(s - edge.s) > stretch)) kept.push(edge);
    }
    chosen.push(...kept);
  }
  chosen.sort((a, b) => a.i - b.i || a.s - b.s);
  return {
    from: Uint32Array.from(chosen, ({ i }) => i),
    to: Uint32Array.from(chosen, ({ s }) => s + fade),
    cost: Float32Array.from(chosen, ({ cost }) => cost),
  };
}

/** What of each edge is seen twice in the middle of its fade is added to what its stretches differ by. */
function withGhosts(
  { from, to, cost }: Pick<BaseGraph, 'from' | 'to' | 'cost'>,
  ghosts: GhostMeter,
  fade: number,
): Pick<BaseGraph, 'from' | 'to' | 'cost'> {
  const half = fade >> 1;
  return {
    from,
    to,
    cost: cost.map((own, e) => own + GHOST_COST * ghosts.between(from[e]! + half, to[e]! - fade + half)),
  };
}

/** A value of every frame, looked at on every few. */
function alongFilm(frameCount: number, look: (frame: number) => number): Float32Array<ArrayBuffer> {
  const last = frameCount - 1;
  const knots = Array.from({ length: Math.ceil(last / GHOST_STRIDE) + 1 }, (_, k) =>
    look(Math.min(last, k * GHOST_STRIDE)),
  );
  return Float32Array.from({ length: frameCount }, (_, f) => {
    const k = Math.floor(f / GHOST_STRIDE);
    const part = (f % GHOST_STRIDE) / GHOST_STRIDE;
    return knots[k]! * (1 - part) + (knots[k + 1] ?? knots[k]!) * part;
  });
}

/** The least that must be paid after each frame, future costs discounted (value iteration). */
function lookAhead(
  { from, to, cost }: Pick<BaseGraph, 'from' | 'to' | 'cost'>,
  home: Float32Array,
  rest: number,
  fade: number,
  fps: number,
): Float32Array<ArrayBuffer> {
  const frameCount = home.length;
  const ahead = new Float32Array(frameCount);
  const step = DISCOUNT_A_S ** (1 / fps);
  const jump = step ** fade;
  for (let round = 0; round < 60; round++) {
    let change = 0;
    let e = from.length - 1;
    for (let f = frameCount - 1; f >= 0; f--) {
      let least = f + 1 < frameCount ? step * ahead[f + 1]! : Infinity;
      least = Math.min(least, home[f]! + jump * ahead[rest]!);
      for (; e >= 0 && from[e] === f; e--) least = Math.min(least, cost[e]! + jump * ahead[to[e]!]!);
      change = Math.max(change, Math.abs(least - ahead[f]!));
      ahead[f] = least;
    }
    if (change < 1e-3) break;
  }
  return ahead;
}

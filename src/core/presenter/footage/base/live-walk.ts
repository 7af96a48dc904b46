/**
 * A walk whose way nobody knows: forward through the film, leaving it where something else is wanted (talk, quiet), where
 * it would come again, or where it is about to end. Cross-fades last as long as in a walk that is planned.
 */
import { seededRandom, seedOf } from '../../../base/hashing.ts';
import { rateToFps, type Rational } from '../../../base/time.ts';
import { smoothstep } from '../../../motion/curves.ts';
import type { BaseGraph, BasePlace } from './graph.ts';

/** After a jump the film runs at least this long. */
const RUN_S = 1.2;
/** What lies so far ahead decides. */
const LOOK_S = 1;
const JUMP = 1.6;
const SEEN = 0.8;
const TALK = 1.6;
const AGAIN = 3;
const FORGET_S = 16;
const TASTE = 0.6;
const AHEAD = 0.6;

export interface LiveWalk {
  /** Where the walk is, `dtS` seconds after the last. @param talks 0 silence … 1 speech */
  step(dtS: number, talks: number): BasePlace;
}

interface Fade {
  readonly from: number;
  readonly to: number;
}

export function createLiveWalk(graph: BaseGraph, rate: Rational): LiveWalk {
  const fps = rateToFps(rate);
  const { rest, fadeFrames, labels, ahead, home, away } = graph;
  const count = home.length;
  const first = new Uint32Array(count + 1);
  for (const f of graph.from) first[f + 1]!++;
  for (let f = 0; f < count; f++) first[f + 1]! += first[f]!;
  const shown = new Float64Array(count).fill(-Infinity);
  const random = seededRandom(seedOf('live walk'));
  let [tick, clock, at, ran] = [0, 0, rest, RUN_S * fps];
  let fade: (Fade & { readonly since: number }) | null = null;

  const worth = (frame: number, talks: number) => {
    const end = Math.min(count, frame + Math.round(LOOK_S * fps));
    let [wrong, again] = [0, 0];
    for (let f = frame; f < end; f++) {
      wrong += talks * (1 - labels.talk[f]!) + (1 - talks) * labels.talk[f]!;
      again += Math.exp((shown[f]! - tick) / (FORGET_S * fps));
    }
    const frames = Math.max(1, end - frame);
    return (
      (TALK * wrong + AGAIN * again) / frames + AHEAD * ahead[frame]! + (labels.mode[frame] === 0 ? 0 : 1)
    );
  };
  const choose = (talks: number): Fade | null => {
    const stays = at + 1 < count ? worth(at + 1, talks) : Infinity;
    let [best, least]: [Fade | null, number] = [null, stays];
    const offer = (to: number, seen: number) => {
      const cost = JUMP + SEEN * seen + worth(to, talks) + TASTE * random();
      if (cost < least) [best, least] = [{ from: at, to }, cost];
    };
    for (let e = first[at]!; e < first[at + 1]!; e++) offer(graph.to[e]!, graph.cost[e]!);
    if (at === rest) for (let j = fadeFrames; j < count; j += 3) offer(j, away[j]!);
    // Where nothing leads on, home does.
    if (at + fadeFrames + 1 >= count) offer(rest, home[at]!);
    return best;
  };
  const advance = (talks: number) => {
    tick++;
    if (fade) {
      if (tick - fade.since < fadeFrames) return;
      at = fade.to;
      fade = null;
      ran = 0;
    } else {
      const ends = at + fadeFrames + 1 >= count;
      const way = ran >= RUN_S * fps || ends ? choose(talks) : null;
      if (way) {
        fade = { ...way, since: tick - 1 };
      } else at = Math.min(count - 1, at + 1);
      ran++;
    }
    for (let f = Math.max(0, at - 2); f <= Math.min(count - 1, at + 2); f++) shown[f] = tick;
  };
  return {
    step(dtS, talks) {
      clock += dtS * fps;
      // Someone may have looked away for long: not every frame in between must be walked.
      if (clock - tick > 4 * fps) clock = tick + 4 * fps;
      while (tick + 1 <= clock) advance(talks);
      if (!fade) return { frame: at, other: at, mix: 0 };
      const k = tick - fade.since;
      return {
        frame: Math.min(count - 1, fade.from + k),
        other: fade.to - fadeFrames + k,
        mix: smoothstep(0, 1, k / fadeFrames),
      };
    },
  };
}

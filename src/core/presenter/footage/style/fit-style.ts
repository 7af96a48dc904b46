/** Fits how a person talks to their own lips and, where it belongs to them, their own sound. */
import { frameToSeconds, rateToFps } from '../../../base/time.ts';
import type { ParagraphId } from '../../../base/ids.ts';
import { animate } from '../../../motion/animate.ts';
import type { MotionTrack } from '../../../motion/track.ts';
import { decodePhones } from '../../../speech/listen/decode-phones.ts';
import { HEARD_RATE_HZ, type HeardSpeech } from '../../../speech/listen/heard.ts';
import { quantile } from '../../../track/curves.ts';
import type { FootageTrack } from '../../../track/footage-track.ts';
import type { BaseLabels } from '../base/graph.ts';
import { ridge } from '../mouth/algebra.ts';
import { lipsOf, type MouthSpace } from '../mouth/space.ts';
import { correlation, spreadOf } from './correlation.ts';
import { measureHabits } from './habits.ts';
import { PLACE_INPUTS, sharedLips, speechOf, STYLE_INPUTS, styleInputs } from './inputs.ts';
import type { Line, MouthRange, SoundSync, StyleMap, TalkingStyle } from './style.ts';
import { addOwn, linedShapes } from './targets.ts';

/** A person who hardly opens the mouth in the footage opens it this far all the same: heights of the face. */
const LEAST_OPEN = 0.16;
/** Less than this much film teaches nothing. */
const LEAST_S = 2.5;
/** Sound and lips belong together when they go together so well, no further apart than this. */
const BELONGS_R = 0.47;
const BELONGS_LAG_S = 0.25;
/** Delays between these are chance; what belongs together stands out from them. Shorter films leave no room to tell. */
const [CHANCE_FROM_S, CHANCE_TO_S, CHANCE_FILM_S, STANDS_OUT] = [0.5, 2.5, 6, 0.05];
/** Nearer than this, lips and sound are as people's are, and the style learns it; further, the film is out of sync. */
const OUT_OF_SYNC_S = 0.07;
/** Of the straight lines: what most people do, and how many frames that is worth. */
const USUAL = { opening: 0.5, width: 0.3 } as const;
const USUAL_FRAMES = 12;
/** Penalty of what is this person's own: it must be heard through some ten seconds to be believed in full. */
const OWN_PENALTY = 300;
/** The same of what the mouth does in and about silences: a few of them teach it. */
const PLACE_PENALTY = 6;
/** Of what a regression answers too timidly, so much is made good: all of it would bring its mistakes out as much. */
const [STRETCHED, MOST_STRETCH] = [0.5, 1.25];

/** The mouths of a film, as far as a style needs them. */
export interface MeasuredMouths {
  readonly space: MouthSpace;
  readonly coefficients: Float32Array<ArrayBuffer>;
}

export function fitStyle(
  track: FootageTrack,
  mouths: MeasuredMouths,
  labels: BaseLabels | null,
  heard: HeardSpeech | null,
): TalkingStyle {
  const range = measureRange(track, mouths);
  const unlearned = { learned: false, range, map: null, habits: null } as const;
  if (!heard || frameToSeconds(track.frameCount, track.rate) < LEAST_S) return { ...unlearned, sync: null };
  const sync = measureSync(track, mouths, heard);
  if (!belongs(sync)) return { ...unlearned, sync: sync.found };
  const { lagS } = sync.found;
  const motion = motionOf(heard, track, Math.abs(lagS) > OUT_OF_SYNC_S ? lagS : 0);
  return {
    learned: true,
    range,
    map: fitMap(track, mouths, motion),
    sync: sync.found,
    habits: labels && measureHabits(track, labels, heard),
  };
}

/** The shared motion of a film's own sound, frame for frame, `lagS` later than it is heard. */
export function motionOf(heard: HeardSpeech, track: FootageTrack, lagS = 0): MotionTrack {
  const shift = Math.round(lagS * HEARD_RATE_HZ);
  const late = shift === 0 ? heard : shifted(heard, shift);
  return animate(
    {
      sampleRateHz: 16_000,
      pcm: new Float32Array(0),
      durationS: frameToSeconds(track.frameCount, track.rate),
      words: [],
      phones: decodePhones(late),
      gestures: [],
      heard: late,
    },
    { paragraph: { id: 'footage' as ParagraphId, content: [], emotion: 'neutral' }, rate: track.rate },
  );
}

/** Later by `by` steps; ends are held. */
function shifted(heard: HeardSpeech, by: number): HeardSpeech {
  const move = (values: Float32Array) => {
    const width = heard.steps > 0 ? values.length / heard.steps : 0;
    return Float32Array.from(values, (_, k) => {
      const step = Math.min(heard.steps - 1, Math.max(0, Math.floor(k / width) - by));
      return values[step * width + (k % width)]!;
    });
  };
  return {
    steps: heard.steps,
    mouth: move(heard.mouth),
    phones: move(heard.phones),
    voice: move(heard.voice),
    pitchSt: move(heard.pitchSt),
    energy: move(heard.energy),
    emphasis: move(heard.emphasis),
  };
}

export function measureRange(track: FootageTrack, mouths: MeasuredMouths): MouthRange {
  const seen = seenLips(track, mouths).filter(({ seen }) => seen);
  const openings = seen.map(({ opening }) => opening);
  const widths = seen.map(({ width }) => width);
  const shut = quantile(openings, 0.03);
  return {
    shut,
    open: Math.max(shut + LEAST_OPEN, quantile(openings, 0.97)),
    narrow: quantile(widths, 0.03),
    rest: quantile(widths, 0.5),
    broad: quantile(widths, 0.97),
  };
}

function seenLips(track: FootageTrack, { space, coefficients }: MeasuredMouths) {
  return Array.from({ length: track.frameCount }, (_, f) => ({
    ...lipsOf(space, coefficients, f),
    seen: track.seen[f] === 1,
  }));
}

function measureSync(
  track: FootageTrack,
  mouths: MeasuredMouths,
  heard: HeardSpeech,
): { readonly found: SoundSync; readonly chance: number } {
  const fps = rateToFps(track.rate);
  const opening = seenLips(track, mouths).map((lips) => lips.opening);
  const motion = motionOf(heard, track);
  const { aperture } = sharedLips(motion);
  // Mouths open for other reasons than speech: only where there is some are the two compared.
  const speech = speechOf(motion);
  const at = (lag: number) => {
    const frames = opening.flatMap((_, f) => (speech[f - lag] === 1 ? [f] : []));
    return correlation(
      frames.map((f) => opening[f]!),
      frames.map((f) => aperture[f - lag]!),
    );
  };
  const reach = Math.round(CHANCE_FROM_S * fps);
  let best = { r: -1, lag: 0 };
  for (let lag = -reach; lag <= reach; lag++) {
    const r = at(lag);
    if (r > best.r) best = { r, lag };
  }
  let chance = 0;
  const far = opening.length >= CHANCE_FILM_S * fps ? Math.round(CHANCE_TO_S * fps) : 0;
  for (let lag = reach; lag <= far; lag++) chance = Math.max(chance, at(lag), at(-lag));
  return { found: { r: best.r, rAtZero: at(0), lagS: best.lag / fps }, chance };
}

function belongs({ found, chance }: ReturnType<typeof measureSync>): boolean {
  return found.r >= BELONGS_R && Math.abs(found.lagS) <= BELONGS_LAG_S && found.r >= chance + STANDS_OUT;
}

function fitMap(track: FootageTrack, mouths: MeasuredMouths, motion: MotionTrack): StyleMap {
  const { space, coefficients } = mouths;
  const dimensions = space.spread.length;
  const lips = seenLips(track, mouths);
  const frames = lips.flatMap(({ seen }, f) => (seen ? [f] : []));
  const shared = sharedLips(motion);
  const speech = speechOf(motion);
  const spoken = frames.filter((f) => speech[f] === 1);
  const opening = fitLine(spoken, shared.aperture, (f) => lips[f]!.opening, USUAL.opening);
  const width = fitLine(spoken, shared.width, (f) => lips[f]!.width, USUAL.width);
  const lined = linedShapes(opening, width, space, shared);
  const inputs = styleInputs(motion);
  const x = new Float64Array(frames.length * STYLE_INPUTS);
  const y = new Float64Array(frames.length * dimensions);
  frames.forEach((f, r) => {
    x.set(inputs.subarray(f * STYLE_INPUTS, (f + 1) * STYLE_INPUTS), r * STYLE_INPUTS);
    for (let d = 0; d < dimensions; d++)
      y[r * dimensions + d] = coefficients[f * dimensions + d]! - lined[f * dimensions + d]!;
  });
  const penalty = Array.from({ length: STYLE_INPUTS }, (_, k) =>
    k === 0 ? 1 : k <= PLACE_INPUTS ? PLACE_PENALTY : OWN_PENALTY,
  );
  const weights = Float32Array.from(ridge(x, y, frames.length, STYLE_INPUTS, dimensions, penalty));
  addOwn(lined, weights, inputs, dimensions);
  const said = frames.map((f) => lipsOf(space, lined, f));
  const sides = (['opening', 'width'] as const).map((name) => {
    const [seen, made] = [
      spreadOf(frames.map((f) => lips[f]![name])),
      spreadOf(said.map((lip) => lip[name])),
    ];
    return {
      stretch: Math.min(MOST_STRETCH, Math.max(1, (seen.spread / Math.max(made.spread, 1e-6)) ** STRETCHED)),
      centre: seen.mean,
    };
  }) as [{ stretch: number; centre: number }, { stretch: number; centre: number }];
  return {
    opening,
    width,
    weights,
    stretch: [sides[0].stretch, sides[1].stretch],
    centre: [sides[0].centre, sides[1].centre],
  };
}

/** Least squares, its slope pulled towards the usual one. */
function fitLine(
  frames: readonly number[],
  x: Float64Array,
  y: (frame: number) => number,
  usual: number,
): Line {
  const n = Math.max(1, frames.length);
  let [mx, my] = [0, 0];
  for (const f of frames) {
    mx += x[f]! / n;
    my += y(f) / n;
  }
  let [xx, xy] = [0, 0];
  for (const f of frames) {
    xx += (x[f]! - mx) ** 2;
    xy += (x[f]! - mx) * (y(f) - my);
  }
  const prior = (USUAL_FRAMES * xx) / n;
  const slope = xx > 1e-9 ? (xy + prior * usual) / (xx + prior) : usual;
  return { at0: my - slope * mx, slope };
}

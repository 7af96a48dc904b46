/**
 * Whether the face gives back the colour that the screen took. What counts is the tint of the skin, against itself a
 * moment before and after, so that neither the person's colour nor the room's light matters; what that answer is worth is
 * told by how much the same tint wanders when nobody asked. A film that was made before the colours were drawn has no answer;
 * one that answers to other colours was made for another session.
 */
import type { CheckResult } from '#core/policy/consent/checks.ts';
import { FLASHES, type ColorFlash, type FlashColor } from '#core/policy/consent/challenge.ts';
import { PACE } from '#core/policy/consent/make-challenge.ts';
import { result } from '../sound/result.ts';
import type { Light } from './colours.ts';
import type { SeenFrame } from './look.ts';

/** Seconds of a flash that count: the way to the screen, the camera's delay and its exposure come off. */
const DELAY_S = 0.35;
const SETTLES_S = 0.3;
/** The camera shows the colour a little longer than the screen does. */
const LAGS_S = 0.15;
/** Seconds before the flash that it is compared with. */
const BEFORE_S = 1.2;
/** Deviations of what the tint does by itself. People who move through uneven light have heavy tails, hence so many. */
const SURE = 5;
/**
 * The least that a screen adds to the light on a face in a room, as a part of it. A notebook's panel at half a metre gives
 * about 60 lux where a bright office has 500; a tint that surely stays below this came of no screen that faced the face.
 */
const LEAST = 0.006;

interface FlashAnswer {
  readonly color: FlashColor;
  /** Parts by which the asked colour rose against the others; null where the face was not seen. */
  readonly rise: number | null;
  /** Which colour rose most. */
  readonly seen: FlashColor | null;
}

/** Stretches without a flash that it takes to say how much the tint wanders by itself. */
const SILENT_WINDOWS = 4;
/** Of cameras so calm that only their steps of brightness count. */
const LEAST_SPREAD = 0.0015;

interface Window {
  readonly fromS: number;
  readonly untilS: number;
}

/** @param beganMs when the recording began on the server's clock */
export function judgeFlash(
  frames: readonly SeenFrame[],
  flashes: readonly ColorFlash[],
  beganMs: number,
): CheckResult {
  const unit = 'deviations of the skin’s own tint';
  if (flashes.length === 0)
    return result('flash', 'unsure', null, SURE, unit, 'No colour was shown, so nothing could be reflected.');
  const moments = momentsOf(frames);
  const windows = flashes.map((flash) => ({ flash, window: windowOf(flash, beganMs) }));
  const answers = windows.map(({ flash, window }) => answerOf(moments, flash.color, window));
  const rises = answers.flatMap(({ rise }) => (rise === null ? [] : [rise]));
  if (rises.length < flashes.length / 2)
    return result('flash', 'unsure', null, SURE, unit, 'The face was not seen while the colours were shown.');
  const noise = wandering(
    moments,
    windows.map(({ window }) => window),
  );
  const rise = rises.reduce((sum, one) => sum + one, 0) / rises.length;
  const error = noise / Math.sqrt(rises.length);
  const score = rise / error;
  const fitting = answers.filter(({ color, seen }) => seen === color).length;
  const percent = `${(100 * rise).toFixed(1)} %`;
  if (score >= SURE && rise >= LEAST && fitting >= Math.ceil(0.75 * answers.length))
    return result(
      'flash',
      'passed',
      score,
      SURE,
      unit,
      `The face reflected the colours that were shown (${percent}).`,
    );
  if (score <= -SURE)
    return result('flash', 'failed', score, SURE, unit, 'The face reflected other colours than were shown.');
  if (rise + 2 * error < LEAST)
    return result(
      'flash',
      'failed',
      score,
      SURE,
      unit,
      'The face did not reflect the colours that were shown. Try again nearer to the screen, in softer light.',
    );
  return result(
    'flash',
    'unsure',
    score,
    SURE,
    unit,
    `Whether the face reflected the colours cannot be told (${percent}).`,
  );
}

/** `untilMs` is when the answer may still arrive; the colour itself is on the screen for less. */
function windowOf({ shownAtMs }: ColorFlash, beganMs: number): Window {
  const fromS = (shownAtMs - beganMs) / 1000;
  return { fromS, untilS: fromS + PACE.flashMs / 1000 + LAGS_S };
}

interface Moment {
  readonly timeS: number;
  /** How much the logarithm of each colour stands above the mean of the other two. */
  readonly tint: Light;
}

function momentsOf(frames: readonly SeenFrame[]): readonly Moment[] {
  return frames.flatMap(({ timeS, points, skin }) => (points ? [{ timeS, tint: tint(skin) }] : []));
}

function answerOf(moments: readonly Moment[], color: FlashColor, window: Window): FlashAnswer {
  const rises = risesIn(moments, window);
  if (!rises) return { color, rise: null, seen: null };
  const seen = FLASHES[rises.indexOf(Math.max(...rises))] ?? null;
  return { color, rise: rises[FLASHES.indexOf(color)] as number, seen };
}

/** How much each colour rose in a window, against what was before and after. */
function risesIn(moments: readonly Moment[], { fromS, untilS }: Window): Light | null {
  const during = tintBetween(moments, fromS + DELAY_S, untilS);
  const before = tintBetween(moments, fromS - BEFORE_S, fromS);
  if (!during || !before) return null;
  const againS = untilS + DELAY_S + SETTLES_S;
  const after = tintBetween(moments, againS, againS + BEFORE_S) ?? before;
  const rise = (c: 0 | 1 | 2) => during[c] - (before[c] + after[c]) / 2;
  return [rise(0), rise(1), rise(2)];
}

/** The middle of a stretch. */
function tintBetween(moments: readonly Moment[], fromS: number, untilS: number): Light | null {
  const seen = moments.filter(({ timeS }) => timeS >= fromS && timeS < untilS);
  if (seen.length < 3) return null;
  const middle = (c: 0 | 1 | 2) =>
    seen.map((moment) => moment.tint[c]).toSorted((a, b) => a - b)[seen.length >> 1] as number;
  return [middle(0), middle(1), middle(2)];
}

function tint(light: Light): Light {
  const [r, g, b] = light.map((value) => Math.log(value + 1e-4)) as unknown as Light;
  return [r - (g + b) / 2, g - (r + b) / 2, b - (r + g) / 2];
}

/** The same measure, robustly, wherever no colour was shown; infinite where a film is too short to say. */
function wandering(moments: readonly Moment[], taken: readonly Window[]): number {
  const lastS = moments.at(-1)?.timeS ?? 0;
  const lengthS = Math.max(0.8, ...taken.map(({ fromS, untilS }) => untilS - fromS));
  const silent: number[] = [];
  for (let fromS = BEFORE_S; fromS + lengthS + DELAY_S < lastS; fromS += lengthS / 2) {
    const near = taken.some(
      (one) =>
        fromS - BEFORE_S < one.untilS + 1 && one.fromS < fromS + lengthS + DELAY_S + SETTLES_S + BEFORE_S,
    );
    if (near) continue;
    silent.push(...(risesIn(moments, { fromS, untilS: fromS + lengthS }) ?? []).map(Math.abs));
  }
  silent.sort((a, b) => a - b);
  if (silent.length < SILENT_WINDOWS * FLASHES.length) return Infinity;
  // As of a normal deviation: by the median of absolute values, and by their ninth tenth, where tails are heavy.
  const at = (part: number) => silent[Math.floor(part * silent.length)] as number;
  return Math.max(1.48 * at(0.5), at(0.9) / 1.64, LEAST_SPREAD);
}

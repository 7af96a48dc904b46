/**
 * Frames on which something is before the mouth. The mesh lays a mouth over a hand as calmly as over lips, so colours
 * tell: lips differ from the skin around them, and that skin is of the colour of the rest of the face. Colours are
 * logarithms over the mean of forehead, nose and cheeks, so that light does not matter. Measured on footage, its
 * lips uncovered: the skin's tint stays within 0.17 (0.42 under a black box), its change over a film within 0.07.
 */
import { median } from './curves.ts';
import { PART_NAMES, SIGHTS, SIGHT_VALUES, type Part } from './sights.ts';

const LOWER = ['lips', 'philtrum', 'chin', 'jaw'] as const satisfies readonly Part[];
const UPPER = ['forehead', 'nose', 'cheeks'] as const satisfies readonly Part[];
/** A tint that skin under a mouth has not… */
const STRANGE_TINT = 0.3;
/** …a change that light on a moving face does not make… */
const TINT_CHANGE = 0.09;
const TONE_CHANGE = 0.25;
/** …and lips that no longer differ from what is around them. */
const LIPS_GONE = 0.035;
/** Darker faces are noise. */
const DARK = 0.1;
const OUTSIDE = 0.02;

/** @param sights frames × SIGHT_VALUES @param seen frames @returns whether the mouth was covered, frame by frame */
export function coveredFrames(sights: Float32Array, seen: Uint8Array): readonly boolean[] {
  const judged = (frame: number) =>
    seen[frame] === 1 &&
    (sights[frame * SIGHT_VALUES + SIGHTS.indexOf('light')] as number) > DARK &&
    (sights[frame * SIGHT_VALUES + SIGHTS.indexOf('outside')] as number) <= OUTSIDE;
  const tones = Array.from(seen, (_, frame) => (judged(frame) ? tonesOf(sights, frame) : null));
  const known = tones.filter((tone) => tone !== null);
  const usual = LOWER.map((_, part) =>
    [0, 1, 2].map((k) => median(known.map((tone) => value(tone[part], k)))),
  );
  return tones.map((tone) => tone !== null && isCovered(tone, usual));
}

type Tone = readonly number[];

function isCovered(tone: readonly Tone[], usual: readonly Tone[]): boolean {
  const skin = tone.slice(1);
  if (skin.filter((of) => length(tint(of)) > STRANGE_TINT).length >= 2) return true;
  const [lips, philtrum, chin] = tone as [Tone, Tone, Tone];
  const around = [0, 1, 2].map((k) => (value(philtrum, k) + value(chin, k)) / 2);
  if (length(minus(tint(lips), tint(around))) > LIPS_GONE) return false;
  const tintChanged = tone.filter((of, i) => length(minus(tint(of), tint(usual[i] as Tone))) > TINT_CHANGE);
  const toneChanged = tone.filter((of, i) => length(minus(of, usual[i] as Tone)) > TONE_CHANGE);
  return tintChanged.length >= 2 || toneChanged.length >= 2;
}

/** Red, green and blue of each lower part, logarithms, over the mean of the upper parts. */
function tonesOf(sights: Float32Array, frame: number): readonly Tone[] {
  const colour = (part: Part) => {
    const at = frame * SIGHT_VALUES + SIGHTS.length + 3 * PART_NAMES.indexOf(part);
    // Added so that black has a logarithm.
    return [0, 1, 2].map((k) => Math.log((sights[at + k] as number) + 0.02));
  };
  const upper = UPPER.map(colour);
  return LOWER.map((part) =>
    colour(part).map((of, k) => of - upper.reduce((sum, tone) => sum + value(tone, k), 0) / upper.length),
  );
}

function tint(tone: Tone): Tone {
  const mean = (value(tone, 0) + value(tone, 1) + value(tone, 2)) / 3;
  return tone.map((of) => of - mean);
}

const value = (tone: Tone | undefined, k: number) => tone?.[k] as number;
const minus = (a: Tone, b: Tone) => a.map((of, k) => of - value(b, k));
const length = (a: Tone) => Math.hypot(...a);

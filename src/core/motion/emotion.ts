/**
 * The mood of a paragraph: offsets laid over the speaking face, stronger in pauses than under words, never so strong
 * that the lips stop articulating. The sets of muscles follow the facial action coding of basic emotions (Ekman and
 * Friesen, EMFACS), turned down to what a presenter shows.
 */
import type { EmotionName } from '../document/script.ts';
import { between, clamp, plateau, wander } from './curves.ts';
import type { Cues } from './phrases.ts';
import type { Sheet } from './sheet.ts';
import { addCurve, row } from './sheet.ts';
import type { MotionChannel } from './track.ts';

/** Both sides of a face move alike unless said otherwise. */
type Muscle =
  | 'browDown'
  | 'browOuterUp'
  | 'cheekSquint'
  | 'eyeSquint'
  | 'eyeWide'
  | 'mouthSmile'
  | 'mouthFrown'
  | 'mouthDimple'
  | 'mouthPress'
  | 'browInnerUp';

export interface Mood {
  readonly face: Readonly<Partial<Record<Muscle, number>>>;
  /** Size and frequency of head and hand movement, 1 plain. */
  readonly energy: number;
  /** Added to the head's pose: radians, as in BODY_CHANNELS. */
  readonly headPitch: number;
  readonly headRoll: number;
  /** A flash that comes with the first words and settles to this share. 1 stays. */
  readonly settlesTo: number;
}

export const MOODS: Readonly<Record<EmotionName, Mood>> = {
  neutral: { face: {}, energy: 1, headPitch: 0, headRoll: 0, settlesTo: 1 },
  warm: {
    face: { mouthSmile: 0.26, cheekSquint: 0.22, eyeSquint: 0.1, browInnerUp: 0.08, mouthDimple: 0.08 },
    energy: 1,
    headPitch: -0.005,
    headRoll: 0.025,
    settlesTo: 1,
  },
  joyful: {
    face: {
      mouthSmile: 0.5,
      cheekSquint: 0.45,
      eyeSquint: 0.16,
      browOuterUp: 0.18,
      browInnerUp: 0.12,
      mouthDimple: 0.16,
    },
    energy: 1.25,
    headPitch: -0.03,
    headRoll: 0.02,
    settlesTo: 0.85,
  },
  serious: {
    face: { browDown: 0.3, eyeSquint: 0.12, mouthPress: 0.1, mouthSmile: -0.12, mouthFrown: 0.06 },
    energy: 0.85,
    headPitch: 0.03,
    headRoll: 0,
    settlesTo: 1,
  },
  concerned: {
    face: { browInnerUp: 0.5, browDown: 0.16, mouthFrown: 0.2, mouthSmile: -0.14, eyeSquint: 0.08 },
    energy: 0.85,
    headPitch: 0.015,
    headRoll: 0.06,
    settlesTo: 1,
  },
  surprised: {
    face: { browInnerUp: 0.5, browOuterUp: 0.62, eyeWide: 0.45, mouthSmile: -0.05 },
    energy: 1.15,
    headPitch: -0.04,
    headRoll: 0,
    settlesTo: 0.5,
  },
};

function channelsOf(muscle: Muscle): readonly MotionChannel[] {
  return muscle === 'browInnerUp' ? ['browInnerUp'] : [`${muscle}Left`, `${muscle}Right`];
}

/** 0…1: how much of the mood shows, in and out within the shot, a flash first where the mood has one. */
export function moodLevel(cues: Cues, mood: Mood, timeS: number): number {
  const shown = plateau(timeS, 0.45, cues.durationS - 0.4, 0.45, 0.4);
  const flash = 1 - (1 - mood.settlesTo) * plateau(timeS, cues.speechStartS + 1.6, cues.durationS, 1.2, 1);
  return shown * flash;
}

export function showMood(sheet: Sheet, cues: Cues, mood: Mood, random: () => number): void {
  const breathing = wander(random, cues.durationS, 0.5);
  const lopsided = between(random, -0.06, 0.06);
  const swell = (timeS: number) => {
    // The face answers its own words: it shows more where the voice rests.
    const speaking = clamp(cues.prosody.loudness(timeS) * 1.4, 0, 1);
    return moodLevel(cues, mood, timeS) * (1 + 0.12 * breathing(timeS) - 0.15 * speaking);
  };
  const smoothed = smoothed3(sheet, swell);
  for (const [muscle, amount] of Object.entries(mood.face) as [Muscle, number][]) {
    channelsOf(muscle).forEach((name, side) => {
      const share = muscle === 'browInnerUp' ? 1 : side === 0 ? 1 + lopsided : 1 - lopsided;
      addCurve(sheet, [name], (timeS) => amount * share * smoothed(timeS));
    });
  }
}

/** Averages over ±0.15 s: muscles of expression are slow. */
function smoothed3(sheet: Sheet, curve: (timeS: number) => number): (timeS: number) => number {
  const raw = Float64Array.from(sheet.timesS, curve);
  const half = Math.max(1, Math.round(0.15 / sheet.frameS));
  const smooth = (from: Float64Array) =>
    from.map((_, i) => {
      let sum = 0;
      for (let k = -half; k <= half; k++) sum += from[clamp(i + k, 0, from.length - 1)] as number;
      return sum / (2 * half + 1);
    });
  const result = smooth(smooth(raw));
  return (timeS) => result[clamp(Math.round(timeS / sheet.frameS - 0.5), 0, result.length - 1)] ?? 0;
}

/** A smile spreads lips that a [u] draws together: where both are asked, rounding wins. Also no value leaves 0…1. */
export function settleSmile(sheet: Sheet): void {
  const pucker = row(sheet, 'mouthPucker');
  const funnel = row(sheet, 'mouthFunnel');
  for (const name of [
    'mouthSmileLeft',
    'mouthSmileRight',
    'mouthDimpleLeft',
    'mouthDimpleRight',
    'mouthStretchLeft',
    'mouthStretchRight',
  ] as const) {
    const values = row(sheet, name);
    for (let i = 0; i < sheet.frameCount; i++) {
      const rounding = clamp((pucker[i] as number) + 0.6 * (funnel[i] as number), 0, 1);
      values[i] = clamp((values[i] as number) * (1 - 0.75 * rounding), 0, 1);
    }
  }
}

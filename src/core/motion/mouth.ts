/**
 * From phones to the mouth's channels: blend the visemes, then hold the promises that lip readers notice, as JALI
 * does (Edwards, Landreth, Fiume and Singh, "JALI: an animator-centric viseme model", 2016): p b m shut the lips,
 * f v bring the lip to the teeth, sibilants keep the jaw nearly shut. The promises are kept on frames that are
 * really shown: a closure that falls between two frames is moved onto the nearer one.
 */
import type { SpeechTrack, TimedPhone } from '../speech/ports.ts';
import { blendPulls, pullsOf } from './coarticulation.ts';
import { bump, clamp, lerp, smoothstep } from './curves.ts';
import { LIP_OPENING, UPPER_TEETH_BELOW_LIP_LINE } from './lips.ts';
import type { Prosody } from './prosody.ts';
import type { Sheet } from './sheet.ts';
import { nearestFrame, row } from './sheet.ts';
import type { MotionChannel } from './track.ts';
import type { Constraint, ShapeName } from './visemes.ts';
import { SHAPES, constraintOf, isVowel } from './visemes.ts';

const STRESS_EFFORT = [0.8, 1.08, 0.94] as const;
const EMPHASIS_EFFORT = [1, 1.1, 1.2] as const;

/** How big a phone is made: its stress, its word's emphasis, and how loud it really is. */
function effort(speech: SpeechTrack, prosody: Prosody, phone: TimedPhone): number {
  const emphasis = EMPHASIS_EFFORT[speech.words[phone.word]?.emphasis ?? 0];
  const stress = isVowel(phone.phone) ? STRESS_EFFORT[phone.stress] : 0.95;
  const loudness = prosody.loudness(phone.startS + 0.45 * (phone.endS - phone.startS));
  const loud = isVowel(phone.phone) && loudness > 0 ? clamp(0.72 + 0.34 * loudness, 0.72, 1.2) : 1;
  return emphasis * stress * loud;
}

/** Adds `share` of the blended visemes to the sheet. */
export function speakMouth(sheet: Sheet, speech: SpeechTrack, prosody: Prosody, share = 1): void {
  const pulls = pullsOf(speech.phones, (phone) => effort(speech, prosody, phone));
  const shapes = blendPulls(pulls, sheet.timesS);
  for (const name of Object.keys(SHAPES) as ShapeName[]) {
    for (const channel of SHAPES[name].channels) {
      const values = row(sheet, channel);
      shapes.forEach((shape, i) => (values[i] = (values[i] as number) + share * shape[name]));
    }
  }
}

/** How strongly a constraint holds on each frame, 0…1; 1 on at least one frame for every phone that asks for it. */
function hold(
  sheet: Sheet,
  phones: readonly TimedPhone[],
  constraint: Constraint,
  leastRampS: number,
): Float64Array {
  const weights = new Float64Array(sheet.frameCount);
  const rampS = Math.max(leastRampS, 1.35 * sheet.frameS);
  phones.forEach((phone, index) => {
    if (constraintOf(phone.phone) !== constraint) return;
    const durationS = phone.endS - phone.startS;
    // Stops let go before they end (the burst belongs to the vowel); the others hold nearly throughout.
    const isStop = phone.phone === 'p' || phone.phone === 'b';
    let fromS = phone.startS + durationS * (constraint === 'lips-shut' ? 0.1 : 0.2);
    let toS = phone.endS - durationS * (isStop ? 0.45 : 0.25);
    const before = phones[index - 1];
    if (before && constraintOf(before.phone) === constraint) fromS = Math.min(fromS, phone.startS);
    const frame = nearestFrame(sheet, (fromS + toS) / 2);
    const shownS = sheet.timesS[frame] as number;
    fromS = Math.min(fromS, shownS);
    toS = Math.max(toS, shownS);
    for (let i = frame; i >= 0 && (sheet.timesS[i] as number) > fromS - rampS; i--)
      weights[i] = Math.max(
        weights[i] as number,
        smoothstep(fromS - rampS, fromS, sheet.timesS[i] as number),
      );
    for (let i = frame; i < sheet.frameCount && (sheet.timesS[i] as number) < toS + rampS; i++)
      weights[i] = Math.max(
        weights[i] as number,
        1 - smoothstep(toS, toS + rampS, sheet.timesS[i] as number),
      );
  });
  return weights;
}

/** The lips' height without the jaw; below zero they press. */
function softOpening(value: (name: MotionChannel) => number): number {
  return (
    LIP_OPENING.upperUp * 0.5 * (value('mouthUpperUpLeft') + value('mouthUpperUpRight')) +
    LIP_OPENING.lowerDown * 0.5 * (value('mouthLowerDownLeft') + value('mouthLowerDownRight')) +
    LIP_OPENING.funnel * value('mouthFunnel') +
    LIP_OPENING.pucker * value('mouthPucker') +
    LIP_OPENING.press * 0.5 * (value('mouthPressLeft') + value('mouthPressRight')) +
    LIP_OPENING.rollUpper * value('mouthRollUpper') +
    LIP_OPENING.rollLower * value('mouthRollLower')
  );
}

const OPENERS: readonly MotionChannel[] = [
  'mouthUpperUpLeft',
  'mouthUpperUpRight',
  'mouthLowerDownLeft',
  'mouthLowerDownRight',
  'mouthFunnel',
];
export const JAW_AT_CLOSURE = 0.24;
export const JAW_AT_TEETH = 0.09;
export const JAW_AT_SIBILANT = 0.09;

function towards(sheet: Sheet, name: MotionChannel, frame: number, target: number, weight: number): void {
  const values = row(sheet, name);
  values[frame] = lerp(values[frame] as number, target, weight);
}
export function limit(sheet: Sheet, name: MotionChannel, frame: number, most: number, weight: number): void {
  const values = row(sheet, name);
  const value = values[frame] as number;
  values[frame] = lerp(value, Math.min(value, most), weight);
}

/** Lips together: what opens is taken away, the jaw comes most of the way, mouthClose does the rest. */
export function shutLips(sheet: Sheet, frame: number, weight: number): void {
  for (const name of OPENERS) towards(sheet, name, frame, 0, weight);
  const value = (name: MotionChannel) => row(sheet, name)[frame] as number;
  const jaw = value('jawOpen');
  // At full weight this leaves exactly nothing open; in between it takes that share of the opening.
  const stillOpen = LIP_OPENING.jaw * jaw + Math.max(0, softOpening(value));
  const close = Math.min(jaw, (weight * stillOpen) / LIP_OPENING.jaw);
  row(sheet, 'mouthClose')[frame] = Math.max(value('mouthClose'), close);
  for (const side of ['Left', 'Right'] as const) {
    const press = row(sheet, `mouthPress${side}`);
    press[frame] = Math.max(press[frame] as number, 0.22 * weight);
  }
}

/** Lower lip tucked under the upper teeth, which show. */
export function lipToTeeth(sheet: Sheet, frame: number, weight: number): void {
  for (const side of ['Left', 'Right'] as const) {
    towards(sheet, `mouthLowerDown${side}`, frame, 0, weight);
    towards(sheet, `mouthPress${side}`, frame, 0, weight);
    towards(sheet, `mouthUpperUp${side}`, frame, 0.26, weight);
  }
  limit(sheet, 'mouthFunnel', frame, 0.12, weight);
  const roll = row(sheet, 'mouthRollLower');
  const needed = (LIP_OPENING.jaw * JAW_AT_TEETH - UPPER_TEETH_BELOW_LIP_LINE) / 0.2 + 0.45;
  roll[frame] = Math.max(roll[frame] as number, needed * weight);
}

/** A jaw is heavier than lips: it comes and goes over a longer ramp, and its corners are rounded off. */
const JAW_RAMP_S = 0.085;
const JAW_SOFTNESS_S = 0.02;
const LIP_RAMP_S = 0.05;

function softenJaw(sheet: Sheet): void {
  const jaw = row(sheet, 'jawOpen');
  const sharp = Float64Array.from(jaw);
  const beside = bump(sheet.frameS, 0, JAW_SOFTNESS_S);
  for (let i = 1; i + 1 < sheet.frameCount; i++)
    jaw[i] =
      ((sharp[i] as number) + beside * ((sharp[i - 1] as number) + (sharp[i + 1] as number))) /
      (1 + 2 * beside);
}

/** Holds the promises. Called after every layer that moves the lips, so that a smile cannot break a closure. */
export function constrainMouth(sheet: Sheet, phones: readonly TimedPhone[]): void {
  const jawLimits = [
    ['jaw-nearly-shut', JAW_AT_SIBILANT],
    ['lip-on-teeth', JAW_AT_TEETH],
    ['lips-shut', JAW_AT_CLOSURE],
  ] as const;
  for (const [constraint, most] of jawLimits) {
    hold(sheet, phones, constraint, JAW_RAMP_S).forEach((weight, i) => {
      if (weight > 0) limit(sheet, 'jawOpen', i, most, weight);
    });
  }
  softenJaw(sheet);
  const lipRules = [
    ['lip-on-teeth', lipToTeeth],
    ['lips-shut', shutLips],
  ] as const;
  for (const [constraint, apply] of lipRules) {
    hold(sheet, phones, constraint, LIP_RAMP_S).forEach((weight, i) => {
      if (weight > 0) apply(sheet, i, weight);
    });
  }
}

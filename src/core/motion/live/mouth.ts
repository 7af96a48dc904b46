/**
 * The mouth of a live performer: the shapes that are heard, laid on the face at rest, and the promises that lip readers
 * notice. Offline they are kept on the frame nearest to each phone; here nobody knows the phones to come, so a closure
 * that is probable enough begins one step early (the performer's own look-ahead) and lasts long enough that a film frame
 * at 25 a second cannot miss it.
 */
import { HEARD_MOUTH } from '../../speech/listen/heard.ts';
import { clamp, lerp, smoothstep } from '../curves.ts';
import { JAW_AT_CLOSURE, JAW_AT_SIBILANT, JAW_AT_TEETH, limit, lipToTeeth, shutLips } from '../mouth.ts';
import { row, type Sheet } from '../sheet.ts';
import { SHAPES, type Constraint } from '../visemes.ts';
import { STEP_S, type HeardStep } from './cues.ts';

/** Probability of the phones that ask for it from which a promise begins to be kept, and is kept in full. */
const ASKED_FROM = 0.25;
const ASKED_FULLY = 0.5;
/** Steps that a promise stays kept once it was: first to last is a frame's time at 25 frames a second. */
const KEPT_STEPS = 3;
/** How fast a promise comes and goes, a step. */
const COMES = 0.5;
const GOES = 0.36;

/** Heard shapes smaller than this are no mouth but noise, where nobody speaks. */
const NOISE_FROM = 0.04;
const NOISE_TO = 0.13;
const OPENERS: readonly number[] = (['jawOpen', 'lowerDown', 'upperUp', 'funnel', 'pucker'] as const).map(
  (name) => HEARD_MOUTH.indexOf(name),
);
const VOICED_HOLD_S = 0.2;

/** Sets the mouth of a one-frame sheet for `here`; `next` is the step after it. Called for every step in order. */
export function createLiveMouth(): (sheet: Sheet, here: HeardStep, next: HeardStep) => void {
  const gate = createGate();
  const promises: Readonly<Record<Constraint, (asked: number) => number>> = {
    'jaw-nearly-shut': createPromise(),
    'lip-on-teeth': createPromise(),
    'lips-shut': createPromise(),
  };
  let before = new Float32Array(HEARD_MOUTH.length);

  return (sheet, here, next) => {
    const open = gate(here);
    HEARD_MOUTH.forEach((name, column) => {
      // Corners of a curve that comes in steps are rounded off, as light as a jaw's weight does.
      const value =
        (0.25 * (before[column] as number) +
          0.5 * (here.mouth[column] as number) +
          0.25 * (next.mouth[column] as number)) *
        open;
      for (const channel of SHAPES[name].channels) {
        const values = row(sheet, channel);
        values[0] = clamp((values[0] as number) + value, 0, 1);
      }
    });
    before = Float32Array.from(here.mouth);
    letRoundingWin(sheet);

    const asked = (constraint: Constraint) => Math.max(here.asks[constraint], next.asks[constraint]);
    const [sibilant, teeth, shut] = (['jaw-nearly-shut', 'lip-on-teeth', 'lips-shut'] as const).map(
      (constraint) => promises[constraint](asked(constraint)),
    ) as [number, number, number];
    limit(sheet, 'jawOpen', 0, JAW_AT_SIBILANT, sibilant);
    limit(sheet, 'jawOpen', 0, JAW_AT_TEETH, teeth);
    limit(sheet, 'jawOpen', 0, JAW_AT_CLOSURE, shut);
    if (teeth > 0) lipToTeeth(sheet, 0, teeth);
    if (shut > 0) shutLips(sheet, 0, shut);
  };
}

/** The rest's hint of a smile spreads lips that a [u] draws together: rounding wins, as `settleSmile` has it. */
function letRoundingWin(sheet: Sheet): void {
  const rounding = clamp(
    (row(sheet, 'mouthPucker')[0] as number) + 0.6 * (row(sheet, 'mouthFunnel')[0] as number),
    0,
    1,
  );
  for (const name of ['mouthSmileLeft', 'mouthSmileRight', 'mouthStretchLeft', 'mouthStretchRight'] as const)
    row(sheet, name)[0] = (row(sheet, name)[0] as number) * (1 - 0.75 * rounding);
}

/** 0…1: how far what is heard of the mouth is believed. Lips part before the voice, and noise moves none. */
function createGate(): (step: HeardStep) => number {
  let quietS = Infinity;
  let level = 0;
  return ({ voice, mouth }) => {
    quietS = voice > 0.5 ? 0 : quietS + STEP_S;
    const most = Math.max(...OPENERS.map((column) => mouth[column] as number));
    const target = quietS < VOICED_HOLD_S ? 1 : smoothstep(NOISE_FROM, NOISE_TO, most);
    level = lerp(level, target, target > level ? 0.6 : 0.35);
    // Rest is exactly rest, and soon.
    if (target === 0 && level < 0.01) level = 0;
    return level;
  };
}

function createPromise(): (asked: number) => number {
  let weight = 0;
  let keptFor = 0;
  let keeping = false;
  return (asked) => {
    const wanted = smoothstep(ASKED_FROM, ASKED_FULLY, asked);
    if (wanted === 1 && !keeping) [keeping, keptFor] = [true, 0];
    const target = keeping ? 1 : wanted;
    weight = clamp(target, weight - GOES, weight + COMES);
    if (keeping && weight === 1 && ++keptFor >= KEPT_STEPS && wanted < 1) keeping = false;
    return weight;
  };
}

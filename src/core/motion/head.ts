/**
 * The head keeps time with the voice: it nods on syllables that stand out, rises and falls with the melody (heads
 * and pitch move together: Munhall et al., "Visual prosody and speech intelligibility", 2004), tilts and lifts into
 * questions, shakes at a no, and drifts to a new pose with each phrase. All of it is sums of smooth curves in time,
 * with preparation before and a rebound after each nod, so that it moves like a mass on a neck and never in a rhythm.
 */
import type { Key } from './curves.ts';
import { between, bump, clamp, keyed, plateau, sumNear, wander } from './curves.ts';
import type { Mood } from './emotion.ts';
import { moodLevel } from './emotion.ts';
import type { Cues } from './phrases.ts';
import { nucleusOfWord } from './phrases.ts';
import type { Sheet } from './sheet.ts';
import { addCurve } from './sheet.ts';

interface Beat {
  readonly atS: number;
  readonly size: number;
}

/** A nod of size 1: a small lift, down onto the syllable, a softer rebound. */
export function nodShape(offsetS: number): number {
  return bump(offsetS, 0.03, 0.11) - 0.22 * bump(offsetS, -0.24, 0.11) - 0.24 * bump(offsetS, 0.36, 0.16);
}

/** Which syllables are nodded on, and how deep (radians). A nod needs room, so weaker neighbours go without. */
function chooseNods(cues: Cues, energy: number, random: () => number): Beat[] {
  const nods: Beat[] = [];
  for (const nucleus of cues.nuclei) {
    const chance = random();
    const size = between(random, 0.75, 1.25) * (0.022 + 0.06 * nucleus.prominence) * energy;
    if (nucleus.emphasis === 0 && chance > 0.35 + 0.7 * nucleus.prominence) continue;
    const last = nods.at(-1);
    if (last && nucleus.atS - last.atS < 0.34) {
      if (last.size >= size) continue;
      nods.pop();
    }
    nods.push({ atS: nucleus.atS, size });
  }
  return nods;
}

/** A resting direction for each phrase, reached while the phrase begins; back to the viewer at the end. */
function phraseDrift(cues: Cues, size: number, random: () => number): (timeS: number) => number {
  const keys: Key[] = [{ atS: 0, value: 0 }];
  let side = random() < 0.5 ? -1 : 1;
  for (const phrase of cues.phrases) {
    const last = keys.at(-1) as Key;
    const startS = Math.max(last.atS + 0.1, phrase.startS - between(random, 0.1, 0.25));
    if (random() < 0.7) side = -side;
    keys.push({ atS: startS, value: last.value });
    keys.push({
      atS: startS + clamp((phrase.endS - phrase.startS) * between(random, 0.35, 0.6), 0.5, 1.4),
      value: side * size * between(random, 0.25, 1),
    });
  }
  const last = keys.at(-1) as Key;
  keys.push({ atS: Math.max(last.atS + 0.05, cues.speechEndS - 0.1), value: last.value });
  keys.push({ atS: Math.max(cues.durationS, last.atS + 0.5), value: 0 });
  return keyed(keys);
}

const NEGATION = /^(no|not|never|none|nothing|nobody|cannot|don't|doesn't|didn't|won't|can't|isn't|aren't)$/;

export function moveHead(sheet: Sheet, cues: Cues, mood: Mood, random: () => number): void {
  const nods = chooseNods(cues, mood.energy, random);
  const yawDrift = phraseDrift(cues, 0.085 * mood.energy, random);
  const rollDrift = phraseDrift(cues, 0.045 * mood.energy, random);
  const pitchDrift = phraseDrift(cues, 0.025, random);
  const [yawNoise, pitchNoise, rollNoise] = [0.9, 1.1, 0.8].map((hz) => wander(random, cues.durationS, hz));
  const [yawTremor, pitchTremor] = [2.3, 2.6].map((hz) => wander(random, cues.durationS, hz));
  const yawOfNod = nods.map((nod) => nod.size * between(random, -0.5, 0.5));
  const rollOfNod = nods.map((nod) => nod.size * between(random, -0.4, 0.4));
  const tiltSide = random() < 0.5 ? -1 : 1;

  const questions = cues.phrases.filter((phrase) => phrase.isQuestion);
  const questionLift = (timeS: number) =>
    questions.reduce((sum, phrase) => {
      const fromS = Math.max(phrase.startS + 0.3, phrase.endS - 0.35);
      return sum + plateau(timeS, fromS, phrase.endS + Math.min(0.15, phrase.pauseAfterS * 0.4), 0.45, 0.5);
    }, 0);
  const shakes = cues.plainWords.flatMap((word, w) => {
    const nucleus = NEGATION.test(word) ? nucleusOfWord(cues, w) : undefined;
    return nucleus && random() < 0.75
      ? [{ atS: nucleus.atS, size: between(random, 0.035, 0.06) * tiltSide }]
      : [];
  });
  const summed = (sizes: readonly number[]) =>
    sumNear(nods, 1.1, (_nod, offsetS, n) => (sizes[n] as number) * nodShape(offsetS));
  const pitchNods = summed(nods.map((nod) => nod.size));
  const [yawNods, rollNods] = [summed(yawOfNod), summed(rollOfNod)];
  const shake = sumNear(
    shakes,
    1.2,
    ({ size }, offsetS) => size * Math.sin((offsetS * 2 * Math.PI) / 0.5) * bump(offsetS, 0.1, 0.22),
  );
  const melody = melodyCurve(cues);

  addCurve(sheet, ['headPitch'], (timeS) => {
    const noise = 0.014 * (pitchNoise?.(timeS) ?? 0) + 0.004 * (pitchTremor?.(timeS) ?? 0);
    return (
      pitchNods(timeS) +
      pitchDrift(timeS) +
      noise -
      0.009 * melody(timeS) -
      0.055 * questionLift(timeS) +
      mood.headPitch * moodLevel(cues, mood, timeS)
    );
  });
  addCurve(sheet, ['headYaw'], (timeS) => {
    const noise = 0.018 * (yawNoise?.(timeS) ?? 0) + 0.004 * (yawTremor?.(timeS) ?? 0);
    return yawNods(timeS) + yawDrift(timeS) + noise + shake(timeS);
  });
  addCurve(sheet, ['headRoll'], (timeS) => {
    return (
      rollNods(timeS) +
      rollDrift(timeS) +
      0.012 * (rollNoise?.(timeS) ?? 0) +
      0.065 * tiltSide * questionLift(timeS) +
      mood.headRoll * tiltSide * moodLevel(cues, mood, timeS)
    );
  });
}

/** The voice's pitch in semitones, as slow as a head can follow. */
function melodyCurve(cues: Cues): (timeS: number) => number {
  const stepS = 0.05;
  const raw = Float64Array.from({ length: Math.ceil(cues.durationS / stepS) + 2 }, (_, i) =>
    clamp(cues.prosody.pitchSt(i * stepS), -4, 5),
  );
  const kernel = [1, 3, 6, 7, 6, 3, 1];
  const smooth = raw.map((_, i) =>
    kernel.reduce(
      (sum, weight, k) => sum + (weight * (raw[clamp(i + k - 3, 0, raw.length - 1)] as number)) / 27,
      0,
    ),
  );
  return (timeS) => {
    const x = clamp(timeS / stepS, 0, smooth.length - 1);
    const i = Math.floor(x);
    const a = smooth[i] ?? 0;
    return a + ((smooth[i + 1] ?? a) - a) * (x - i);
  };
}

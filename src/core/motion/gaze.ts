/**
 * Where the eyes look. Mostly at the viewer, held there while the head moves (the vestibulo-ocular reflex), with
 * small shifts within the face being looked at, and now and then a glance away as a clause is thought out: speakers
 * look away at the start of a turn and back at its end (Kendon, "Some functions of gaze-direction in social
 * interaction", 1967). Eyes jump: a saccade is over within two frames, and the head follows a large one.
 */
import { between, clamp, firstAfter, lerp, minimumJerk, smoothstep, sumNear } from './curves.ts';
import type { Cues } from './phrases.ts';
import type { Sheet } from './sheet.ts';
import { addCurve, row } from './sheet.ts';

interface Fixation {
  readonly atS: number;
  /** Direction in space, radians, 0 0 the viewer. */
  readonly yaw: number;
  readonly pitch: number;
}
export interface GazePlan {
  readonly fixations: readonly Fixation[];
  /** When the eyes swing far enough for a blink to come along. */
  readonly largeShiftsS: readonly number[];
}

/** Gaze of 1 in an ARKit eyeLook channel, radians. */
export const EYE_LOOK_FULL_RAD = 0.6;

function glances(
  cues: Cues,
  random: () => number,
): { fromS: number; toS: number; yaw: number; pitch: number }[] {
  const found: { fromS: number; toS: number; yaw: number; pitch: number }[] = [];
  for (const phrase of cues.phrases) {
    const chance = random();
    const wanted = phrase.startsSentence ? 0.38 : 0.22;
    const fromS = phrase.startS - between(random, 0.05, 0.2);
    const toS = fromS + between(random, 0.45, 0.85);
    const up = random() < 0.6;
    const yaw = between(random, 0.13, 0.24) * (random() < 0.5 ? -1 : 1);
    const pitch = up ? between(random, -0.09, -0.02) : between(random, 0.06, 0.14);
    const last = found.at(-1);
    // The opening words and the closing ones belong to the viewer.
    const free = fromS > 1.2 && toS < cues.speechEndS - 0.7 && phrase.endS - phrase.startS > 0.9;
    if (chance < wanted && free && (!last || fromS - last.toS > 2.2)) found.push({ fromS, toS, yaw, pitch });
  }
  return found;
}

export function planGaze(cues: Cues, random: () => number): GazePlan {
  const away = glances(cues, random);
  const fixations: Fixation[] = [{ atS: 0, yaw: 0, pitch: 0 }];
  let timeS = between(random, 0.5, 1.4);
  while (timeS < cues.durationS - 0.35) {
    const glance = away.find(({ fromS, toS }) => timeS >= fromS && timeS < toS);
    const spread = glance ? 0.012 : 0.016;
    fixations.push({
      atS: timeS,
      yaw: (glance?.yaw ?? 0) + between(random, -spread, spread),
      pitch: (glance?.pitch ?? 0) + between(random, -spread, spread * 0.8),
    });
    const nextS = timeS + between(random, 0.5, 1.9);
    const turn = away
      .flatMap(({ fromS, toS }) => [fromS, toS])
      .find((edge) => edge > timeS + 0.05 && edge <= nextS + 0.2);
    timeS = turn ?? nextS;
  }
  fixations.push({ atS: Math.max(timeS, cues.durationS - 0.32), yaw: 0, pitch: 0 });
  return { fixations, largeShiftsS: away.flatMap(({ fromS, toS }) => [fromS, toS]) };
}

/** A saccade lasts about 25 ms and 2.2 ms a degree more (Bahill, Clark and Stark, "The main sequence", 1975). */
function saccadeS(from: Fixation, to: Fixation): number {
  return 0.025 + 0.0022 * ((Math.hypot(to.yaw - from.yaw, to.pitch - from.pitch) * 180) / Math.PI);
}

function directionAt(plan: GazePlan, timeS: number): { yaw: number; pitch: number } {
  const f = firstAfter(plan.fixations, timeS) - 1;
  const current = plan.fixations[Math.max(0, f)] as Fixation;
  const previous = plan.fixations[f - 1];
  if (!previous) return current;
  const progress = smoothstep(0, Math.max(0.05, saccadeS(previous, current)), timeS - current.atS);
  return {
    yaw: lerp(previous.yaw, current.yaw, progress),
    pitch: lerp(previous.pitch, current.pitch, progress),
  };
}

/** Turns the head a little towards where the eyes go. Before `lookWithEyes`, which makes up the difference. */
export function followGazeWithHead(sheet: Sheet, plan: GazePlan): void {
  const share = 0.28;
  // The head comes to rest at each turn's share, a little after the eyes; overlapping turns add up.
  const follow = (part: 'yaw' | 'pitch') => {
    const turning = sumNear(plan.fixations, 0.5, (fixation, offsetS, f) => {
      const turn = fixation[part] - (plan.fixations[f - 1]?.[part] ?? fixation[part]);
      return share * turn * (minimumJerk((offsetS + 0.02) / 0.42) - (offsetS >= 0 ? 1 : 0));
    });
    return (timeS: number) => {
      const current = plan.fixations[firstAfter(plan.fixations, timeS) - 1];
      return share * (current?.[part] ?? 0) + turning(timeS);
    };
  };
  addCurve(sheet, ['headYaw'], follow('yaw'));
  addCurve(sheet, ['headPitch'], follow('pitch'));
}

/** Aims the eyes, counter to the head, and shows the same aim in ARKit's eyeLook channels. */
export function lookWithEyes(sheet: Sheet, plan: GazePlan): void {
  const gazeYaw = row(sheet, 'gazeYaw');
  const gazePitch = row(sheet, 'gazePitch');
  const headYaw = row(sheet, 'headYaw');
  const headPitch = row(sheet, 'headPitch');
  for (let i = 0; i < sheet.frameCount; i++) {
    const aim = directionAt(plan, sheet.timesS[i] as number);
    gazeYaw[i] = clamp(aim.yaw - (headYaw[i] as number), -0.5, 0.5);
    gazePitch[i] = clamp(aim.pitch - (headPitch[i] as number), -0.35, 0.35);
  }
}

/** ARKit's eyeLook channels say again what gazeYaw and gazePitch say. After pinning, so that they agree exactly. */
export function mirrorGazeInEyeLook(sheet: Sheet): void {
  const gazeYaw = row(sheet, 'gazeYaw');
  const gazePitch = row(sheet, 'gazePitch');
  const positive = (value: number) => clamp(value / EYE_LOOK_FULL_RAD, 0, 1);
  for (let i = 0; i < sheet.frameCount; i++) {
    const yaw = gazeYaw[i] as number;
    const pitch = gazePitch[i] as number;
    row(sheet, 'eyeLookOutLeft')[i] = row(sheet, 'eyeLookInRight')[i] = positive(yaw);
    row(sheet, 'eyeLookInLeft')[i] = row(sheet, 'eyeLookOutRight')[i] = positive(-yaw);
    row(sheet, 'eyeLookDownLeft')[i] = row(sheet, 'eyeLookDownRight')[i] = positive(pitch);
    row(sheet, 'eyeLookUpLeft')[i] = row(sheet, 'eyeLookUpRight')[i] = positive(-pitch);
  }
}

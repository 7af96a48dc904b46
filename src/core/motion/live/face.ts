/**
 * Eyes, brows and head of a live performer. The same habits as in a film that is planned, as far as they can be had
 * without knowing what comes: nods and brow flashes begin on the syllable that stands out and not before it, the head
 * rises and falls with the melody, and pauses invite blinks.
 */
import { BLINK_CLOSE_S, blinkShape } from '../blink.ts';
import { between, clamp, lerp, smoothstep } from '../curves.ts';
import { nodShape } from '../head.ts';
import { row, type Sheet } from '../sheet.ts';
import type { MotionChannel } from '../track.ts';
import type { LiveCue } from './cues.ts';
import { createFollower, createPulses, createWander, swell } from './moves.ts';

export type Layer = (sheet: Sheet, cue: LiveCue) => void;

export function add(sheet: Sheet, name: MotionChannel, value: number): void {
  const values = row(sheet, name);
  values[0] = (values[0] as number) + value;
}

/** How awake the body is: less moves in a long silence. 0.35…1. */
export function createLiveliness(): (cue: LiveCue) => number {
  const follow = createFollower(0.35, 0);
  // From nothing at the very start: the performer comes from the pose of rest.
  return ({ speaking, forS, timeS }) => follow(speaking || forS < 1.2 ? 1 : 0.35) * smoothstep(0, 1, timeS);
}

const NOD_DELAY_S = 0.2;
const NOD_LENGTH_S = 1;

export function createHead(random: () => number, liveliness: () => number): Layer {
  const wanders = [0.9, 1.1, 0.8, 2.3].map((hz) => createWander(random, hz));
  const [yawWander, pitchWander, rollWander, tremor] = wanders as [Wander, Wander, Wander, Wander];
  const shape = (offsetS: number) =>
    nodShape(offsetS - NOD_DELAY_S) *
    smoothstep(0, 0.12, offsetS) *
    (1 - smoothstep(NOD_LENGTH_S - 0.2, NOD_LENGTH_S, offsetS));
  const [pitchNods, yawNods, rollNods] = [0, 0, 0].map(() => createPulses(shape, NOD_LENGTH_S)) as [
    Pulses,
    Pulses,
    Pulses,
  ];
  const melody = createFollower(1.6, 0);
  const [yawDrift, rollDrift] = [createFollower(0.45, 0), createFollower(0.45, 0)];
  let side = random() < 0.5 ? -1 : 1;
  let [yawHome, rollHome] = [0, 0];

  return (sheet, cue) => {
    const { timeS } = cue;
    if (cue.turned) {
      // Each phrase has a direction of its own; a pause looks to the viewer again.
      if (random() < 0.7) side = -side;
      yawHome = cue.speaking ? side * between(random, 0.02, 0.085) : 0;
      rollHome = cue.speaking ? side * between(random, 0, 0.045) : 0;
    }
    const chance = random();
    if (cue.accent > 0 && chance < 0.4 + 0.6 * cue.accent) {
      const size = between(random, 0.75, 1.25) * (0.022 + 0.06 * cue.accent);
      pitchNods.add(timeS, size);
      yawNods.add(timeS, size * between(random, -0.5, 0.5));
      rollNods.add(timeS, size * between(random, -0.4, 0.4));
    }
    const live = liveliness();
    add(
      sheet,
      'headPitch',
      pitchNods.at(timeS) +
        live * (0.014 * pitchWander(timeS) + 0.004 * tremor(timeS)) -
        0.009 * melody(cue.speaking ? cue.melodySt : 0),
    );
    add(sheet, 'headYaw', yawNods.at(timeS) + yawDrift(yawHome) + live * 0.018 * yawWander(timeS));
    add(sheet, 'headRoll', rollNods.at(timeS) + rollDrift(rollHome) + live * 0.012 * rollWander(timeS));
  };
}
type Wander = ReturnType<typeof createWander>;
type Pulses = ReturnType<typeof createPulses>;

const FLASH_ROOM_S = 0.55;

export function createBrows(random: () => number): Layer {
  const flashes = createPulses(swell(0.14, 0.13), 0.8);
  const melody = createFollower(1.2, 0);
  const outer = between(random, 0.55, 0.85);
  const lopsided = between(random, -0.12, 0.12);
  let lastS = -9;
  return (sheet, cue) => {
    const chance = random();
    if (cue.accent > 0 && chance < 0.25 + 0.6 * cue.accent && cue.timeS - lastS > FLASH_ROOM_S) {
      lastS = cue.timeS;
      flashes.add(cue.timeS, (0.1 + 0.45 * cue.accent) * between(random, 0.75, 1.2));
    }
    const lift =
      flashes.at(cue.timeS) + 0.03 * Math.max(0, melody(cue.speaking ? Math.max(0, cue.melodySt - 1) : 0));
    add(sheet, 'browInnerUp', lift);
    add(sheet, 'browOuterUpLeft', (outer + lopsided) * lift);
    add(sheet, 'browOuterUpRight', (outer - lopsided) * lift);
    add(sheet, 'eyeWideLeft', 0.22 * lift);
    add(sheet, 'eyeWideRight', 0.22 * lift);
  };
}

/** The largest saccade here, 0.28 rad, takes what the main sequence gives it: about 60 ms. */
const SACCADE_S = 0.06;

/** Where the eyes look, and the head's share of it. Sets gaze after the head has moved. */
export function createGaze(random: () => number): { readonly layer: Layer; readonly shifted: () => boolean } {
  const [yawShare, pitchShare] = [createFollower(1.3, 0), createFollower(1.3, 0)];
  let from = { yaw: 0, pitch: 0 };
  let to = { yaw: 0, pitch: 0 };
  let sinceS = 0;
  let nextS = between(random, 0.5, 1.4);
  let glanceUntilS = -1;
  let shifted = false;

  const layer: Layer = (sheet, cue) => {
    const { timeS } = cue;
    shifted = false;
    const progress = smoothstep(0, SACCADE_S, timeS - sinceS);
    const at = { yaw: lerp(from.yaw, to.yaw, progress), pitch: lerp(from.pitch, to.pitch, progress) };
    const begins = cue.turned && cue.speaking;
    // A glance away as a phrase is begun; the very first words belong to the viewer.
    const glance = begins && timeS > 1.5 && glanceUntilS < timeS - 2 && random() < 0.34;
    if (glance || timeS >= nextS) {
      if (glance) glanceUntilS = timeS + between(random, 0.45, 0.85);
      const home = !glance;
      const side = random() < 0.5 ? -1 : 1;
      from = at;
      sinceS = timeS;
      to = home
        ? { yaw: between(random, -0.016, 0.016), pitch: between(random, -0.016, 0.013) }
        : {
            yaw: side * between(random, 0.13, 0.24),
            pitch: random() < 0.6 ? between(random, -0.09, -0.02) : between(random, 0.06, 0.14),
          };
      shifted = Math.hypot(to.yaw - from.yaw, to.pitch - from.pitch) > 0.08;
      nextS = glance ? glanceUntilS : timeS + between(random, 0.5, 1.9);
    }
    add(sheet, 'headYaw', 0.28 * yawShare(to.yaw));
    add(sheet, 'headPitch', 0.28 * pitchShare(to.pitch));
    const [headYaw, headPitch] = [row(sheet, 'headYaw')[0] as number, row(sheet, 'headPitch')[0] as number];
    row(sheet, 'gazeYaw')[0] = clamp(at.yaw - headYaw, -0.5, 0.5);
    row(sheet, 'gazePitch')[0] = clamp(at.pitch - headPitch, -0.35, 0.35);
  };
  return { layer, shifted: () => shifted };
}

const MEAN_INTERVAL_S = 3.5;
const SHORTEST_INTERVAL_S = 0.9;
/** Lids stay together this much longer than in a planned film, whose blinks are put on frames. */
const SHUT_HOLD_S = 0.03;

/** Blinks, drawn to pauses and to large shifts of gaze; between them the lids follow the gaze. */
export function createLids(random: () => number, gazeShifted: () => boolean): Layer {
  const waiting = () =>
    SHORTEST_INTERVAL_S + clamp(-Math.log(1 - random()), 0, 2.6) * (MEAN_INTERVAL_S - SHORTEST_INTERVAL_S);
  /** The moment the lids meet, of the blink that is under way or comes next. */
  let meetS = BLINK_CLOSE_S + between(random, 0.3, 1) * MEAN_INTERVAL_S;
  return (sheet, cue) => {
    const { timeS } = cue;
    const invited = (cue.turned && !cue.speaking && random() < 0.7) || gazeShifted();
    const since = timeS - meetS;
    if (since > SHORTEST_INTERVAL_S - 0.3) meetS = timeS + waiting();
    // Not begun yet: it may come now.
    else if (invited && since < -BLINK_CLOSE_S) meetS = timeS + BLINK_CLOSE_S + 0.02;
    const offsetS = timeS - meetS;
    const blink = blinkShape(offsetS <= 0 ? offsetS : Math.max(0, offsetS - SHUT_HOLD_S));
    const gazePitch = row(sheet, 'gazePitch')[0] as number;
    const down = clamp(gazePitch, 0, 0.4) * 0.9;
    const up = clamp(-gazePitch, 0, 0.4) * 0.8;
    for (const side of ['Left', 'Right'] as const) {
      const lid = row(sheet, `eyeBlink${side}`);
      lid[0] = Math.max(blink, (lid[0] as number) + down);
      add(sheet, `eyeSquint${side}`, 0.12 * blink);
      const wide = row(sheet, `eyeWide${side}`);
      wide[0] = ((wide[0] as number) + up) * (1 - blink);
    }
  };
}

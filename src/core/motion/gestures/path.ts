/**
 * How hands travel through a plan: preparation, stroke, hold, retraction, each a minimum-jerk reach along a slight
 * arc (Flash and Hogan 1985), a small overshoot where a stroke lands, fingers trailing the wrist by a few
 * hundredths of a second. A gesture that follows soon is entered from the hold of the one before, without going home.
 */
import { secondsToFrame } from '../../base/time.ts';
import { bump, clamp, firstAfter, lerp, minimumJerk, wander } from '../curves.ts';
import type { Cues } from '../phrases.ts';
import type { HandPose } from '../rest-pose.ts';
import { REST_HANDS, handChannelValue } from '../rest-pose.ts';
import type { Sheet } from '../sheet.ts';
import { addCurve, row } from '../sheet.ts';
import type { GestureEvent, HandPart, Side } from '../track.ts';
import type { PlannedGesture } from './plan.ts';
import { GESTURE_FORMS } from './poses.ts';
import { withinReach } from './reach.ts';

interface HandKey {
  readonly atS: number;
  readonly pose: HandPose;
}
/** When each part of a planned gesture happens. */
interface Timing {
  readonly startS: number;
  readonly readyS: number;
  readonly strokeS: number;
  readonly lastStrokeS: number;
  readonly holdEndS: number;
  readonly endS: number;
}

const PREPARE_S = 0.42;
const RETRACT_S = 0.68;
const SETTLE_S = 0.15;
const OVERSHOOT = 0.055;
/** A rest shorter than this between two gestures is not taken: the hands wait where they are. */
const SHORTEST_REST_S = 0.45;
const FINGER_LAG_S = 0.035;

const PARTS = Object.keys(REST_HANDS.left) as HandPart[];
const FINGER_PARTS: ReadonlySet<HandPart> = new Set<HandPart>(
  PARTS.filter((part) => part.endsWith('Curl') || part === 'Spread' || part === 'WristBend'),
);

function mix(from: HandPose, to: HandPose, share: number): HandPose {
  return Object.fromEntries(PARTS.map((part) => [part, lerp(from[part], to[part], share)])) as HandPose;
}

/** Wrist position and turn scaled about rest; finger shapes stay what they mean. */
function sized(side: Side, pose: HandPose, size: number): HandPose {
  const rest = REST_HANDS[side];
  return withinReach({
    ...pose,
    WristX: lerp(rest.WristX, pose.WristX, size),
    WristY: lerp(rest.WristY, pose.WristY, size),
    WristZ: lerp(rest.WristZ, pose.WristZ, size),
  });
}

/** Fits each gesture's phases between its neighbours and the ends of the shot. Strokes never move. */
export function timeGestures(plan: readonly PlannedGesture[], durationS: number): Timing[] {
  const timings: Timing[] = [];
  plan.forEach((planned, p) => {
    const form = GESTURE_FORMS[planned.gesture];
    const next = plan[p + 1];
    const nextStartS = next ? next.strokeS - GESTURE_FORMS[next.gesture].strokeS - PREPARE_S : durationS;
    const before = timings[p - 1];
    const earliestS = before ? before.holdEndS : 0;
    const readyS = Math.max(planned.strokeS - form.strokeS, earliestS + 0.12);
    const startS = Math.max(earliestS, Math.min(readyS - 0.12, planned.strokeS - form.strokeS - PREPARE_S));
    const lastStrokeS = planned.strokeS + (form.then.at(-1)?.afterS ?? 0);
    const settledS = lastStrokeS + SETTLE_S;
    const homeS = next ? Math.min(durationS, nextStartS) : durationS - 0.06;
    let holdEndS = settledS + form.holdS;
    let endS = holdEndS + RETRACT_S;
    if (next && endS + SHORTEST_REST_S > nextStartS) {
      // Wait for the next one here, or on the way to it where there is hardly time.
      holdEndS = clamp(nextStartS, lastStrokeS + 0.04, next.strokeS - 0.3);
      endS = holdEndS;
    } else if (endS > homeS) {
      holdEndS = Math.max(lastStrokeS + 0.02, homeS - RETRACT_S);
      endS = Math.max(holdEndS + 0.1, homeS);
    }
    timings.push({ startS, readyS, strokeS: planned.strokeS, lastStrokeS, holdEndS, endS });
  });
  return timings;
}

/** The hand that is not asked moves a trace along with the one that is. */
function sideShare(planned: PlannedGesture, side: Side): number {
  if (planned.side === side) return 1;
  if (planned.side === 'both') return side === 'right' ? 1 : 0.96;
  return 0;
}

function keysOf(side: Side, plan: readonly PlannedGesture[], timings: readonly Timing[]): HandKey[] {
  const rest = REST_HANDS[side];
  const keys: HandKey[] = [{ atS: 0, pose: rest }];
  const push = (atS: number, pose: HandPose) => {
    const last = keys.at(-1) as HandKey;
    if (atS > last.atS + 1e-4) keys.push({ atS, pose });
  };
  plan.forEach((planned, p) => {
    const timing = timings[p] as Timing;
    const form = GESTURE_FORMS[planned.gesture];
    const share = sideShare(planned, side);
    const current = (keys.at(-1) as HandKey).pose;
    if (share === 0) {
      // The idle hand goes home if it is still out, and otherwise only sinks a little.
      const waiting = { ...rest, WristY: rest.WristY + 0.03, WristX: rest.WristX + 0.03 };
      push(timing.startS, current);
      push(timing.readyS + 0.15, waiting);
      push(timing.holdEndS, waiting);
      if (timing.endS > timing.holdEndS) push(timing.endS, rest);
      return;
    }
    const size = planned.size * share;
    const ready = sized(side, form.ready, size);
    const apex = sized(side, form.apex, size);
    const beyond = withinReach(mix(ready, apex, 1 + OVERSHOOT));
    push(timing.startS, current);
    push(timing.readyS, ready);
    push(timing.strokeS, { ...apex, WristX: beyond.WristX, WristY: beyond.WristY, WristZ: beyond.WristZ });
    for (const { afterS, pose } of form.then) push(timing.strokeS + afterS, sized(side, pose, size));
    const final = sized(side, form.then.at(-1)?.pose ?? form.apex, size);
    push(Math.min(timing.lastStrokeS + SETTLE_S, timing.holdEndS), final);
    // A hold is never dead: it sinks and opens slightly.
    const sunk = mix(final, rest, 0.05);
    push(timing.holdEndS, sunk);
    if (timing.endS > timing.holdEndS) push(timing.endS, rest);
  });
  return keys;
}

/** Where a straight reach bows out to: upwards, or forwards where the reach itself is vertical. */
function arcOf(from: HandPose, to: HandPose): { y: number; z: number; x: number } {
  const d = { x: to.WristX - from.WristX, y: to.WristY - from.WristY, z: to.WristZ - from.WristZ };
  const length = Math.hypot(d.x, d.y, d.z);
  if (length < 0.02) return { x: 0, y: 0, z: 0 };
  // Up and a little forward, less its part along the reach.
  const up = { x: 0.1, y: -0.75, z: 0.55 };
  const along = (up.x * d.x + up.y * d.y + up.z * d.z) / (length * length);
  const height = 0.11 * length;
  return {
    x: height * (up.x - along * d.x),
    y: height * (up.y - along * d.y),
    z: height * (up.z - along * d.z),
  };
}

function poseAt(keys: readonly HandKey[], timeS: number): HandPose {
  const next = firstAfter(keys, timeS);
  const before = keys[Math.max(0, next - 1)] as HandKey;
  const after = keys[next];
  if (!after || next === 0) return before.pose;
  const progress = minimumJerk((timeS - before.atS) / (after.atS - before.atS));
  const straight = mix(before.pose, after.pose, progress);
  const arc = arcOf(before.pose, after.pose);
  const bow = 4 * progress * (1 - progress);
  return withinReach({
    ...straight,
    WristX: straight.WristX + arc.x * bow,
    WristY: straight.WristY + arc.y * bow,
    WristZ: straight.WristZ + arc.z * bow,
  });
}

function moveHand(
  sheet: Sheet,
  side: Side,
  keys: readonly HandKey[],
  cues: Cues,
  random: () => number,
): void {
  const [driftX, driftY] = [0.45, 0.55].map((hz) => wander(random, cues.durationS, hz));
  const fiddle = wander(random, cues.durationS, 0.9);
  const breath = row(sheet, 'breath');
  const rows = new Map(PARTS.map((part) => [part, row(sheet, `${side}${part}`)]));
  // Both hands of a gesture are never in perfect step.
  const lateS = side === 'left' ? 0.018 : 0;
  for (let i = 0; i < sheet.frameCount; i++) {
    const timeS = (sheet.timesS[i] as number) - lateS;
    const wrist = poseAt(keys, timeS);
    const trailing = poseAt(keys, timeS - FINGER_LAG_S);
    const idle: Partial<Record<HandPart, number>> = {
      WristX: 0.008 * (driftX?.(timeS) ?? 0),
      WristY: 0.008 * (driftY?.(timeS) ?? 0) - 0.022 * ((breath[i] as number) - 0.25),
      WristBend: 0.03 * fiddle(timeS),
      IndexCurl: 0.035 * fiddle(timeS - 0.1),
      MiddleCurl: 0.025 * fiddle(timeS),
    };
    for (const [part, values] of rows) {
      const value = (FINGER_PARTS.has(part) ? trailing : wrist)[part] + (idle[part] ?? 0);
      values[i] = handChannelValue(side, part, value);
    }
  }
}

/** Moves both hands, and shoulders and trunk with them, through a plan. */
export function performGestures(
  sheet: Sheet,
  cues: Cues,
  plan: readonly PlannedGesture[],
  random: () => number,
): GestureEvent[] {
  const timings = timeGestures(plan, cues.durationS);
  for (const side of ['left', 'right'] as const)
    moveHand(sheet, side, keysOf(side, plan, timings), cues, random);
  plan.forEach((planned, p) => {
    const form = GESTURE_FORMS[planned.gesture];
    const { readyS, strokeS, holdEndS } = timings[p] as Timing;
    const lastS = Math.max(strokeS, holdEndS);
    const raised = (timeS: number) =>
      minimumJerk((timeS - readyS) / Math.max(0.2, strokeS - readyS)) *
      (1 - minimumJerk((timeS - lastS) / 0.45));
    if (form.shoulders > 0)
      addCurve(
        sheet,
        ['shoulderLeftUp', 'shoulderRightUp'],
        (timeS) => form.shoulders * planned.size * raised(timeS),
      );
    if (form.lean > 0) addCurve(sheet, ['bodyLean'], (timeS) => form.lean * bump(timeS, strokeS + 0.1, 0.35));
    // A working arm lifts its shoulder a little.
    if (planned.side !== 'both')
      addCurve(
        sheet,
        [`shoulder${planned.side === 'left' ? 'Left' : 'Right'}Up`],
        (timeS) => 0.08 * raised(timeS),
      );
  });
  const lastFrame = sheet.frameCount - 1;
  return plan.map((planned, p) => {
    const timing = timings[p] as Timing;
    const strokeFrame = clamp(secondsToFrame(timing.strokeS, sheet.rate), 0, lastFrame);
    return {
      gesture: planned.gesture,
      startFrame: clamp(secondsToFrame(timing.startS, sheet.rate), 0, strokeFrame),
      strokeFrame,
      endFrame: clamp(Math.ceil(timing.endS / sheet.frameS), strokeFrame, lastFrame),
      side: planned.side,
    };
  });
}

/**
 * Breath, trunk and hands of a live performer. Lungs fill in pauses and empty in phrases; the weight shifts without
 * end; hands come up from rest when someone speaks with weight, beat on the syllables that stand out, and sink back
 * when nothing has stood out for a while.
 */
import { between, clamp } from '../curves.ts';
import { GESTURE_FORMS } from '../gestures/poses.ts';
import { handChannelValue, REST_BREATH, REST_HANDS } from '../rest-pose.ts';
import { row } from '../sheet.ts';
import type { HandPart, Side } from '../track.ts';
import { add, type Layer } from './face.ts';
import { createFollower, createPulses, createWander, swell } from './moves.ts';

export function createBreath(): Layer {
  const follow = createFollower(0.65, REST_BREATH);
  return (sheet, { speaking, forS, timeS }) => {
    // In a pause lungs fill for the next phrase; in a long silence they go quietly up and down.
    const idle = REST_BREATH + 0.1 * Math.sin(2 * Math.PI * 0.23 * timeS);
    const target = speaking ? Math.max(0.1, 0.6 - 0.11 * forS) : forS < 1.4 && timeS > 2 ? 0.62 : idle;
    const breath = follow(target);
    add(sheet, 'breath', breath - REST_BREATH);
    const lift = Math.max(0, 0.22 * (breath - REST_BREATH));
    add(sheet, 'shoulderLeftUp', lift);
    add(sheet, 'shoulderRightUp', lift);
  };
}

/** After the head has moved, whose turns the trunk follows. */
export function createTrunk(random: () => number, liveliness: () => number): Layer {
  const [weight, fidget, leaning, turning] = [0.28, 0.7, 0.35, 0.4].map((hz) => createWander(random, hz)) as [
    Wander,
    Wander,
    Wander,
    Wander,
  ];
  const pressing = createPulses(swell(0.3, 0.28), 1.4);
  const trailing = createFollower(0.8, 0);
  return (sheet, { accent, timeS }) => {
    if (accent > 0.55) pressing.add(timeS, accent);
    const live = liveliness();
    add(sheet, 'bodySway', live * (0.016 * weight(timeS) + 0.004 * fidget(timeS)));
    add(sheet, 'bodyLean', live * 0.012 * leaning(timeS) + 0.022 * clamp(pressing.at(timeS), 0, 1.3));
    add(
      sheet,
      'bodyTwist',
      live * 0.02 * turning(timeS) + 0.33 * trailing(row(sheet, 'headYaw')[0] as number),
    );
  };
}
type Wander = ReturnType<typeof createWander>;

/** Hands come up for syllables at least this strong, once someone has spoken for a moment. */
const RAISES = 0.5;
const SPOKEN_S = 0.5;
/** They sink when nothing stood out for this long, or a pause lasts. */
const PATIENCE_S = 1.6;
const PAUSE_S = 0.45;
/** Hands this low are home: another may be the next to rise. */
const HOME = 0.03;

type Sides = 'left' | 'right' | 'both';
const PARTS = Object.keys(REST_HANDS.left) as HandPart[];
const FINGERS = /Curl$|Spread$|WristBend$/;

export function createHands(random: () => number): Layer {
  const raise = { left: createFollower(1, 0), right: createFollower(1, 0) };
  // Fingers trail the wrist.
  const fingers = { left: createFollower(0.85, 0), right: createFollower(0.85, 0) };
  const beats = createPulses(swell(0.17, 0.11), 0.7);
  const breathing = { left: createWander(random, 1.1), right: createWander(random, 1.1) };
  let sides: Sides | null = null;
  /** Of the hands that are up, or were last. */
  let form = GESTURE_FORMS.beat;
  let lastBeatS = -Infinity;
  const level: Record<Side, number> = { left: 0, right: 0 };

  return (sheet, cue) => {
    const { timeS, accent } = cue;
    const chance = random();
    const home = level.left < HOME && level.right < HOME;
    if (accent >= RAISES && cue.speaking && cue.forS > SPOKEN_S) {
      if (sides === null && home && chance < 0.6) {
        sides = chance < 0.24 ? 'both' : chance < 0.42 ? 'left' : 'right';
        form = GESTURE_FORMS[sides === 'both' ? 'beat-both' : 'beat'];
      }
      if (sides !== null) {
        // The stroke that brings hands up is the rise itself.
        if (timeS - lastBeatS < PATIENCE_S)
          beats.add(timeS, (0.5 + 0.5 * accent) * between(random, 0.8, 1.1));
        lastBeatS = timeS;
      }
    }
    if (timeS - lastBeatS > PATIENCE_S || (!cue.speaking && cue.forS > PAUSE_S)) sides = null;
    const beat = beats.at(timeS);
    for (const side of ['left', 'right'] as const) {
      const up = sides === 'both' || sides === side ? 1 : 0;
      level[side] = raise[side](up);
      const curl = fingers[side](up);
      const { ready, apex } = form;
      for (const part of PARTS) {
        const amount = FINGERS.test(part) ? curl : level[side];
        const alive =
          part === 'WristX' || part === 'WristY' ? 0.012 * breathing[side](timeS) * level[side] : 0;
        const offset =
          (ready[part] - REST_HANDS[side][part]) * amount + (apex[part] - ready[part]) * beat * amount;
        add(sheet, `${side}${part}`, handChannelValue(side, part, offset + alive));
      }
    }
  };
}

import { describe, expect, test } from 'vitest';
import type { Rational } from '#core/base/time.ts';
import { RATE_25, RATE_30, secondsToFrame } from '#core/base/time.ts';
import { GESTURES } from '#core/document/script.ts';
import type { GestureName } from '#core/document/script.ts';
import { animate } from '#core/motion/animate.ts';
import { GESTURE_FORMS } from '#core/motion/gestures/poses.ts';
import { REACH_BOX, REACH_MAX, SHOULDER_X } from '#core/motion/gestures/reach.ts';
import type { MotionTrack, Side } from '#core/motion/track.ts';
import type { SayOptions, SayWord } from './synthetic.ts';
import { TALK, longTalk, say } from './synthetic.ts';
import { channel, roughest } from './reading.ts';

function perform(words: readonly SayWord[], rate: Rational = RATE_25, options: SayOptions = {}) {
  const { speech, paragraph } = say(words, options);
  return { speech, track: animate(speech, { paragraph, rate }) };
}
function marked(gesture: GestureName, on: number): SayWord[] {
  return TALK.map((word, w) => (w === on ? { ...word, gesture } : word));
}
/** Wrist seen from its own side. */
function wrist(track: MotionTrack, side: Side): { x: number[]; y: number[]; z: number[] } {
  const sign = side === 'left' ? 1 : -1;
  return {
    x: channel(track, `${side}WristX`).map((x) => sign * x),
    y: channel(track, `${side}WristY`),
    z: channel(track, `${side}WristZ`),
  };
}

describe.each(GESTURES)('%s', (gesture) => {
  test('marked before a word strokes within a frame of its stressed syllable', () => {
    for (const rate of [RATE_25, RATE_30]) {
      const on = 10; // brings
      const { speech, track } = perform(marked(gesture, on), rate);
      const event = track.gestures.find((made) => made.gesture === gesture);
      const vowel = speech.phones.find(
        (phone) => phone.word === on && phone.stress === 1 && phone.phone === 'ɪ',
      );
      expect(event).toBeDefined();
      const wanted = secondsToFrame(
        (vowel?.startS ?? 0) + 0.4 * ((vowel?.endS ?? 0) - (vowel?.startS ?? 0)),
        rate,
      );
      expect(Math.abs((event?.strokeFrame ?? -99) - wanted)).toBeLessThanOrEqual(1);
      expect(event?.startFrame ?? 0).toBeLessThan(event?.strokeFrame ?? 0);
      expect(event?.endFrame ?? 0).toBeGreaterThan(event?.strokeFrame ?? 0);
    }
  });

  test('has really arrived at its pose on the stroke frame, within reach, with its fingers', () => {
    const { track } = perform(marked(gesture, 10));
    const event = track.gestures.find((made) => made.gesture === gesture);
    const form = GESTURE_FORMS[gesture];
    const i = event?.strokeFrame ?? 0;
    const hand = wrist(track, 'right');
    const off = Math.hypot(
      (hand.x[i] as number) - form.apex.WristX,
      (hand.y[i] as number) - form.apex.WristY,
      (hand.z[i] as number) - form.apex.WristZ,
    );
    expect(off).toBeLessThan(0.15);
    expect(Math.abs((channel(track, 'rightIndexCurl')[i + 2] as number) - form.apex.IndexCurl)).toBeLessThan(
      0.15,
    );
  });
});

test('wrists stay in the box and within reach of their shoulders, and hands never knot', () => {
  GESTURES.forEach((gesture, g) => {
    const words = longTalk(12).map((word, w) =>
      w % 4 === 1 ? { ...word, gesture: GESTURES[(g + w) % GESTURES.length] ?? gesture } : word,
    );
    const { track } = perform(words, RATE_25, { emotion: 'joyful' });
    for (const side of ['left', 'right'] as const) {
      const { x, y, z } = wrist(track, side);
      x.forEach((_, i) => {
        const [wx, wy, wz] = [x[i] as number, y[i] as number, z[i] as number];
        const reach = Math.hypot(wx - SHOULDER_X, wy, wz);
        expect(reach).toBeLessThan(REACH_MAX + 0.03);
        expect(wx).toBeGreaterThan(REACH_BOX.minX - 0.03);
        expect(wz).toBeGreaterThan(REACH_BOX.minZ - 0.03);
      });
    }
    const [left, right] = [channel(track, 'leftWristX'), channel(track, 'rightWristX')];
    left.forEach((x, i) => expect(x - (right[i] as number)).toBeGreaterThan(0.05));
  });
});

describe('gestures nobody asked for', () => {
  test('come about every three seconds, and never the same twice in a row', () => {
    let [count, lengthS] = [0, 0];
    for (let n = 0; n < 12; n++) {
      const { speech, track } = perform(longTalk(20), RATE_25, { id: `p-${n}` });
      count += track.gestures.length;
      lengthS += speech.durationS;
      track.gestures.forEach((made, g) => {
        if (g > 0) expect(made.gesture).not.toBe(track.gestures[g - 1]?.gesture);
      });
    }
    expect(lengthS / count).toBeGreaterThan(2.2);
    expect(lengthS / count).toBeLessThan(4.2);
  });

  test('follow the words: a greeting waves, first counts, all spreads', () => {
    const often = (words: SayWord[], gesture: GestureName) => {
      let hits = 0;
      for (let n = 0; n < 20; n++) {
        const { track } = perform(words, RATE_25, { id: `p-${n}` });
        if (track.gestures.some((made) => made.gesture === gesture)) hits++;
      }
      return hits;
    };
    const rest = TALK.slice(8, 14);
    expect(often([{ text: 'Hello', ipa: 'h ə l ˈoʊ' }, ...rest], 'wave')).toBeGreaterThan(12);
    expect(
      often([...rest, { text: 'First,', ipa: 'f ˈɝ s t', pauseS: 0.2 }, ...rest], 'count-one'),
    ).toBeGreaterThan(12);
    const plain = TALK.slice(1, 7).map((word) => ({ ...word, emphasis: 0 as const }));
    expect(often([...plain, { text: 'all', ipa: 'ˈɔ l' }, ...plain], 'spread')).toBeGreaterThan(8);
    expect(often([...plain, ...plain], 'spread')).toBe(0);
  });

  test('stroke on stressed syllables', () => {
    const { speech, track } = perform(longTalk(40));
    const stressed = speech.phones
      .filter((phone) => phone.stress > 0)
      .map((phone) => secondsToFrame(phone.startS + 0.4 * (phone.endS - phone.startS), RATE_25));
    for (const made of track.gestures)
      expect(Math.min(...stressed.map((frame) => Math.abs(frame - made.strokeFrame)))).toBeLessThanOrEqual(1);
  });

  test('leave hands at rest between: a third of the time or more', () => {
    const { track } = perform(longTalk(60));
    const y = channel(track, 'rightWristY');
    const resting = y.filter((value) => value > 0.93).length / y.length;
    expect(resting).toBeGreaterThan(0.25);
    expect(resting).toBeLessThan(0.85);
  });
});

test.each(GESTURES)(
  '%s marked on the very first or last word strokes in time and without a jerk',
  (gesture) => {
    for (const on of [0, TALK.length - 1]) {
      const { speech, track } = perform(marked(gesture, on));
      const vowel = speech.phones.find((phone) => phone.word === on && phone.stress === 1);
      const late = track.gestures
        .filter((made) => made.gesture === gesture)
        .map((made) => Math.abs(made.strokeFrame - ((vowel?.startS ?? 0) + 0.05) * 25));
      expect(Math.min(...late)).toBeLessThanOrEqual(1.5);
      for (const side of ['left', 'right'] as const)
        for (const axis of Object.values(wrist(track, side)))
          expect(roughest(axis), `word ${on}`).toBeLessThan(0.2);
    }
  },
);

test('two marks close together are both made, the second from the hold of the first', () => {
  const words = TALK.map((word, w) =>
    w === 8
      ? { ...word, gesture: 'spread' as const }
      : w === 11
        ? { ...word, gesture: 'gather' as const }
        : word,
  );
  const { track } = perform(words);
  const [first, second] = track.gestures.filter(
    ({ gesture }) => gesture === 'spread' || gesture === 'gather',
  );
  expect(first?.gesture).toBe('spread');
  expect(second?.gesture).toBe('gather');
  const y = channel(track, 'leftWristY').slice(first?.strokeFrame, second?.strokeFrame);
  expect(Math.max(...y)).toBeLessThan(0.93);
});

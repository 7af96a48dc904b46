import { expect, test } from 'vitest';
import type { Point } from '#core/draw/draw-list.ts';
import { MOTION_CHANNELS, type MotionChannel } from '#core/motion/track.ts';
import { GESTURE_FORMS } from '#core/motion/gestures/poses.ts';
import { handChannelValue, REST_HANDS, type HandPose } from '#core/motion/rest-pose.ts';
import { solveArm, wristTarget } from '#core/presenter/illustrated/arm-skeleton.ts';
import { eyeShape } from '#core/presenter/illustrated/eyes.ts';
import { length, sub, type Vec3 } from '#core/presenter/illustrated/geometry.ts';
import { poseHand } from '#core/presenter/illustrated/hand-skeleton.ts';
import { ILLUSTRATED_PRESETS, illustrated } from '#core/presenter/illustrated/index.ts';
import { mouthOpening } from '#core/presenter/illustrated/mouth.ts';
import { FULL_GAP_MM, mouthShape } from '#core/presenter/illustrated/mouth-shape.ts';
import { presenterKind } from '#core/presenter/index.ts';
import {
  areaOf,
  both,
  countPaths,
  isFinitePicture,
  nora,
  numbersOf,
  rangeOf,
  sceneWith,
  seeded,
  trackOf,
  type Channels,
} from './pose-tools.ts';

/** Node budget of one frame: keeps a frame within the painter's milliseconds. */
const MAX_PATHS = 360;

function openingArea(channels: Channels): number {
  const opening = mouthOpening(mouthShape(sceneWith(channels)));
  return opening ? areaOf(opening) : 0;
}

test('every channel at its ends, alone and all at random, gives a finite picture within the path budget', () => {
  const frames: Channels[] = [{}];
  for (const channel of MOTION_CHANNELS) {
    for (const value of rangeOf(channel)) frames.push({ [channel]: value });
  }
  const random = seeded(7);
  for (let k = 0; k < 40; k++) {
    const frame: Partial<Record<MotionChannel, number>> = {};
    for (const channel of MOTION_CHANNELS) {
      const [low, high] = rangeOf(channel);
      frame[channel] = low + (high - low) * random();
    }
    frames.push(frame);
  }
  const track = illustrated.prepare(nora(), trackOf(frames));
  expect(track.frameCount).toBe(frames.length);
  for (let i = 0; i < frames.length; i++) {
    const nodes = track.draw(i).flatMap((part) => part.nodes);
    expect(countPaths(nodes)).toBeLessThanOrEqual(MAX_PATHS);
    expect(isFinitePicture(nodes), JSON.stringify(frames[i])).toBe(true);
  }
});

test('lips that touch leave no opening, whatever else the face does', () => {
  const shut: Channels[] = [
    {},
    { jawOpen: 0.4, mouthClose: 0.4 },
    { jawOpen: 0.08, ...both('mouthPress', 0.5), mouthRollLower: 0.14 },
    { ...both('mouthSmile', 0.9) },
    { mouthPucker: 0.9, headYaw: 0.3 },
  ];
  for (const channels of shut) expect(openingArea(channels)).toBe(0);
});

test('the drawn gap at the middle of the mouth is the aperture the animator promised', () => {
  for (const jawOpen of [0.1, 0.3, 0.6, 1]) {
    for (const extra of [{}, { mouthFunnel: 0.5 }, { mouthPucker: 0.6 }, both('mouthUpperUp', 0.4)]) {
      const scene = sceneWith({ ...extra, jawOpen });
      const m = mouthShape(scene);
      const middle = m.innerUpperY.length >> 1;
      const drawn = (m.innerLowerY[middle] as number) - (m.innerUpperY[middle] as number);
      expect(drawn).toBeCloseTo(scene.pose.aperture * FULL_GAP_MM, 6);
    }
  }
});

test('the opening grows with the jaw, and the inner lips never cross', () => {
  let before = -1;
  for (let jaw = 0; jaw <= 1.0001; jaw += 0.04) {
    const area = openingArea({ jawOpen: jaw });
    expect(area).toBeGreaterThan(before - 1e-9);
    if (jaw > 0.01) expect(area).toBeGreaterThan(before);
    before = area;
    const m = mouthShape(sceneWith({ jawOpen: jaw, ...both('mouthSmile', 0.6) }));
    m.innerUpperY.forEach((y, i) => expect(m.innerLowerY[i] as number).toBeGreaterThanOrEqual(y));
  }
});

test('a blink closes until no white is left, and closes without turning back', () => {
  for (const side of [1, -1] as const) {
    let before = Infinity;
    for (let blink = 0; blink <= 1.0001; blink += 0.05) {
      const eye = eyeShape(sceneWith(both('eyeBlink', Math.min(1, blink))), side);
      expect(eye.gapMm).toBeLessThanOrEqual(before + 1e-9);
      before = eye.gapMm;
    }
    for (const extra of [
      {},
      both('eyeWide', 1),
      { gazePitch: -0.4 },
      { gazePitch: 0.4 },
      both('cheekSquint', 1),
    ]) {
      const eye = eyeShape(sceneWith({ ...extra, ...both('eyeBlink', 1) }), side);
      expect(areaOf(eye.opening)).toBeLessThan(1e-6);
    }
  }
});

test('a head turned left is the mirror picture of a head turned right, in its outline', () => {
  for (const yaw of [0, 0.1, 0.25, 0.44]) {
    for (const pitch of [-0.3, 0, 0.3]) {
      const right = sceneWith({ headYaw: yaw, headPitch: pitch }).face.contour();
      const left = sceneWith({ headYaw: -yaw, headPitch: pitch }).face.contour();
      const mirrored = left.map(([x, y]): Point => [-x, y]).reverse();
      right.forEach((p, i) => {
        const q = mirrored[i] as Point;
        expect(p[0]).toBeCloseTo(q[0], 6);
        expect(p[1]).toBeCloseTo(q[1], 6);
      });
    }
  }
});

test('the outline of a turning head moves without jumps', () => {
  let before: readonly Point[] | null = null;
  for (let yaw = -0.45; yaw <= 0.45; yaw += 0.01) {
    const contour = sceneWith({ headYaw: yaw }).face.contour();
    if (before) {
      contour.forEach((p, i) => {
        const q = before?.[i] as Point;
        expect(Math.hypot(p[0] - q[0], p[1] - q[1])).toBeLessThan(2); // millimetres for 0.6°
      });
    }
    before = contour;
  }
});

test('each hand of each gesture is where the motion wants it, on arms of their own length', () => {
  for (const form of Object.values(GESTURE_FORMS)) {
    for (const pose of [form.ready, form.apex, ...form.then.map((t) => t.pose)]) {
      for (const side of ['left', 'right'] as const) {
        const channels: Partial<Record<MotionChannel, number>> = {};
        for (const [part, value] of Object.entries(pose) as [keyof HandPose, number][]) {
          channels[`${side}${part}`] = handChannelValue(side, part, value);
        }
        const scene = sceneWith(channels);
        const arm = solveArm(scene, side);
        expect(length(sub(arm.wrist, wristTarget(scene, side)))).toBeLessThan(0.01);
        const upper = length(sub(arm.elbow, arm.shoulder));
        const fore = length(sub(arm.wrist, arm.elbow));
        expect(upper).toBeGreaterThan(255);
        expect(upper).toBeLessThan(275);
        expect(fore).toBeGreaterThan(231);
        expect(fore).toBeLessThan(250);
      }
    }
  }
});

test('a hand moves on without a jump from rest through every gesture and back', () => {
  const steps = 24;
  for (const [name, form] of Object.entries(GESTURE_FORMS)) {
    const stations = [
      REST_HANDS.right,
      form.ready,
      form.apex,
      ...form.then.map((t) => t.pose),
      REST_HANDS.right,
    ];
    let before: Vec3[] | null = null;
    for (let s = 0; s + 1 < stations.length; s++) {
      for (let k = 0; k < steps; k++) {
        const channels: Partial<Record<MotionChannel, number>> = {};
        for (const part of Object.keys(REST_HANDS.right) as (keyof HandPose)[]) {
          const a = (stations[s] as HandPose)[part];
          const b = (stations[s + 1] as HandPose)[part];
          channels[`right${part}`] = handChannelValue('right', part, a + ((b - a) * k) / steps);
        }
        const scene = sceneWith(channels);
        const tips: Vec3[] = poseHand(scene, solveArm(scene, 'right')).fingers.map((f) => f.joints[3].at);
        const last: Vec3[] | null = before;
        // The longest of these paths is some 600 mm: evenly walked, 25 mm a step.
        tips.forEach((tip, i) => {
          if (last) expect(length(sub(tip, last[i] as Vec3)), name).toBeLessThan(50);
        });
        before = tips;
      }
    }
  }
});

test('fingers curl towards the palm and keep their lengths', () => {
  const lengths = (curl: number): number[] => {
    const scene = sceneWith({
      rightIndexCurl: curl,
      rightMiddleCurl: curl,
      rightRingCurl: curl,
      rightLittleCurl: curl,
    });
    const hand = poseHand(scene, solveArm(scene, 'right'));
    return hand.fingers.slice(1).flatMap((f) => {
      const [root, , , tip] = f.joints;
      const reach = length(sub(tip.at, root.at));
      const inward =
        (tip.at[0] - root.at[0]) * hand.palm[0] +
        (tip.at[1] - root.at[1]) * hand.palm[1] +
        (tip.at[2] - root.at[2]) * hand.palm[2];
      if (curl > 0.3) expect(inward).toBeGreaterThan(0);
      return [reach];
    });
  };
  const open = lengths(0);
  const fist = lengths(1);
  open.forEach((l, i) => expect(fist[i] as number).toBeLessThan(0.55 * l));
});

test('drawing a frame reads only: any order, any number of times, gives the same picture', () => {
  const frames = Array.from({ length: 12 }, (_, i): Channels => ({
    headYaw: 0.3 * Math.sin(i),
    jawOpen: (i % 4) / 4,
  }));
  const track = illustrated.prepare(nora(), trackOf(frames));
  const forwards = frames.map((_, i) => JSON.stringify(track.draw(i)));
  for (let i = frames.length - 1; i >= 0; i--) expect(JSON.stringify(track.draw(i))).toBe(forwards[i]);
  const again = illustrated.prepare(nora(), trackOf(frames));
  expect(JSON.stringify(again.draw(7))).toBe(forwards[7]);
});

test('hair and earring swing after a turn of the head and come to rest', () => {
  const still: Channels = { headYaw: 0.3 };
  const turning = [
    ...Array.from({ length: 5 }, (): Channels => ({})),
    ...Array.from({ length: 120 }, () => still),
  ];
  const swung = illustrated.prepare(nora(), trackOf(turning));
  const rested = illustrated.prepare(nora(), trackOf([still]));
  const rest = JSON.stringify(rested.draw(0));
  expect(JSON.stringify(swung.draw(6))).not.toBe(rest);
  const far = [...numbersOf(rested.draw(0))];
  [...numbersOf(swung.draw(turning.length - 1))].forEach((n, i) =>
    expect(Math.abs(n - (far[i] as number))).toBeLessThan(0.3),
  );
});

test('parameters change the picture, and nonsense in them does not break it', () => {
  const motion = trackOf([{}]);
  const plain = JSON.stringify(illustrated.prepare(nora(), motion).draw(0));
  expect(JSON.stringify(illustrated.prepare(nora({ hairColor: '#c8a060' }), motion).draw(0))).not.toBe(plain);
  expect(JSON.stringify(illustrated.prepare(nora({ eyeSize: 1.1 }), motion).draw(0))).not.toBe(plain);
  expect(JSON.stringify(illustrated.prepare(nora({ look: 'rust' }), motion).draw(0))).not.toBe(plain);
  const odd = nora({ hairColor: 'mauve-ish', eyeSize: Number.NaN, unknown: 3 });
  expect(JSON.stringify(illustrated.prepare(odd, motion).draw(0))).toBe(plain);
});

test('framings leave air over the head, and medium reaches the waist', () => {
  const kind = presenterKind(nora());
  const close = kind.framing(nora(), 'close', null);
  const medium = kind.framing(nora(), 'medium', null);
  let top = Infinity;
  for (const [, y] of sceneWith({}).face.contour()) top = Math.min(top, y);
  for (const rect of [close, medium]) {
    const air = (top - rect.y) / rect.height;
    expect(air).toBeGreaterThan(0.08);
    expect(air).toBeLessThan(0.25);
  }
  expect(medium.y + medium.height).toBeGreaterThan(400);
  expect(kind.version).toBeGreaterThan(0);
  expect(ILLUSTRATED_PRESETS.map((p) => p.preset)).toContain('nora');
});

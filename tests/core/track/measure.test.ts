/** What a made face was told to do is what is measured, however the head is turned. */
import { describe, expect, test } from 'vitest';
import { MEASURES, type Measure } from '#core/track/footage-track.ts';
import { measureFaces } from '#core/track/measure.ts';
import { headPose, meanFace, poseOfFace } from '#core/track/pose.ts';
import { madeFace, REST, type FaceState } from './made-face.ts';

const FPS = 25;

function film(frames: readonly Partial<FaceState>[]): Float32Array<ArrayBuffer> {
  const faces = frames.map(madeFace);
  const points = new Float32Array(faces.reduce((sum, face) => sum + face.length, 0));
  faces.forEach((face, i) => points.set(face, i * face.length));
  return points;
}

function measured(frames: readonly Partial<FaceState>[]) {
  const points = film(frames);
  const seen = new Uint8Array(frames.length).fill(1);
  const values = measureFaces(
    points,
    seen,
    FPS,
    new Float32Array(frames.length),
    new Float32Array(frames.length),
  );
  return (name: Measure, frame: number) => values[frame * MEASURES.length + MEASURES.indexOf(name)] as number;
}

/** A head that looks around and comes to rest, so that its mean looks ahead. */
const AROUND: Partial<FaceState>[] = Array.from({ length: 60 }, (_, i) => ({
  yaw: 0.4 * Math.sin(i / 5),
  pitch: 0.2 * Math.sin(i / 7),
  roll: 0.2 * Math.sin(i / 3),
  x: 100 + i,
  y: 90 - i / 2,
  scale: 20 + i / 30,
}));

describe('the pose of a head', () => {
  test.each([
    { yaw: 0.5, pitch: 0, roll: 0 },
    { yaw: 0, pitch: 0.35, roll: 0 },
    { yaw: 0, pitch: 0, roll: -0.6 },
    { yaw: -0.7, pitch: 0.2, roll: 0.3 },
  ])('$yaw, $pitch, $roll come back from a single face', (turned) => {
    const pose = poseOfFace(madeFace(turned));
    expect(pose.yaw).toBeCloseTo(turned.yaw, 2);
    expect(pose.pitch).toBeCloseTo(turned.pitch, 2);
    expect(pose.roll).toBeCloseTo(turned.roll, 2);
  });

  test('signs are those of the motion channels: left, down, and over the left shoulder', () => {
    const nose = (state: Partial<FaceState>) => {
      const [still, turned] = [madeFace(), madeFace(state)];
      return {
        x: (turned[12] as number) - (still[12] as number),
        y: (turned[13] as number) - (still[13] as number),
      };
    };
    // The presenter's left is the picture's right.
    expect(nose({ yaw: 0.3 }).x).toBeGreaterThan(2);
    expect(nose({ pitch: 0.3 }).y).toBeGreaterThan(2);
    const top = madeFace({ roll: 0.3 })[30] as number;
    expect(top).toBeGreaterThan(REST.x);
  });

  test('a film’s own mean face gives every frame back: where, how large, how turned', () => {
    const points = film(AROUND);
    const mean = meanFace(points);
    AROUND.forEach((told, i) => {
      const pose = headPose(points, i, mean);
      expect(pose.yaw).toBeCloseTo(told.yaw ?? 0, 2);
      expect(pose.pitch).toBeCloseTo(told.pitch ?? 0, 2);
      expect(pose.roll).toBeCloseTo(told.roll ?? 0, 2);
      expect(pose.scale).toBeCloseTo(told.scale ?? 0, 1);
    });
  });

  test('speech, blinks and brows do not turn a head', () => {
    const still = poseOfFace(madeFace({ yaw: 0.2 }));
    const busy = poseOfFace(madeFace({ yaw: 0.2, opening: 0.5, width: 0.5, lidLeft: 0, browLift: 0.1 }));
    expect(busy.yaw).toBeCloseTo(still.yaw, 9);
    expect(busy.pitch).toBeCloseTo(still.pitch, 9);
  });
});

describe('measures', () => {
  test('a mouth opens and widens by the same numbers from every side', () => {
    const frames = AROUND.map((head, i) => ({
      ...head,
      opening: 0.2 + 0.2 * Math.sin(i),
      width: 0.7 + 0.1 * Math.cos(i),
    }));
    const value = measured(frames);
    frames.forEach((told, i) => {
      expect(Math.abs(value('mouthOpening', i) - told.opening)).toBeLessThan(0.01);
      expect(Math.abs(value('mouthWidth', i) - told.width)).toBeLessThan(0.01);
    });
  });

  test('a blink is 1 on the eye that shuts and 0 on the one that does not', () => {
    const frames = AROUND.map((head, i) => ({
      ...head,
      lidLeft: i === 30 ? 0 : 1,
      lidRight: i === 40 ? 0.5 : 1,
    }));
    const value = measured(frames);
    expect(value('blinkLeft', 30)).toBeGreaterThan(0.95);
    expect(value('blinkRight', 30)).toBeLessThan(0.05);
    expect(value('blinkRight', 40)).toBeGreaterThan(0.5);
    expect(value('blinkRight', 40)).toBeLessThan(1);
    expect(value('blinkLeft', 10)).toBeLessThan(0.05);
  });

  test('brows rise over their own rest', () => {
    const frames = AROUND.map((head, i) => ({ ...head, browLift: i >= 50 ? 0.12 : 0.03 }));
    const value = measured(frames);
    expect(value('browLeft', 10)).toBeCloseTo(0, 2);
    expect(value('browLeft', 55)).toBeCloseTo(0.09, 2);
    expect(value('browRight', 55)).toBeCloseTo(0.09, 2);
  });

  test('gaze is told in the head, whatever depth the network gives an iris', () => {
    const frames = AROUND.map((head, i) => ({
      ...head,
      gazeYaw: 0.3 * Math.sin(i / 2),
      gazePitch: i === 20 ? 0.2 : 0,
    }));
    const value = measured(frames);
    frames.forEach((told, i) => expect(Math.abs(value('gazeYaw', i) - told.gazeYaw)).toBeLessThan(0.04));
    expect(value('gazePitch', 20)).toBeGreaterThan(0.14);
  });

  test('the face’s place and height are pixels', () => {
    const value = measured(AROUND.map(() => ({ x: 70, y: 50, scale: 30 })));
    expect(value('faceX', 5)).toBeCloseTo(70, 0);
    // Forehead to chin is 2.37 brow-to-nose heights here.
    expect(value('faceHeightPx', 5)).toBeCloseTo(2.37 * 30, 0);
  });
});

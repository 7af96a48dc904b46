import { expect, test } from 'vitest';
import { makeRotation, rotationOfQuaternion, rotationOfTurns } from '#core/base/rotation.ts';

const apply = (m: Float64Array, [x, y, z]: readonly [number, number, number]) =>
  [0, 3, 6].map((row) => m[row]! * x + m[row + 1]! * y + m[row + 2]! * z) as [number, number, number];

test('turns carry the nose where they say, and the crown to the side', () => {
  const nose = [0, 0, -1] as const; // towards the viewer
  expect(apply(rotationOfTurns(0.3, 0, 0), nose)[0]).toBeGreaterThan(0.25);
  expect(apply(rotationOfTurns(0, 0.3, 0), nose)[1]).toBeGreaterThan(0.25);
  expect(apply(rotationOfTurns(0, 0, 0.3), [0, -1, 0])[0]).toBeGreaterThan(0.25);
});

test('a tilt comes last: it turns the picture of what was turned before', () => {
  const [x, y, z] = apply(rotationOfTurns(0.2, 0.1, 0), [0.3, -0.5, -1]);
  const [c, s] = [Math.cos(0.4), Math.sin(0.4)];
  const tilted = apply(rotationOfTurns(0.2, 0.1, 0.4), [0.3, -0.5, -1]);
  [c * x - s * y, s * x + c * y, z].forEach((value, k) => expect(tilted[k]).toBeCloseTo(value, 12));
});

test('a quaternion and turns agree, and lengths stay', () => {
  // About the axis away from the viewer by 0.6.
  const q = rotationOfQuaternion(Math.cos(0.3), 0, 0, Math.sin(0.3));
  rotationOfTurns(0, 0, 0.6).forEach((value, k) => expect(q[k]).toBeCloseTo(value, 12));
  expect(Math.hypot(...apply(rotationOfTurns(0.4, -0.3, 0.2), [1, 2, 3]))).toBeCloseTo(
    Math.hypot(1, 2, 3),
    12,
  );
});

test('a mean of near rotations is made one again', () => {
  const [a, b] = [rotationOfTurns(0.2, 0.1, 0), rotationOfTurns(0.3, 0, 0.1)];
  const mean = a.map((value, k) => (value + b[k]!) / 2);
  makeRotation(mean);
  for (let i = 0; i < 3; i++)
    for (let j = 0; j < 3; j++) {
      const product = [0, 1, 2].reduce((sum, k) => sum + mean[3 * i + k]! * mean[3 * j + k]!, 0);
      expect(product).toBeCloseTo(i === j ? 1 : 0, 12);
    }
});

import { expect, test } from 'vitest';
import { hdrCube, toOrdinary } from '#workers/adapters/hdr-cube.ts';

test.each(['hlg', 'pq'] as const)(
  '%s: grey stays grey, brighter stays brighter, black and white are the ends',
  (transfer) => {
    let last = -1;
    for (let i = 0; i <= 64; i++) {
      const [r, g, b] = toOrdinary([i / 64, i / 64, i / 64], transfer);
      expect(Math.max(r, g, b) - Math.min(r, g, b)).toBeLessThan(0.004);
      expect(g).toBeGreaterThanOrEqual(last);
      last = g;
    }
    expect(toOrdinary([0, 0, 0], transfer)).toEqual([0, 0, 0]);
    expect(last).toBeGreaterThan(0.99);
  },
);

test('white paper comes out nearly white, and a face as bright as an ordinary film has it', () => {
  // BT.2408: reference white is 75 % of HLG and 58 % of PQ; light skin about a third of it.
  for (const [code, transfer] of [
    [0.75, 'hlg'],
    [0.58, 'pq'],
  ] as const) {
    const paper = toOrdinary([code, code, code], transfer)[1];
    expect(paper).toBeGreaterThan(0.88);
    expect(paper).toBeLessThan(0.97);
  }
  const face = toOrdinary([0.5, 0.45, 0.42], 'hlg');
  expect(face[0]).toBeGreaterThan(0.5);
  expect(face[0]).toBeLessThan(0.75);
  expect(face[0]).toBeGreaterThan(face[1]);
  expect(face[1]).toBeGreaterThan(face[2]);
});

test('colours that an ordinary film has not are brought in', () => {
  const [r, g, b] = toOrdinary([0, 0.6, 0], 'hlg');
  expect(g).toBeGreaterThan(Math.max(r, b));
  expect(Math.min(r, g, b)).toBeGreaterThanOrEqual(0);
  expect(Math.max(r, g, b)).toBeLessThanOrEqual(1);
});

test('the table has a line for each of its places, red first', () => {
  const lines = hdrCube('hlg').trim().split('\n');
  expect(lines[0]).toBe('LUT_3D_SIZE 33');
  expect(lines).toHaveLength(1 + 33 ** 3);
  const second = lines[2]?.split(' ').map(Number) as [number, number, number];
  expect(second[0]).toBeGreaterThan(second[2]);
});

import { expect, test } from 'vitest';
import { seededRandom } from '#core/base/hashing.ts';
import {
  drawShowings,
  judge,
  pairUp,
  signTest,
  votesAsCsv,
  type Choice,
  type Vote,
} from '#lib/lab/preference.ts';

function vote(choice: Choice, left: 'a' | 'b' = 'a'): Vote {
  return { pair: 0, left, pairName: 'one', choice, at: '2026-01-01T00:00:00.000Z', secondsWatched: 4 };
}

test('each pair is shown once a round, on the other side in the next, in an order that changes', () => {
  const showings = drawShowings(8, 2, seededRandom(3));
  const [one, two] = [showings.slice(0, 8), showings.slice(8)];
  for (const round of [one, two])
    expect(round.map(({ pair }) => pair).toSorted((x, y) => x - y)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  for (const { pair, left } of one) expect(two.find((s) => s.pair === pair)?.left).not.toBe(left);
  expect(one.map(({ pair }) => pair)).not.toEqual(two.map(({ pair }) => pair));
});

test('sides are even in the long run', () => {
  const left = drawShowings(2000, 1, seededRandom(5)).filter((showing) => showing.left === 'a').length;
  expect(left).toBeGreaterThan(900);
  expect(left).toBeLessThan(1100);
});

test('the sign test gives the known probabilities', () => {
  expect(signTest(5, 5)).toBe(1);
  expect(signTest(9, 1)).toBeCloseTo(22 / 1024, 10); // (1 + 10) · 2 ÷ 2^10
  expect(signTest(10, 0)).toBeCloseTo(2 / 1024, 10);
  expect(signTest(5200, 4800)).toBeGreaterThan(0);
  expect(signTest(5200, 4800)).toBeLessThan(1e-4);
});

test('a verdict counts ties apart and says how often the left side won', () => {
  const verdict = judge([vote('a'), vote('a', 'b'), vote('a'), vote('b', 'b'), vote('tie')]);
  expect(verdict).toMatchObject({ votes: 5, a: 3, b: 1, ties: 1, left: 3 });
  expect(verdict.share?.a).toBe(0.75);
  expect(verdict.share?.low).toBeCloseTo(0.3006, 3);
  expect(verdict.share?.high).toBeCloseTo(0.9544, 3);
  expect(judge([vote('tie')])).toMatchObject({ share: null, p: null });
});

test('films of equal names belong together; without such names their order decides', () => {
  const file = (name: string) => ({ name });
  const same = pairUp([file('b.mp4'), file('a.mp4')], [file('a.webm'), file('c.mp4')]);
  expect(same.pairs.map(({ name }) => name)).toEqual(['a']);
  expect(same.left.map(({ name }) => name)).toEqual(['b.mp4', 'c.mp4']);
  const other = pairUp([file('x2.mp4'), file('x10.mp4')], [file('y1.mp4')]);
  expect(other.pairs.map(({ a, b }) => [a.name, b.name])).toEqual([['x2.mp4', 'y1.mp4']]);
  expect(other.left.map(({ name }) => name)).toEqual(['x10.mp4']);
});

test('what is exported cannot run as a formula, and names survive commas', () => {
  const csv = votesAsCsv([vote('b')], { a: '=SUM(A1)', b: 'nearest, warped' });
  expect(csv.split('\r\n')[1]).toBe(
    `2026-01-01T00:00:00.000Z,one,'=SUM(A1),"nearest, warped","nearest, warped",4.0`,
  );
});

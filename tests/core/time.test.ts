import { expect, test } from 'vitest';
import { framesToCover, frameToSeconds, secondsToFrame } from '#core/base/time.ts';

test('a frame that starts at a time is the frame on screen at that time, for an hour at 29.97', () => {
  const rate = { num: 30000, den: 1001 };
  for (let i = 0; i < 108000; i += 7) expect(secondsToFrame(frameToSeconds(i, rate), rate)).toBe(i);
});

test('frames that cover a duration reach its end and no further than one frame', () => {
  const rate = { num: 25, den: 1 };
  expect(framesToCover(1, rate)).toBe(25);
  expect(framesToCover(1.001, rate)).toBe(26);
});

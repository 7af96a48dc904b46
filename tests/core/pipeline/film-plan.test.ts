import { expect, test } from 'vitest';
import { rateToFps } from '#core/base/time.ts';
import { planFilm } from '#workers/fit/film-plan.ts';
import type { FilmFacts } from '#workers/fit/film-source.ts';

function facts(
  over: Partial<FilmFacts> & { readonly fps?: number; readonly lastsS?: number } = {},
): FilmFacts {
  const { fps = 25, lastsS = 20, ...rest } = over;
  const timesS = Float64Array.from({ length: Math.round(fps * lastsS) }, (_, i) => i / fps);
  return { codec: 'avc', widthPx: 1280, heightPx: 720, timesS, claimedS: lastsS, sound: true, ...rest };
}

test.each([
  [25, 25],
  [24, 24],
  [23.976, 23.976],
  [30, 30],
  [29.97, 29.97],
  [50, 25],
  [60, 30],
  [59.94, 29.97],
  [15, 25],
  [120, 30],
])('a camera of %d frames a second gives a film of %d', (fps, wanted) => {
  const plan = planFilm(facts({ fps }));
  expect(rateToFps(plan.rate)).toBeCloseTo(wanted, 3);
  expect(Math.abs(plan.frameCount - 20 * rateToFps(plan.rate))).toBeLessThan(1);
  expect(plan.troubles).toEqual([]);
});

test('frames that come as they like are read at 25 or 30, whichever is nearer', () => {
  const uneven = (base: number) =>
    Float64Array.from({ length: 400 }, (_, i) => i / base + (i % 9 === 0 ? 0.6 / base : 0));
  expect(rateToFps(planFilm(facts({ timesS: uneven(24) })).rate)).toBe(25);
  expect(rateToFps(planFilm(facts({ timesS: uneven(29.97) })).rate)).toBe(30);
});

test('milliseconds that a container rounds are no variable rate', () => {
  const timesS = Float64Array.from({ length: 500 }, (_, i) => Math.round((i * 1000) / 29.97) / 1000);
  expect(rateToFps(planFilm(facts({ timesS })).rate)).toBeCloseTo(29.97, 3);
});

test.each([
  [3840, 2160, 1920, 1080],
  [2160, 3840, 1080, 1920],
  [1080, 1920, 1080, 1920],
  [720, 974, 720, 974],
  [361, 289, 362, 290],
  [4096, 1024, 1920, 480],
])('%d × %d is filmed as %d × %d', (widthPx, heightPx, width, height) => {
  const plan = planFilm(facts({ widthPx, heightPx }));
  expect([plan.widthPx, plan.heightPx]).toEqual([width, height]);
});

test('a film of more than two minutes is used up to there, and that is told', () => {
  const plan = planFilm(facts({ lastsS: 200 }));
  expect(plan.frameCount).toBe(3000);
  expect(plan.troubles).toMatchObject([
    {
      code: 'too-long',
      weight: 'warn',
      startS: 120,
      sentence: expect.stringContaining('3 minutes 20 s') as string,
    },
  ]);
});

test('a file that ends before it says so is told with how much is there', () => {
  const plan = planFilm(facts({ lastsS: 12, claimedS: 20 }));
  expect(plan.frameCount).toBe(300);
  expect(plan.troubles).toMatchObject([
    { code: 'cut-off', weight: 'warn', sentence: expect.stringMatching(/20 seconds.*12 seconds/) as string },
  ]);
  expect(planFilm(facts({ lastsS: 12, claimedS: 12.3 })).troubles).toEqual([]);
  expect(planFilm(facts({ lastsS: 12, claimedS: null })).troubles).toEqual([]);
});

import { describe, expect, test } from 'vitest';
import { Forecast } from '#core/pipeline/forecast.ts';

describe('the time an export still takes', () => {
  test('is not guessed from the first frames', () => {
    const forecast = new Forecast(1000, 40);
    expect(forecast.mark(0, 0)).toBeNull();
    expect(forecast.mark(3, 300)).toBeNull();
    expect(forecast.mark(9, 900)).toBeNull();
  });

  test('follows the speed of the last seconds, not of the slow start', () => {
    const forecast = new Forecast(1000, 40);
    forecast.mark(0, 0);
    // The first ten frames take ten seconds, the following fifty milliseconds each.
    for (let i = 1; i <= 10; i++) forecast.mark(i, i * 1000);
    let left: number | null = null;
    for (let i = 11; i <= 400; i++) left = forecast.mark(i, 10_000 + (i - 10) * 50);
    const drawingS = 600 * 0.05;
    expect(left).toBeGreaterThan(drawingS);
    expect(left).toBeLessThan(drawingS + 6);
  });

  test('counts sound and file, which come after the last frame', () => {
    const forecast = new Forecast(100, 600);
    forecast.mark(0, 0);
    let left: number | null = null;
    for (let i = 1; i <= 100; i++) left = forecast.mark(i, i * 20);
    expect(left).toBeGreaterThan(10);
  });
});

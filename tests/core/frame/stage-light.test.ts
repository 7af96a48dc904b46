import { expect, test } from 'vitest';
import { stageLight } from '#core/frame/stage-light.ts';
import { matchLight } from '#core/presenter/footage/lit.ts';

const FORMAT = { widthPx: 1920, heightPx: 1080 };

test('a colour lights as itself, and a gradient as it is where the presenter stands', () => {
  const color = { kind: 'color', color: '#ff8000' } as const;
  expect(stageLight(color, FORMAT, { centerX: 0.2 })).toEqual([1, 128 / 255, 0]);
  const gradient = { kind: 'gradient', from: '#000000', to: '#ffffff', angleDeg: 0 } as const;
  const at = (centerX: number) => stageLight(gradient, FORMAT, { centerX })?.[0];
  expect(at(0.25)).toBeCloseTo(0.25);
  expect(at(0.75)).toBeCloseTo(0.75);
});

test('who stands where they stood keeps their light', () => {
  for (const gain of matchLight([0.6, 0.5, 0.4], [0.6, 0.5, 0.4])) expect(gain).toBeCloseTo(1);
});

test('light follows the background, gently', () => {
  const room = [0.6, 0.58, 0.55] as const;
  const night = matchLight(room, [0.05, 0.07, 0.16]);
  const snow = matchLight(room, [0.97, 0.97, 1]);
  const sunset = matchLight(room, [0.9, 0.5, 0.3]);
  for (const gain of [...night, ...snow, ...sunset]) {
    expect(gain).toBeGreaterThan(0.7);
    expect(gain).toBeLessThan(1.15);
  }
  expect(night[1]).toBeLessThan(0.9);
  expect(night[2]).toBeGreaterThan(night[0]);
  expect(snow[1]).toBeGreaterThan(1);
  expect(sunset[0]).toBeGreaterThan(sunset[2]);
});

/** Colours come back from being multiplied by their alpha. */
import { expect, test } from 'vitest';
import { straighten } from '#core/compose/alpha.ts';

test('what is opaque stays, what is clear stays, and in between a colour is what it was before', () => {
  const rgba = Uint8ClampedArray.of(10, 20, 30, 255, 0, 0, 0, 0, 64, 32, 16, 128, 5, 5, 5, 5);
  straighten(rgba);
  expect([...rgba]).toEqual([10, 20, 30, 255, 0, 0, 0, 0, 128, 64, 32, 128, 255, 255, 255, 5]);
});

test('every colour of every alpha is back within what its alpha can tell apart', () => {
  for (let alpha = 1; alpha < 256; alpha++)
    for (let color = 0; color < 256; color++) {
      const multiplied = Math.round((color * alpha) / 255);
      const rgba = Uint8ClampedArray.of(multiplied, multiplied, multiplied, alpha);
      straighten(rgba);
      if (Math.abs((rgba[0] as number) - color) > 0.5 + 127.5 / alpha)
        expect.fail(`${color} at ${alpha} came back as ${rgba[0]}`);
    }
});

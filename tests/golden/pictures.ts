/** A picture made of numbers, the same on every host: soft colours, a hard-edged cross, and glass in one corner. */
import type { AssetHash } from '#core/base/ids.ts';

export const PICTURE_WIDTH = 96;
export const PICTURE_HEIGHT = 64;
export const PICTURE = 'picture' as AssetHash;

export function pictureBytes(): Uint8ClampedArray<ArrayBuffer> {
  const bytes = new Uint8ClampedArray(PICTURE_WIDTH * PICTURE_HEIGHT * 4);
  for (let y = 0; y < PICTURE_HEIGHT; y++)
    for (let x = 0; x < PICTURE_WIDTH; x++) {
      const cross = Math.abs(x - 48) < 6 || Math.abs(y - 32) < 6;
      const at = (y * PICTURE_WIDTH + x) * 4;
      const wave = 0.5 + 0.5 * Math.sin(x / 7) * Math.cos(y / 9);
      bytes[at] = cross ? 250 : 40 + 180 * wave;
      bytes[at + 1] = cross ? 240 : 60 + 2 * y;
      bytes[at + 2] = cross ? 60 : 230 - 2 * x;
      bytes[at + 3] = x > 70 && y < 24 ? 128 : 255;
    }
  return bytes;
}

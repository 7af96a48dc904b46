/** Still pictures in Node: upright as they were held, refused where they are no picture that browsers show. */
import { expect, test } from 'vitest';
import { createCanvas, decodeStill } from '#server/render/adapters/skia.ts';

const drawn = createCanvas(40, 20);
const ctx = drawn.getContext('2d');
ctx.fillStyle = 'red';
ctx.fillRect(0, 0, 20, 20);
ctx.fillStyle = 'blue';
ctx.fillRect(20, 0, 20, 20);
const jpeg = await drawn.encode('jpeg', 95);

/** The picture with an Exif block that says how it was held. */
function held(orientation: number): Blob {
  // prettier-ignore
  const tiff = [0x49, 0x49, 0x2a, 0, 8, 0, 0, 0, 1, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, orientation, 0, 0, 0, 0, 0, 0, 0];
  const body = [...Buffer.from('Exif\0\0', 'latin1'), ...tiff];
  const block = [0xff, 0xe1, 0, body.length + 2, ...body];
  return new Blob([Uint8Array.of(...jpeg.subarray(0, 2), ...block, ...jpeg.subarray(2))]);
}

test.each([
  [1, 40, 20, 'RBRB'],
  [3, 40, 20, 'BRBR'],
  [6, 20, 40, 'RRBB'],
  [8, 20, 40, 'BBRR'],
])('orientation %i is turned upright', async (orientation, width, height, corners) => {
  const picture = await decodeStill(held(orientation));
  expect([picture.width, picture.height]).toEqual([width, height]);
  const at = (x: number, y: number) =>
    (picture.getContext('2d').getImageData(x, y, 1, 1).data[0] as number) > 128 ? 'R' : 'B';
  const [right, low] = [width - 3, height - 3];
  expect(at(2, 2) + at(right, 2) + at(2, low) + at(right, low)).toBe(corners);
  picture.close();
});

test.each([
  ['unsupported-media', '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'],
  ['corrupt-file', 'nothing that anyone drew'],
  ['corrupt-file', jpeg.subarray(0, 30)],
])('%s is said of what cannot be shown', async (code, bytes) => {
  await expect(decodeStill(new Blob([bytes as BlobPart]))).rejects.toMatchObject({ code });
});

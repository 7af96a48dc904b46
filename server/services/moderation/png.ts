/** Pixels to a PNG file (W3C PNG 3.0: one IDAT, rows unfiltered), for pictures that a person is to look at. */
import { crc32, deflateSync } from 'node:zlib';
import type { SeenPicture } from '#core/policy/moderation/images/picture-classifier.ts';

const SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
/** 8 bits a channel, with transparency. */
const RGBA = 6;

export function pngOf({ rgba, widthPx, heightPx }: SeenPicture): Uint8Array<ArrayBuffer> {
  const rowBytes = widthPx * 4;
  const rows = new Uint8Array((rowBytes + 1) * heightPx); // each after a byte that says: unfiltered
  for (let y = 0; y < heightPx; y++)
    rows.set(rgba.subarray(y * rowBytes, (y + 1) * rowBytes), y * (rowBytes + 1) + 1);
  const head = Buffer.alloc(13);
  head.writeUInt32BE(widthPx, 0);
  head.writeUInt32BE(heightPx, 4);
  head.set([8, RGBA, 0, 0, 0], 8);
  const parts = [chunk('IHDR', head), chunk('IDAT', deflateSync(rows)), chunk('IEND', new Uint8Array())];
  return new Uint8Array(Buffer.concat([SIGNATURE, ...parts]));
}

function chunk(name: string, bytes: Uint8Array): Uint8Array {
  const named = Buffer.concat([Buffer.from(name, 'ascii'), bytes]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(bytes.length);
  sum.writeUInt32BE(crc32(named));
  return Buffer.concat([length, named, sum]);
}

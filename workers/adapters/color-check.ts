/**
 * Does this encoder give back the colours that went in? Flat patches are encoded, decoded, and read through BT.709's
 * own equations. Browsers and drivers differ here without saying so, which is why it is tried rather than asked.
 */
import { frameToSeconds } from '#core/base/time.ts';
import type { Segment, VideoEncoding } from '#core/output/ports.ts';
import { openWebCodecsWriter } from './webcodecs.ts';
import type { WebCodecsChoice } from './webcodecs.ts';

const PATCHES = [
  [235, 40, 40],
  [30, 200, 60],
  [40, 60, 220],
  [255, 255, 255],
  [0, 0, 0],
  [128, 128, 128],
  [214, 164, 131],
  [250, 220, 40],
] as const;

export interface ColorCheck {
  /** Largest difference of a patch, of 255. */
  readonly worst: number;
  /** Milliseconds a frame, drawing aside. */
  readonly msPerFrame: number;
}

/** @throws AppError encoder-failed when nothing comes out */
export async function checkColors(
  encoding: VideoEncoding,
  choice: WebCodecsChoice,
  frames: number,
): Promise<ColorCheck> {
  const { widthPx, heightPx } = encoding;
  const pixels = patches(widthPx, heightPx);
  const writer = await openWebCodecsWriter(encoding, choice);
  try {
    const encoder = await writer.openSegment();
    const from = performance.now();
    for (let i = 0; i < frames; i++) await encoder.encode(pixels, i);
    const segment = await encoder.finish();
    const msPerFrame = (performance.now() - from) / frames;
    return { worst: await worstPatch(segment, encoding), msPerFrame };
  } finally {
    writer.close();
  }
}

function patches(widthPx: number, heightPx: number): Uint8ClampedArray {
  const pixels = new Uint8ClampedArray(widthPx * heightPx * 4);
  for (let x = 0; x < widthPx; x++) {
    const color = PATCHES[Math.floor((x * PATCHES.length) / widthPx)];
    if (color) pixels.set([...color, 255], x * 4);
  }
  for (let y = 1; y < heightPx; y++) pixels.copyWithin(y * widthPx * 4, 0, widthPx * 4);
  return pixels;
}

async function worstPatch(segment: Segment, encoding: VideoEncoding): Promise<number> {
  let worst = Infinity;
  let last: VideoFrame | null = null;
  const decoder = new VideoDecoder({
    output: (frame) => {
      last?.close();
      last = frame;
    },
    error: () => undefined, // the flush below rejects, and says it
  });
  decoder.configure({
    codec: segment.codec,
    codedWidth: encoding.widthPx,
    codedHeight: encoding.heightPx,
    ...(segment.description ? { description: segment.description } : {}),
  });
  for (const { key, data, index } of segment.packets) {
    const timestamp = Math.round(frameToSeconds(index, encoding.rate) * 1e6);
    decoder.decode(new EncodedVideoChunk({ type: key ? 'key' : 'delta', timestamp, data }));
  }
  await decoder.flush();
  decoder.close();
  const frame = last as VideoFrame | null;
  if (frame) {
    worst = await worstIn(frame);
    frame.close();
  }
  return worst;
}

async function worstIn(frame: VideoFrame): Promise<number> {
  const read = await pixelReader(frame);
  if (!read) return Infinity;
  const { codedWidth: width, codedHeight: height } = frame;
  let worst = 0;
  PATCHES.forEach((color, i) => {
    const sum = [0, 0, 0];
    const SIDE = 4;
    for (let dy = 0; dy < SIDE; dy++)
      for (let dx = 0; dx < SIDE; dx++) {
        const at = [
          Math.floor(((i + 0.5) * width) / PATCHES.length) + dx,
          Math.floor(height / 2) + dy,
        ] as const;
        read(...at).forEach((value, c) => (sum[c] = (sum[c] as number) + value / SIDE ** 2));
      }
    color.forEach((value, c) => (worst = Math.max(worst, Math.abs(value - Math.round(sum[c] as number)))));
  });
  return worst;
}

type ReadPixel = (x: number, y: number) => readonly [number, number, number];

/** Null for formats that say nothing of their planes (opaque GPU frames). */
async function pixelReader(frame: VideoFrame): Promise<ReadPixel | null> {
  if (frame.format !== 'I420' && frame.format !== 'NV12') return null;
  const planes = new Uint8Array(frame.allocationSize());
  const [y, u, v] = await frame.copyTo(planes);
  if (!y || !u) return null;
  const at = (plane: PlaneLayout, column: number, row: number) =>
    planes[plane.offset + row * plane.stride + column] as number;
  const full = frame.colorSpace.fullRange === true;
  return (column, row) => {
    const [cx, cy] = [column >> 1, row >> 1];
    const cb = (v ? at(u, cx, cy) : at(u, 2 * cx, cy)) - 128;
    const cr = (v ? at(v, cx, cy) : at(u, 2 * cx + 1, cy)) - 128;
    // A full-range answer is wrong whatever it decodes to: players that ignore the tag show it wrongly.
    const luma = full ? NaN : ((at(y, column, row) - 16) * 255) / 219;
    const scale = 255 / 224;
    const rgb = [
      luma + 1.5748 * cr * scale,
      luma - (0.1873 * cb + 0.4681 * cr) * scale,
      luma + 1.8556 * cb * scale,
    ] as const;
    return rgb.map((value) => Math.max(0, Math.min(255, value))) as unknown as [number, number, number];
  };
}

/** One channel of a picture, 0…1. */
import type { Picture } from '../../../track/ports.ts';

export function channelOf({ rgba }: Picture, channel: number): Float32Array<ArrayBuffer> {
  const out = new Float32Array(rgba.length / 4);
  for (let i = 0, at = channel; i < out.length; i++, at += 4) out[i] = (rgba[at] as number) / 255;
  return out;
}

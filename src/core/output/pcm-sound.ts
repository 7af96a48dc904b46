/**
 * Sound as editors want it: not coded, 24 bits a sample, least byte first, the channels in turn. Packed in pieces of a tenth
 * of a second, so that it can lie beside the pictures it belongs to.
 */
import { throwIfCancelled, type CancelSignal } from '../base/errors.ts';
import type { AudioChunks, CodedSound } from './ports.ts';

export const PCM_BYTES_PER_SAMPLE = 3;
const PIECES_PER_S = 10;
const FULL_SCALE = 2 ** 23;

/** @throws AppError cancelled */
export async function packSound(
  audio: AudioChunks,
  onProgress: (fraction: number) => void,
  signal?: CancelSignal,
): Promise<CodedSound> {
  const { sampleRateHz, channels, totalSamples } = audio;
  const pieceSamples = Math.round(sampleRateHz / PIECES_PER_S);
  const packets: { readonly startSample: number; readonly data: Uint8Array<ArrayBuffer> }[] = [];
  let startSample = 0;
  for await (const chunk of audio.chunks(signal)) {
    throwIfCancelled(signal);
    const samples = chunk[0]?.length ?? 0;
    for (let at = 0; at < samples; at += pieceSamples) {
      const end = Math.min(samples, at + pieceSamples);
      packets.push({ startSample, data: packed(chunk, at, end) });
      startSample += end - at;
    }
    onProgress(Math.min(1, startSample / Math.max(1, totalSamples)));
  }
  return {
    ...{ codec: 'pcm', codecString: 'pcm-s24', sampleRateHz, channels, totalSamples },
    description: new Uint8Array(0),
    primingSamples: 0,
    packets,
  };
}

function packed(channels: readonly Float32Array[], begin: number, end: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array((end - begin) * channels.length * PCM_BYTES_PER_SAMPLE);
  let at = 0;
  for (let i = begin; i < end; i++)
    for (const channel of channels) {
      const scaled = Math.round((channel[i] as number) * FULL_SCALE);
      const value = Math.max(-FULL_SCALE, Math.min(FULL_SCALE - 1, scaled));
      bytes[at++] = value & 255;
      bytes[at++] = (value >> 8) & 255;
      bytes[at++] = (value >> 16) & 255;
    }
  return bytes;
}

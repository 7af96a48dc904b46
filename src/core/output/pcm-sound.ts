/**
 * Sound as editors want it: not coded, 24 bits a sample, least byte first, the channels in turn. Seventeen megabytes a
 * minute, so it is nowhere whole: it is packed as it is made, kept as it is packed, and taken from there in pieces of a tenth
 * of a second, so that it can lie beside the pictures it belongs to.
 */
import { AppError, throwIfCancelled, type CancelSignal } from '../base/errors.ts';
import type { AudioChunks, PcmSound } from './ports.ts';

type PcmFacts = Omit<PcmSound, 'bytes'>;

const BYTES_PER_SAMPLE = 3;
const PIECES_PER_S = 10;
const FULL_SCALE = 2 ** 23;

/** As it is kept: four letters, sample rate, channels and samples, then the sound. */
const MAGIC = 'OSP1';
export const PCM_HEAD_BYTES = 16;

/** Bytes of one moment: a sample of each channel. */
export const pcmFrameBytes = ({ channels }: Pick<PcmFacts, 'channels'>): number =>
  BYTES_PER_SAMPLE * channels;

/** Bytes of one piece; the last is shorter. */
export function pcmPieceBytes(facts: PcmFacts): number {
  return Math.round(facts.sampleRateHz / PIECES_PER_S) * pcmFrameBytes(facts);
}

/** Bytes of all that is kept. */
export function pcmFileBytes(facts: PcmFacts): number {
  return PCM_HEAD_BYTES + facts.totalSamples * pcmFrameBytes(facts);
}

/** The bytes to keep, chunk after chunk as the sound is made. @throws AppError cancelled */
export async function* packSound(
  audio: AudioChunks,
  onProgress: (fraction: number) => void,
  signal?: CancelSignal,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  yield headOf(audio);
  let samples = 0;
  for await (const chunk of audio.chunks(signal)) {
    throwIfCancelled(signal);
    yield packed(chunk);
    samples += chunk[0]?.length ?? 0;
    onProgress(Math.min(1, samples / Math.max(1, audio.totalSamples)));
  }
  if (samples !== audio.totalSamples)
    throw new AppError('internal', `The sound has ${samples} samples in place of ${audio.totalSamples}.`);
}

/** @returns null where these bytes are no such head */
export function readPcmHead(head: Uint8Array): PcmFacts | null {
  if (head.length !== PCM_HEAD_BYTES || new TextDecoder().decode(head.subarray(0, 4)) !== MAGIC) return null;
  const view = new DataView(head.buffer, head.byteOffset, head.length);
  const channels = view.getUint32(8);
  if (channels !== 1 && channels !== 2) return null;
  return { sampleRateHz: view.getUint32(4), channels, totalSamples: view.getUint32(12) };
}

/** Bytes, however they come, as pieces of a tenth of a second. @throws AppError corrupt-file where some are missing */
export async function* pcmPieces(sound: PcmSound): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const most = pcmPieceBytes(sound);
  let left = sound.totalSamples * pcmFrameBytes(sound);
  let piece = new Uint8Array(Math.min(most, left));
  let filled = 0;
  for await (const bytes of sound.bytes())
    for (let at = 0; at < bytes.length && left > 0;) {
      const taken = bytes.subarray(at, at + piece.length - filled);
      piece.set(taken, filled);
      filled += taken.length;
      at += taken.length;
      if (filled < piece.length) continue;
      yield piece;
      left -= filled;
      piece = new Uint8Array(Math.min(most, left));
      filled = 0;
    }
  if (left > 0) throw new AppError('corrupt-file', 'The stored sound of the film is damaged.');
}

function headOf({ sampleRateHz, channels, totalSamples }: AudioChunks): Uint8Array<ArrayBuffer> {
  const head = new Uint8Array(PCM_HEAD_BYTES);
  head.set(new TextEncoder().encode(MAGIC));
  const view = new DataView(head.buffer);
  view.setUint32(4, sampleRateHz);
  view.setUint32(8, channels);
  view.setUint32(12, totalSamples);
  return head;
}

function packed(channels: readonly Float32Array[]): Uint8Array<ArrayBuffer> {
  const samples = channels[0]?.length ?? 0;
  const bytes = new Uint8Array(samples * channels.length * BYTES_PER_SAMPLE);
  let at = 0;
  for (let i = 0; i < samples; i++)
    for (const channel of channels) {
      const scaled = Math.round((channel[i] as number) * FULL_SCALE);
      const value = Math.max(-FULL_SCALE, Math.min(FULL_SCALE - 1, scaled));
      bytes[at++] = value & 255;
      bytes[at++] = (value >> 8) & 255;
      bytes[at++] = (value >> 16) & 255;
    }
  return bytes;
}

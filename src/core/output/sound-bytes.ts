/**
 * Coded sound as bytes, for the store: four letters, the length of a JSON header, the header, then the codec's description
 * and the packets one after another. Reading checks every length, so a damaged file is noticed and coded again.
 */
import { AppError } from '../base/errors.ts';
import type { CodedSound } from './ports.ts';

const MAGIC = 'OSA1';
const PREFIX_BYTES = 8;

interface Header extends Omit<CodedSound, 'description' | 'packets'> {
  readonly descriptionBytes: number;
  /** One entry a packet: [startSample, bytes]. */
  readonly packets: readonly (readonly [number, number])[];
}

export function encodeSound({ description, packets, ...facts }: CodedSound): Uint8Array<ArrayBuffer> {
  const header: Header = {
    ...facts,
    descriptionBytes: description.length,
    packets: packets.map(({ startSample, data }) => [startSample, data.length]),
  };
  const head = new TextEncoder().encode(JSON.stringify(header));
  const length = new Uint8Array(4);
  new DataView(length.buffer).setUint32(0, head.length);
  const coded = packets.map(({ data }) => data);
  const parts = [new TextEncoder().encode(MAGIC), length, head, description, ...coded];
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** @throws AppError corrupt-file */
export function decodeSound(bytes: Uint8Array<ArrayBuffer>): CodedSound {
  const damaged = (cause?: unknown) =>
    new AppError(
      'corrupt-file',
      'The stored sound of the film is damaged.',
      cause === undefined ? {} : { cause },
    );
  if (bytes.length < PREFIX_BYTES || new TextDecoder().decode(bytes.subarray(0, 4)) !== MAGIC)
    throw damaged();
  let at = PREFIX_BYTES + new DataView(bytes.buffer, bytes.byteOffset).getUint32(4);
  if (at > bytes.length) throw damaged();
  const take = (length: number): Uint8Array<ArrayBuffer> => {
    if (!Number.isInteger(length) || length < 0 || at + length > bytes.length) throw damaged();
    at += length;
    return bytes.subarray(at - length, at);
  };
  try {
    const head = new TextDecoder().decode(bytes.subarray(PREFIX_BYTES, at));
    const { descriptionBytes, packets, ...facts } = JSON.parse(head) as Header;
    const sound = {
      ...facts,
      description: take(descriptionBytes),
      packets: packets.map(([startSample, length]) => ({ startSample, data: take(length) })),
    };
    if (at !== bytes.length) throw damaged();
    return sound;
  } catch (error) {
    throw error instanceof AppError ? error : damaged(error);
  }
}

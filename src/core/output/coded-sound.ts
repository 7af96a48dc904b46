/**
 * Coded sound as it is kept: written while it is coded and read while the film is put together, so that a film's length
 * costs no memory. Four letters, the length of a JSON head, the head, the codec's description; then each packet behind its
 * start and its length; last, the count of packets, which tells a whole file from one that was cut short.
 */
import { AppError, throwIfCancelled, type CancelSignal } from '../base/errors.ts';
import type { CodedPacket, CodedSound } from './ports.ts';

const MAGIC = 'OSA2';
const PREFIX_BYTES = 8;
/** A packet's start, signed, and its length. */
const PACKET_HEAD_BYTES = 8;
const END = 'OSAE';
/** Four letters and the count of packets. */
const END_BYTES = 8;
/** A head is a few hundred bytes; a description is fewer. */
const MOST_HEAD_BYTES = 65_536;

type CodedFacts = Omit<CodedSound, 'packets' | 'description'>;
interface Head extends CodedFacts {
  readonly descriptionBytes: number;
}

/** The bytes to keep, packet after packet as they are made. @throws AppError cancelled, and what the packets throw */
export async function* packCoded(
  { description, packets, ...facts }: CodedSound,
  signal?: CancelSignal,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const head = new TextEncoder().encode(
    JSON.stringify({ ...facts, descriptionBytes: description.length } satisfies Head),
  );
  yield pair(MAGIC, head.length);
  yield head;
  yield description;
  let count = 0;
  for await (const { startSample, data } of packets()) {
    throwIfCancelled(signal);
    const bytes = new Uint8Array(PACKET_HEAD_BYTES + data.length);
    const view = new DataView(bytes.buffer);
    view.setInt32(0, startSample);
    view.setUint32(4, data.length);
    bytes.set(data, PACKET_HEAD_BYTES);
    yield bytes;
    count++;
  }
  yield pair(END, count);
}

export interface CodedFile {
  readonly size: number;
  /** Its bytes from `begin` up to `end`, which lie within it. */
  read(begin: number, end: number): AsyncIterable<Uint8Array>;
}

/** @returns null where this is no such file, or not all of one. @throws what `read` throws */
export async function openCoded({ size, read }: CodedFile): Promise<CodedSound | null> {
  if (size < PREFIX_BYTES + END_BYTES) return null;
  const part = async (begin: number, end: number) => new Pieces(read(begin, end)).take(end - begin);
  const headBytes = numberOf(await part(0, PREFIX_BYTES), MAGIC);
  const count = numberOf(await part(size - END_BYTES, size), END);
  if (headBytes === null || count === null || headBytes > MOST_HEAD_BYTES) return null;
  const descriptionFrom = PREFIX_BYTES + headBytes;
  const last = size - END_BYTES;
  if (descriptionFrom > last) return null;
  const head = readHead(await part(PREFIX_BYTES, descriptionFrom));
  if (head === null) return null;
  const { descriptionBytes, ...facts } = head;
  const from = descriptionFrom + descriptionBytes;
  if (descriptionBytes > MOST_HEAD_BYTES || from > last) return null;
  return {
    ...facts,
    description: await part(descriptionFrom, from),
    packets: () => packetsIn(new Pieces(read(from, last)), last - from, count),
  };
}

async function* packetsIn(pieces: Pieces, bytes: number, count: number): AsyncGenerator<CodedPacket> {
  let left = bytes;
  for (let i = 0; i < count; i++) {
    if ((left -= PACKET_HEAD_BYTES) < 0) throw damaged();
    const head = await pieces.take(PACKET_HEAD_BYTES);
    const view = new DataView(head.buffer, head.byteOffset);
    const length = view.getUint32(4);
    if ((left -= length) < 0) throw damaged();
    yield { startSample: view.getInt32(0), data: await pieces.take(length) };
  }
  if (left > 0) throw damaged();
}

/** Bytes, however they come, in the lengths that are asked for. */
class Pieces {
  readonly #source: AsyncIterator<Uint8Array>;
  #piece: Uint8Array = new Uint8Array(0);

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  /** @throws AppError corrupt-file where fewer are left */
  async take(length: number): Promise<Uint8Array<ArrayBuffer>> {
    const taken = new Uint8Array(length);
    for (let filled = 0; filled < length;) {
      if (this.#piece.length === 0) {
        const next = await this.#source.next();
        if (next.done === true) throw damaged();
        this.#piece = next.value;
      }
      const part = this.#piece.subarray(0, length - filled);
      taken.set(part, filled);
      filled += part.length;
      this.#piece = this.#piece.subarray(part.length);
    }
    return taken;
  }
}

function readHead(bytes: Uint8Array): Head | null {
  try {
    const head = JSON.parse(new TextDecoder().decode(bytes)) as Head;
    const counts = [head.descriptionBytes, head.sampleRateHz, head.primingSamples, head.totalSamples];
    return counts.every((value) => Number.isInteger(value) && value >= 0) ? head : null;
  } catch {
    return null;
  }
}

function pair(letters: string, value: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(8);
  bytes.set(new TextEncoder().encode(letters));
  new DataView(bytes.buffer).setUint32(4, value);
  return bytes;
}

function numberOf(bytes: Uint8Array<ArrayBuffer>, letters: string): number | null {
  const found = new TextDecoder().decode(bytes.subarray(0, 4));
  return found === letters ? new DataView(bytes.buffer, bytes.byteOffset).getUint32(4) : null;
}

function damaged(): AppError {
  return new AppError('corrupt-file', 'The stored sound of the film is damaged.');
}

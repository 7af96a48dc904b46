/**
 * A segment as bytes, for the store: four letters, the length of a JSON header, the header, then the codec description
 * and the packets one after another. Reading checks every length, so a damaged file is noticed and encoded again.
 */
import { AppError } from '../base/errors.ts';
import type { EncodedPacket, Segment } from './ports.ts';

const MAGIC = 'OSG1';
const PREFIX_BYTES = 8;

interface Header {
  readonly codec: string;
  /** −1 where the codec has none. */
  readonly descriptionBytes: number;
  readonly frameCount: number;
  /** One entry a packet: [index, key ? 1 : 0, bytes], and where it has alpha, the bytes of that. */
  readonly packets: readonly (readonly [number, number, number, number?])[];
}

export function encodeSegment(segment: Segment): Uint8Array<ArrayBuffer> {
  const header: Header = {
    codec: segment.codec,
    descriptionBytes: segment.description === null ? -1 : segment.description.length,
    frameCount: segment.frameCount,
    packets: segment.packets.map(({ index, key, data, alpha }) =>
      alpha ? [index, key ? 1 : 0, data.length, alpha.length] : [index, key ? 1 : 0, data.length],
    ),
  };
  const head = new TextEncoder().encode(JSON.stringify(header));
  const parts = [
    ...(segment.description ? [segment.description] : []),
    ...segment.packets.flatMap((p) => (p.alpha ? [p.data, p.alpha] : [p.data])),
  ];
  const bytes = new Uint8Array(
    PREFIX_BYTES + head.length + parts.reduce((sum, part) => sum + part.length, 0),
  );
  bytes.set(new TextEncoder().encode(MAGIC), 0);
  new DataView(bytes.buffer).setUint32(4, head.length);
  bytes.set(head, PREFIX_BYTES);
  let at = PREFIX_BYTES + head.length;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** @throws AppError corrupt-file */
export function decodeSegment(bytes: Uint8Array<ArrayBuffer>): Segment {
  const damaged = (cause?: unknown) =>
    new AppError(
      'corrupt-file',
      'A stored piece of the film is damaged.',
      cause === undefined ? {} : { cause },
    );
  if (bytes.length < PREFIX_BYTES || new TextDecoder().decode(bytes.subarray(0, 4)) !== MAGIC)
    throw damaged();
  const headBytes = new DataView(bytes.buffer, bytes.byteOffset).getUint32(4);
  let at = PREFIX_BYTES + headBytes;
  if (at > bytes.length) throw damaged();
  let header: Header;
  try {
    header = JSON.parse(new TextDecoder().decode(bytes.subarray(PREFIX_BYTES, at))) as Header;
  } catch (error) {
    throw damaged(error);
  }
  const take = (length: number): Uint8Array<ArrayBuffer> => {
    if (!Number.isInteger(length) || length < 0 || at + length > bytes.length) throw damaged();
    at += length;
    return bytes.slice(at - length, at);
  };
  const description = header.descriptionBytes < 0 ? null : take(header.descriptionBytes);
  const packets: EncodedPacket[] = header.packets.map(([index, key, length, alpha]) => ({
    index,
    key: key === 1,
    data: take(length),
    ...(alpha === undefined ? {} : { alpha: take(alpha) }),
  }));
  if (at !== bytes.length || packets.length !== header.frameCount || packets[0]?.key !== true)
    throw damaged();
  return { codec: header.codec, description, frameCount: header.frameCount, packets };
}

export function sameDescription(a: Uint8Array | null, b: Uint8Array | null): boolean {
  if (a === null || b === null) return a === b;
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

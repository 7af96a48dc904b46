/**
 * What players are told of a coded picture before they open it (RFC 6381): read out of the stream's own first packet, so
 * that it cannot be anything else. H.264: ITU-T H.264 7.3.2.1; H.265: ITU-T H.265 7.3.3; AV1: its sequence header, 5.5.
 */
import { AppError } from '#core/base/errors.ts';
import type { VideoCodec } from '#core/output/ports.ts';

/** @param packet the first of a segment, a key frame, H.264 and H.265 as Annex B @throws AppError encoder-failed */
export function codecString(codec: VideoCodec, packet: Uint8Array, bits: 8 | 10): string {
  switch (codec) {
    case 'avc': {
      const sps = nalUnit(packet, (first) => (first & 31) === 7);
      return `avc1.${[...sps.subarray(1, 4)].map(hex).join('')}`;
    }
    case 'hevc':
      return hevcString(unescaped(nalUnit(packet, (first) => ((first >> 1) & 63) === 33)));
    case 'av1':
      return av1String(packet, bits);
    case 'vp9':
      return `vp09.${bits === 8 ? '00' : '02'}.51.${bits === 8 ? '08' : '10'}.01.01.01.01.00`;
    case 'prores':
      return 'ap4h';
    default:
      return codec satisfies never;
  }
}

function hex(byte: number): string {
  return byte.toString(16).padStart(2, '0');
}

function unreadable(what: string): AppError {
  return new AppError('encoder-failed', `The encoder gave a film without ${what}.`);
}

/** The first unit of Annex B whose first byte is wanted. */
function nalUnit(bytes: Uint8Array, wanted: (first: number) => boolean): Uint8Array {
  for (let at = 0; at + 3 < bytes.length; at++) {
    if (bytes[at] !== 0 || bytes[at + 1] !== 0 || bytes[at + 2] !== 1) continue;
    if (wanted(bytes[at + 3] as number)) return bytes.subarray(at + 3, at + 67);
  }
  throw unreadable('its parameters');
}

/** Without the bytes that keep start codes out. */
function unescaped(unit: Uint8Array): Uint8Array {
  const out: number[] = [];
  for (let i = 0; i < unit.length; i++) {
    const escape = unit[i] === 3 && unit[i - 1] === 0 && unit[i - 2] === 0;
    if (!escape) out.push(unit[i] as number);
  }
  return Uint8Array.from(out);
}

/** profile_tier_level stands 3 bytes into the sequence parameters. */
function hevcString(sps: Uint8Array): string {
  const [profile = 0, c0 = 0, c1 = 0, c2 = 0, c3 = 0] = sps.subarray(3);
  const constraints = [...sps.subarray(8, 14)];
  while (constraints.at(-1) === 0) constraints.pop();
  const compatible = reversed(((c0 << 24) | (c1 << 16) | (c2 << 8) | c3) >>> 0);
  const tier = (profile >> 5) & 1 ? 'H' : 'L';
  return [
    'hvc1',
    `${['', 'A', 'B', 'C'][profile >> 6]}${profile & 31}`,
    compatible.toString(16).toUpperCase(),
    `${tier}${sps[14] ?? 93}`,
    ...constraints.map((byte) => byte.toString(16).toUpperCase()),
  ].join('.');
}

function reversed(word: number): number {
  let out = 0;
  for (let i = 0; i < 32; i++) out = (out * 2 + ((word >>> i) & 1)) >>> 0;
  return out;
}

function av1String(packet: Uint8Array, depth: 8 | 10): string {
  for (let at = 0; at < packet.length;) {
    const head = packet[at] as number;
    const type = (head >> 3) & 15;
    at += (head >> 2) & 1 ? 2 : 1;
    let size = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = packet[at++] ?? 0;
      size |= (byte & 127) << shift;
      if (byte < 128) break;
    }
    if (type === 1) return av1Sequence(packet.subarray(at, at + size), depth);
    at += size;
  }
  throw unreadable('its sequence header');
}

/** As encoders write it who give no timing: profile, still, reduced, timing 0, delay 0, one operating point. */
function av1Sequence(header: Uint8Array, depth: 8 | 10): string {
  let bit = 0;
  const take = (count: number) => {
    let value = 0;
    for (let i = 0; i < count; i++, bit++)
      value = (value << 1) | (((header[bit >> 3] ?? 0) >> (7 - (bit & 7))) & 1);
    return value;
  };
  const profile = take(3);
  take(1);
  if (take(1) === 1) return `av01.${profile}.${pad(take(5))}M.${pad(depth)}`;
  if (take(1) === 1) throw unreadable('a plain sequence header');
  take(1); // initial_display_delay_present_flag
  take(5); // operating_points_cnt_minus_1
  take(12); // operating_point_idc
  const level = take(5);
  const tier = level > 7 && take(1) === 1 ? 'H' : 'M';
  return `av01.${profile}.${pad(level)}${tier}.${pad(depth)}`;
}

function pad(value: number): string {
  return String(value).padStart(2, '0');
}

/**
 * A SpeechTrack as bytes, for the cache and for projects that travel: magic, header length, JSON header, 16-bit PCM,
 * and what was heard in it, if anyone listened. Tracks are made with numbers that 16 bits can hold, so what is read
 * back is exactly what was written.
 */
import { AppError } from '../base/errors.ts';
import { heardByteLength, readHeard, writeHeard } from './listen/heard-bytes.ts';
import { PHONES } from './phone.ts';
import { toInt16 } from './pcm.ts';
import type { SpeechTrack, TimedPhone } from './ports.ts';

const MAGIC = 0x31545053; // "SPT1"

interface Header {
  readonly sampleRateHz: number;
  readonly samples: number;
  readonly words: SpeechTrack['words'];
  /** [phone, startS, endS, stress, word] */
  readonly phones: readonly (readonly [string, number, number, TimedPhone['stress'], number])[];
  readonly gestures: SpeechTrack['gestures'];
  /** Steps of what was heard; left out where nothing was. */
  readonly heardSteps?: number;
}

export function encodeSpeechTrack(track: SpeechTrack): Uint8Array<ArrayBuffer> {
  const header: Header = {
    sampleRateHz: track.sampleRateHz,
    samples: track.pcm.length,
    words: track.words,
    phones: track.phones.map((p) => [p.phone, p.startS, p.endS, p.stress, p.word]),
    gestures: track.gestures,
    ...(track.heard === null ? {} : { heardSteps: track.heard.steps }),
  };
  const json = new TextEncoder().encode(JSON.stringify(header));
  const heardBytes = track.heard === null ? 0 : heardByteLength(track.heard.steps);
  const bytes = new Uint8Array(8 + json.length + 2 * track.pcm.length + heardBytes);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, MAGIC, true);
  view.setUint32(4, json.length, true);
  bytes.set(json, 8);
  const at = 8 + json.length;
  track.pcm.forEach((sample, i) => view.setInt16(at + 2 * i, toInt16(sample), true));
  if (track.heard !== null) writeHeard(track.heard, view, at + 2 * track.pcm.length);
  return bytes;
}

/** @throws AppError corrupt-file when the bytes are not a whole speech track. */
export function decodeSpeechTrack(bytes: Uint8Array<ArrayBuffer>): SpeechTrack {
  try {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (view.getUint32(0, true) !== MAGIC) throw new RangeError('not a speech track');
    const headerBytes = view.getUint32(4, true);
    const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + headerBytes))) as Header;
    const at = 8 + headerBytes;
    const heardAt = at + 2 * header.samples;
    const { heardSteps } = header;
    if (bytes.length !== heardAt + (heardSteps === undefined ? 0 : heardByteLength(heardSteps)))
      throw new RangeError('cut short');
    const pcm = new Float32Array(header.samples);
    for (let i = 0; i < pcm.length; i++) pcm[i] = view.getInt16(at + 2 * i, true) / 32768;
    return {
      sampleRateHz: header.sampleRateHz,
      pcm,
      durationS: pcm.length / header.sampleRateHz,
      words: header.words,
      phones: header.phones.map(([name, startS, endS, stress, word]) => {
        const phone = PHONES.find((known) => known === name);
        if (phone === undefined) throw new RangeError(`unknown phone ${name}`);
        return { phone, startS, endS, stress, word };
      }),
      gestures: header.gestures,
      heard: heardSteps === undefined ? null : readHeard(view, heardAt, heardSteps),
    };
  } catch (cause) {
    throw new AppError('corrupt-file', 'The stored speech of a paragraph is damaged.', {
      cause,
      way: 'Orator will speak it again.',
    });
  }
}

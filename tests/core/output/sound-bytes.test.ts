/** Coded sound survives the store, and damage is noticed. */
import { expect, test } from 'vitest';
import type { CodedSound } from '#core/output/ports.ts';
import { decodeSound, encodeSound } from '#core/output/sound-bytes.ts';

const SOUND: CodedSound = {
  codec: 'aac',
  codecString: 'mp4a.40.2',
  sampleRateHz: 48_000,
  channels: 2,
  description: Uint8Array.of(17, 144),
  primingSamples: 1024,
  totalSamples: 2000,
  packets: [
    { startSample: -1024, data: Uint8Array.of(1, 2, 3) },
    { startSample: 0, data: Uint8Array.of(4) },
  ],
};

test('it comes back as it went', () => {
  expect(decodeSound(encodeSound(SOUND))).toEqual(SOUND);
});

test('an hour of it has more packets than a function takes arguments', () => {
  const data = Uint8Array.of(1, 2);
  const packets = Array.from({ length: 170_000 }, (_, i) => ({ startSample: i * 1024, data }));
  expect(decodeSound(encodeSound({ ...SOUND, packets })).packets.length).toBe(packets.length);
});

test.each([
  ['cut short', (bytes: Uint8Array<ArrayBuffer>) => bytes.slice(0, -1)],
  ['with a byte too many', (bytes: Uint8Array<ArrayBuffer>) => Uint8Array.of(...bytes, 0)],
  ['of another kind', (bytes: Uint8Array<ArrayBuffer>) => Uint8Array.of(0, ...bytes.slice(1))],
  ['with a broken head', (bytes: Uint8Array<ArrayBuffer>) => bytes.map((byte, i) => (i === 9 ? 0 : byte))],
  ['empty', () => new Uint8Array(0)],
])('one %s is damaged', (_, harm) => {
  expect(() => decodeSound(harm(encodeSound(SOUND)))).toThrow(
    expect.objectContaining({ code: 'corrupt-file' }) as Error,
  );
});

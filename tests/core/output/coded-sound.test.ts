/** Coded sound is kept as it is coded, comes back packet by packet, and damage is noticed. */
import { expect, test } from 'vitest';
import { openCoded, packCoded } from '#core/output/coded-sound.ts';
import type { CodedPacket, CodedSound } from '#core/output/ports.ts';

const PACKETS: readonly CodedPacket[] = [
  { startSample: -1024, data: Uint8Array.of(1, 2, 3) },
  { startSample: 0, data: Uint8Array.of(4) },
  { startSample: 1024, data: new Uint8Array(0) },
];

function sound(packets: Iterable<CodedPacket> = PACKETS): CodedSound {
  return {
    codec: 'aac',
    codecString: 'mp4a.40.2',
    sampleRateHz: 48_000,
    channels: 2,
    description: Uint8Array.of(17, 144),
    primingSamples: 1024,
    totalSamples: 2000,
    async *packets() {
      for (const packet of packets) yield await Promise.resolve(packet);
    },
  };
}

async function bytesOf(of: CodedSound): Promise<Uint8Array<ArrayBuffer>> {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  for await (const part of packCoded(of)) parts.push(part);
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}

/** A file that gives its bytes in pieces of `piece`. */
function fileOf(bytes: Uint8Array, piece: number) {
  return {
    size: bytes.length,
    async *read(begin: number, end: number) {
      for (let at = begin; at < end; at += piece)
        yield await Promise.resolve(bytes.subarray(at, Math.min(end, at + piece)));
    },
  };
}

async function packetsOf(of: CodedSound): Promise<CodedPacket[]> {
  const all: CodedPacket[] = [];
  for await (const packet of of.packets()) all.push(packet);
  return all;
}

test.each([1, 7, 1000])(
  'it comes back as it went, read in pieces of %i bytes, as often as it is asked',
  async (piece) => {
    const kept = await openCoded(fileOf(await bytesOf(sound()), piece));
    if (!kept) throw new Error('it is not there');
    const { packets: _, ...facts } = kept;
    const { packets: __, ...expected } = sound();
    expect(facts).toEqual(expected);
    expect(await packetsOf(kept)).toEqual(PACKETS);
    expect(await packetsOf(kept)).toEqual(PACKETS);
  },
);

test('it is written as it is coded: what was given has gone before the next packet is asked for', async () => {
  let asked = 0;
  const packets = (function* () {
    for (; asked < 5; asked++) yield { startSample: asked * 1024, data: Uint8Array.of(asked) };
  })();
  const parts = packCoded(sound(packets));
  // The head in three parts, and the first packet.
  for (let i = 0; i < 4; i++) await parts.next();
  expect(asked).toBe(0);
});

test.each([
  ['cut short', (bytes: Uint8Array) => bytes.slice(0, -1)],
  ['with a byte too many', (bytes: Uint8Array) => Uint8Array.of(...bytes, 0)],
  ['of another kind', (bytes: Uint8Array) => Uint8Array.of(0, ...bytes.slice(1))],
  ['with a broken head', (bytes: Uint8Array) => bytes.map((byte, i) => (i === 9 ? 0 : byte))],
  ['with a head of any length', (bytes: Uint8Array) => bytes.map((byte, i) => (i === 4 ? 255 : byte))],
  ['empty', () => new Uint8Array(0)],
])('one %s is none', async (_, harm) => {
  expect(await openCoded(fileOf(harm(await bytesOf(sound())), 64))).toBeNull();
});

test.each([
  [
    'is longer than what is left',
    (bytes: Uint8Array) => bytes.map((byte, i) => (i === bytes.length - 11 ? 200 : byte)),
  ],
  ['is missing', (bytes: Uint8Array) => Uint8Array.of(...bytes.subarray(0, -8 - 9), ...bytes.subarray(-8))],
])('one of which a packet %s says so when it comes to it', async (_, harm) => {
  const kept = await openCoded(fileOf(harm(await bytesOf(sound())), 64));
  if (!kept) throw new Error('it is not there');
  await expect(packetsOf(kept)).rejects.toMatchObject({ code: 'corrupt-file' });
});

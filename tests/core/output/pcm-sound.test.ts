/** Uncompressed sound: each sample where it belongs, to the last one, within half a step of 24 bits; and never much of it at once. */
import { expect, test } from 'vitest';
import { packSound, PCM_HEAD_BYTES, pcmFileBytes, pcmPieces, readPcmHead } from '#core/output/pcm-sound.ts';
import type { AudioChunks, PcmSound } from '#core/output/ports.ts';

const STEP = 2 ** -23;

type Stereo = readonly [Float32Array, Float32Array];

function audioOf(chunks: readonly Stereo[], onTaken: () => void = () => undefined): AudioChunks {
  return {
    sampleRateHz: 48_000,
    channels: 2,
    totalSamples: chunks.reduce((sum, [left]) => sum + left.length, 0),
    async *chunks() {
      for (const chunk of chunks) {
        onTaken();
        yield await Promise.resolve(chunk);
      }
    },
  };
}

const sine = (length: number, turn: number) =>
  Float32Array.from({ length }, (_, i) => 0.9 * Math.sin(turn * i + turn));

async function all(pieces: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const bytes: number[] = [];
  for await (const piece of pieces) for (const byte of piece) bytes.push(byte);
  return Uint8Array.from(bytes);
}

/** As it is read from a store: in pieces of any length. */
function stored(file: Uint8Array, pieceBytes: number): PcmSound {
  const facts = readPcmHead(file.subarray(0, PCM_HEAD_BYTES));
  if (!facts) throw new Error('no head');
  return {
    ...facts,
    async *bytes() {
      for (let at = PCM_HEAD_BYTES; at < file.length; at += pieceBytes)
        yield await Promise.resolve(file.subarray(at, at + pieceBytes));
    },
  };
}

test.each([1, 7, 28_800, 40_000, 1_000_000])(
  'what is packed reads back as it was, in pieces that follow on one another, however it is stored (%i)',
  async (pieceBytes) => {
    const chunks = [10_000, 4800, 7].map((length): Stereo => [sine(length, 0.01), sine(length, 0.3)]);
    const told: number[] = [];
    const file = await all(packSound(audioOf(chunks), (fraction) => told.push(fraction)));
    const sound = stored(file, pieceBytes);
    expect(sound).toMatchObject({ sampleRateHz: 48_000, channels: 2, totalSamples: 14_807 });
    expect(file.length).toBe(pcmFileBytes(sound));
    expect(told.at(-1)).toBe(1);

    let sample = 0;
    const [left, right] = [0, 1].map((c) => chunks.flatMap((chunk) => [...(chunk[c] as Float32Array)]));
    let furthest = 0;
    const lengths: number[] = [];
    for await (const data of pcmPieces(sound)) {
      lengths.push(data.length / 6);
      for (let at = 0; at < data.length; at += 6, sample++)
        for (const [c, channel] of [left, right].entries()) {
          const [low = 0, middle = 0, high = 0] = data.subarray(at + 3 * c);
          const value = ((high << 24) | (middle << 16) | (low << 8)) / 2 ** 31;
          furthest = Math.max(furthest, Math.abs(value - (channel?.[sample] ?? NaN)));
        }
    }
    expect(lengths).toEqual([4800, 4800, 4800, 407]);
    expect(sample).toBe(14_807);
    expect(furthest).toBeLessThanOrEqual(STEP / 2);
  },
);

test('it is packed as it is taken, and never ahead of that', async () => {
  const chunks = Array.from({ length: 50 }, (): Stereo => [sine(480, 0.01), sine(480, 0.01)]);
  let taken = 0;
  let given = 0;
  for await (const _ of packSound(
    audioOf(chunks, () => taken++),
    () => undefined,
  )) {
    expect(taken).toBe(given++);
  }
  expect(given).toBe(51);
});

test('what is too loud stops at the end of the scale instead of turning over', async () => {
  const loud = Float32Array.of(1, 1.5, -1, -1.5);
  const file = await all(packSound(audioOf([[loud, loud]]), () => undefined));
  const [top, bottom] = [
    [255, 255, 127],
    [0, 0, 128],
  ] as const;
  expect([...file.subarray(PCM_HEAD_BYTES)]).toEqual(
    [top, top, top, top, bottom, bottom, bottom, bottom].flat(),
  );
});

test('sound that is shorter than it was to be is told of, when it is made and when it is read', async () => {
  const whole = audioOf([[sine(5000, 0.01), sine(5000, 0.01)]]);
  const longer: AudioChunks = { ...whole, totalSamples: 5001 };
  await expect(all(packSound(longer, () => undefined))).rejects.toMatchObject({ code: 'internal' });
  const file = await all(packSound(whole, () => undefined));
  await expect(all(pcmPieces(stored(file.subarray(0, -1), 1000)))).rejects.toMatchObject({
    code: 'corrupt-file',
  });
  expect(readPcmHead(file.subarray(1, PCM_HEAD_BYTES + 1))).toBeNull();
});

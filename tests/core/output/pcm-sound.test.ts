/** Uncompressed sound: each sample where it belongs, to the last one, within half a step of 24 bits. */
import { expect, test } from 'vitest';
import { packSound } from '#core/output/pcm-sound.ts';
import type { AudioChunks } from '#core/output/ports.ts';
import { decodeSound, encodeSound } from '#core/output/sound-bytes.ts';

const STEP = 2 ** -23;

function audioOf(chunks: readonly (readonly [Float32Array, Float32Array])[]): AudioChunks {
  return {
    sampleRateHz: 48_000,
    channels: 2,
    totalSamples: chunks.reduce((sum, [left]) => sum + left.length, 0),
    async *chunks() {
      yield* await Promise.resolve(chunks);
    },
  };
}

const sine = (length: number, turn: number) =>
  Float32Array.from({ length }, (_, i) => 0.9 * Math.sin(turn * i + turn));

test('what is packed reads back as it was, in pieces that follow on one another', async () => {
  const chunks = [10_000, 4800, 7].map((length) => [sine(length, 0.01), sine(length, 0.3)] as const);
  const told: number[] = [];
  const packed = await packSound(audioOf(chunks), (fraction) => told.push(fraction));
  const sound = decodeSound(encodeSound(packed));
  expect(sound).toEqual(packed);
  expect(sound).toMatchObject({ codec: 'pcm', codecString: 'pcm-s24', totalSamples: 14_807 });
  expect(told.at(-1)).toBe(1);

  let sample = 0;
  const [left, right] = [0, 1].map((c) => chunks.flatMap((chunk) => [...(chunk[c] as Float32Array)]));
  let furthest = 0;
  for (const { startSample, data } of sound.packets) {
    expect(startSample).toBe(sample);
    expect(data.length / 6).toBeLessThanOrEqual(4800);
    for (let at = 0; at < data.length; at += 6, sample++)
      for (const [c, channel] of [left, right].entries()) {
        const [low = 0, middle = 0, high = 0] = data.subarray(at + 3 * c);
        const value = ((high << 24) | (middle << 16) | (low << 8)) / 2 ** 31;
        furthest = Math.max(furthest, Math.abs(value - (channel?.[sample] ?? NaN)));
      }
  }
  expect(sample).toBe(14_807);
  expect(furthest).toBeLessThanOrEqual(STEP / 2);
});

test('what is too loud stops at the end of the scale instead of turning over', async () => {
  const loud = Float32Array.of(1, 1.5, -1, -1.5);
  const { packets } = await packSound(audioOf([[loud, loud]]), () => undefined);
  const [top, bottom] = [
    [255, 255, 127],
    [0, 0, 128],
  ] as const;
  expect([...(packets[0]?.data ?? [])]).toEqual([top, top, top, top, bottom, bottom, bottom, bottom].flat());
});

/** Sound files that nobody made with care: what is in them may spoil itself, and nothing after it. */
import { expect, test } from 'vitest';
import { prepareSound } from '#core/speech/recording/sound.ts';
import { decodeSound } from '#shared/sound-file.ts';

const RATE = 16_000;

/** A mono WAV of 32-bit floating-point samples; `declaredBytes` is what its header says of them. */
function floatWav(samples: readonly number[], declaredBytes = 4 * samples.length): Blob {
  const bytes = new Uint8Array(44 + 4 * samples.length);
  const view = new DataView(bytes.buffer);
  const tag = (at: number, text: string) => bytes.set(new TextEncoder().encode(text), at);
  tag(0, 'RIFF');
  view.setUint32(4, 36 + declaredBytes, true);
  tag(8, 'WAVEfmt ');
  view.setUint32(16, 16, true);
  view.setUint16(20, 3, true); // IEEE float
  view.setUint16(22, 1, true);
  view.setUint32(24, RATE, true);
  view.setUint32(28, 4 * RATE, true);
  view.setUint16(32, 4, true);
  view.setUint16(34, 32, true);
  tag(36, 'data');
  view.setUint32(40, declaredBytes, true);
  samples.forEach((sample, i) => view.setFloat32(44 + 4 * i, sample, true));
  return new Blob([bytes], { type: 'audio/wav' });
}

const hum = Array.from({ length: RATE }, (_, i) => 0.2 * Math.sin((2 * Math.PI * 150 * i) / RATE));

test('samples that are no numbers are silence, and the sound after them is whole', async () => {
  const spoilt = [...hum];
  [spoilt[100], spoilt[200], spoilt[300]] = [NaN, Infinity, -Infinity];
  const sound = await decodeSound(floatWav(spoilt));
  expect(sound.pcm[100]).toBe(0);
  expect(sound.pcm[5000]).toBeCloseTo(hum[5000] as number, 5);
  const { pcm } = prepareSound(sound);
  expect(pcm.every(Number.isFinite)).toBe(true);
  expect(Math.max(...pcm.subarray(8000))).toBeGreaterThan(0.05);
});

test('a header that promises more than there is costs no more than there is', async () => {
  const { pcm } = await decodeSound(floatWav(hum, 0xffff_0000));
  expect(pcm.length).toBeLessThanOrEqual(RATE + 1);
  expect(pcm[5000]).toBeCloseTo(hum[5000] as number, 5);
});

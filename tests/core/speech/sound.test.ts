import { expect, test } from 'vitest';
import {
  contour,
  fadeEnds,
  parseWav,
  quantise16,
  removeOffset,
  softLimit,
  unwrap16,
} from '#core/speech/pcm.ts';
import { shiftPitch, trackPeriods } from '#core/speech/psola.ts';
import { decodeSpeechTrack, encodeSpeechTrack } from '#core/speech/speak.ts';
import { HEARD_MOUTH, type HeardSpeech } from '#core/speech/listen/heard.ts';
import { quantiseHeard } from '#core/speech/listen/heard-bytes.ts';
import { PHONES } from '#core/speech/phone.ts';
import type { SpeechTrack } from '#core/speech/ports.ts';
import { fundamentalHz } from './measure.ts';

const RATE = 16000;

/** A vowel by a pulse train through two resonances, at a pitch that glides. */
function vowel(fromHz: number, toHz: number, seconds: number): Float32Array<ArrayBuffer> {
  const pcm = new Float32Array(Math.round(seconds * RATE));
  let phase = 0;
  const states = [700, 1200].map((hz) => ({ hz, a: 0, b: 0 }));
  for (let i = 0; i < pcm.length; i++) {
    phase += (fromHz + ((toHz - fromHz) * i) / pcm.length) / RATE;
    let x = phase >= 1 ? 1 : 0;
    phase %= 1;
    for (const state of states) {
      const r = Math.exp((-Math.PI * 90) / RATE);
      const y = x + 2 * r * Math.cos((2 * Math.PI * state.hz) / RATE) * state.a - r * r * state.b;
      state.b = state.a;
      state.a = y;
      x = y;
    }
    pcm[i] = x * 0.01;
  }
  return pcm;
}

test.each([-12, -7, -3, 0, 4, 8, 12])(
  'PSOLA moves a gliding vowel by %i semitones and keeps its length',
  (st) => {
    const pcm = vowel(110, 130, 0.8);
    const periods = trackPeriods(pcm, RATE, { lowHz: 70, highHz: 220 });
    const ratio = new Float32Array(pcm.length).fill(2 ** (st / 12));
    const moved = shiftPitch(pcm, RATE, ratio, periods);
    expect(moved).toHaveLength(pcm.length);
    const before = fundamentalHz(pcm, RATE, 40, 400);
    const after = fundamentalHz(moved, RATE, 40, 400);
    expect(12 * Math.log2(after / before)).toBeGreaterThan(st - 0.6);
    expect(12 * Math.log2(after / before)).toBeLessThan(st + 0.6);
  },
);

test('a contour ramps between its parts and rests elsewhere', () => {
  const values = contour(100, [{ start: 40, end: 60, value: 2 }], 1, 10);
  expect(values[0]).toBe(1);
  expect(values[50]).toBe(2);
  expect(values[99]).toBe(1);
  for (let i = 1; i < 100; i++)
    expect(Math.abs((values[i] as number) - (values[i - 1] as number))).toBeLessThan(0.2);
});

test('an offset is removed, ends are faded, loud samples are bent and never pass full scale', () => {
  const flat = new Float32Array(RATE).fill(0.3);
  removeOffset(flat, RATE);
  expect(Math.abs(flat.at(-1) as number)).toBeLessThan(1e-3);
  const ones = new Float32Array(100).fill(1);
  fadeEnds(ones, 10);
  expect(ones[0]).toBeLessThan(0.05);
  expect(ones[50]).toBe(1);
  expect(ones[99]).toBeLessThan(0.05);
  expect(softLimit(0.5)).toBe(0.5);
  expect(softLimit(-3)).toBeGreaterThanOrEqual(-1);
  expect(softLimit(0.95)).toBeLessThan(0.95);
});

test('samples that ran over sixteen bits come back to where they were, others stay', () => {
  const loud = Float32Array.from({ length: 400 }, (_, i) => (i < 200 ? 1.2 : 0.9) * Math.sin(i * 0.15));
  const wrapped = loud.map((sample) => (sample > 1 ? sample - 2 : sample < -1 ? sample + 2 : sample));
  expect(wrapped).not.toEqual(loud);
  unwrap16(wrapped);
  wrapped.forEach((sample, i) => expect(sample).toBeCloseTo(loud[i] as number, 5));
});

test('a WAV that is cut short gives the samples it has, and what is no WAV gives nothing', () => {
  const bytes = new Uint8Array(44 + 4);
  const view = new DataView(bytes.buffer);
  const put = (at: number, text: string) => bytes.set(new TextEncoder().encode(text), at);
  put(0, 'RIFF');
  put(8, 'WAVEfmt ');
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, 8000, true);
  view.setUint16(34, 16, true);
  put(36, 'data');
  view.setUint32(40, 999, true);
  view.setInt16(44, -16384, true);
  expect(parseWav(bytes)).toEqual({ sampleRateHz: 8000, pcm: new Float32Array([-0.5, 0]) });
  expect(parseWav(new Uint8Array(60))).toBeNull();
});

const track: SpeechTrack = (() => {
  const pcm = vowel(100, 100, 0.1);
  quantise16(pcm);
  return {
    sampleRateHz: RATE,
    pcm,
    durationS: pcm.length / RATE,
    words: [
      {
        text: 'Äh…',
        startS: 0.01,
        endS: 0.09,
        sourceStart: 0,
        sourceEnd: 3,
        emphasis: 1,
        boundary: 'sentence',
      },
    ],
    phones: [
      { phone: 'sil', startS: 0, endS: 0.01, stress: 0, word: -1 },
      { phone: 'ɝ', startS: 0.01, endS: 0.1, stress: 1, word: 0 },
    ],
    gestures: [{ gesture: 'wave', atS: 0.05 }],
    heard: null,
  };
})();

/** Every number another, none that 16 bits hold by chance; pitch and energy pass one. */
const heard: HeardSpeech = (() => {
  const steps = 5;
  const values = (columns: number, scale: number) =>
    Float32Array.from({ length: steps * columns }, (_, i) => ((i * 0.618 + 0.1) % 1) * scale);
  return {
    steps,
    mouth: values(HEARD_MOUTH.length, 1),
    phones: values(PHONES.length, 1),
    voice: values(1, 1),
    pitchSt: values(1, 40),
    energy: values(1, 1.5),
    emphasis: values(1, 1),
  };
})();

test('a track is the same before and after it is stored, sample by sample', () => {
  expect(decodeSpeechTrack(encodeSpeechTrack(track))).toEqual(track);
});

test('what was heard is stored with the track, rounded once and by little', () => {
  const rounded = quantiseHeard(heard);
  for (const field of ['mouth', 'phones', 'voice', 'pitchSt', 'energy', 'emphasis'] as const)
    rounded[field].forEach((value, i) => expect(value).toBeCloseTo(heard[field][i] as number, 2));
  const listened = { ...track, heard: rounded };
  expect(decodeSpeechTrack(encodeSpeechTrack(listened))).toEqual(listened);
  const bytes = encodeSpeechTrack(listened);
  expect(() => decodeSpeechTrack(bytes.slice(0, bytes.length - 1))).toThrow(/damaged/u);
});

test('a stored track that is damaged is refused', () => {
  const bytes = encodeSpeechTrack(track);
  expect(() => decodeSpeechTrack(bytes.slice(0, bytes.length - 1))).toThrow(/damaged/u);
  expect(() => decodeSpeechTrack(bytes.slice(4))).toThrow(/damaged/u);
  expect(() => decodeSpeechTrack(new Uint8Array(3))).toThrow(/damaged/u);
});

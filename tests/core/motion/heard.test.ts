/** Motion from what was heard: mouths follow it, and where no words are known syllables take their place. */
import { describe, expect, test } from 'vitest';
import type { ParagraphId } from '#core/base/ids.ts';
import { RATE_25 } from '#core/base/time.ts';
import { animate, restPose } from '#core/motion/animate.ts';
import { heardProsody, withSyllablesForWords } from '#core/motion/heard.ts';
import { lipAperture } from '#core/motion/lips.ts';
import { readCues } from '#core/motion/phrases.ts';
import { MOTION_CHANNELS } from '#core/motion/track.ts';
import { decodePhones } from '#core/speech/listen/decode-phones.ts';
import { HEARD_MOUTH, HEARD_RATE_HZ, type HeardSpeech } from '#core/speech/listen/heard.ts';
import { PHONES, type Phone } from '#core/speech/phone.ts';
import type { SpeechTrack, TimedWord } from '#core/speech/ports.ts';
import { frame, perFrame } from './reading.ts';

/** Each phone for so many steps, heard with this much certainty, the rest spread over the others. */
function hear(said: readonly (readonly [Phone, number, emphasis?: number])[], certainty = 0.9): HeardSpeech {
  const rows = said.flatMap(([phone, steps, emphasis = 0]) =>
    Array.from({ length: steps }, () => ({ phone, emphasis })),
  );
  const silent = rows.map(({ phone }) => phone === 'sil');
  return {
    steps: rows.length,
    mouth: Float32Array.from(
      rows.flatMap((_, i) => HEARD_MOUTH.map((name) => (name === 'jawOpen' && !silent[i] ? 0.5 : 0))),
    ),
    phones: Float32Array.from(
      rows.flatMap(({ phone }) =>
        PHONES.map((other) => (other === phone ? certainty : (1 - certainty) / (PHONES.length - 1))),
      ),
    ),
    voice: Float32Array.from(silent, (is) => (is ? 0 : 1)),
    pitchSt: Float32Array.from(rows, ({ emphasis }, i) => (silent[i] ? 0 : 12 + 4 * emphasis)),
    energy: Float32Array.from(silent, (is) => (is ? 0 : 1)),
    emphasis: Float32Array.from(rows, ({ emphasis }) => emphasis),
  };
}

function track(heard: HeardSpeech): SpeechTrack {
  const sampleRateHz = 16000;
  const durationS = heard.steps / HEARD_RATE_HZ;
  return {
    sampleRateHz,
    pcm: new Float32Array(Math.round(durationS * sampleRateHz)),
    durationS,
    words: [],
    phones: decodePhones(heard),
    gestures: [],
    heard,
  };
}

const SAID = [
  ['sil', 20],
  ['b', 4],
  ['ɑ', 10, 0.9],
  ['m', 5],
  ['i', 8],
  ['sil', 12],
  ['n', 5],
  ['aʊ', 12, 0.8],
  ['sil', 25],
] as const;
const paragraph = { id: 'p-heard' as ParagraphId, content: [], emotion: 'neutral' } as const;

describe('phones by ear', () => {
  test('cover the sound and are those that were heard', () => {
    const phones = decodePhones(hear(SAID));
    expect(phones.map(({ phone }) => phone)).toEqual(SAID.map(([phone]) => phone));
    expect(phones[0]?.startS).toBe(0);
    for (let i = 1; i < phones.length; i++) expect(phones[i]?.startS).toBe(phones[i - 1]?.endS);
    expect(phones.at(-1)?.endS).toBeCloseTo(101 / HEARD_RATE_HZ);
  });

  test('a closure that is split between p, b and m is still a closure', () => {
    const heard = hear(SAID);
    const width = PHONES.length;
    for (let step = 20; step < 24; step++) {
      heard.phones.fill(0, step * width, (step + 1) * width);
      for (const [phone, p] of [
        ['p', 0.22],
        ['b', 0.21],
        ['m', 0.2],
        ['n', 0.37],
      ] as const)
        heard.phones[step * width + PHONES.indexOf(phone)] = p;
    }
    expect(decodePhones(heard)[1]?.phone).toMatch(/^[pbm]$/);
  });

  test('a flicker of one step does not break a vowel', () => {
    const heard = hear(SAID);
    const width = PHONES.length;
    heard.phones.fill(0.004, 28 * width, 29 * width);
    heard.phones[28 * width + PHONES.indexOf('æ')] = 0.55;
    heard.phones[28 * width + PHONES.indexOf('ɑ')] = 0.3;
    expect(decodePhones(heard).map(({ phone }) => phone)).toEqual(SAID.map(([phone]) => phone));
  });

  test('no sound has no phones', () => {
    expect(decodePhones(hear([]))).toEqual([]);
  });
});

describe('the performance', () => {
  test('opens where the heard mouth opens, shuts on b and m, rests at both ends', () => {
    const speech = track(hear(SAID));
    const motion = animate(speech, { paragraph, rate: RATE_25 });
    const aperture = perFrame(motion, lipAperture);
    const at = (step: number) => aperture[Math.floor(step / 2)] as number;
    expect(at(30)).toBeGreaterThan(0.25);
    expect(Math.min(at(20), at(22), at(23))).toBe(0);
    expect(Math.min(at(34), at(36), at(38))).toBe(0);
    expect(frame(motion, 0)).toEqual(restPose());
    expect(frame(motion, motion.frameCount - 1)).toEqual(restPose());
  });

  test('brows or head answer emphasis, which nobody wrote down', () => {
    const flat = hear(SAID.map(([phone, steps]) => [phone, steps] as const));
    const stressed = animate(track(hear(SAID)), { paragraph, rate: RATE_25 });
    const plain = animate(track(flat), { paragraph, rate: RATE_25 });
    const width = MOTION_CHANNELS.length;
    const moved = ['headPitch', 'browInnerUp', 'browOuterUpLeft'].map((name) => {
      const column = MOTION_CHANNELS.findIndex((channel) => channel === name);
      let sum = 0;
      for (let i = 0; i < stressed.frameCount; i++)
        sum += Math.abs(
          (stressed.values[i * width + column] as number) - (plain.values[i * width + column] as number),
        );
      return sum;
    });
    expect(Math.max(...moved)).toBeGreaterThan(0.05);
  });

  test('the same sound moves the same', () => {
    const once = animate(track(hear(SAID)), { paragraph, rate: RATE_25 });
    expect(animate(track(hear(SAID)), { paragraph, rate: RATE_25 })).toEqual(once);
  });
});

describe('syllables for words', () => {
  test('one a vowel, phrases end at silences', () => {
    const { words, phones } = withSyllablesForWords(track(hear(SAID)));
    expect(words).toHaveLength(3);
    expect(words.map(({ boundary }) => boundary)).toEqual(['none', 'comma', 'sentence']);
    expect(phones.filter(({ phone }) => phone !== 'sil').every(({ word }) => word >= 0)).toBe(true);
  });

  test('speech that has words keeps them, and sounds that were not followed belong to the word over them', () => {
    const speech = {
      ...track(hear(SAID)),
      words: [
        {
          text: 'Bar',
          startS: 0.4,
          endS: 1,
          sourceStart: 0,
          sourceEnd: 3,
          emphasis: 0,
          boundary: 'none',
        } as const,
      ],
    };
    const { words, phones } = withSyllablesForWords(speech);
    expect(words).toBe(speech.words);
    expect(phones.map(({ word }) => word)).toEqual([-1, 0, 0, 0, 0, -1, -1, -1, -1]);
    expect(phones.map((phone) => ({ ...phone, word: -1 }))).toEqual(speech.phones);
  });

  test('a script that nobody could follow moves head or brows as much as none at all', () => {
    const said = track(hear(SAID));
    const [from, to] = [0.4, 1.5];
    const words = ['Ach', 'so'].map((text, i) => ({
      ...{ text, sourceStart: 4 * i, sourceEnd: 4 * i + text.length, emphasis: 0, boundary: 'none' },
      startS: from + (i * (to - from)) / 2,
      endS: from + ((i + 1) * (to - from)) / 2,
    })) as readonly TimedWord[];
    const nuclei = (speech: SpeechTrack) => readCues(speech, heardProsody(hear(SAID))).nuclei.length;
    expect(nuclei(said)).toBeGreaterThan(1);
    expect(nuclei({ ...said, words })).toBe(nuclei(said));
  });
});

test('melody is told against the speaker’s own middle', () => {
  const prosody = heardProsody(hear(SAID));
  expect(prosody.pitchSt(0.58) - prosody.pitchSt(0.88)).toBeGreaterThan(2);
  expect(Math.abs(prosody.pitchSt(0.58) + prosody.pitchSt(0.88))).toBeLessThan(4);
  expect(prosody.loudness(0.1)).toBeLessThan(0.1);
  expect(prosody.loudness(0.55)).toBeCloseTo(1);
});

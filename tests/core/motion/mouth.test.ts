import { describe, expect, test } from 'vitest';
import type { Rational } from '#core/base/time.ts';
import { RATE_25, RATE_30 } from '#core/base/time.ts';
import type { EmotionName } from '#core/document/script.ts';
import { EMOTIONS } from '#core/document/script.ts';
import { animate } from '#core/motion/animate.ts';
import { lipAperture, lipToTeethGap, lipWidth } from '#core/motion/lips.ts';
import { measureProsody } from '#core/motion/prosody.ts';
import type { MotionTrack } from '#core/motion/track.ts';
import { PHONES } from '#core/speech/phone.ts';
import type { Phone } from '#core/speech/phone.ts';
import type { TimedPhone } from '#core/speech/ports.ts';
import { PHONE_VISEMES } from '#core/motion/visemes.ts';
import type { SayOptions, SayWord } from './synthetic.ts';
import { TALK, longTalk, say } from './synthetic.ts';
import { channel, correlation, framesWithin, perFrame } from './reading.ts';

function perform(words: readonly SayWord[], rate: Rational, options: SayOptions = {}) {
  const { speech, paragraph } = say(words, options);
  return { speech, track: animate(speech, { paragraph, rate }) };
}

/** Least value of a measure on the frames on screen during each phone of a kind. */
function leastPer(
  track: MotionTrack,
  phones: readonly TimedPhone[],
  kind: readonly Phone[],
  measure: (values: Float32Array, offset: number) => number,
): number[] {
  const series = perFrame(track, measure);
  return phones
    .filter((phone) => kind.includes(phone.phone))
    .map((phone) =>
      Math.min(...framesWithin(track, phone.startS, phone.endS).map((i) => series[i] as number)),
    );
}

const VOWELS: Phone[] = [
  'i',
  'ɪ',
  'ɛ',
  'æ',
  'ɑ',
  'ɔ',
  'o',
  'ʊ',
  'u',
  'ʌ',
  'ə',
  'ɝ',
  'eɪ',
  'aɪ',
  'ɔɪ',
  'aʊ',
  'oʊ',
];

/** Every vowel before and after each of these consonants, and each consonant next to others. */
function contexts(consonants: readonly Phone[]): SayWord[] {
  return consonants.flatMap((c) => [
    ...VOWELS.map((v) => ({ text: `${c}${v}`, ipa: `${c} ˈ${v} ${c}` })),
    { text: 's', ipa: `s ${c} ˈi` },
    { text: 'l', ipa: `ˈɛ l ${c} ə` },
    { text: 'r', ipa: `${c} ɹ ˈu ʃ` },
    { text: 'w', ipa: `ˈɑ ${c} w ˈeɪ` },
  ]);
}

/** From measured talk to a voice at twice its speed: phones down to 25 ms. */
const PACES = [0.16, 0.11, 0.075, 0.05];

describe('p b m', () => {
  for (const rate of [RATE_25, RATE_30])
    for (const vowelS of PACES)
      test(`shut the lips on a shown frame beside every vowel, ${rate.num} fps, vowels of ${vowelS} s`, () => {
        // leadS shifts every phone against the frames, so that closures fall between frames too.
        for (const leadS of [0.2, 0.207, 0.213, 0.221, 0.229, 0.234]) {
          const { speech, track } = perform(contexts(['p', 'b', 'm']), rate, {
            vowelS,
            leadS,
            emotion: 'joyful',
          });
          for (const least of leastPer(track, speech.phones, ['p', 'b', 'm'], lipAperture))
            expect(least).toBe(0);
        }
      });

  test.each(EMOTIONS)('shut the lips through the mood: %s', (emotion: EmotionName) => {
    const { speech, track } = perform(TALK, RATE_25, { emotion });
    for (const least of leastPer(track, speech.phones, ['p', 'b', 'm'], lipAperture)) expect(least).toBe(0);
  });

  test('do not keep shut the vowel between two of them, even in fast speech', () => {
    for (const vowelS of PACES) {
      const { speech, track } = perform(contexts(['m']), RATE_30, { vowelS });
      const series = perFrame(track, lipAperture);
      const open = speech.phones
        .filter((phone) => phone.phone === 'ɑ' && phone.stress === 1)
        .map((phone) =>
          Math.max(...framesWithin(track, phone.startS, phone.endS).map((i) => series[i] as number)),
        );
      // At 20 vowels a second and 30 frames there is hardly a frame between two closures.
      for (const most of open) expect(most).toBeGreaterThan(vowelS < 0.06 ? 0.02 : 0.1);
    }
  });
});

test('f and v bring the lower lip to the upper teeth on a shown frame beside every vowel, fast or slow', () => {
  for (const rate of [RATE_25, RATE_30])
    for (const vowelS of PACES) {
      const { speech, track } = perform(contexts(['f', 'v']), rate, { vowelS, emotion: 'joyful' });
      for (const gap of leastPer(track, speech.phones, ['f', 'v'], lipToTeethGap)) expect(gap).toBe(0);
    }
});

test('sibilants keep the jaw nearly shut, also between open vowels', () => {
  const { speech, track } = perform(contexts(['s', 'z', 'ʃ', 'ʒ', 'tʃ', 'dʒ']), RATE_25);
  const jaw = channel(track, 'jawOpen');
  for (const least of leastPer(
    track,
    speech.phones,
    ['s', 'z', 'ʃ', 'ʒ', 'tʃ', 'dʒ'],
    (_v, offset) => jaw[offset / (track.values.length / track.frameCount)] as number,
  ))
    expect(least).toBeLessThan(0.12);
});

test('the jaw follows how open a vowel is: ɑ over ɛ over ɪ over s', () => {
  const jawOf = (phone: Phone) => {
    const { speech, track } = perform([{ text: 'x', ipa: `t ˈ${phone} t` }], RATE_30, { vowelS: 0.15 });
    const spoken = speech.phones.find((timed) => timed.phone === phone) as TimedPhone;
    const jaw = channel(track, 'jawOpen');
    return Math.max(
      ...framesWithin(track, spoken.startS + 0.03, spoken.endS - 0.03).map((i) => jaw[i] as number),
    );
  };
  expect(jawOf('ɑ')).toBeGreaterThan(jawOf('ɛ') + 0.08);
  expect(jawOf('ɛ')).toBeGreaterThan(jawOf('ɪ') + 0.05);
  expect(jawOf('ɪ')).toBeGreaterThan(jawOf('s') + 0.05);
});

test('stress, emphasis and loudness open the mouth wider', () => {
  const opening = (word: Partial<SayWord>) => {
    const plain = { text: 'tata', ipa: 't ˈɑ t ˈɑ t' };
    const { speech, track } = perform([plain, { ...plain, ...word }, plain], RATE_30);
    const second = speech.words[1];
    const series = perFrame(track, lipAperture);
    return Math.max(
      ...framesWithin(track, second?.startS ?? 0, second?.endS ?? 0).map((i) => series[i] as number),
    );
  };
  const plain = opening({});
  expect(opening({ emphasis: 2 })).toBeGreaterThan(plain * 1.1);
  expect(opening({ loud: 0.3 })).toBeLessThan(plain * 0.93);
  expect(opening({ ipa: 't ɑ t ɑ t' })).toBeLessThan(plain * 0.93);
});

test('lips round before a rounded vowel sounds: stoop rounds in its s, steep does not', () => {
  const width = (vowel: Phone) => {
    const { speech, track } = perform([{ text: 'x', ipa: `s t ˈ${vowel} p` }], RATE_30);
    const series = perFrame(track, lipWidth);
    const s = speech.phones[1] as TimedPhone;
    return Math.min(...framesWithin(track, s.startS, s.endS).map((i) => series[i] as number));
  };
  expect(width('u')).toBeLessThan(width('i') - 0.06);
});

test('the tongue rises to the ridge for t d n l and comes between the teeth for θ and ð', () => {
  const { speech, track } = perform(contexts(['t', 'n', 'l', 'θ', 'ð']), RATE_30);
  const most = (kind: Phone[], name: 'tongueTipUp' | 'tongueBetweenTeeth') => {
    const series = channel(track, name);
    return speech.phones
      .filter((phone) => kind.includes(phone.phone))
      .map((phone) =>
        Math.max(...framesWithin(track, phone.startS, phone.endS).map((i) => series[i] as number)),
      );
  };
  for (const up of most(['t', 'n', 'l'], 'tongueTipUp')) expect(up).toBeGreaterThan(0.5);
  for (const out of most(['θ', 'ð'], 'tongueBetweenTeeth')) expect(out).toBeGreaterThan(0.5);
});

test('lips are at rest in a pause and before the first sound', () => {
  const { speech, track } = perform(TALK, RATE_25);
  const series = perFrame(track, lipAperture);
  const pauses = speech.phones.filter((phone) => phone.phone === 'sil' && phone.endS - phone.startS >= 0.2);
  expect(pauses).toHaveLength(4);
  for (const pause of pauses)
    expect(
      Math.min(...framesWithin(track, pause.startS, pause.endS).map((i) => series[i] as number)),
    ).toBeLessThan(0.02);
});

test('the mouth opens with the voice: opening against loudness is best aligned within one frame', () => {
  for (const rate of [RATE_25, RATE_30]) {
    const { speech, track } = perform(longTalk(30), rate);
    const frameS = rate.den / rate.num;
    const { loudness } = measureProsody(speech.pcm, speech.sampleRateHz);
    const opening = perFrame(track, lipAperture);
    const shifted = (lag: number) =>
      correlation(
        opening,
        opening.map((_, i) => loudness((i + 0.5 - lag) * frameS)),
      );
    const lags = [-4, -3, -2, -1, 0, 1, 2, 3, 4];
    const best = lags.reduce((a, b) => (shifted(b) > shifted(a) ? b : a));
    expect(Math.abs(best)).toBeLessThanOrEqual(1);
    expect(shifted(best)).toBeGreaterThan(0.5);
  }
});

test('every phone of the inventory has a viseme whose parts last as long as the phone', () => {
  for (const phone of PHONES) {
    const total = PHONE_VISEMES[phone].reduce((sum, part) => sum + part.share, 0);
    expect(total, phone).toBeCloseTo(1, 9);
  }
});

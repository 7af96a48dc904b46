/**
 * Motion from what was heard in a sound rather than from text: the mouth as the lip-sync model gives it, the melody as
 * it hears it, and, where nobody knows the words, syllables to take their place as cues.
 */
import type { HeardSpeech } from '../speech/listen/heard.ts';
import { HEARD_MOUTH, HEARD_RATE_HZ } from '../speech/listen/heard.ts';
import type { SpeechTrack, TimedPhone, TimedWord } from '../speech/ports.ts';
import { clamp } from './curves.ts';
import type { Prosody } from './prosody.ts';
import type { Sheet } from './sheet.ts';
import { row } from './sheet.ts';
import { isVowel, SHAPES } from './visemes.ts';

/**
 * Where phones are known as well (aligned text), this much of the mouth is heard, the rest is theirs. Against tracked
 * lips, on frames of speech of the bench's clips: r 0.65 by phones alone, 0.73 by ear alone, 0.78 so; closures are the
 * phones' own in every case.
 */
const SHARE_BESIDE_KNOWN_PHONES = 0.75;

/** How much of the mouth is heard rather than made from phones: 0 … 1. */
export function heardShare(speech: SpeechTrack): number {
  if (!speech.heard) return 0;
  return speech.phones.some((phone) => phone.word >= 0) ? SHARE_BESIDE_KNOWN_PHONES : 1;
}

/** Adds `share` of the heard mouth to the sheet, each frame the mean of what is heard while it is shown. */
export function hearMouth(sheet: Sheet, heard: HeardSpeech, share: number): void {
  const width = HEARD_MOUTH.length;
  HEARD_MOUTH.forEach((name, column) => {
    const curve = stepSampler(heard.steps, (step) => heard.mouth[step * width + column] as number);
    for (const channel of SHAPES[name].channels) {
      const values = row(sheet, channel);
      sheet.timesS.forEach((timeS, i) => {
        const quarterS = sheet.frameS / 4;
        values[i] = (values[i] as number) + (share * (curve(timeS - quarterS) + curve(timeS + quarterS))) / 2;
      });
    }
  });
}

/** The melody by the model's ear, in the terms of measureProsody. */
export function heardProsody(heard: HeardSpeech): Prosody {
  const voiced = [...heard.pitchSt].filter((_, step) => isPitched(heard, step)).sort((a, b) => a - b);
  const median = voiced[Math.floor(voiced.length / 2)] ?? 0;
  let last = 0;
  const pitch = Float64Array.from({ length: heard.steps }, (_, step) => {
    if (isPitched(heard, step)) last = clamp((heard.pitchSt[step] as number) - median, -9, 9);
    else last *= 0.94;
    return last;
  });
  return {
    loudness: stepSampler(heard.steps, (step) => heard.energy[step] as number),
    pitchSt: stepSampler(heard.steps, (step) => {
      let sum = 0;
      for (let k = -2; k <= 2; k++) sum += pitch[clamp(step + k, 0, heard.steps - 1)] as number;
      return sum / 5;
    }),
  };
}

function isPitched(heard: HeardSpeech, step: number): boolean {
  return (heard.voice[step] as number) > 0.5 && (heard.pitchSt[step] as number) > 1;
}

/** How much the syllable at a time stands out, 0…1. */
export function heardEmphasis(heard: HeardSpeech): (timeS: number) => number {
  return stepSampler(heard.steps, (step) => heard.emphasis[step] as number);
}

/** Linear between the middles of steps, held at both ends. */
function stepSampler(steps: number, at: (step: number) => number): (timeS: number) => number {
  if (steps === 0) return () => 0;
  return (timeS) => {
    const x = clamp(timeS * HEARD_RATE_HZ - 0.5, 0, steps - 1);
    const step = Math.floor(x);
    const here = at(step);
    return step + 1 < steps ? here + (at(step + 1) - here) * (x - step) : here;
  };
}

/** Silences that end a phrase, and a sentence, where there is no punctuation to tell. */
const PHRASE_PAUSE_S = 0.2;
const SENTENCE_PAUSE_S = 0.5;

/**
 * The same speech with every sound in a word, so that whatever goes by words has something to go by. Without words each
 * syllable is one that has no text. Where words are known and only laid over the sound, what was heard belongs to the
 * word that lies over it.
 */
export function withSyllablesForWords(speech: SpeechTrack): SpeechTrack {
  if (speech.words.length > 0) return withWordsOverPhones(speech);
  const words: TimedWord[] = [];
  const phones: TimedPhone[] = [];
  for (let i = 0; i < speech.phones.length; i++) {
    const phone = speech.phones[i] as TimedPhone;
    if (phone.phone === 'sil') {
      phones.push(phone);
      closeWord(words, phone.endS - phone.startS);
      continue;
    }
    const opensWord =
      words.length === 0 || phones.at(-1)?.phone === 'sil' || startsSyllable(speech.phones, i);
    if (opensWord)
      words.push({
        text: '',
        startS: phone.startS,
        endS: phone.endS,
        sourceStart: 0,
        sourceEnd: 0,
        emphasis: 0,
        boundary: 'none',
      });
    else words[words.length - 1] = { ...(words.at(-1) as TimedWord), endS: phone.endS };
    phones.push({ ...phone, word: words.length - 1 });
  }
  return { ...speech, words, phones };
}

function withWordsOverPhones(speech: SpeechTrack): SpeechTrack {
  const { words } = speech;
  let w = 0;
  const phones = speech.phones.map((phone) => {
    if (phone.word >= 0 || phone.phone === 'sil') return phone;
    const middleS = (phone.startS + phone.endS) / 2;
    while (w + 1 < words.length && (words[w] as TimedWord).endS <= middleS) w++;
    const { startS, endS } = words[w] as TimedWord;
    return startS <= middleS && middleS < endS ? { ...phone, word: w } : phone;
  });
  return { ...speech, phones };
}

/** A consonant right before a vowel, or a vowel with no consonant before it, opens a syllable. */
function startsSyllable(phones: readonly TimedPhone[], i: number): boolean {
  const [before, here, after] = [phones[i - 1]?.phone, phones[i]?.phone, phones[i + 1]?.phone];
  if (here === undefined || before === undefined) return true;
  if (isVowel(here)) return isVowel(before);
  return after !== undefined && isVowel(after);
}

function closeWord(words: TimedWord[], pauseS: number): void {
  const last = words.at(-1);
  if (!last || pauseS < PHRASE_PAUSE_S) return;
  words[words.length - 1] = { ...last, boundary: pauseS >= SENTENCE_PAUSE_S ? 'sentence' : 'comma' };
}

/**
 * Speech made from nothing but a list of phones, for tests of motion: vowels are a buzz with a melody, fricatives
 * are noise, stops a gap and a click. Not to be listened to; exact in time, pitch and loudness.
 */
import { seedOf, seededRandom } from '#core/base/hashing.ts';
import type { ParagraphId } from '#core/base/ids.ts';
import type { EmotionName, GestureName, Inline, Paragraph } from '#core/document/script.ts';
import type { Phone } from '#core/speech/phone.ts';
import type { SpeechTrack, TimedGesture, TimedPhone, TimedWord } from '#core/speech/ports.ts';

const RATE_HZ = 16000;

export interface SayWord {
  readonly text: string;
  /** Phones in order, space between; a vowel after ˈ is stressed, after ˌ secondarily. */
  readonly ipa: string;
  readonly emphasis?: 0 | 1 | 2;
  /** Silence after, seconds. */
  readonly pauseS?: number;
  /** A mark that stands before the word. */
  readonly gesture?: GestureName;
  /** Of the vowels, 1 plain. */
  readonly loud?: number;
}

export interface SayOptions {
  readonly id?: string;
  readonly emotion?: EmotionName;
  /** Length of a stressed vowel, seconds; consonants take about half. */
  readonly vowelS?: number;
  readonly leadS?: number;
  readonly tailS?: number;
}

const VOWEL_LETTERS = /^[ieɛæɑɒɔoʊuʌəɚɝɨaɪ]/;
const NOISE = /^(s|z|ʃ|ʒ|f|v|θ|ð|h|tʃ|dʒ)$/;
const STOP = /^(p|t|k|b|d|ɡ|ʔ)$/;

function boundaryOf(text: string): TimedWord['boundary'] {
  if (text.endsWith('?')) return 'question';
  if (text.endsWith('!')) return 'exclamation';
  if (text.endsWith('.')) return 'sentence';
  return /[,;:]$/.test(text) ? 'comma' : 'none';
}

/** The paragraph these words are, and its speech. */
export function say(
  sayWords: readonly SayWord[],
  options: SayOptions = {},
): { speech: SpeechTrack; paragraph: Paragraph } {
  const { vowelS = 0.12, leadS = 0.2, tailS = 0.45 } = options;
  const phones: TimedPhone[] = [];
  const words: TimedWord[] = [];
  const gestures: TimedGesture[] = [];
  const content: Inline[] = [];
  let timeS = 0;
  let textLength = 0;
  const add = (phone: Phone, durationS: number, stress: 0 | 1 | 2, word: number) => {
    phones.push({ phone, startS: timeS, endS: timeS + durationS, stress, word });
    timeS += durationS;
  };
  add('sil', leadS, 0, -1);
  const loudness: number[] = [];
  sayWords.forEach((word, w) => {
    if (word.gesture) {
      gestures.push({ gesture: word.gesture, atS: timeS });
      content.push({ kind: 'gesture', gesture: word.gesture });
    }
    const startS = timeS;
    for (const symbol of word.ipa.split(' ')) {
      const stress = symbol.startsWith('ˈ') ? 1 : symbol.startsWith('ˌ') ? 2 : 0;
      const phone = symbol.replace(/^[ˈˌ]/, '') as Phone;
      const vowel = VOWEL_LETTERS.test(phone);
      add(
        phone,
        vowel ? (stress === 1 ? vowelS : vowelS * 0.65) : vowelS * (STOP.test(phone) ? 0.5 : 0.6),
        stress,
        w,
      );
      loudness[phones.length - 1] = word.loud ?? 1;
    }
    const text = `${word.text} `;
    words.push({
      text: word.text,
      startS,
      endS: timeS,
      sourceStart: textLength,
      sourceEnd: textLength + word.text.length,
      emphasis: word.emphasis ?? 0,
      boundary: boundaryOf(word.text),
    });
    content.push({ kind: 'text', text });
    textLength += text.length;
    if (word.pauseS) add('sil', word.pauseS, 0, -1);
  });
  add('sil', tailS, 0, -1);
  const samples = Math.round(timeS * RATE_HZ);
  const durationS = samples / RATE_HZ;
  phones[phones.length - 1] = { ...(phones.at(-1) as TimedPhone), endS: durationS };
  return {
    speech: {
      sampleRateHz: RATE_HZ,
      pcm: sound(phones, loudness, samples),
      durationS,
      words,
      phones,
      gestures,
      heard: null,
    },
    paragraph: {
      id: (options.id ?? 'p-test') as ParagraphId,
      content,
      emotion: options.emotion ?? 'neutral',
    },
  };
}

function sound(
  phones: readonly TimedPhone[],
  loudness: readonly number[],
  samples: number,
): Float32Array<ArrayBuffer> {
  const pcm = new Float32Array(samples);
  const random = seededRandom(seedOf('noise'));
  let phase = 0;
  phones.forEach((phone, p) => {
    const vowel = VOWEL_LETTERS.test(phone.phone);
    const voiced = vowel || /^[mnŋlɹwjɾ]$/.test(phone.phone);
    const level =
      phone.phone === 'sil' || STOP.test(phone.phone)
        ? 0
        : NOISE.test(phone.phone)
          ? 0.05
          : vowel
            ? 0.4
            : 0.15;
    const fromS = Math.round(phone.startS * RATE_HZ);
    const to = Math.min(samples, Math.round(phone.endS * RATE_HZ));
    for (let i = fromS; i < to; i++) {
      const edge = Math.min(1, (i - fromS) / 160, (to - i) / 160);
      phase += (2 * Math.PI * (phone.stress === 1 ? 140 : 120)) / RATE_HZ;
      const buzz = Math.sin(phase) + 0.5 * Math.sin(2 * phase) + 0.25 * Math.sin(3 * phase);
      pcm[i] = level * edge * (loudness[p] ?? 1) * (voiced ? buzz / 1.75 : random() * 2 - 1);
    }
  });
  return pcm;
}

/** "Mama, put five big apples above the blue box. Please move forward?" and the like: every constraint, in talk. */
export const TALK: readonly SayWord[] = [
  { text: 'Maybe', ipa: 'm ˈeɪ b i' },
  { text: 'Bob', ipa: 'b ˈɑ b' },
  { text: 'should', ipa: 'ʃ ʊ d' },
  { text: 'move', ipa: 'm ˈu v' },
  { text: 'five', ipa: 'f ˈaɪ v' },
  { text: 'purple', ipa: 'p ˈɝ p ə l', emphasis: 1 },
  { text: 'boxes,', ipa: 'b ˈɑ k s ɪ z', pauseS: 0.25 },
  { text: 'and', ipa: 'æ n d' },
  { text: 'everyone', ipa: 'ˈɛ v ɹ i w ʌ n' },
  { text: 'else', ipa: 'ˈɛ l s' },
  { text: 'brings', ipa: 'b ɹ ˈɪ ŋ z' },
  { text: 'three', ipa: 'θ ɹ ˈi' },
  { text: 'small', ipa: 's m ˈɔ l' },
  { text: 'ones.', ipa: 'w ˈʌ n z', pauseS: 0.5 },
  { text: 'Would', ipa: 'w ʊ d' },
  { text: 'you', ipa: 'j u' },
  { text: 'follow', ipa: 'f ˈɑ l oʊ' },
  { text: 'me', ipa: 'm i' },
  { text: 'home?', ipa: 'h ˈoʊ m' },
];

/** TALK over and over, until it lasts this long. */
export function longTalk(durationS: number): SayWord[] {
  const words: SayWord[] = [];
  for (let n = 0; n < durationS / 5; n++)
    words.push(...TALK.map((word, w) => (w === TALK.length - 1 ? { ...word, pauseS: 0.6 } : word)));
  return words;
}

/**
 * The one phone inventory. IPA symbols; every voice maps its own names onto these, and everything after speech
 * (visemes, timing, recognition) knows only these. General American plus what close languages need is added here
 * when a voice first speaks it.
 */
export const PHONES = [
  'sil',
  // stops, affricates
  'p',
  'b',
  't',
  'd',
  'k',
  'ɡ',
  'tʃ',
  'dʒ',
  'ʔ',
  'ɾ',
  // fricatives
  'f',
  'v',
  'θ',
  'ð',
  's',
  'z',
  'ʃ',
  'ʒ',
  'h',
  // nasals, approximants
  'm',
  'n',
  'ŋ',
  'l',
  'ɹ',
  'w',
  'j',
  // vowels
  'i',
  'ɪ',
  'e',
  'ɛ',
  'æ',
  'ɑ',
  'ɒ',
  'ɔ',
  'o',
  'ʊ',
  'u',
  'ʌ',
  'ə',
  'ɚ',
  'ɝ',
  'ɨ',
  // diphthongs
  'eɪ',
  'aɪ',
  'ɔɪ',
  'aʊ',
  'oʊ',
] as const;
export type Phone = (typeof PHONES)[number];

/** A phone with its stress: 0 none, 1 primary, 2 secondary. Only vowels are stressed in a pronunciation. */
export interface StressedPhone {
  readonly phone: Phone;
  readonly stress: 0 | 1 | 2;
}

const FIRST_VOWEL = PHONES.indexOf('i');
const VOWELS: ReadonlySet<Phone> = new Set(PHONES.slice(FIRST_VOWEL));

/** Vowels and diphthongs, rhotic ones included. */
export function isVowel(phone: Phone): boolean {
  return VOWELS.has(phone);
}

const VOICELESS: ReadonlySet<Phone> = new Set<Phone>([
  'sil',
  'p',
  't',
  'k',
  'tʃ',
  'ʔ',
  'f',
  'θ',
  's',
  'ʃ',
  'h',
]);

/** Phones said with the vocal folds swinging. */
export function isVoiced(phone: Phone): boolean {
  return !VOICELESS.has(phone);
}

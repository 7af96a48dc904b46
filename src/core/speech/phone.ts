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

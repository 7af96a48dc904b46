/**
 * Reads a pronunciation written in IPA, such as `/təˈmeɪtoʊ/`, into our phones with their stress. Signs that our
 * inventory lacks go to their nearest neighbour (length marks and ties are dropped), so that what people copy from a
 * dictionary can be said.
 */
import { isVowel, type Phone, PHONES, type StressedPhone } from './phone.ts';

/** Other ways to write our phones, and neighbours for what English voices have no sound for. Longest match wins. */
const ALSO: Readonly<Record<string, readonly Phone[]>> = {
  g: ['ɡ'],
  r: ['ɹ'],
  ɻ: ['ɹ'],
  ʁ: ['ɹ'],
  ʀ: ['ɹ'],
  ɐ: ['ʌ'],
  a: ['ɑ'],
  ɜ: ['ɝ'],
  ɘ: ['ə'],
  ɵ: ['ə'],
  ø: ['ɝ'],
  œ: ['ɝ'],
  y: ['u'],
  ʏ: ['ʊ'],
  ɯ: ['u'],
  ɤ: ['ʌ'],
  ɪə: ['ɪ', 'ə'],
  eə: ['ɛ', 'ə'],
  ɛə: ['ɛ', 'ə'],
  ʊə: ['ʊ', 'ə'],
  əʊ: ['oʊ'],
  ɛɪ: ['eɪ'],
  ɑɪ: ['aɪ'],
  ai: ['aɪ'],
  ei: ['eɪ'],
  oi: ['ɔɪ'],
  ɔi: ['ɔɪ'],
  ou: ['oʊ'],
  au: ['aʊ'],
  ɑʊ: ['aʊ'],
  aj: ['aɪ'],
  ɹ̩: ['ɚ'],
  l̩: ['ə', 'l'],
  n̩: ['ə', 'n'],
  m̩: ['ə', 'm'],
  ʧ: ['tʃ'],
  ʤ: ['dʒ'],
  ts: ['t', 's'],
  x: ['k'],
  χ: ['k'],
  ɣ: ['ɡ'],
  ç: ['h'],
  ɦ: ['h'],
  ʍ: ['w'],
  ɫ: ['l'],
  ʎ: ['l', 'j'],
  ɲ: ['n', 'j'],
  ɱ: ['m'],
  β: ['v'],
  ɸ: ['f'],
  ɬ: ['l'],
  ʂ: ['ʃ'],
  ʐ: ['ʒ'],
  ɕ: ['ʃ'],
  ʑ: ['ʒ'],
  c: ['k'],
  ɟ: ['ɡ'],
  q: ['k'],
  ʈ: ['t'],
  ɖ: ['d'],
};

const SOUNDS = new Map<string, readonly Phone[]>([
  ...PHONES.filter((phone) => phone !== 'sil').map((phone) => [phone as string, [phone]] as const),
  ...Object.entries(ALSO),
]);
const LONGEST = Math.max(...[...SOUNDS.keys()].map((sign) => sign.length));

/**
 * @param text IPA with or without slashes or brackets; spaces part words.
 * @returns one list of phones a word, or null when a sign is not IPA that we know or no sound is left.
 */
export function parseIpa(text: string): StressedPhone[][] | null {
  const bare = text
    .normalize('NFC')
    .trim()
    .replace(/^[/[]|[/\]]$/g, '');
  const words: StressedPhone[][] = [];
  for (const part of bare.split(/\s+/u)) {
    const word = parseWord(part);
    if (word === null) return null;
    if (word.length > 0) words.push(word);
  }
  return words.length === 0 ? null : words;
}

function parseWord(text: string): StressedPhone[] | null {
  // Ties, length, syllable dots, hyphens and the diacritics of narrow transcription say nothing that a voice here can.
  const signs = text.replace(/[ːˑ.\-ʰʲʷˠ\u02de]|\u0361|\u035c|\u0303|\u032a|\u0325|\u030a|\u031a/gu, '');
  const phones: StressedPhone[] = [];
  let pending: 0 | 1 | 2 = 0;
  let at = 0;
  while (at < signs.length) {
    const sign = signs[at] as string;
    if (sign === 'ˈ' || sign === "'" || sign === 'ˌ' || sign === ',') {
      pending = sign === 'ˈ' || sign === "'" ? 1 : 2;
      at++;
      continue;
    }
    let length = Math.min(LONGEST, signs.length - at);
    while (length > 0 && !SOUNDS.has(signs.slice(at, at + length))) length--;
    const found = SOUNDS.get(signs.slice(at, at + length));
    if (!found) return null;
    for (const phone of found) {
      const stressed = isVowel(phone) ? pending : 0;
      if (isVowel(phone)) pending = 0;
      phones.push({ phone, stress: stressed });
    }
    at += length;
  }
  return withPrimary(phones);
}

/** A word written without a stress mark is stressed on its first full vowel, as English mostly is. */
function withPrimary(phones: StressedPhone[]): StressedPhone[] {
  if (phones.some((p) => p.stress === 1)) return phones;
  let place = phones.findIndex((p) => isVowel(p.phone) && p.phone !== 'ə' && p.phone !== 'ɚ');
  if (place < 0) return phones;
  const secondary = phones.findIndex((p) => p.stress === 2);
  if (secondary >= 0) place = secondary;
  return phones.map((p, i) => (i === place ? { phone: p.phone, stress: 1 } : p));
}

/** How the letters of the alphabet are called, American style, as phones: sure, where a dictionary word is not. */
import { parseIpa } from '../ipa.ts';
import type { StressedPhone } from '../phone.ts';

const NAMES: Readonly<Record<string, string>> = {
  a: 'ˈeɪ',
  b: 'ˈbi',
  c: 'ˈsi',
  d: 'ˈdi',
  e: 'ˈi',
  f: 'ˈɛf',
  g: 'ˈdʒi',
  h: 'ˈeɪtʃ',
  i: 'ˈaɪ',
  j: 'ˈdʒeɪ',
  k: 'ˈkeɪ',
  l: 'ˈɛl',
  m: 'ˈɛm',
  n: 'ˈɛn',
  o: 'ˈoʊ',
  p: 'ˈpi',
  q: 'ˈkju',
  r: 'ˈɑɹ',
  s: 'ˈɛs',
  t: 'ˈti',
  u: 'ˈju',
  v: 'ˈvi',
  w: 'ˈdʌbəlju',
  x: 'ˈɛks',
  y: 'ˈwaɪ',
  z: 'ˈzi',
};

/** @param letter one of a–z. @param plural `Os`: the s joins it. */
export function letterPhones(letter: string, plural: boolean): readonly StressedPhone[] {
  const name = NAMES[letter.toLowerCase()];
  const phones = name === undefined ? [] : (parseIpa(name)?.[0] ?? []);
  return plural ? withS(phones) : phones;
}

/** Adds the ending of plurals and possessives: s after voiceless sounds, ɪz after hissing ones, else z. */
export function withS(phones: readonly StressedPhone[]): readonly StressedPhone[] {
  const last = phones.at(-1)?.phone;
  if (last === undefined) return phones;
  if (['s', 'z', 'ʃ', 'ʒ', 'tʃ', 'dʒ'].includes(last))
    return [...phones, { phone: 'ɪ', stress: 0 }, { phone: 'z', stress: 0 }];
  return [...phones, { phone: ['p', 't', 'k', 'f', 'θ'].includes(last) ? 's' : 'z', stress: 0 }];
}

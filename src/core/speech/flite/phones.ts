/**
 * Flite's phone names (its `us` phone set, which the CMU dictionary uses) and our inventory, both ways. Every symbol
 * of the set has an answer; the syllabic ones (el, em, en) become a schwa and a consonant.
 */
import type { Phone, StressedPhone } from '../phone.ts';

/** The whole of Flite's `us` phone set, in its own order. */
export const FLITE_SYMBOLS = [
  'aa',
  'ae',
  'ah',
  'ao',
  'aw',
  'ax',
  'axr',
  'ay',
  'b',
  'ch',
  'd',
  'dh',
  'dx',
  'eh',
  'el',
  'em',
  'en',
  'er',
  'ey',
  'f',
  'g',
  'hh',
  'hv',
  'ih',
  'iy',
  'jh',
  'k',
  'l',
  'm',
  'n',
  'nx',
  'ng',
  'ow',
  'oy',
  'p',
  'r',
  's',
  'sh',
  't',
  'th',
  'uh',
  'uw',
  'v',
  'w',
  'y',
  'z',
  'zh',
  'pau',
  'h#',
  'brth',
] as const;
export type FliteSymbol = (typeof FLITE_SYMBOLS)[number];

const TO_IPA: Readonly<Record<FliteSymbol, readonly Phone[]>> = {
  aa: ['ɑ'],
  ae: ['æ'],
  ah: ['ʌ'],
  ao: ['ɔ'],
  aw: ['aʊ'],
  ax: ['ə'],
  axr: ['ɚ'],
  ay: ['aɪ'],
  b: ['b'],
  ch: ['tʃ'],
  d: ['d'],
  dh: ['ð'],
  dx: ['ɾ'],
  eh: ['ɛ'],
  el: ['ə', 'l'],
  em: ['ə', 'm'],
  en: ['ə', 'n'],
  er: ['ɝ'], // unstressed it is ɚ, see fliteToIpa
  ey: ['eɪ'],
  f: ['f'],
  g: ['ɡ'],
  hh: ['h'],
  hv: ['h'],
  ih: ['ɪ'],
  iy: ['i'],
  jh: ['dʒ'],
  k: ['k'],
  l: ['l'],
  m: ['m'],
  n: ['n'],
  nx: ['n'], // the nasal flap of "winter"
  ng: ['ŋ'],
  ow: ['oʊ'],
  oy: ['ɔɪ'],
  p: ['p'],
  r: ['ɹ'],
  s: ['s'],
  sh: ['ʃ'],
  t: ['t'],
  th: ['θ'],
  uh: ['ʊ'],
  uw: ['u'],
  v: ['v'],
  w: ['w'],
  y: ['j'],
  z: ['z'],
  zh: ['ʒ'],
  pau: ['sil'],
  'h#': ['sil'],
  brth: ['sil'],
};

export function isFliteSymbol(name: string): name is FliteSymbol {
  return Object.hasOwn(TO_IPA, name);
}

/** Our phones for one of Flite's; two for its syllabic consonants. */
export function fliteToIpa(symbol: FliteSymbol, stress: 0 | 1 | 2): readonly Phone[] {
  if (symbol === 'er' && stress === 0) return ['ɚ'];
  return TO_IPA[symbol];
}

/** Each of our phones in the symbols that all four voices were trained on. */
const FROM_IPA: Readonly<Record<Phone, FliteSymbol>> = {
  sil: 'pau',
  p: 'p',
  b: 'b',
  t: 't',
  d: 'd',
  k: 'k',
  ɡ: 'g',
  tʃ: 'ch',
  dʒ: 'jh',
  ʔ: 't',
  ɾ: 'd',
  f: 'f',
  v: 'v',
  θ: 'th',
  ð: 'dh',
  s: 's',
  z: 'z',
  ʃ: 'sh',
  ʒ: 'zh',
  h: 'hh',
  m: 'm',
  n: 'n',
  ŋ: 'ng',
  l: 'l',
  ɹ: 'r',
  w: 'w',
  j: 'y',
  i: 'iy',
  ɪ: 'ih',
  e: 'ey',
  ɛ: 'eh',
  æ: 'ae',
  ɑ: 'aa',
  ɒ: 'aa',
  ɔ: 'ao',
  o: 'ow',
  ʊ: 'uh',
  u: 'uw',
  ʌ: 'ah',
  ə: 'ax',
  ɚ: 'er',
  ɝ: 'er',
  ɨ: 'ih',
  eɪ: 'ey',
  aɪ: 'ay',
  ɔɪ: 'oy',
  aʊ: 'aw',
  oʊ: 'ow',
};

export function ipaToFlite(phone: Phone): FliteSymbol {
  return FROM_IPA[phone];
}

/** A phone as Flite says it in a word: its symbol, and the stress that the script or the dictionary gave it. */
export interface FlitePhone {
  readonly symbol: FliteSymbol;
  readonly stress: 0 | 1 | 2;
}

export function toFlitePhones(phones: readonly StressedPhone[]): FlitePhone[] {
  return phones
    .filter(({ phone }) => phone !== 'sil')
    .map(({ phone, stress }) => ({ symbol: ipaToFlite(phone), stress }));
}

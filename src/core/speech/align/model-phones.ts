/**
 * The phone names of the aligner's two acoustic models and our inventory. English has CMU's ARPAbet; French has the
 * names of LIUM's dictionary. French vowels that our inventory has no sign for go to the one with the same mouth: what
 * comes after speech looks at lips, not at nasality.
 */
import type { Phone } from '../phone.ts';
import type { AlignLanguage } from './ports.ts';

const FROM_ENGLISH: Readonly<Record<string, Phone>> = {
  SIL: 'sil',
  '+NSN+': 'sil',
  '+SPN+': 'sil',
  AA: 'ɑ',
  AE: 'æ',
  AH: 'ʌ',
  AO: 'ɔ',
  AW: 'aʊ',
  AY: 'aɪ',
  B: 'b',
  CH: 'tʃ',
  D: 'd',
  DH: 'ð',
  EH: 'ɛ',
  ER: 'ɝ',
  EY: 'eɪ',
  F: 'f',
  G: 'ɡ',
  HH: 'h',
  IH: 'ɪ',
  IY: 'i',
  JH: 'dʒ',
  K: 'k',
  L: 'l',
  M: 'm',
  N: 'n',
  NG: 'ŋ',
  OW: 'oʊ',
  OY: 'ɔɪ',
  P: 'p',
  R: 'ɹ',
  S: 's',
  SH: 'ʃ',
  T: 't',
  TH: 'θ',
  UH: 'ʊ',
  UW: 'u',
  V: 'v',
  W: 'w',
  Y: 'j',
  Z: 'z',
  ZH: 'ʒ',
};

const FROM_FRENCH: Readonly<Record<string, Phone>> = {
  SIL: 'sil',
  aa: 'ɑ',
  ai: 'ɛ',
  an: 'ɑ', // ɑ̃
  au: 'o',
  bb: 'b',
  ch: 'ʃ',
  dd: 'd',
  ee: 'ə',
  ei: 'e',
  eu: 'ʊ', // ø: rounded, half open
  ff: 'f',
  gg: 'ɡ',
  gn: 'n', // ɲ
  ii: 'i',
  in: 'æ', // ɛ̃, in France as open as that
  jj: 'ʒ',
  kk: 'k',
  ll: 'l',
  mm: 'm',
  nn: 'n',
  oe: 'ɔ', // œ
  on: 'o', // ɔ̃
  oo: 'ɔ',
  ou: 'u',
  pp: 'p',
  rr: 'ɡ', // ʁ is made at the back too, and leaves the lips alone
  ss: 's',
  tt: 't',
  un: 'æ', // œ̃, by now said as ɛ̃
  uu: 'u', // y: the lips of u
  uy: 'w', // ɥ
  vv: 'v',
  ww: 'w',
  yy: 'j',
  zz: 'z',
};

/** Ours for the model's; silence for a name that nobody knows. */
export function fromModelPhone(language: AlignLanguage, name: string): Phone {
  return (language === 'en' ? FROM_ENGLISH : FROM_FRENCH)[name] ?? 'sil';
}

const TO_ENGLISH: Readonly<Record<Phone, string>> = {
  ...(Object.fromEntries(
    Object.entries(FROM_ENGLISH)
      .reverse()
      .map(([name, phone]) => [phone, name]),
  ) as Record<Phone, string>),
  sil: 'SIL',
  ʔ: 'T',
  ɾ: 'D',
  e: 'EY',
  ɒ: 'AA',
  o: 'OW',
  ə: 'AH',
  ɚ: 'ER',
  ɝ: 'ER',
  ɨ: 'IH',
};

const TO_FRENCH: Readonly<Record<Phone, string>> = {
  sil: 'SIL',
  p: 'pp',
  b: 'bb',
  t: 'tt',
  d: 'dd',
  k: 'kk',
  ɡ: 'gg',
  tʃ: 'tt ch',
  dʒ: 'dd jj',
  ʔ: 'tt',
  ɾ: 'dd',
  f: 'ff',
  v: 'vv',
  θ: 'ss',
  ð: 'zz',
  s: 'ss',
  z: 'zz',
  ʃ: 'ch',
  ʒ: 'jj',
  h: 'rr',
  m: 'mm',
  n: 'nn',
  ŋ: 'nn gg',
  l: 'll',
  ɹ: 'rr',
  w: 'ww',
  j: 'yy',
  i: 'ii',
  ɪ: 'ii',
  e: 'ei',
  ɛ: 'ai',
  æ: 'aa',
  ɑ: 'aa',
  ɒ: 'oo',
  ɔ: 'oo',
  o: 'au',
  ʊ: 'ou',
  u: 'ou',
  ʌ: 'oe',
  ə: 'ee',
  ɚ: 'oe rr',
  ɝ: 'oe rr',
  ɨ: 'ii',
  eɪ: 'ei yy',
  aɪ: 'aa yy',
  ɔɪ: 'oo yy',
  aʊ: 'aa ou',
  oʊ: 'au ou',
};

/** A pronunciation as the model's dictionary writes it. */
export function toModelPhones(language: AlignLanguage, phones: readonly Phone[]): string {
  const names = language === 'en' ? TO_ENGLISH : TO_FRENCH;
  return phones
    .filter((phone) => phone !== 'sil')
    .map((phone) => names[phone])
    .join(' ');
}

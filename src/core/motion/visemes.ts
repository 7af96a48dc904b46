/**
 * What each phone asks of the mouth. A viseme names target values for jaw, lips and tongue, and how strongly it
 * insists on each of them (Cohen and Massaro's dominance): an [s] insists on its jaw and leaves its lips to the
 * vowels around it; a [u] insists on rounding and begins it early.
 */
import type { Phone } from '../speech/phone.ts';
import type { MotionChannel } from './track.ts';

/** The articulators that move independently enough to be blended on their own. */
export const ARTICULATORS = ['jaw', 'lips', 'rounding', 'spread', 'tongue'] as const;
export type Articulator = (typeof ARTICULATORS)[number];

/** The mouth's shapes: which articulator moves them, and which channels show them. */
export const SHAPES = {
  jawOpen: { by: 'jaw', channels: ['jawOpen'] },
  jawForward: { by: 'jaw', channels: ['jawForward'] },
  upperUp: { by: 'lips', channels: ['mouthUpperUpLeft', 'mouthUpperUpRight'] },
  lowerDown: { by: 'lips', channels: ['mouthLowerDownLeft', 'mouthLowerDownRight'] },
  press: { by: 'lips', channels: ['mouthPressLeft', 'mouthPressRight'] },
  rollUpper: { by: 'lips', channels: ['mouthRollUpper'] },
  rollLower: { by: 'lips', channels: ['mouthRollLower'] },
  shrugUpper: { by: 'lips', channels: ['mouthShrugUpper'] },
  shrugLower: { by: 'lips', channels: ['mouthShrugLower'] },
  pucker: { by: 'rounding', channels: ['mouthPucker'] },
  funnel: { by: 'rounding', channels: ['mouthFunnel'] },
  stretch: { by: 'spread', channels: ['mouthStretchLeft', 'mouthStretchRight'] },
  smile: { by: 'spread', channels: ['mouthSmileLeft', 'mouthSmileRight'] },
  tipUp: { by: 'tongue', channels: ['tongueTipUp'] },
  betweenTeeth: { by: 'tongue', channels: ['tongueBetweenTeeth'] },
  backUp: { by: 'tongue', channels: ['tongueBackUp'] },
} as const satisfies Record<string, { by: Articulator; channels: readonly MotionChannel[] }>;
export type ShapeName = keyof typeof SHAPES;

export interface Viseme {
  readonly shape: Readonly<Partial<Record<ShapeName, number>>>;
  readonly dominance: Readonly<Record<Articulator, number>>;
}

/** What a phone must reach whatever its neighbours want. */
export type Constraint = 'lips-shut' | 'lip-on-teeth' | 'jaw-nearly-shut';

function dominance(jaw: number, lips: number, rounding: number, spread: number, tongue: number) {
  return { jaw, lips, rounding, spread, tongue };
}
const VOWEL = dominance(1, 1, 1, 1, 0.7);
const ROUND_VOWEL = dominance(1, 1, 1.6, 1, 0.7);
/** Made behind the lips: the lips go with the vowels around. */
const INNER = dominance(0.6, 0.3, 0.18, 0.2, 1.5);

const BILABIAL: Viseme = {
  shape: { jawOpen: 0.08, press: 0.25, rollUpper: 0.1, rollLower: 0.14 },
  dominance: dominance(0.9, 1.4, 0.15, 0.25, 0.2),
};
const LABIODENTAL: Viseme = {
  shape: { jawOpen: 0.07, rollLower: 0.7, upperUp: 0.26 },
  dominance: dominance(1.1, 1.5, 0.3, 0.3, 0.2),
};
const ALVEOLAR_STOP: Viseme = {
  shape: { jawOpen: 0.13, lowerDown: 0.14, upperUp: 0.06, tipUp: 1 },
  dominance: INNER,
};
const SIBILANT: Viseme = {
  shape: { jawOpen: 0.05, jawForward: 0.06, lowerDown: 0.3, upperUp: 0.12, stretch: 0.14, tipUp: 0.65 },
  dominance: dominance(1.6, 0.8, 0.2, 0.5, 1.4),
};
const POSTALVEOLAR: Viseme = {
  shape: {
    jawOpen: 0.07,
    jawForward: 0.1,
    lowerDown: 0.25,
    upperUp: 0.14,
    pucker: 0.28,
    funnel: 0.42,
    tipUp: 0.5,
  },
  dominance: dominance(1.5, 0.8, 1.1, 0.4, 1.3),
};
const DENTAL: Viseme = {
  shape: { jawOpen: 0.14, lowerDown: 0.22, upperUp: 0.1, betweenTeeth: 1 },
  dominance: dominance(0.9, 0.6, 0.25, 0.3, 1.7),
};
const VELAR: Viseme = {
  shape: { jawOpen: 0.2, lowerDown: 0.12, backUp: 1 },
  dominance: dominance(0.45, 0.2, 0.1, 0.1, 1.4),
};

const V = {
  i: {
    shape: { jawOpen: 0.14, lowerDown: 0.2, upperUp: 0.12, stretch: 0.3, smile: 0.22, backUp: 0.3 },
    dominance: VOWEL,
  },
  ɪ: {
    shape: { jawOpen: 0.22, lowerDown: 0.18, upperUp: 0.1, stretch: 0.2, smile: 0.14, backUp: 0.2 },
    dominance: VOWEL,
  },
  e: { shape: { jawOpen: 0.3, lowerDown: 0.2, upperUp: 0.12, stretch: 0.24, smile: 0.16 }, dominance: VOWEL },
  ɛ: {
    shape: { jawOpen: 0.38, lowerDown: 0.2, upperUp: 0.12, stretch: 0.16, smile: 0.08 },
    dominance: VOWEL,
  },
  æ: { shape: { jawOpen: 0.5, lowerDown: 0.22, upperUp: 0.14, stretch: 0.2, smile: 0.08 }, dominance: VOWEL },
  a: { shape: { jawOpen: 0.55, lowerDown: 0.16, upperUp: 0.1, stretch: 0.06 }, dominance: VOWEL },
  ɑ: { shape: { jawOpen: 0.58, lowerDown: 0.14, upperUp: 0.08 }, dominance: VOWEL },
  ɔ: { shape: { jawOpen: 0.46, lowerDown: 0.08, funnel: 0.36, pucker: 0.14 }, dominance: ROUND_VOWEL },
  o: { shape: { jawOpen: 0.34, funnel: 0.42, pucker: 0.3 }, dominance: ROUND_VOWEL },
  ʊ: { shape: { jawOpen: 0.22, funnel: 0.36, pucker: 0.34, backUp: 0.3 }, dominance: ROUND_VOWEL },
  u: { shape: { jawOpen: 0.15, funnel: 0.3, pucker: 0.68, backUp: 0.4 }, dominance: ROUND_VOWEL },
  ʌ: { shape: { jawOpen: 0.4, lowerDown: 0.14, upperUp: 0.08 }, dominance: VOWEL },
  ə: {
    shape: { jawOpen: 0.25, lowerDown: 0.12, upperUp: 0.06 },
    dominance: dominance(0.7, 0.6, 0.45, 0.45, 0.4),
  },
  ɝ: { shape: { jawOpen: 0.24, lowerDown: 0.12, funnel: 0.3, pucker: 0.16, backUp: 0.3 }, dominance: VOWEL },
} as const satisfies Record<string, Viseme>;

const REST: Viseme = { shape: {}, dominance: dominance(1, 1, 1, 1, 1) };
/** Shaped wholly by its neighbours. */
const BREATHED: Viseme = {
  shape: { jawOpen: 0.26, lowerDown: 0.12 },
  dominance: dominance(0.25, 0.2, 0.08, 0.08, 0.15),
};

/** A part of a phone, in order, with the share of its length. Diphthongs and affricates have two. */
export interface VisemePart {
  readonly viseme: Viseme;
  readonly share: number;
}
function whole(viseme: Viseme): readonly VisemePart[] {
  return [{ viseme, share: 1 }];
}
function glide(from: Viseme, to: Viseme, share: number): readonly VisemePart[] {
  return [
    { viseme: from, share },
    { viseme: to, share: 1 - share },
  ];
}
const LATERAL: Viseme = {
  shape: { jawOpen: 0.22, lowerDown: 0.16, upperUp: 0.06, tipUp: 0.95 },
  dominance: dominance(0.6, 0.4, 0.25, 0.25, 1.6),
};
const RHOTIC: Viseme = {
  shape: { jawOpen: 0.17, lowerDown: 0.14, funnel: 0.36, pucker: 0.24, backUp: 0.4 },
  dominance: dominance(0.7, 0.6, 0.9, 0.4, 1),
};
const LABIOVELAR: Viseme = {
  shape: { jawOpen: 0.11, funnel: 0.22, pucker: 0.85, backUp: 0.5 },
  dominance: dominance(0.9, 1, 1.9, 0.8, 0.8),
};
const PALATAL: Viseme = {
  shape: { jawOpen: 0.14, lowerDown: 0.18, stretch: 0.22, smile: 0.12, backUp: 0.35 },
  dominance: dominance(0.7, 0.5, 0.3, 0.7, 1),
};
const GLOTTAL: Viseme = { ...BREATHED, shape: { jawOpen: 0.2 } };

export const PHONE_VISEMES: Readonly<Record<Phone, readonly VisemePart[]>> = {
  sil: whole(REST),
  p: whole(BILABIAL),
  b: whole(BILABIAL),
  m: whole(BILABIAL),
  t: whole(ALVEOLAR_STOP),
  d: whole(ALVEOLAR_STOP),
  n: whole(ALVEOLAR_STOP),
  ɾ: whole(ALVEOLAR_STOP),
  k: whole(VELAR),
  ɡ: whole(VELAR),
  ŋ: whole(VELAR),
  tʃ: glide(ALVEOLAR_STOP, POSTALVEOLAR, 0.35),
  dʒ: glide(ALVEOLAR_STOP, POSTALVEOLAR, 0.35),
  ʔ: whole(GLOTTAL),
  h: whole(BREATHED),
  f: whole(LABIODENTAL),
  v: whole(LABIODENTAL),
  θ: whole(DENTAL),
  ð: whole(DENTAL),
  s: whole(SIBILANT),
  z: whole(SIBILANT),
  ʃ: whole(POSTALVEOLAR),
  ʒ: whole(POSTALVEOLAR),
  l: whole(LATERAL),
  ɹ: whole(RHOTIC),
  w: whole(LABIOVELAR),
  j: whole(PALATAL),
  i: whole(V.i),
  ɪ: whole(V.ɪ),
  e: whole(V.e),
  ɛ: whole(V.ɛ),
  æ: whole(V.æ),
  ɑ: whole(V.ɑ),
  ɒ: whole(V.ɔ),
  ɔ: whole(V.ɔ),
  o: whole(V.o),
  ʊ: whole(V.ʊ),
  u: whole(V.u),
  ʌ: whole(V.ʌ),
  ə: whole(V.ə),
  ɚ: whole(V.ɝ),
  ɝ: whole(V.ɝ),
  ɨ: whole(V.ɪ),
  eɪ: glide(V.e, V.ɪ, 0.6),
  aɪ: glide(V.a, V.ɪ, 0.6),
  ɔɪ: glide(V.ɔ, V.ɪ, 0.58),
  aʊ: glide(V.a, V.ʊ, 0.58),
  oʊ: glide(V.o, V.ʊ, 0.55),
};

const CONSTRAINTS: Partial<Record<Phone, Constraint>> = {
  p: 'lips-shut',
  b: 'lips-shut',
  m: 'lips-shut',
  f: 'lip-on-teeth',
  v: 'lip-on-teeth',
  s: 'jaw-nearly-shut',
  z: 'jaw-nearly-shut',
  ʃ: 'jaw-nearly-shut',
  ʒ: 'jaw-nearly-shut',
  tʃ: 'jaw-nearly-shut',
  dʒ: 'jaw-nearly-shut',
};
export function constraintOf(phone: Phone): Constraint | undefined {
  return CONSTRAINTS[phone];
}

const VOWELS: ReadonlySet<Phone> = new Set<Phone>(
  'i ɪ e ɛ æ ɑ ɒ ɔ o ʊ u ʌ ə ɚ ɝ ɨ eɪ aɪ ɔɪ aʊ oʊ'.split(' ') as Phone[],
);
export function isVowel(phone: Phone): boolean {
  return VOWELS.has(phone);
}

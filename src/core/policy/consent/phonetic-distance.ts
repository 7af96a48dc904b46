/**
 * How far apart two words sound: the cost of turning one's phones into the other's (Wagner–Fischer), where a phone costs
 * what separates its features from the other's (place, manner, voice; height, backness, rounding), as in Kondrak's
 * ALINE. Codes are made of words that lie far apart, so that a misheard code is a code that was not said.
 */

/** place: 0 lips … 1 throat. manner: 0 closed … 1 open. */
type Consonant = readonly [place: number, manner: number, voice: number, nasal: number];
/** height: 0 open … 1 close. */
type Vowel = readonly [height: number, backness: number, rounding: number, nasal: number];

const CONSONANTS: Readonly<Record<string, Consonant>> = {
  p: [0, 0, 0, 0],
  b: [0, 0, 1, 0],
  m: [0, 0.1, 1, 1],
  f: [0.1, 0.5, 0, 0],
  v: [0.1, 0.5, 1, 0],
  θ: [0.25, 0.5, 0, 0],
  ð: [0.25, 0.5, 1, 0],
  t: [0.35, 0, 0, 0],
  d: [0.35, 0, 1, 0],
  n: [0.35, 0.1, 1, 1],
  s: [0.35, 0.55, 0, 0],
  z: [0.35, 0.55, 1, 0],
  l: [0.35, 0.8, 1, 0],
  ɹ: [0.4, 0.9, 1, 0],
  r: [0.4, 0.8, 1, 0],
  tʃ: [0.45, 0.3, 0, 0],
  dʒ: [0.45, 0.3, 1, 0],
  ʃ: [0.45, 0.6, 0, 0],
  ʒ: [0.45, 0.6, 1, 0],
  ç: [0.6, 0.55, 0, 0],
  ɲ: [0.6, 0.1, 1, 1],
  j: [0.6, 1, 1, 0],
  ɥ: [0.5, 1, 1, 0],
  w: [0.3, 1, 1, 0],
  k: [0.8, 0, 0, 0],
  ɡ: [0.8, 0, 1, 0],
  ŋ: [0.8, 0.1, 1, 1],
  x: [0.8, 0.55, 0, 0],
  ʁ: [0.9, 0.7, 1, 0],
  h: [1, 0.7, 0, 0],
};
const VOWELS: Readonly<Record<string, Vowel>> = {
  i: [1, 0, 0, 0],
  ɪ: [0.85, 0.15, 0, 0],
  y: [1, 0, 1, 0],
  u: [1, 1, 1, 0],
  ʊ: [0.85, 0.85, 1, 0],
  e: [0.7, 0, 0, 0],
  ø: [0.7, 0.1, 1, 0],
  o: [0.7, 1, 1, 0],
  ə: [0.5, 0.5, 0, 0],
  ɝ: [0.5, 0.5, 0.3, 0],
  ɛ: [0.35, 0.05, 0, 0],
  œ: [0.35, 0.15, 1, 0],
  ɔ: [0.35, 1, 1, 0],
  æ: [0.15, 0.1, 0, 0],
  a: [0, 0.4, 0, 0],
  ɑ: [0, 0.9, 0, 0],
  ɛ̃: [0.25, 0.1, 0, 1],
  œ̃: [0.25, 0.2, 1, 1],
  ɑ̃: [0, 0.9, 0.3, 1],
  ɔ̃: [0.5, 1, 1, 1],
};

/** A phone that the other word lacks. */
const MISSING = 0.7;
/** A consonant for a vowel: dearer than almost anything, never dearer than dropping one and adding the other. */
const ACROSS = 1.2;
/** Any two phones that differ at all. */
const DIFFERENT = 0.15;
const CONSONANT_WEIGHTS = [0.7, 0.7, 0.25, 0.35] as const;
const VOWEL_WEIGHTS = [0.6, 0.5, 0.25, 0.2] as const;

/** Every phone that a word of a list may have. */
export function isKnownPhone(phone: string): boolean {
  return phone in CONSONANTS || phone in VOWELS;
}

/** 0 for the same phone, at most ACROSS. */
export function phoneDistance(a: string, b: string): number {
  if (a === b) return 0;
  const [consonants, vowels] = [
    [CONSONANTS[a], CONSONANTS[b]],
    [VOWELS[a], VOWELS[b]],
  ] as const;
  if (consonants[0] && consonants[1]) return weighed(consonants[0], consonants[1], CONSONANT_WEIGHTS);
  if (vowels[0] && vowels[1]) return weighed(vowels[0], vowels[1], VOWEL_WEIGHTS);
  return ACROSS;
}

function weighed(a: readonly number[], b: readonly number[], weights: readonly number[]): number {
  const sum = weights.reduce((total, weight, i) => total + weight * Math.abs((a[i] ?? 0) - (b[i] ?? 0)), 0);
  return Math.min(ACROSS, DIFFERENT + sum);
}

/** The cheapest alignment's cost: about 0.7 for one phone more, about 0.5 for one phone that is another. */
export function wordDistance(a: readonly string[], b: readonly string[]): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j * MISSING);
  a.forEach((phone, i) => {
    const next = [(i + 1) * MISSING];
    b.forEach((other, j) => {
      next.push(
        Math.min(
          (row[j] as number) + phoneDistance(phone, other),
          (row[j + 1] as number) + MISSING,
          (next[j] as number) + MISSING,
        ),
      );
    });
    row = next;
  });
  return row[b.length] as number;
}

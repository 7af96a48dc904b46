/**
 * What the camera's guide says. The text to read has every mouth shape of English more than once, open and rounded
 * vowels beside shut lips, in sentences that ask, count and are glad; it takes about twenty seconds.
 */
import type { GuidePart } from '../../managers/camera-guide.svelte.ts';

export const READING: readonly string[] = [
  'Hello, and welcome to my first film.',
  'I am reading this so that my presenter learns how I speak.',
  'Five brave puppies jumped over a big blue box.',
  'Why should we measure joy, or weigh the fresh morning air?',
  'I choose to show you how my voice moves, up high and down low.',
  'Thank you. That was really quite easy!',
];

/** Calm reading aloud, words a second. */
const WORDS_A_SECOND = 2.6;

/** Which sentence a calm reader has come to after so many seconds. */
export function sentenceAt(seconds: number): number {
  let endS = 0;
  for (const [i, sentence] of READING.entries()) {
    endS += sentence.split(' ').length / WORDS_A_SECOND;
    if (seconds < endS) return i;
  }
  return READING.length - 1;
}

/** What to look at, and from which second of the part. */
export const LOOKS: readonly { readonly fromS: number; readonly text: string; readonly to: Where }[] = [
  { fromS: 0, text: 'Look a little to the left', to: 'left' },
  { fromS: 1.8, text: 'Now a little to the right', to: 'right' },
  { fromS: 3.6, text: 'A little up', to: 'up' },
  { fromS: 5, text: 'A little down', to: 'down' },
  { fromS: 6.4, text: 'And back to me', to: 'middle' },
];
export type Where = 'left' | 'right' | 'up' | 'down' | 'middle';

export const PART_NAMES: Readonly<Record<GuidePart, string>> = {
  read: 'Read a little',
  listen: 'Listen a little',
  look: 'Look around a little',
};

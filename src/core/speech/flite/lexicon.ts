/**
 * How Flite would say each word of a text, asked of Flite itself (its CMU dictionary, its part-of-speech tagger for
 * homographs, its letter-to-sound rules). Every word is followed by a phrase break, so that the list of phones comes
 * back cut at the words. The sound is not wanted, so it is asked for as short as can be; but from a voice that tells the
 * vowels of cut and cot apart, which the quickest one, kal, does not.
 */
import { AppError } from '../../base/errors.ts';
import { type FlitePhone, isFliteSymbol } from './phones.ts';

/** One run of the Flite program over an SSML document; gives what it printed and the WAV it wrote. */
export type FliteRunner = (
  args: readonly string[],
  document: string,
) => Promise<{ readonly stdout: string; readonly wav: Uint8Array | null }>;

/** Flite cuts an utterance after 500 tokens of any kind; each word here is one. */
export const MAX_WORDS = 400;

/**
 * The phones of each word, in order; an empty list for a word that Flite has no sound for.
 * @param words lower-case letters and apostrophes, at most MAX_WORDS.
 */
export async function lookUp(words: readonly string[], run: FliteRunner): Promise<FlitePhone[][]> {
  if (words.length === 0) return [];
  const groups = await lookUpGroups(words, run);
  if (groups.length === words.length) return groups;
  // A word without any phone leaves no break behind, so the cuts no longer match: ask one by one.
  const each: FlitePhone[][] = [];
  for (const word of words) each.push((await lookUpGroups([word], run)).flat());
  return each;
}

async function lookUpGroups(words: readonly string[], run: FliteRunner): Promise<FlitePhone[][]> {
  const document = words.map((word) => `${word} <break/>`).join(' ');
  const { stdout } = await run(['-voice', 'slt', '--setf', 'duration_stretch=0.01', '-psstress'], document);
  const groups: FlitePhone[][] = [[]];
  for (const printed of stdout.trim().split(/\s+/u)) {
    if (printed === 'pau') groups.push([]);
    else if (printed !== '') (groups.at(-1) as FlitePhone[]).push(parsePhone(printed));
  }
  return groups.filter((group) => group.length > 0);
}

function parsePhone(printed: string): FlitePhone {
  const stressed = /[01]$/u.test(printed);
  const symbol = stressed ? printed.slice(0, -1) : printed;
  if (!isFliteSymbol(symbol))
    throw new AppError('speech-failed', 'The voice answered with a sound that Orator does not know.', {
      cause: new Error(`phone "${printed}"`),
      way: 'Write the last changed word differently, or say how it is pronounced.',
    });
  return { symbol, stress: stressed && printed.endsWith('1') ? 1 : 0 };
}

/** The words that are typed, one a round: each makes a sentence that the voice has not said before. */
import type { Project } from '#core/document/project.ts';
import { filmOf, THREE_SENTENCES } from './films.ts';

const WORDS = ['harbour', 'lantern', 'captain', 'evening', 'market', 'island', 'winter', 'garden', 'copper'];

/**
 * A three-sentence paragraph into which two words were typed, in the middle. The length of the film is one of them,
 * because what was said in another film would be found in the store.
 */
export function editedText(round: number, paragraphs: number): string {
  return THREE_SENTENCES.replace('pier', `${WORDS[round % WORDS.length] ?? 'stone'} ${paragraphs} pier`);
}

/** So many paragraphs, no two alike. */
export function editProject(paragraphs: number): Project {
  const texts = Array.from({ length: paragraphs }, (_, i) => `Part ${i + 1}. ${THREE_SENTENCES}`);
  return filmOf(texts, 1080);
}

/** English. */
import { ENGLISH_CONTEXTS } from './english-contexts.ts';
import { ENGLISH_LISTS } from './english-lists.ts';
import { ENGLISH_OTHER } from './english-other.ts';
import { ENGLISH_VIOLENCE } from './english-violence.ts';
import type { Lexicon } from './lexicon.ts';

export const ENGLISH: Lexicon = {
  language: 'en',
  lists: ENGLISH_LISTS,
  rules: [...ENGLISH_VIOLENCE, ...ENGLISH_OTHER],
  contexts: ENGLISH_CONTEXTS,
};

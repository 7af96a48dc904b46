/** What a language’s part of the rules looks like. Words are folded: small letters, no accents, no apostrophes. */
import type { Lists } from '../patterns.ts';

/**
 * What can excuse words that stand in a sentence or beside it.
 * negated: “never …” right before. countered: said to be wrong, or called on to be stopped. reported: told of, by news,
 * courts, history. taught: a lesson, a definition, a warning, a policy. told: a story, a film, a game.
 */
export const CONTEXTS = ['negated', 'countered', 'reported', 'taught', 'told'] as const;
export type Context = (typeof CONTEXTS)[number];

export interface RuleLines {
  /** A rule’s number. */
  readonly rule: string;
  readonly patterns: readonly string[];
  /** Which contexts may excuse it; all of them where it is not said. */
  readonly excusedBy?: readonly Context[];
  /** Another decision than the rule’s own. */
  readonly decision?: 'review' | 'block';
}

export interface Lexicon {
  readonly language: string;
  readonly lists: Lists;
  readonly rules: readonly RuleLines[];
  readonly contexts: Readonly<Record<Context, readonly string[]>>;
}

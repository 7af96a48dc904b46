/**
 * The written rules, applied: phrases of four languages over folded words, what excuses them, and numbers that belong to
 * somebody. Every language is looked for in every text, because a wrong label must not be a way around.
 */
import { ENGLISH } from './lexicon/english.ts';
import { FRENCH } from './lexicon/french.ts';
import { GERMAN } from './lexicon/german.ts';
import { CONTEXTS, type Context, type Lexicon } from './lexicon/lexicon.ts';
import { SPANISH } from './lexicon/spanish.ts';
import { findNumbers } from './numbers.ts';
import {
  compileAny,
  compilePattern,
  findAll,
  firstWords,
  wordLine,
  wordsNamed,
  type WordRange,
} from './patterns.ts';
import { ruleOf, type PolicyRule } from './policy.ts';
import { sentencesOf } from './sentences.ts';
import { Vocabulary, wordsOf, type Word } from './unmask.ts';
import type { Decision, TextPiece, TextSpan } from './verdict.ts';

export const LEXICONS: readonly Lexicon[] = [ENGLISH, GERMAN, FRENCH, SPANISH];

/** A sentence as the author wrote it, and as it is read. */
export interface Sentence {
  readonly span: TextSpan;
  readonly words: readonly Word[];
  /** The author’s text with masked words read out. */
  readonly plain: string;
}

export interface RuleMatch {
  readonly rule: PolicyRule;
  readonly span: TextSpan;
  /** Of `Reading.sentences`; null for numbers. */
  readonly sentence: number | null;
  readonly decision: Exclude<Decision, 'allow'>;
  /** Something beside it may excuse it: it is not certain, and the classifier may clear it. */
  readonly perhaps: boolean;
}

export interface Reading {
  readonly sentences: readonly Sentence[];
  readonly matches: readonly RuleMatch[];
}

interface CompiledPattern {
  readonly rule: PolicyRule;
  readonly decision: Exclude<Decision, 'allow'>;
  readonly pattern: RegExp;
  readonly excusedBy: readonly Context[];
}

interface Compiled {
  /** By the words that a match can begin with; under `''` those that can begin with any. */
  readonly patterns: ReadonlyMap<string, readonly CompiledPattern[]>;
  readonly contexts: Readonly<Record<Context, readonly RegExp[]>>;
  readonly vocabulary: Vocabulary;
  readonly names: readonly RegExp[];
}

let compiled: Compiled | null = null;

/** Compiled when first asked for: a page that never moderates pays nothing. */
function rules(): Compiled {
  return (compiled ??= {
    patterns: byFirstWord(),
    contexts: Object.fromEntries(
      CONTEXTS.map((context) => [
        context,
        LEXICONS.map(({ contexts, lists }) => compileAny(contexts[context], lists)),
      ]),
    ) as unknown as Compiled['contexts'],
    vocabulary: new Vocabulary(
      LEXICONS.flatMap(({ rules: lines, lists }) => [
        ...wordsNamed([...lines.flatMap(({ patterns }) => patterns), ...Object.values(lists)]),
      ]),
    ),
    names: [
      compilePattern('<famous>', ENGLISH.lists),
      compilePattern('<politician>', ENGLISH.lists),
      compilePattern('<office>', ENGLISH.lists),
      compilePattern('<politiker>', GERMAN.lists),
      compilePattern('<politicien>', FRENCH.lists),
      compilePattern('<politico>', SPANISH.lists),
    ],
  });
}

function byFirstWord(): Compiled['patterns'] {
  const found = new Map<string, CompiledPattern[]>();
  const put = (word: string, one: CompiledPattern) => found.set(word, [...(found.get(word) ?? []), one]);
  for (const { rules: lines, lists } of LEXICONS)
    for (const { rule: id, patterns, excusedBy = CONTEXTS, decision } of lines) {
      const rule = ruleOf(id);
      for (const written of patterns) {
        const pattern = compilePattern(written, lists);
        const one = { rule, decision: decision ?? rule.decision, pattern, excusedBy };
        for (const word of firstWords(written, lists) ?? ['']) put(word, one);
      }
    }
  return found;
}

/** Whether some rule, in some language, knows this word. */
export function isRuleWord(word: string): boolean {
  return rules().vocabulary.has(word);
}

/** Those that could match a sentence, each once. */
function patternsFor(words: readonly Word[]): ReadonlySet<CompiledPattern> {
  const { patterns } = rules();
  return new Set(['', ...words.map(({ text }) => text)].flatMap((word) => patterns.get(word) ?? []));
}

/** Reads a piece of text and applies every rule to it. */
export function readPiece({ text, kind }: Pick<TextPiece, 'text' | 'kind'>): Reading {
  const { vocabulary } = rules();
  const words = wordsOf(text, vocabulary);
  const sentences = sentencesOf(text).map((span): Sentence => {
    const own = words.filter(({ start }) => start >= span.start && start < span.end);
    return { span, words: own, plain: plainText(text, span, own) };
  });
  const matches = [
    ...sentences.flatMap((_, i) => matchSentence(text, sentences, i)),
    ...findNumbers(text).map(({ rule: id, span }): RuleMatch => {
      const rule = ruleOf(id);
      return { rule, span, sentence: null, decision: rule.decision, perhaps: false };
    }),
    ...(kind === 'name' ? matchNames(words) : []),
  ];
  return { sentences, matches: gravestOnly(matches) };
}

function plainText(text: string, { start, end }: TextSpan, words: readonly Word[]): string {
  let [plain, at] = ['', start];
  for (const word of words)
    if (word.masked && word.start >= at && word.end <= end) {
      plain += text.slice(at, word.start) + word.text;
      at = word.end;
    }
  return plain + text.slice(at, end);
}

function matchNames(words: readonly Word[]): RuleMatch[] {
  const line = wordLine(words);
  const rule = ruleOf('F6');
  return rules()
    .names.flatMap((name) => findAll(name, line))
    .map((range) => ({
      rule,
      span: spanOf(words, range),
      sentence: null,
      decision: rule.decision,
      perhaps: false,
    }));
}

function matchSentence(text: string, sentences: readonly Sentence[], at: number): RuleMatch[] {
  const { words } = sentences[at] as Sentence;
  if (words.length === 0) return [];
  const line = wordLine(words);
  const found: RuleMatch[] = [];
  for (const { rule, decision, pattern, excusedBy } of patternsFor(words))
    for (const range of findAll(pattern, line)) {
      const span = spanOf(words, range);
      const excuse = deniesItself(words, range, pattern, excusedBy)
        ? 'full'
        : excuseOf(text, sentences, at, range, excusedBy);
      // What endangers children is never waved through by a word beside it.
      const full = excuse === 'full' && rule.category !== 'minors';
      if (full || (excuse !== null && decision === 'review')) continue;
      found.push({
        rule,
        span,
        sentence: at,
        decision: excuse === null ? decision : 'review',
        perhaps: excuse !== null,
      });
    }
  return found;
}

function spanOf(words: readonly Word[], { first, last }: WordRange): TextSpan {
  return { start: (words[first] as Word).start, end: (words[last] as Word).end };
}

const DENIAL = /^(?:not|never|nicht|nie|niemals|jamais|nunca)$/;

/** “returns are not guaranteed”: a denial stands in a gap of the match, where the pattern has none. */
function deniesItself(
  words: readonly Word[],
  { first, last }: WordRange,
  { source }: RegExp,
  allowed: readonly Context[],
): boolean {
  if (!allowed.includes('negated')) return false;
  return words.slice(first, last + 1).some(({ text }) => DENIAL.test(text) && !source.includes(` ${text}`));
}

const NEGATION_REACH = 4;

/**
 * full: it is denied, argued against, or quoted in a report or a lesson. partly: it may be, a person has to see. What
 * stands before and after the match counts, not the match itself.
 */
function excuseOf(
  text: string,
  sentences: readonly Sentence[],
  at: number,
  { first, last }: WordRange,
  allowed: readonly Context[],
): 'full' | 'partly' | null {
  const { words } = sentences[at] as Sentence;
  const around = [words.slice(0, first), words.slice(last + 1)];
  const here = (context: Context) =>
    allowed.includes(context) && around.some((part) => hasContext(context, part));
  if (
    allowed.includes('negated') &&
    hasContext('negated', words.slice(Math.max(0, first - NEGATION_REACH), first))
  )
    return 'full';
  if (here('countered')) return 'full';
  const quoted = isQuoted(text, spanOf(words, { first, last }));
  const told = here('reported') || here('taught') || here('told');
  if (told) return quoted ? 'full' : 'partly';
  const beside = [sentences[at - 1], sentences[at + 1]].filter((one) => one !== undefined);
  const near = (['countered', 'reported', 'taught', 'told'] as const).some(
    (context) => allowed.includes(context) && beside.some((sentence) => hasContext(context, sentence.words)),
  );
  return near ? 'partly' : null;
}

function hasContext(context: Context, words: readonly Word[]): boolean {
  if (words.length === 0) return false;
  const { line } = wordLine(words);
  return rules().contexts[context].some((pattern) => pattern.test(line));
}

const QUOTES: readonly (readonly [open: string, close: string])[] = [
  ['“', '”'],
  ['„', '“'],
  ['„', '”'],
  ['«', '»'],
  ['»', '«'],
  ['‹', '›'],
  ['‘', '’'],
  ['"', '"'],
  ["'", "'"],
];

/** Whether a span stands between quotation marks, within a stretch that a quotation may have. */
export function isQuoted(text: string, { start, end }: TextSpan): boolean {
  const before = text.slice(Math.max(0, start - 200), start);
  const after = text.slice(end, end + 200);
  return QUOTES.some(([open, close]) => {
    const opened = before.lastIndexOf(open);
    if (opened < 0 || !after.includes(close)) return false;
    if (open !== close) return before.indexOf(close, opened + 1) < 0;
    // Straight marks open and close alike: an odd number of them, the last one after a space.
    const marks = [...before].filter(
      (char, i) => char === open && (open !== "'" || !/\p{L}/u.test(before[i - 1] ?? ' ')),
    );
    return marks.length % 2 === 1;
  });
}

const WEIGHT = { review: 1, block: 2 } as const;

/** Of matches that overlap in one category the gravest, then the longest. */
function gravestOnly(matches: readonly RuleMatch[]): RuleMatch[] {
  const ranked = [...matches].sort(
    (a, b) =>
      WEIGHT[b.decision] - WEIGHT[a.decision] ||
      b.span.end - b.span.start - (a.span.end - a.span.start) ||
      a.span.start - b.span.start,
  );
  const kept: RuleMatch[] = [];
  for (const match of ranked)
    if (
      !kept.some(
        (other) =>
          other.rule.category === match.rule.category &&
          other.span.start < match.span.end &&
          match.span.start < other.span.end,
      )
    )
      kept.push(match);
  return kept;
}

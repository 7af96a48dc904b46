import { describe, expect, it } from 'vitest';
import { compilePattern, findAll, firstWords, wordLine } from '#core/policy/moderation/patterns.ts';
import { LEXICONS } from '#core/policy/moderation/rules.ts';
import { RULES, ruleOf } from '#core/policy/moderation/policy.ts';
import { sentencesOf } from '#core/policy/moderation/sentences.ts';
import { findNumbers } from '#core/policy/moderation/numbers.ts';
import { Vocabulary, wordsOf } from '#core/policy/moderation/unmask.ts';
import { CATEGORIES } from '#core/policy/moderation/verdict.ts';

const line = (text: string) => wordLine(text.split(' ').map((word) => ({ text: word })));

function matches(pattern: string, text: string, lists = {}): boolean {
  return findAll(compilePattern(pattern, lists), line(text)).length > 0;
}

describe('patterns', () => {
  it('are whole words, alternatives, gaps, endings and lists', () => {
    expect(matches('kill them', 'they kill them all')).toBe(true);
    expect(matches('kill them', 'they skill them all')).toBe(false);
    expect(matches('kill (all|every one of) them', 'kill every one of them')).toBe(true);
    expect(matches('kill (all)? them', 'kill them')).toBe(true);
    expect(matches('kill ~2 them', 'kill one two them')).toBe(true);
    expect(matches('kill ~2 them', 'kill one two three them')).toBe(false);
    expect(matches('poison*', 'poisonous')).toBe(true);
    expect(matches('scams?', 'scam')).toBe(true);
    expect(matches('<a> now', 'stop it now', { a: 'go|<b>', b: 'stop it' })).toBe(true);
    expect(matches('^now', 'and now')).toBe(false);
    expect(matches('now$', 'now or never')).toBe(false);
  });

  it('say which words they are', () => {
    expect(findAll(compilePattern('b ~1 d', {}), line('a b c d e'))).toEqual([{ first: 1, last: 3 }]);
  });

  it('know what they can begin with, so that nothing is missed', () => {
    expect(firstWords('(a|b c)? d e', {})).toEqual(new Set(['a', 'b', 'd']));
    expect(firstWords('~2 d', {})).toBeNull();
    expect(firstWords('<x> d', { x: 'p|q r' })).toEqual(new Set(['p', 'q']));
    expect(firstWords('sex* d', {})).toBeNull();
  });

  it('of every language compile, name rules that exist, and match something', () => {
    for (const { rules, lists, contexts } of LEXICONS) {
      for (const { rule, patterns } of rules) {
        expect(ruleOf(rule).id).toBe(rule);
        for (const pattern of patterns) expect(compilePattern(pattern, lists).test('')).toBe(false);
      }
      for (const patterns of Object.values(contexts))
        for (const pattern of patterns) expect(compilePattern(pattern, lists).test('')).toBe(false);
    }
  });

  it('are written as words are folded', () => {
    for (const { rules, lists } of LEXICONS)
      for (const pattern of [...rules.flatMap(({ patterns }) => patterns), ...Object.values(lists)])
        expect(pattern.replaceAll(/\\[a-zS]/g, '')).toMatch(/^[a-z0-9 ()|<>?*~^$+[\]-]*$/);
  });
});

describe('words', () => {
  const vocabulary = new Vocabulary(['kill', 'yourself', 'suicide', 'all']);
  const read = (text: string) => wordsOf(text, vocabulary);

  it('keep the author’s places, in UTF-16', () => {
    for (const text of ['😀 ｋｉｌｌ, then!', '😀 k\u0301i\u200bll, then!', '😀 𝐤𝐢𝐥𝐥, then!']) {
      const word = read(text).find(({ text: found }) => found === 'kill');
      expect(text.slice(word?.start, word?.end)).toBe(text.slice(3, text.indexOf(',')));
    }
  });

  it('stay what they are where no known word is meant', () => {
    expect(read('4x4 e-mail привет B2B k1lo 100% naïve').map(({ text }) => text)).toEqual([
      '4x4',
      'e',
      'mail',
      'привет',
      'b2b',
      'k1lo',
      '100',
      'naive',
    ]);
  });

  it('are put together again where they were torn', () => {
    expect(read('su icide').map(({ text }) => text)).toEqual(['suicide']);
    expect(read('k i l l yourself').map(({ text }) => text)).toEqual(['kill', 'yourself']);
  });

  it('cannot be made to take forever', () => {
    expect(read('*'.repeat(5000)).length).toBe(0);
    expect(read(`k${'*'.repeat(30)}l`).length).toBeGreaterThan(0);
    expect(read('k '.repeat(3000)).length).toBeGreaterThan(0);
  });
});

describe('sentences', () => {
  const split = (text: string) => sentencesOf(text).map(({ start, end }) => text.slice(start, end));

  it('end where they end', () => {
    expect(split('Dr. Smith paid 3.50 today. “Really?” Yes!\nNew line')).toEqual([
      'Dr. Smith paid 3.50 today.',
      '“Really?”',
      'Yes!',
      'New line',
    ]);
    expect(split('  \n ')).toEqual([]);
  });

  it('of endless text are cut at spaces, and nothing is lost', () => {
    const text = 'word '.repeat(500).trim();
    expect(split(text).length).toBeGreaterThan(3);
    expect(split(text).join(' ')).toBe(text);
  });
});

describe('numbers', () => {
  it.each([
    ['Card 4539148803436467', 'D1'],
    ['IBAN DE44 5001 0517 5407 3249 31', 'D1'],
    ['her social security number is 536-22-1942', 'D1'],
    ['mein Passwort ist Sommer2024!', 'D3'],
    ['key AKIAIOSFODNN7EXAMPLE', 'D3'],
  ])('%s', (text, rule) => {
    expect(findNumbers(text).map((one) => one.rule)).toEqual([rule]);
  });

  it.each([
    'Card 4242 4242 4242 4242',
    'Part 4539148803436468',
    'IBAN DE44 5001 0517 5407 3249 32',
    'call 536-22-1942',
    'In 2024 we sold 1,234,567,890,123 units',
    'your password is important',
  ])('%s is nobody’s', (text) => {
    expect(findNumbers(text)).toEqual([]);
  });
});

describe('the table of rules', () => {
  it('has each number once, and one for the classifier in each category', () => {
    expect(new Set(RULES.map(({ id }) => id)).size).toBe(RULES.length);
    for (const category of CATEGORIES)
      expect(RULES.filter((rule) => rule.category === category && rule.id.endsWith('9'))).toHaveLength(1);
  });
});

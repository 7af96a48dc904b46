/** What is asked of a person who consents: words far apart, codes nobody guesses, a statement that names the scope. */
import { describe, expect, test } from 'vitest';
import { seededRandom } from '#core/base/hashing.ts';
import { TURNS, type ConsentScope, type ConsentSessionId } from '#core/policy/consent/challenge.ts';
import { chainNext, chainStart } from '#core/policy/consent/chain.ts';
import {
  challengeCodeBits,
  LEAST_CODE_BITS,
  makeChallenge,
  PACE,
  type RandomInt,
} from '#core/policy/consent/make-challenge.ts';
import { isKnownPhone, phoneDistance, wordDistance } from '#core/policy/consent/phonetic-distance.ts';
import { statementSentences } from '#core/policy/consent/statement.ts';
import { codeWords, CONSENT_LANGUAGES, consentLanguage } from '#core/policy/consent/words/words.ts';

const SCOPE: ConsentScope = {
  uses: ['own-films', 'distribution'],
  languages: ['en', 'fr'],
  until: '2030-03-01T00:00:00Z',
};
/** Three phones that are others, or nearly so. */
const LEAST_DISTANCE = 2;

function dice(seed: number): RandomInt {
  const random = seededRandom(seed);
  return (below) => Math.floor(random() * below);
}

describe.each(CONSENT_LANGUAGES)('code words in %s', (language) => {
  const words = codeWords(language).map(([word, phones]) => ({ word, phones: phones.split(' ') }));

  test('are sixty-four, each once, of at least four known phones', () => {
    expect(new Set(words.map(({ word }) => word)).size).toBe(64);
    for (const { word, phones } of words) {
      expect(phones.length, word).toBeGreaterThanOrEqual(4);
      expect(
        phones.filter((phone) => !isKnownPhone(phone)),
        word,
      ).toEqual([]);
    }
  });

  test('lie far apart by ear', () => {
    const near = words.flatMap((a, i) =>
      words.slice(0, i).flatMap((b) => {
        const distance = wordDistance(a.phones, b.phones);
        return distance < LEAST_DISTANCE ? [`${a.word} ${b.word} ${distance}`] : [];
      }),
    );
    expect(near).toEqual([]);
  });
});

test('the distance between words is a metric that knows what sounds alike', () => {
  expect(phoneDistance('p', 'b')).toBeLessThan(phoneDistance('p', 's'));
  expect(phoneDistance('i', 'ɪ')).toBeLessThan(phoneDistance('i', 'ɑ'));
  const words = codeWords('en')
    .slice(0, 20)
    .map(([, phones]) => phones.split(' '));
  for (const a of words)
    for (const b of words) {
      expect(wordDistance(a, b)).toBeCloseTo(wordDistance(b, a), 9);
      expect(wordDistance(a, b) === 0).toBe(a === b);
    }
});

describe.each(CONSENT_LANGUAGES)('a challenge in %s', (language) => {
  const many = Array.from({ length: 200 }, (_, seed) => makeChallenge(language, SCOPE, dice(seed)));

  test('has codes that take more than forty bits to guess', () => {
    for (const challenge of many) expect(challengeCodeBits(challenge)).toBeGreaterThan(LEAST_CODE_BITS);
    const first = many.map(({ prompts }) => prompts.find(({ kind }) => kind === 'code'));
    expect(new Set(first.map((code) => JSON.stringify(code))).size).toBeGreaterThan(190);
  });

  test('replaces codes every ten to fifteen seconds', () => {
    for (const { prompts } of many) {
      const codes = prompts.filter((prompt) => prompt.kind === 'code');
      expect(codes.length).toBeGreaterThanOrEqual(5);
      codes.forEach((code, i) => {
        const lastsMs = code.untilMs - code.shownAtMs;
        expect(lastsMs).toBeGreaterThanOrEqual(PACE.shortestRoundMs);
        expect(lastsMs).toBeLessThanOrEqual(PACE.longestRoundMs);
        expect(codes[i + 1]?.shownAtMs ?? code.untilMs).toBe(code.untilMs);
      });
      const words = codes.flatMap((code) => code.words);
      expect(new Set(words).size).toBe(words.length);
    }
  });

  test('asks for turns and flashes between, one thing at a time, and the whole statement', () => {
    for (const { prompts } of many) {
      const times = prompts.map(({ shownAtMs }) => shownAtMs);
      expect(times).toEqual([...times].sort((a, b) => a - b));
      expect(new Set(times).size).toBe(times.length);
      const turns = prompts.flatMap((prompt) => (prompt.kind === 'turn' ? [prompt.direction] : []));
      const flashes = prompts.flatMap((prompt) => (prompt.kind === 'flash' ? [prompt.color] : []));
      expect(turns.some((direction) => direction === 'left' || direction === 'right')).toBe(true);
      for (const list of [turns, flashes]) {
        expect(list.length).toBeGreaterThanOrEqual(3);
        expect(list.some((one, i) => one === list[i + 1])).toBe(false);
      }
      const read = prompts.flatMap((prompt) => (prompt.kind === 'statement' ? [prompt.text] : []));
      expect(read).toEqual(statementSentences(language, SCOPE));
    }
    const asked = new Set(
      many.flatMap(({ prompts }) => prompts.flatMap((p) => (p.kind === 'turn' ? [p.direction] : []))),
    );
    expect(asked.size).toBe(TURNS.length);
  });
});

test('the same random numbers make the same challenge, others another', () => {
  expect(makeChallenge('fr-CA', SCOPE, dice(1))).toEqual(makeChallenge('fr', SCOPE, dice(1)));
  expect(makeChallenge('fr', SCOPE, dice(1))).not.toEqual(makeChallenge('fr', SCOPE, dice(2)));
});

test('a statement names every use, every language and the last day', () => {
  const all: ConsentScope = {
    uses: ['live', 'own-films', 'distribution', 'localize', 'personalize'],
    languages: ['en', 'fr', 'ja', 'pt-BR', 'sw'],
    until: '2030-03-01T00:00:00Z',
  };
  expect(statementSentences('en', all)).toEqual([
    'A presenter with my face and my voice may say words that I never said.',
    'It may be used in films made by this account and in films that others see.',
    'It may be used for translating my films and for films made for one viewer.',
    'It may be used live, in my place.',
    'It may speak English, French, Japanese, and Brazilian Portuguese.',
    'It may speak Swahili.',
    'This holds until March 1, 2030, and I can end it at any time.',
  ]);
  expect(statementSentences('de', { ...SCOPE, languages: ['*'] })).toContain(
    'Er darf jede Sprache sprechen.',
  );
  for (const language of CONSENT_LANGUAGES) {
    const sentences = statementSentences(language, all);
    expect(sentences.join(' ')).toContain('2030');
    // The longest is still read between two codes.
    for (const prompt of makeChallenge(language, all, dice(3)).prompts)
      if (prompt.kind === 'code')
        expect(prompt.untilMs - prompt.shownAtMs).toBeLessThanOrEqual(PACE.longestRoundMs);
  }
});

test('a language without words is refused with those that have some', () => {
  expect(consentLanguage('ja')).toBeNull();
  expect(() => makeChallenge('ja', SCOPE, dice(1))).toThrow('“ja”');
  const many = Array.from({ length: 100 }, (_, i) => `x${String.fromCharCode(97 + (i % 26))}`);
  expect(() => makeChallenge('en', { ...SCOPE, languages: many }, dice(1))).toThrow('too much');
});

test('a chain stands for all chunks in their order', async () => {
  const session = 'session-1' as ConsentSessionId;
  const chunks = [1, 2, 3].map((value) => new Uint8Array(1000).fill(value));
  const last = async (list: readonly Uint8Array[], of = session) => {
    let hash = await chainStart(of);
    for (const chunk of list) hash = await chainNext(hash, chunk);
    return hash;
  };
  const whole = await last(chunks);
  expect(whole).toMatch(/^[0-9a-f]{64}$/);
  const [a, b, c] = chunks as [Uint8Array, Uint8Array, Uint8Array];
  for (const other of [
    [a, c, b],
    [a, b],
    [b, c],
    [a, b, c, c],
    [a, b, c.map((v, i) => (i === 7 ? v + 1 : v))],
  ])
    expect(await last(other)).not.toBe(whole);
  expect(await last(chunks, 'session-2' as ConsentSessionId)).not.toBe(whole);
});

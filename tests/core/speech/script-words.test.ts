import { expect, test } from 'vitest';
import { seededRandom } from '#core/base/hashing.ts';
import { type Inline, paragraphText } from '#core/document/script.ts';
import { normalise } from '#core/speech/normalise/normalise.ts';
import { scriptWords } from '#core/speech/script-words.ts';
import { paragraph } from './say.ts';

const wordsOf = (...content: (Inline | string)[]) => scriptWords(paragraph(...content)).words;

test('words keep the text as typed, punctuation included', () => {
  const text = '  “Well,” she said—quickly — 3.5 km…  Done! 🎉 ';
  const words = wordsOf(text);
  expect(words.map((word) => word.text)).toEqual([
    '“Well,”',
    'she',
    'said—',
    'quickly —',
    '3.5',
    'km…',
    'Done! 🎉',
  ]);
  for (const word of words) expect(text.slice(word.start, word.end)).toBe(word.text);
});

test('a line break is heard, and never shown as a word', () => {
  const { boundaries, tokens } = normalise(wordsOf('Red\nGreen\nBlue'));
  expect(boundaries).toEqual(['clause', 'clause', 'none']);
  expect(tokens.map(({ spoken }) => spoken)).toEqual(['red', 'green', 'blue']);
});

test('marks reach the words that they touch, also where they begin inside one', () => {
  const words = wordsOf(
    'un',
    { kind: 'text', text: 'believ', marks: { emphasis: 2 } },
    'able and ',
    { kind: 'text', text: 'Siobhan', marks: { pronunciation: '/ʃəˈvɔːn/' } },
    "'s cat",
  );
  expect(words.map((word) => word.emphasis)).toEqual([2, 0, 0, 0]);
  expect(words[2]?.pronunciation).toEqual({ say: '/ʃəˈvɔːn/', from: 0, to: 7 });
  const tokens = normalise(words).tokens;
  expect(tokens[2]?.phones?.map(({ phone }) => phone).join(' ')).toBe('ʃ ə v ɔ n z');
});

test('a respelling is said word by word, and shared out when it has as many words as the text', () => {
  const respelt = normalise(
    wordsOf({ kind: 'text', text: 'Orator', marks: { pronunciation: 'oh rah tor' } }),
  ).tokens;
  expect(respelt.map(({ spoken, word }) => spoken + word)).toEqual(['oh0', 'rah0', 'tor0']);
  const shared = normalise(
    wordsOf({ kind: 'text', text: 'Château Margaux', marks: { pronunciation: 'shatoe margoe' } }),
  ).tokens;
  expect(shared.map(({ spoken, word }) => spoken + word)).toEqual(['shatoe0', 'margoe1']);
});

test('pauses belong to the word before them, gestures to the word after', () => {
  const script = scriptWords(
    paragraph(
      { kind: 'pause', durationS: 0.5 },
      'One',
      { kind: 'pause', durationS: 1 },
      { kind: 'gesture', gesture: 'wave' },
      ' two',
    ),
  );
  expect(script.leadingPauseS).toBe(0.5);
  expect(script.words.map((word) => word.pauseAfterS)).toEqual([1, 0]);
  expect(script.gestures).toEqual([{ gesture: 'wave', before: 1, afterPauseS: 1 }]);
});

test('a variable is spoken as its fallback', () => {
  const content = ['Hi ', { kind: 'variable', name: 'name', fallback: 'Dr. Lee' } as const, '!'];
  expect(normalise(wordsOf(...content)).tokens.map(({ spoken }) => spoken)).toEqual(['hi', 'doctor', 'lee']);
});

const ALPHABET = [
  ...'abcXYZ  0123456789.,;:!?-–—…\'"()[]{}<>/\\@#$%&*+=_~^|`\n\t°€£½²',
  ...'éßøŁжЩΩψ東京مرحباनमस्ते',
  '😀',
  '👩‍🚀',
  '\u0301',
  '\u200b',
  '\u202e',
  '\ud800',
  '\udc00',
  'CEO',
  'Dr.',
  'XIV',
  'http://',
  '.com',
  ' 3:30 ',
  ' Nov ',
  '\u00a0',
  '\0',
];

test('no text whatsoever breaks the normaliser, loses a word or leaves its span (1,500 seeded texts)', () => {
  const random = seededRandom(20261121);
  for (let round = 0; round < 1500; round++) {
    let text = '';
    const length = 1 + Math.floor(random() * 60);
    for (let i = 0; i < length; i++) text += ALPHABET[Math.floor(random() * ALPHABET.length)];
    const made = paragraph(text);
    const { words } = scriptWords(made);
    const whole = paragraphText(made);
    let end = 0;
    for (const word of words) {
      expect(word.start).toBeGreaterThanOrEqual(end);
      expect(whole.slice(word.start, word.end)).toBe(word.text);
      end = word.end;
    }
    expect(
      words
        .map((word) => word.text)
        .join('')
        .replace(/\s+/gu, ''),
    ).toBe(whole.replace(/\s+/gu, ''));
    const { tokens, boundaries } = normalise(words);
    expect(boundaries).toHaveLength(words.length);
    let at = 0;
    for (const token of tokens) {
      expect(token.spoken).toMatch(/^[a-z][a-z']*$/u);
      expect(token.word).toBeGreaterThanOrEqual(at);
      expect(token.word).toBeLessThan(words.length);
      at = token.word;
    }
  }
});

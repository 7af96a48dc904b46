/** The statement of a consent: heard where it was read, left to a person where it was not. */
import { afterAll, describe, expect, test } from 'vitest';
import type { ConsentPrompt } from '#core/policy/consent/challenge.ts';
import { threadedSpotter } from '#server/render/adapters/spotter-thread.ts';
import { statementCheck, tellingRuns, wordsOf } from '#server/services/consent/checks/sound/statement.ts';
import { evidenceOf, laid, type MadeSession } from './consent-evidence.ts';
import { spoken, spokenCode } from './consent-voices.ts';

const LONG_MS = 600_000;
const TEXT = 'This holds until 1 March 2033, and I can end it at any time.';
const statement: ConsentPrompt = { kind: 'statement', text: TEXT, shownAtMs: 1000, untilMs: 9000 };

describe('a statement', () => {
  const spotter = threadedSpotter();
  const check = statementCheck(spotter);
  afterAll(() => spotter.close());
  const judged = async (session: MadeSession) =>
    (await check.run(await evidenceOf({ prompts: [statement], durationS: 9, ...session })))[0];

  test(
    'that is read while it is shown passes',
    async () => {
      // The next code is said within the time that an answer has to arrive.
      const words = ['banana', 'bicycle', 'blossom'];
      const code = { kind: 'code' as const, words, shownAtMs: 8000, untilMs: 18_000 };
      const samples = laid(12, [
        [1.2, await spoken(TEXT, 'rms')],
        [8.2, await spokenCode(words, 'rms')],
      ]);
      const late = { ...statement, untilMs: 12_000 };
      expect(await judged({ prompts: [late, code], samples })).toMatchObject({ outcome: 'passed', score: 1 });
    },
    LONG_MS,
  );

  test(
    'in whose place codes or other words are said goes to a person, who is told which',
    async () => {
      const led = laid(9, [[1.2, await spokenCode(['teapot', 'oyster', 'walnut'], 'rms')]]);
      const found = await judged({ samples: led });
      expect(found).toMatchObject({ outcome: 'unsure', score: 0 });
      expect(found?.reason).toContain(TEXT);
      const other = laid(9, [[1.2, await spoken('It may be used in films of my own.', 'rms')]]);
      expect(await judged({ samples: other })).toMatchObject({ outcome: 'unsure' });
    },
    LONG_MS,
  );

  test('that nobody read, was never asked for, or is in a language nobody hears, goes to a person', async () => {
    expect(await judged({})).toMatchObject({ outcome: 'unsure', score: 0 });
    expect(await judged({ prompts: [] })).toMatchObject({ outcome: 'unsure' });
    expect(await judged({ language: 'de' })).toMatchObject({ outcome: 'unsure', score: null });
  });

  test('is listened for by runs of its longest words, never by names and numbers that no dictionary has', () => {
    const words = wordsOf(TEXT);
    expect(words.join(' ')).toBe('this holds until 1 march 2033 and i can end it at any time');
    const runs = tellingRuns(
      words,
      words.map((word) => !/\d/.test(word)),
    );
    expect(runs.length).toBeGreaterThan(1);
    for (const run of runs) {
      expect(run).toHaveLength(3);
      expect(words.join(' ')).toContain(run.join(' '));
      expect(run.join('')).not.toMatch(/\d/);
    }
  });
});

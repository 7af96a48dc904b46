/** Codes of a consent, verified in sound and placed in time by the server's clock. */
import { afterAll, describe, expect, test } from 'vitest';
import type { CheckId, CheckResult } from '#core/policy/consent/checks.ts';
import { codeWords } from '#core/policy/consent/words/words.ts';
import { threadedSpotter } from '#server/render/adapters/spotter-thread.ts';
import { codesCheck } from '#server/services/consent/checks/sound/codes.ts';
import type { ConsentEvidence } from '#server/services/consent/evidence.ts';
import { evidenceOf, laid, type MadeSession } from './consent-evidence.ts';
import { spokenCode } from './consent-voices.ts';

const LONG_MS = 600_000;
const pick = (results: readonly CheckResult[], check: CheckId) =>
  results.find((result) => result.check === check);

describe('codes', () => {
  const spotter = threadedSpotter();
  const check = codesCheck(spotter);
  afterAll(() => spotter.close());

  const CODES = [
    ['elephant', 'mango', 'kingdom'],
    ['teapot', 'oyster', 'walnut'],
  ] as const;
  const code = (i: 0 | 1) => ({
    kind: 'code' as const,
    words: CODES[i],
    shownAtMs: 500 + 11_000 * i,
    untilMs: 11_500 + 11_000 * i,
  });
  const session = async (
    said: readonly (readonly [atS: number, words: readonly string[]])[],
    more: Partial<MadeSession> = {},
  ): Promise<ConsentEvidence> => {
    const parts = await Promise.all(
      said.map(async ([atS, words]) => [atS, await spokenCode(words, 'slt')] as const),
    );
    return evidenceOf({ prompts: [code(0), code(1)], samples: laid(24, parts), ...more });
  };
  const genuine = [
    [1.2, CODES[0]],
    [12, CODES[1]],
  ] as const;

  test(
    'that are said when they are shown pass',
    async () => {
      const results = await check.run(await session(genuine));
      expect(pick(results, 'codes')).toMatchObject({ outcome: 'passed', score: 2 });
      expect(pick(results, 'codes-on-time')).toMatchObject({ outcome: 'passed' });
    },
    LONG_MS,
  );

  test(
    'that are others of the list fail',
    async () => {
      const other = codeWords('en')
        .slice(0, 6)
        .map(([word]) => word);
      const results = await check.run(
        await session([
          [1.2, other.slice(0, 3)],
          [12, other.slice(3)],
        ]),
      );
      expect(pick(results, 'codes')).toMatchObject({ outcome: 'failed', score: 0 });
      // Whoever spoke is not told that nobody did.
      expect(pick(results, 'codes')?.reason).toMatch(/Other words were heard|heard was not these words/);
    },
    LONG_MS,
  );

  test(
    'of which one word is another fail',
    async () => {
      const results = await check.run(
        await session([
          [1.2, ['elephant', 'mango', 'teapot']],
          [12, ['violin', 'oyster', 'walnut']],
        ]),
      );
      expect(pick(results, 'codes')).toMatchObject({ outcome: 'failed', score: 0 });
    },
    LONG_MS,
  );

  test(
    'in a silent recording fail, and nothing is said of their time',
    async () => {
      const results = await check.run(await session([]));
      expect(pick(results, 'codes')?.reason).toContain('No words');
      expect(pick(results, 'codes-on-time')).toMatchObject({ outcome: 'failed' });
    },
    LONG_MS,
  );

  test(
    'said before they are shown are told by the clock',
    async () => {
      // The chunks’ own delay is what the beginning is known by: half a second early is early whatever the network does.
      const results = await check.run(
        await session([
          [1.2, CODES[0]],
          [8.5, CODES[1]],
        ]),
      );
      expect(pick(results, 'codes-on-time')).toMatchObject({ outcome: 'failed' });
      expect(pick(results, 'codes-on-time')?.reason).toContain('before it was shown');
    },
    LONG_MS,
  );

  test(
    'in chunks that came after their window fail',
    async () => {
      const results = await check.run(await session(genuine, { delayS: (i) => (i > 2 ? 12 : 0.1) }));
      expect(pick(results, 'codes-on-time')?.reason).toContain('after it had been replaced');
    },
    LONG_MS,
  );

  test('are listened for while the thread that takes recordings in goes on', async () => {
    const evidence = await session(genuine);
    let turns = 0;
    const turning = setInterval(() => turns++, 1);
    await check.run(evidence);
    clearInterval(turning);
    // A search in this thread would let a timer through before and after itself, and none meanwhile.
    expect(turns).toBeGreaterThan(40);
  });

  test('in a language without a recogniser go to a person', async () => {
    const results = await check.run(await evidenceOf({ language: 'de', prompts: [code(0)], durationS: 5 }));
    expect(results.map(({ outcome }) => outcome)).toEqual(['unsure', 'unsure']);
  });
});

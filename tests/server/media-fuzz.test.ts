/** Forty films of damaged media; `npm run soak media-fuzz` makes hundreds. */
import { expect, test } from 'vitest';
import { fuzzMedia } from './harness/renders/media-fuzz.ts';

test('films of damaged media end in a sentence or become films, and nothing breaks', async () => {
  const { whole, ends } = await fuzzMedia(40, 40);
  // What is whole is made: else the damaged would prove nothing.
  expect(new Set(whole)).toEqual(new Set(['made']));
  expect(Object.keys(ends)).toEqual(expect.arrayContaining(['made', 'failed: corrupt-file']));
}, 300_000);

/** Two hundred damaged wishes for films; `npm run soak render-fuzz` sends ten thousand. */
import { expect, test } from 'vitest';
import { fuzzRenders } from './harness/renders/fuzz.ts';

test('damaged projects are refused in a sentence or become films, and nothing breaks', async () => {
  const { refused, taken } = await fuzzRenders(200, 50);
  // Neither does everything pass, nor is everything turned away unread.
  expect(refused).toBeGreaterThan(20);
  expect(taken).toBeGreaterThan(5);
}, 300_000);

/** While one recording is looked at, the next consent is begun and recorded: only the looking goes one after the other. */
import { expect, test } from 'vitest';
import { openConsentTrust, Recorder, saying, wishOf, type View } from '../harness/consent.ts';

test('another consent is recorded while one is checked, and both are decided, the first one first', async () => {
  const looked: string[] = [];
  let letGo = (): void => undefined;
  const held = new Promise<void>((resolve) => (letGo = resolve));
  const holding: ReturnType<typeof saying>[number] = {
    answers: [],
    run: async () => {
      looked.push('begun');
      await held;
      return [];
    },
  };
  const trust = await openConsentTrust({
    checks: () => [...saying(), holding],
    env: { REQUESTS_PER_MINUTE: '100000' },
  });
  try {
    const person = await trust.person();
    const first = await Recorder.started(trust, person);
    await first.rest();
    expect((await first.finish()).status).toBe(202);
    await expect.poll(() => looked.length, { timeout: 10_000 }).toBe(1);

    const { presenter } = (await wishOf()) as { readonly presenter: object };
    const second = await Recorder.started(trust, person, {
      presenter: { ...presenter, fit: 'd'.repeat(64) },
    });
    await second.rest();
    expect((await second.finish()).status).toBe(202);
    // One at a time: the second waits, and both are told to be in their checks.
    const both = await trust.ask<{ consents: readonly View[] }>(person, 'GET', '/api/consents');
    expect(both.body.consents.map(({ state }) => state)).toEqual(['checking', 'checking']);
    expect(looked).toHaveLength(1);

    letGo();
    for (const recorder of [first, second])
      await expect.poll(async () => (await recorder.view()).state, { timeout: 10_000 }).toBe('granted');
    expect(looked).toHaveLength(2);
  } finally {
    letGo();
    await trust.close();
  }
});

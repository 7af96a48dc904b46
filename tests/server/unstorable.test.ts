/** Characters that the database cannot keep are told to whoever sent them, on both databases, and break nothing. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bothDatabases, type Places } from './harness/places.ts';
import { filmOf, OUTPUT } from './harness/renders/films.ts';
import { openTrust, type Asker, type Trust } from './harness/trust.ts';

const places: Places = await bothDatabases();
afterAll(() => places.stop());

describe.each(places.all)('on %s', (_, fresh) => {
  let trust: Trust;
  let maker: Asker;
  beforeAll(async () => {
    trust = await openTrust({ place: await fresh(), env: { RENDER_SLOTS: '0' } });
    maker = await trust.person();
  });
  afterAll(() => trust.close());

  const project = filmOf(['Hello.']);
  const presenter = project.presenters[0];
  test.each([
    ['a NUL in a film', 'POST', '/api/renders', { preset: 'nora\u0000' }],
    ['half a pair in a film', 'POST', '/api/renders', { preset: '\ud83d' }],
    ['a NUL in an address', 'GET', '/api/renders/a%00b', null],
  ])('%s', async (_what, method, path, over) => {
    const wish = {
      grade: 'final',
      output: OUTPUT,
      project: { ...project, presenters: [{ ...presenter, ...over }] },
    };
    const answer = await trust.ask<{ code: string; message: string }>(
      maker,
      method,
      path,
      over ? wish : undefined,
    );
    expect([answer.status, answer.body.code]).toEqual([400, 'invalid-input']);
    expect(answer.body.message).toMatch(/character that cannot be kept/);
    expect((await trust.ask(maker, 'GET', '/api/renders')).body).toEqual([]);
  });
});

/**
 * What an organisation's own reviewers may decide once the keeper of the server lets them, and all that they may not: the
 * written policy's “Who decides”, as it is held.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newId } from '#core/base/ids.ts';
import { newProject } from '#core/document/create.ts';
import { member } from '#server/database/schema/accounts.ts';
import type { Role } from '#server/services/accounts/caller.ts';
import { openTrust, type Asker, type Trust } from './harness/trust.ts';

type Person = Awaited<ReturnType<Trust['person']>>;
let trust: Trust;
beforeAll(async () => {
  trust = await openTrust({ env: { REQUESTS_PER_MINUTE: '100000' } });
});
afterAll(() => trust.close());

/** Left to a person, in a category of which an organisation may judge. */
const CAMPAIGN = 'Vote for Miller on Sunday.';
/** Blocked by a rule. */
const THREAT = 'I will find you and I will kill you and your family tonight.';

async function organisation(
  reviews: boolean,
): Promise<{ slug: string; join: (role: Role) => Promise<Person> }> {
  const founder = await trust.person();
  const slug = newId().toLowerCase();
  const made = await trust.ask<{ id: string }>(founder, 'POST', '/api/auth/organization/create', {
    name: slug,
    slug,
  });
  expect(made.status, JSON.stringify(made.body)).toBe(200);
  const { accounts } = trust.services.repositories;
  if (reviews) expect(await accounts.letReview(slug, true)).toEqual([founder.email]);
  const join = async (role: Role) => {
    const person = await trust.person();
    await trust.services.database.queries.insert(member).values({
      id: newId(),
      organizationId: made.body.id,
      userId: person.accountId,
      role,
      createdAt: new Date(),
    });
    return person;
  };
  return { slug, join };
}

/** @returns the case's id */
async function judged(author: Asker, text: string): Promise<string> {
  const project = newProject();
  const [scene] = project.scenes;
  const [paragraph] = scene?.script.paragraphs ?? [];
  if (!scene || !paragraph) throw new Error('a new project has a scene with a paragraph');
  const script = { paragraphs: [{ ...paragraph, content: [{ kind: 'text', text }] }] };
  const { body } = await trust.ask<{ id: string; decision: string; caseId: string | null }>(
    author,
    'POST',
    '/api/moderation/verdicts',
    { project: { ...project, scenes: [{ ...scene, script }] } },
  );
  expect(body.decision, text).toBe(text === CAMPAIGN ? 'review' : 'block');
  if (body.caseId !== null) return body.caseId;
  const disputed = await trust.ask<{ caseId: string }>(
    author,
    'POST',
    `/api/moderation/verdicts/${body.id}/dispute`,
  );
  return disputed.body.caseId;
}

const queueOf = async (who: Asker) => {
  const { status, body } = await trust.ask<readonly { id: string }[]>(who, 'GET', '/api/reviews');
  return status === 200 ? body.map(({ id }) => id) : status;
};
const decide = (who: Asker, id: string, outcome: string) =>
  trust.ask<{ message: string; state: string }>(who, 'POST', `/api/reviews/${id}/decision`, {
    outcome,
    reason: 'As we read it.',
  });

test('what the policy leaves to a person, of its own member, is decided in the organisation or by the server', async () => {
  const us = await organisation(true);
  const [author, reviewer, server] = [
    await us.join('member'),
    await us.join('reviewer'),
    await trust.person('reviewer'),
  ];
  const id = await judged(author, CAMPAIGN);
  expect(await queueOf(reviewer)).toEqual([id]);
  expect(await queueOf(server)).toContain(id);
  expect((await trust.ask(reviewer, 'GET', '/api/reviews/figures')).body).toMatchObject({ waiting: 1 });
  expect((await trust.ask(reviewer, 'POST', `/api/reviews/${id}/claim`)).status).toBe(200);
  expect((await decide(reviewer, id, 'approved')).body).toMatchObject({ state: 'decided' });
  expect((await decide(server, id, 'rejected')).status).toBe(409);
});

describe('an organisation’s reviewer', () => {
  test('decides nothing of anybody else, and sees nothing of it', async () => {
    const [us, them] = [await organisation(true), await organisation(true)];
    const reviewer = await us.join('reviewer');
    for (const author of [await them.join('member'), await trust.person()]) {
      const id = await judged(author, CAMPAIGN);
      expect(await queueOf(reviewer)).toEqual([]);
      for (const answer of [
        await decide(reviewer, id, 'approved'),
        await trust.ask(reviewer, 'GET', `/api/reviews/${id}`),
        await trust.ask(reviewer, 'POST', `/api/reviews/${id}/claim`),
        await trust.ask(reviewer, 'GET', `/api/reviews/${id}/pictures/${'a'.repeat(64)}`),
      ])
        expect(answer.status).toBe(404);
    }
    expect((await trust.ask(reviewer, 'GET', '/api/reviews/figures')).body).toMatchObject({ waiting: 0 });
  });

  test('decides nothing that was blocked, though its author disputes it', async () => {
    const us = await organisation(true);
    const [author, reviewer] = [await us.join('member'), await us.join('reviewer')];
    const id = await judged(author, THREAT);
    expect(await queueOf(reviewer)).toEqual([]);
    expect((await decide(reviewer, id, 'approved')).status).toBe(404);
  });

  test('does not decide their own, nor keep it from others', async () => {
    const us = await organisation(true);
    const [reviewer, other] = [await us.join('reviewer'), await us.join('admin')];
    const id = await judged(reviewer, CAMPAIGN);
    expect(await queueOf(reviewer)).toEqual([]);
    expect((await decide(reviewer, id, 'approved')).status).toBe(403);
    expect((await trust.ask(reviewer, 'POST', `/api/reviews/${id}/claim`)).status).toBe(403);
    expect((await decide(other, id, 'approved')).status).toBe(200);
  });

  test('bans nobody, and decides no appeal', async () => {
    const us = await organisation(true);
    const [author, one, two] = [
      await us.join('member'),
      await us.join('reviewer'),
      await us.join('reviewer'),
    ];
    const id = await judged(author, CAMPAIGN);
    const ban = await trust.ask<{ message: string }>(one, 'POST', `/api/reviews/${id}/ban`, {
      reason: 'We do not like it.',
    });
    expect(ban).toMatchObject({ status: 403 });
    expect(ban.body.message).toContain('server’s own reviewers');
    expect((await decide(one, id, 'rejected')).status).toBe(200);
    expect((await trust.ask(author, 'POST', `/api/cases/${id}/appeal`, { words: 'Why?' })).status).toBe(200);
    expect(await queueOf(two)).toEqual([]);
    expect(await decide(two, id, 'approved')).toMatchObject({ status: 403 });
    expect((await trust.ask(two, 'POST', `/api/reviews/${id}/claim`)).status).toBe(403);
    expect((await decide(await trust.person('reviewer'), id, 'approved')).status).toBe(200);
  });
});

test('without the keeper’s leave, or once it is taken back, an organisation has no case and no console', async () => {
  const us = await organisation(false);
  const [author, reviewer] = [await us.join('member'), await us.join('admin')];
  const id = await judged(author, CAMPAIGN);
  expect(await queueOf(reviewer)).toBe(403);
  expect((await trust.ask(reviewer, 'GET', '/api/reviews/figures')).status).toBe(403);
  expect((await decide(reviewer, id, 'approved')).status).toBe(403);

  const trusted = await organisation(true);
  const [writer, judge] = [await trusted.join('member'), await trusted.join('reviewer')];
  const waiting = await judged(writer, CAMPAIGN);
  expect(await queueOf(judge)).toEqual([waiting]);
  await trust.services.repositories.accounts.letReview(trusted.slug, false);
  expect(await queueOf(judge)).toBe(403);
  expect((await decide(judge, waiting, 'approved')).status).toBe(403);
  expect(await queueOf(await trust.person('reviewer'))).toContain(waiting);
});

test('nobody gives themselves that leave over HTTP, and the server’s own organisation needs none', async () => {
  const founder = await trust.person();
  const slug = newId().toLowerCase();
  const made = await trust.ask<{ id: string }>(founder, 'POST', '/api/auth/organization/create', {
    name: slug,
    slug,
    reviews: true,
  });
  expect(made.status, JSON.stringify(made.body)).toBe(200);
  const changed = await trust.ask(founder, 'POST', '/api/auth/organization/update', {
    organizationId: made.body.id,
    data: { name: 'Another name', reviews: true },
  });
  expect(changed.status, JSON.stringify(changed.body)).toBe(200);
  const me = await trust.ask<{ account: { memberships: readonly object[] } }>(founder, 'GET', '/api/me');
  expect(me.body.account.memberships).toMatchObject([{ role: 'admin', reviews: false }]);
  expect(await queueOf(founder)).toBe(403);
  expect(await trust.services.repositories.accounts.letReview('operator', true)).toBeNull();
});

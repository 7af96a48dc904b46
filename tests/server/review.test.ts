/** Moderation over HTTP, and what people make of the hard cases: queue, claim, decision, appeal, ban. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newProject } from '#core/document/create.ts';
import type { Project } from '#core/document/project.ts';
import { NOBODY, openTrust, type Asker, type Trust } from './harness/trust.ts';

let trust: Trust;
let nowMs = Date.parse('2026-05-01T09:00:00Z');
beforeAll(async () => {
  trust = await openTrust({ host: { now: () => nowMs } });
});
afterAll(() => trust.close());

interface CaseBody {
  readonly id: string;
  readonly state: string;
  readonly outcome: string | null;
  readonly dueAt: string;
  readonly mayAppeal: boolean;
  readonly subjectId: string;
  readonly decisions: readonly { readonly reason: string }[];
}
interface VerdictBody {
  readonly id: string;
  readonly decision: string;
  readonly caseId: string | null;
  readonly pieces: readonly {
    readonly findings: readonly { readonly span: { start: number; end: number }; readonly rule: string }[];
  }[];
}

function projectSaying(text: string): Project {
  const project = newProject();
  const [scene] = project.scenes;
  if (!scene) throw new Error('a new project has a scene');
  const [paragraph] = scene.script.paragraphs;
  if (!paragraph) throw new Error('and its scene a paragraph');
  const script = { paragraphs: [{ ...paragraph, content: [{ kind: 'text' as const, text }] }] };
  return { ...project, scenes: [{ ...scene, script }] };
}

const judge = async (who: Asker, text: string) =>
  (await trust.ask<VerdictBody>(who, 'POST', '/api/moderation/verdicts', { project: projectSaying(text) }))
    .body;
const BLOCKED = 'I will find you and I will kill you and your family tonight.';

test('a business script is allowed, a threat is not, and the exact words are named', async () => {
  const author = await trust.person();
  expect(await judge(author, 'Welcome to our spring sale. Everything is ready for you.')).toMatchObject({
    decision: 'allow',
  });
  const verdict = await judge(author, `Hello. ${BLOCKED}`);
  expect(verdict.decision).not.toBe('allow');
  const [finding] = verdict.pieces.flatMap(({ findings }) => findings);
  const words = `Hello. ${BLOCKED}`.slice(finding?.span.start, finding?.span.end);
  expect(words).toContain('kill you');
  expect((await judge(author, `Hello. ${BLOCKED}`)).id).toBe(verdict.id);
});

test('what is edited passes', async () => {
  const author = await trust.person();
  expect((await judge(author, BLOCKED)).decision).not.toBe('allow');
  expect((await judge(author, 'I will find you the best offer tonight.')).decision).toBe('allow');
});

describe('a case', () => {
  async function disputed() {
    const author = await trust.person();
    const { id } = await judge(author, BLOCKED);
    const { body } = await trust.ask<VerdictBody>(author, 'POST', `/api/moderation/verdicts/${id}/dispute`);
    return { author, caseId: body.caseId ?? '', verdictId: id };
  }

  test('is seen by reviewers with its words, and by nobody else', async () => {
    const { author, caseId } = await disputed();
    const [reviewer, stranger] = [await trust.person('reviewer'), await trust.person()];
    const queue = await trust.ask<readonly CaseBody[]>(reviewer, 'GET', '/api/reviews');
    expect(queue.body.map(({ id }) => id)).toContain(caseId);
    const detail = await trust.ask<{ content: { pieces: { text: string }[] } }>(
      reviewer,
      'GET',
      `/api/reviews/${caseId}`,
    );
    expect(detail.body.content.pieces.map(({ text }) => text)).toContain(BLOCKED);
    expect((await trust.ask(stranger, 'GET', '/api/reviews')).status).toBe(403);
    expect((await trust.ask(author, 'GET', `/api/reviews/${caseId}`)).status).toBe(403);
    expect((await trust.ask(NOBODY, 'GET', '/api/reviews')).status).toBe(401);
  });

  test('keeps its words while somebody has to look at them, and for some days after; then they are gone', async () => {
    const day = 86_400_000;
    const one = await disputed();
    const alone = await trust.person();
    const { id: unasked } = await judge(alone, BLOCKED);
    const words = async (verdictId: string) =>
      (await trust.services.verdicts.contentOf(verdictId))?.content?.pieces.map(({ text }) => text);
    nowMs += 31 * day;
    await trust.services.verdicts.sweep();
    expect(await words(unasked)).toBeUndefined();
    expect(await words(one.verdictId)).toContain(BLOCKED);
    const ask = () => trust.ask<VerdictBody>(alone, 'POST', `/api/moderation/verdicts/${unasked}/dispute`);
    expect((await ask()).status).toBe(409);
    // Checked again it is the same verdict, with its words.
    expect((await judge(alone, BLOCKED)).id).toBe(unasked);
    await trust.services.verdicts.sweep();
    expect((await ask()).status).toBe(200);

    const decide = async (outcome: string) =>
      trust.ask(await trust.person('reviewer'), 'POST', `/api/reviews/${one.caseId}/decision`, {
        ...{ outcome, reason: 'As I see it.' },
      });
    expect((await decide('rejected')).status).toBe(200);
    nowMs += 29 * day;
    await trust.services.verdicts.sweep();
    expect(await words(one.verdictId)).toContain(BLOCKED);
    nowMs += 2 * day;
    await trust.services.verdicts.sweep();
    expect(await words(one.verdictId)).toBeUndefined();
    expect((await judge(one.author, BLOCKED)).decision).toBe('block');
    await trust.services.verdicts.sweep();
    expect(await words(one.verdictId)).toContain(BLOCKED);

    // An appeal without its words is not approved.
    nowMs += 31 * day;
    await trust.services.verdicts.sweep();
    await trust.ask(one.author, 'POST', `/api/cases/${one.caseId}/appeal`, { words: 'It is a play.' });
    expect(await decide('approved')).toMatchObject({
      status: 409,
      body: { message: 'What was judged is not kept any more.' },
    });
    await judge(one.author, BLOCKED);
    expect((await decide('approved')).status).toBe(200);
  });

  test('is decided once, with a reason, and what was approved is allowed from then on', async () => {
    const { author, caseId, verdictId } = await disputed();
    const [one, two] = [await trust.person('reviewer'), await trust.person('reviewer')];
    expect((await trust.ask(one, 'POST', `/api/reviews/${caseId}/claim`)).status).toBe(200);
    expect((await trust.ask(two, 'POST', `/api/reviews/${caseId}/claim`)).status).toBe(409);
    const decide = (who: Asker, outcome: string, reason: string) =>
      trust.ask<CaseBody>(who, 'POST', `/api/reviews/${caseId}/decision`, { outcome, reason });
    expect((await decide(two, 'approved', 'A line of a play.')).status).toBe(409);
    expect((await decide(one, 'approved', '')).status).toBe(400);
    expect((await decide(one, 'approved', 'A line of a play.')).body).toMatchObject({
      state: 'decided',
      outcome: 'approved',
    });
    expect((await decide(two, 'rejected', 'No.')).status).toBe(409);
    expect(
      (await trust.ask<VerdictBody>(author, 'GET', `/api/moderation/verdicts/${verdictId}`)).body.decision,
    ).toBe('allow');
    const [mine] = (await trust.ask<readonly CaseBody[]>(author, 'GET', '/api/cases')).body;
    expect(mine?.decisions[0]?.reason).toBe('A line of a play.');
  });

  test('is appealed once, to someone else, with a clock of its own', async () => {
    const { author, caseId } = await disputed();
    const [one, two] = [await trust.person('reviewer'), await trust.person('reviewer')];
    const appeal = (who: Asker) =>
      trust.ask(who, 'POST', `/api/cases/${caseId}/appeal`, { words: 'It is from a play.' });
    const decide = (who: Asker, outcome: string) =>
      trust.ask<CaseBody>(who, 'POST', `/api/reviews/${caseId}/decision`, {
        outcome,
        reason: 'As I read it.',
      });
    expect((await appeal(author)).status).toBe(403);
    await decide(one, 'rejected');
    expect((await appeal(two)).status).toBe(404);
    nowMs += 3_600_000;
    expect((await appeal(author)).status).toBe(200);
    expect((await appeal(author)).status).toBe(409);
    const [waiting] = (await trust.ask<readonly CaseBody[]>(author, 'GET', '/api/cases')).body;
    expect(Date.parse(waiting?.dueAt ?? '') - nowMs).toBe(24 * 3_600_000);
    expect((await decide(one, 'rejected')).status).toBe(403);
    expect((await decide(two, 'approved')).body).toMatchObject({ state: 'closed', outcome: 'approved' });
    const figures = await trust.ask<{ overturnRate: number }>(two, 'GET', '/api/reviews/figures');
    expect(figures.body.overturnRate).toBe(1);
  });

  test('of one’s own is decided by nobody oneself', async () => {
    const reviewer = await trust.person('reviewer');
    const { id } = await judge(reviewer, BLOCKED);
    const { body } = await trust.ask<VerdictBody>(reviewer, 'POST', `/api/moderation/verdicts/${id}/dispute`);
    const answer = await trust.ask(reviewer, 'POST', `/api/reviews/${body.caseId}/decision`, {
      outcome: 'approved',
      reason: 'Mine is fine.',
    });
    expect(answer.status).toBe(403);
  });

  test('two decisions at once do not cross', async () => {
    const { caseId } = await disputed();
    const reviewers = await Promise.all([1, 2, 3, 4].map(() => trust.person('reviewer')));
    const answers = await Promise.all(
      reviewers.map((who, i) =>
        trust.ask(who, 'POST', `/api/reviews/${caseId}/decision`, {
          outcome: i % 2 ? 'approved' : 'rejected',
          reason: 'At the same moment.',
        }),
      ),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409, 409]);
  });
});

test('a ban takes two, and then the account is refused', async () => {
  const author = await trust.person();
  const { id } = await judge(author, BLOCKED);
  const { body } = await trust.ask<VerdictBody>(author, 'POST', `/api/moderation/verdicts/${id}/dispute`);
  const [one, two] = [await trust.person('reviewer'), await trust.person('reviewer')];
  const ban = await trust.ask<CaseBody>(one, 'POST', `/api/reviews/${body.caseId}/ban`, {
    reason: 'The third threat.',
  });
  expect(ban.body).toMatchObject({ state: 'second', outcome: null });
  expect((await trust.ask(author, 'GET', '/api/cases')).status).toBe(200);
  const decide = (who: Asker) =>
    trust.ask<CaseBody>(who, 'POST', `/api/reviews/${ban.body.id}/decision`, {
      outcome: 'rejected',
      reason: 'I agree.',
    });
  expect((await decide(one)).status).toBe(403);
  expect((await decide(two)).body).toMatchObject({ state: 'decided', outcome: 'rejected' });
  const refused = await trust.ask<{ message: string }>(author, 'POST', '/api/moderation/verdicts', {
    project: projectSaying('Hello.'),
  });
  expect(refused.status).toBe(403);
  expect(refused.body.message).toContain('The third threat.');
  // The one who is banned may still see why, and appeal.
  expect(
    (await trust.ask(author, 'POST', `/api/cases/${ban.body.id}/appeal`, { words: 'It was a play.' })).status,
  ).toBe(200);
});

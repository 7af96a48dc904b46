/**
 * Finished films on their way out: one that lasts long, one in a codec that few decoders know, one that nothing can decode.
 * The films are real and so is what takes pictures out of them; they were made before, and what judges does as it is told.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { newProject } from '#core/document/create.ts';
import type { Project } from '#core/document/project.ts';
import type { PictureClassifier } from '#core/policy/moderation/images/picture-classifier.ts';
import { and, eq } from '#server/database/drizzle.ts';
import { renderStep } from '#server/database/schema/render.ts';
import { usage as usageTable } from '#server/database/schema/work.ts';
import { diskStore } from '#server/stores/disk.ts';
import { askFor, inState, OUTPUT, until } from './harness/renders/films.ts';
import { givenFilms, type GivenFilm } from './harness/renders/given-film.ts';
import { greyFilm } from './harness/renders/grey-film.ts';
import { openTrust, ORIGIN, type Asker, type Trust } from './harness/trust.ts';

const folder = mkdtempSync(join(tmpdir(), 'orator-look-deliver-'));
const films = new Map<string, GivenFilm>();
let trust: Trust;
let maker: Asker;
let looked = 0;
/** What happens at each picture. */
let look = (): Promise<void> => Promise.resolve();
let release = (): void => undefined;
const hang = () => {
  look = () => new Promise((resolve) => (release = resolve));
};
const goOn = () => {
  look = () => Promise.resolve();
  release();
};
const seer: PictureClassifier = {
  revision: 'seer 1',
  async look() {
    looked++;
    await look();
    return { drawing: 0, hentai: 0, neutral: 1, porn: 0, sexy: 0 };
  },
  close: () => Promise.resolve(),
};

beforeAll(async () => {
  trust = await openTrust({
    env: { ORATOR_DATA: folder, RENDER_SLOTS: '1' },
    render: {
      openProcess: givenFilms(diskStore(join(folder, 'files')), films),
      filmClassifier: seer,
      patience: { failingS: 600, fullS: 120, deskS: 4 },
    },
  });
  maker = await trust.person();
});
afterEach(() => {
  looked = 0;
  goOn();
});
afterAll(async () => {
  await trust.close();
  rmSync(folder, { recursive: true, force: true });
});

function given(name: string, film: GivenFilm): Project {
  films.set(name, film);
  return newProject({ name, scenes: [['Hello.']] });
}
const ask = (project: Project, grade = 'final') => askFor(trust, maker, project, { grade, output: OUTPUT });
const ends = async (project: Project, state: string) =>
  until(trust, maker, (await ask(project)).id, inState(state));

test('one of eleven minutes is looked at all over, and given out', async () => {
  const bytes = await greyFilm({ codec: 'h264', seconds: 660, fps: 1, sound: true });
  await ends(given('Long', { bytes, durationS: 660 }), 'done');
  expect(looked).toBe(60);
});

test('one in AV1 is looked at, and given out', async () => {
  const bytes = await greyFilm({ codec: 'av1', seconds: 6, fps: 2 });
  await ends(given('AV1', { bytes, durationS: 6 }), 'done');
  expect(looked).toBe(3);
});

interface Detail {
  readonly content: {
    readonly pictures: readonly { readonly hash: string; readonly file: { readonly type: string } | null }[];
  };
}

test('one that nothing can decode is for a person to see, and not let through before', async () => {
  const whole = await greyFilm({ codec: 'h264', seconds: 6, fps: 2 });
  const bytes = whole.slice(0, Math.floor(whole.length * 0.6));
  const project = given('Broken', { bytes, durationS: 6 });
  for (let times = 0; times < 2; times++) {
    const held = await ends(project, 'failed');
    expect(held.error).toMatchObject({ code: 'refused' });
    expect(held.error?.message).toContain('could not be looked at');
  }
  expect(looked).toBe(0);

  const reviewer = await trust.person('reviewer');
  const { body: queue } = await trust.ask<readonly { readonly id: string }[]>(
    reviewer,
    'GET',
    '/api/reviews',
  );
  expect(queue).toHaveLength(1);
  const address = `/api/reviews/${queue[0]?.id}`;
  const { content } = (await trust.ask<Detail>(reviewer, 'GET', address)).body;
  expect(content.pictures).toMatchObject([{ file: { type: 'video/mp4' } }]);
  const decision = () =>
    trust.ask(reviewer, 'POST', `${address}/decision`, { outcome: 'approved', reason: 'I saw it.' });
  expect(await decision()).toMatchObject({ status: 409 });
  const part = await trust.fetch(
    new Request(`${ORIGIN}${address}/pictures/${content.pictures[0]?.hash}`, {
      headers: { ...reviewer.headers, range: 'bytes=100-199' },
    }),
  );
  expect(part.status).toBe(206);
  expect(new Uint8Array(await part.arrayBuffer())).toEqual(bytes.slice(100, 200));
  expect(await decision()).toMatchObject({ status: 200 });
  await ends(project, 'done');
});

test('while one is looked at, others begin and are given out; how far it is, is told', async () => {
  const bytes = await greyFilm({ codec: 'h264', seconds: 8, fps: 1 });
  hang();
  const slow = await ask(given('Slow', { bytes, durationS: 8 }));
  await expect.poll(() => looked, { timeout: 30_000 }).toBe(1);
  const told = await until(trust, maker, slow.id, inState('finishing'));
  expect(told.secondsLeft).toBeGreaterThan(0);
  expect(told.progress).toBeGreaterThanOrEqual(0.95);
  expect(told.progress).toBeLessThan(0.98);
  const draft = await ask(given('Draft', { bytes, durationS: 8 }), 'draft');
  await until(trust, maker, draft.id, inState('done'));
  await until(trust, maker, slow.id, inState('finishing'));
  goOn();
  await until(trust, maker, slow.id, inState('done'));
  expect(looked).toBe(4);
});

test('one that was put together where nobody knew of looks is looked at all the same', async () => {
  const bytes = await greyFilm({ codec: 'h264', seconds: 4, fps: 1 });
  const other = await greyFilm({ codec: 'h264', seconds: 6, fps: 1 });
  hang();
  const first = await ask(given('First', { bytes, durationS: 4 }));
  await expect.poll(() => looked, { timeout: 30_000 }).toBe(1);
  const second = await ask(given('Second', { bytes: other, durationS: 6 }));
  await until(trust, maker, second.id, inState('finishing'));
  // As an older release left it: to be given out at once.
  const changed = await trust.services.database.queries
    .update(renderStep)
    .set({ kind: 'deliver' })
    .where(
      and(eq(renderStep.renderId, second.id), eq(renderStep.kind, 'look'), eq(renderStep.state, 'queued')),
    )
    .returning();
  expect(changed).toHaveLength(1);
  goOn();
  for (const { id } of [first, second]) await until(trust, maker, id, inState('done'));
  expect(looked).toBe(2 + 3);
});

test('a store that never answers holds up no other film, nor this one for good', async () => {
  const bytes = await greyFilm({ codec: 'h264', seconds: 2, fps: 1 });
  let asked = 0;
  const silent = vi.spyOn(trust.services.store, 'size').mockImplementation((key) => {
    asked++;
    if (key.includes('/assets/')) silent.mockRestore();
    return new Promise<never>(() => undefined);
  });
  const film = await ask(given('Unanswered', { bytes, durationS: 2 }), 'draft');
  await expect.poll(() => asked, { timeout: 30_000 }).toBe(1);
  await until(trust, maker, film.id, (shown) => shown.troubleSince !== null);
  await until(trust, maker, film.id, inState('done'));
});

test('a voice that this server does not have is refused before anything waits', async () => {
  const project = newProject({ name: 'Voice', scenes: [['Hello.']] });
  const voices = project.voices.map((voice) => ({ ...voice, name: 'Nora', engine: 'nowhere' }));
  const answer = await trust.ask<{ message: string }>(maker, 'POST', '/api/renders', {
    ...{ project: { ...project, voices }, grade: 'final', output: OUTPUT },
  });
  expect(answer.status).toBe(400);
  expect(answer.body.message).toContain('“Nora” is not available');
});

test('what was let pass once is judged again on its way without counting, however much is made a day', async () => {
  const bytes = await greyFilm({ codec: 'h264', seconds: 2, fps: 1 });
  const usage = async () =>
    (await trust.services.database.queries.select().from(usageTable)).filter(
      ({ kind }) => kind === 'verdict',
    );
  const before = (await usage()).reduce((sum, { amount }) => sum + amount, 0);
  await ends(given('Counted', { bytes, durationS: 2 }), 'done');
  expect((await usage()).reduce((sum, { amount }) => sum + amount, 0)).toBe(before + 1);
});

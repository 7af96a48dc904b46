/**
 * A finished film in whose frames something is found: it is held back, a person sees those frames, and what they decide holds
 * when the film is asked for again. The films and their frames are real; what finds something is told what to find.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newProject } from '#core/document/create.ts';
import type { Project } from '#core/document/project.ts';
import type { PictureClassifier } from '#core/policy/moderation/images/picture-classifier.ts';
import { renderProcesses } from '#server/render/open-process.ts';
import { pictureDecoder } from '#server/services/moderation/decode-picture.ts';
import { openScratch } from '#server/services/scratch.ts';
import { askFor, inState, OUTPUT, until } from './harness/renders/films.ts';
import { openTrust, ORIGIN, type Asker, type Trust } from './harness/trust.ts';

const folder = mkdtempSync(join(tmpdir(), 'orator-look-'));
let trust: Trust;
let maker: Asker;
let looked = 0;

/** Finds something in every frame, and is not quite sure or very sure. */
const seer = (share: () => number): PictureClassifier => ({
  revision: 'seer 1',
  look: () => {
    looked++;
    return Promise.resolve({ drawing: 0, hentai: 0, neutral: 1 - share(), porn: share(), sexy: 0 });
  },
  close: () => Promise.resolve(),
});
let share = 0.99;

beforeAll(async () => {
  trust = await openTrust({
    env: { ORATOR_DATA: folder, RENDER_SLOTS: '1' },
    render: {
      openProcess: renderProcesses({ kind: 'disk', folder: join(folder, 'files') }),
      filmClassifier: seer(() => share),
    },
  });
  maker = await trust.person();
});
afterAll(async () => {
  await trust.close();
  rmSync(folder, { recursive: true, force: true });
});

const SMALL = { ...OUTPUT, effort: 'draft' } as const;
const ask = (project: Project) => askFor(trust, maker, project, { output: SMALL });
const failed = async (project: Project) => until(trust, maker, (await ask(project)).id, inState('failed'));

interface Case {
  readonly id: string;
  readonly kind: string;
}
interface Detail {
  readonly content: {
    readonly pictures: readonly { readonly hash: string; readonly name: string }[];
    readonly findings: readonly { readonly pieceId: string }[];
  };
}
async function decide(outcome: 'approved' | 'rejected'): Promise<void> {
  const reviewer = await trust.person('reviewer');
  const { body: queue } = await trust.ask<readonly Case[]>(reviewer, 'GET', '/api/reviews');
  const [found] = queue;
  expect(queue).toMatchObject([{ kind: 'content' }]);
  const address = `/api/reviews/${found?.id}`;
  const { content } = (await trust.ask<Detail>(reviewer, 'GET', address)).body;
  expect(content.pictures.map(({ name }) => name)).toEqual(['frame at 0.0 s']);
  expect(content.findings.map(({ pieceId }) => pieceId)).toEqual(content.pictures.map(({ hash }) => hash));
  const decision = () =>
    trust.ask(reviewer, 'POST', `${address}/decision`, { outcome, reason: 'As I see it.' });
  if (outcome === 'approved') expect(await decision()).toMatchObject({ status: 409 });
  for (const { hash } of content.pictures) {
    const answer = await trust.fetch(
      new Request(`${ORIGIN}${address}/pictures/${hash}`, { headers: reviewer.headers }),
    );
    const seen = await pictureDecoder(openScratch(folder))(new Uint8Array(await answer.arrayBuffer()));
    expect(seen).toMatchObject({ widthPx: OUTPUT.widthPx, heightPx: OUTPUT.heightPx });
    // A person before a ground: not one colour.
    expect(new Set(new Uint32Array(Uint8Array.from(seen.rgba).buffer)).size).toBeGreaterThan(50);
  }
  expect(await decision()).toMatchObject({ status: 200 });
}

test('it waits for a person, and is given out once they have allowed it, without being drawn or looked at again', async () => {
  const project = newProject({ name: 'Held', scenes: [['Hello.']] });
  const held = await failed(project);
  expect(held.error).toMatchObject({ code: 'refused' });
  expect(held.error?.message).toContain('frame at 0.0 s');
  expect(held.error?.way).toContain('A person decides');
  // Asked for meanwhile, it is the same case.
  expect((await failed(project)).error?.way).toContain('A person decides');
  await decide('approved');
  const before = looked;
  const done = await until(trust, maker, (await ask(project)).id, inState('done'));
  expect(done.segments).toMatchObject({ total: 1, reused: 1 });
  expect(looked).toBe(before);
});

test('what they did not accept stays held back; what is only doubtful is for its maker to have', async () => {
  const project = newProject({ name: 'Rejected', scenes: [['Goodbye.']] });
  await failed(project);
  await decide('rejected');
  expect((await failed(project)).error?.way).toContain('appeal');
  share = 0.92;
  await until(
    trust,
    maker,
    (await ask(newProject({ name: 'Doubtful', scenes: [['Well.']] }))).id,
    inState('done'),
  );
});

/**
 * A picture that was judged with a film's words is seen by whoever decides, and by nobody else: as it was uploaded, beside
 * the scene it stands in, with the look logged before the first byte; and it is not approved unseen, nor once it is gone.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newProject } from '#core/document/create.ts';
import { FULL_CROP, type Project } from '#core/document/project.ts';
import { PICTURE_KINDS, type PictureClassifier } from '#core/policy/moderation/images/picture-classifier.ts';
import { accountAssets, assetKey } from '#server/services/assets/account-assets.ts';
import { pictureJudge } from '#server/services/moderation/pictures.ts';
import { NOBODY, openTrust, type Asker, type Trust } from './harness/trust.ts';

let trust: Trust;
beforeAll(async () => {
  // What it sees is the file's last byte: no unsafe picture is kept in this project.
  const decode = (bytes: Uint8Array) =>
    Promise.resolve({ rgba: Uint8Array.of(bytes.at(-1) ?? 0, 0, 0, 255), widthPx: 1, heightPx: 1 });
  const classifier: PictureClassifier = {
    revision: 'last byte 1',
    async look({ rgba }) {
      const none = Object.fromEntries(PICTURE_KINDS.map((kind) => [kind, 0]));
      return { ...none, sexy: rgba[0] === 255 ? 0.95 : 0 } as Awaited<ReturnType<PictureClassifier['look']>>;
    },
    close: () => Promise.resolve(),
  };
  trust = await openTrust({
    pictures: pictureJudge(classifier, decode),
    env: { REQUESTS_PER_MINUTE: '100000' },
  });
});
afterAll(() => trust.close());

let made = 0;
/** A PNG by its first bytes; the last one says what is seen in it. */
const png = (seen: number) =>
  Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, ++made, 0, 0, 0, 0, 0, 0, 0, seen]);

interface Detail {
  readonly content: {
    readonly pieces: readonly { readonly text: string; readonly scene: number | null }[];
    readonly pictures: readonly {
      readonly hash: string;
      readonly name: string;
      readonly scenes: readonly number[];
      readonly file: { readonly type: string; readonly bytes: number } | null;
    }[];
    readonly findings: readonly { readonly pieceId: string; readonly rule: string }[];
  };
}

/** A film whose second scene stands before a picture that a person has to look at, and that has a harmless logo. */
async function waiting() {
  const author = await trust.person();
  const assets = accountAssets(trust.services.store, author.accountId);
  const [picture, logo] = [png(255), png(7)];
  const [hash, logoHash] = [await assets.put(picture), await assets.put(logo)];
  const project = newProject();
  const [scene] = project.scenes;
  if (!scene) throw new Error('a new project has a scene');
  const saying = (text: string): Project['scenes'][number] => ({
    ...scene,
    script: {
      paragraphs: scene.script.paragraphs.slice(0, 1).map((one) => ({
        ...one,
        id: `${text.length}`.padStart(21, 'p') as typeof one.id,
        content: [{ kind: 'text', text }],
      })),
    },
  });
  const entry = {
    mime: 'image/png',
    bytes: 17,
    kind: 'image',
    widthPx: 1,
    heightPx: 1,
    durationS: null,
  } as const;
  const film: Project = {
    ...project,
    scenes: [
      saying('Good morning.'),
      {
        ...saying('This is the beach we mean.'),
        id: 'scene2'.padStart(21, 's') as typeof scene.id,
        background: { kind: 'image', asset: hash, fit: 'cover', crop: FULL_CROP },
      },
    ],
    media: [
      { ...entry, hash, name: 'shore.png' },
      { ...entry, hash: logoHash, name: 'logo.png' },
    ],
    brand: { ...project.brand, logo: { asset: logoHash, corner: 'top-left', widthFraction: 0.1 } },
  };
  const judged = await trust.ask<{ decision: string; caseId: string }>(
    author,
    'POST',
    '/api/moderation/verdicts',
    { project: film },
  );
  expect(judged.body, JSON.stringify(judged.body)).toMatchObject({ decision: 'review' });
  return { author, id: judged.body.caseId, picture, hash, logo, logoHash };
}

const look = (who: Asker, id: string, hash: string) =>
  trust.fetch(
    new Request(`http://localhost:4400/api/reviews/${id}/pictures/${hash}`, { headers: who.headers }),
  );
const bytesOf = async (answer: Response) => new Uint8Array(await answer.arrayBuffer());
const decide = (who: Asker, id: string, outcome: string) =>
  trust.ask<{ message: string }>(who, 'POST', `/api/reviews/${id}/decision`, {
    outcome,
    reason: 'As I see it.',
  });
async function accesses(): Promise<number> {
  const { trustLog } = trust.services;
  const entries = await trustLog.entries(0, (await trustLog.head())?.size ?? 0);
  return entries.filter(({ body }) => new TextDecoder().decode(body).includes('"type":"access"')).length;
}

test('a reviewer sees the picture with its scene and its words, into no cache, and the look is logged once', async () => {
  const { id, picture, hash, logo, logoHash } = await waiting();
  const reviewer = await trust.person('reviewer');
  const { content } = (await trust.ask<Detail>(reviewer, 'GET', `/api/reviews/${id}`)).body;
  expect(content.pictures).toEqual([
    { hash, name: 'shore.png', scenes: [2], file: { type: 'image/png', bytes: picture.length } },
    { hash: logoHash, name: 'logo.png', scenes: [1, 2], file: { type: 'image/png', bytes: logo.length } },
  ]);
  expect(content.findings).toMatchObject([{ pieceId: hash, rule: 'S4' }]);
  expect(content.pieces).toContainEqual(
    expect.objectContaining({ text: 'This is the beach we mean.', scene: 2 }),
  );

  const before = await accesses();
  const seen = await look(reviewer, id, hash);
  expect(seen.status).toBe(200);
  expect(Object.fromEntries(seen.headers)).toMatchObject({
    'content-type': 'image/png',
    'cache-control': 'no-store',
  });
  expect(await bytesOf(seen)).toEqual(picture);
  expect(await bytesOf(await look(reviewer, id, logoHash))).toEqual(logo);
  expect((await accesses()) - before).toBe(1);
});

test('nobody else sees it: not its author, a stranger, a key, nor a reviewer of another case or once it is decided', async () => {
  const [one, other] = [await waiting(), await waiting()];
  const reviewer = await trust.person('reviewer');
  const before = await accesses();
  expect((await look(NOBODY, one.id, one.hash)).status).toBe(401);
  expect((await look(one.author, one.id, one.hash)).status).toBe(403);
  expect((await look(await trust.person(), one.id, one.hash)).status).toBe(403);
  const { body: made } = await trust.ask<{ key: string }>(reviewer, 'POST', '/api/keys', {
    name: 'reviewing',
    scopes: ['review'],
  });
  const key: Asker = { accountId: null, headers: { Authorization: `Bearer ${made.key}` } };
  expect((await trust.ask(key, 'GET', '/api/reviews')).status).toBe(200);
  expect((await look(key, one.id, one.hash)).status).toBe(403);
  // A case opens what was judged in it, and nothing else that its author has uploaded.
  expect((await look(reviewer, one.id, other.hash)).status).toBe(404);
  const another = await accountAssets(trust.services.store, one.author.accountId).put(png(1));
  expect((await look(reviewer, one.id, another)).status).toBe(404);
  expect((await look(reviewer, one.id, `../${one.hash}`)).status).toBe(404);
  expect(await accesses()).toBe(before);
  expect((await decide(reviewer, one.id, 'rejected')).status).toBe(200);
  expect((await look(reviewer, one.id, one.hash)).status).toBe(409);
});

test('one’s own picture is shown to no reviewer who is its author', async () => {
  const { author, id, hash } = await waiting();
  await trust.services.repositories.accounts.joinOperator(author.accountId, 'reviewer', {
    organization: 'o'.repeat(21),
    member: 'm'.repeat(21),
  });
  expect((await look(author, id, hash)).status).toBe(403);
});

test('what was found in a picture is not approved before that picture was seen, and not once it is gone', async () => {
  const { id, hash, logoHash } = await waiting();
  const reviewer = await trust.person('reviewer');
  const unseen = { status: 409, body: { message: 'You have not looked at the pictures of this case.' } };
  expect(await decide(reviewer, id, 'approved')).toMatchObject(unseen);
  // Another picture of the case is not the one.
  expect((await look(reviewer, id, logoHash)).status).toBe(200);
  expect(await decide(reviewer, id, 'approved')).toMatchObject(unseen);
  expect((await look(reviewer, id, hash)).status).toBe(200);
  expect(await decide(reviewer, id, 'approved')).toMatchObject({ status: 200 });

  const gone = await waiting();
  await trust.services.store.delete(assetKey(gone.author.accountId, gone.hash));
  expect((await look(reviewer, gone.id, gone.hash)).status).toBe(404);
  const answer = await decide(reviewer, gone.id, 'approved');
  expect(answer).toMatchObject({ status: 409 });
  expect(answer.body.message).toContain('not here any more');
  expect((await decide(reviewer, gone.id, 'rejected')).status).toBe(200);
});

test('a file that no browser shows is not given out as a picture, and is not approved', async () => {
  const author = await trust.person();
  const markup = new TextEncoder().encode('<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>\xff');
  const bytes = Uint8Array.from([...markup.slice(0, -1), 255]);
  const hash = await accountAssets(trust.services.store, author.accountId).put(bytes);
  const entry = { mime: 'image/png', bytes: bytes.length, kind: 'image', widthPx: 1, heightPx: 1 } as const;
  const project = { ...newProject(), media: [{ ...entry, hash, name: 'x.png', durationS: null }] };
  const { body } = await trust.ask<{ caseId: string }>(author, 'POST', '/api/moderation/verdicts', {
    project,
  });
  const reviewer = await trust.person('reviewer');
  expect((await look(reviewer, body.caseId, hash)).status).toBe(404);
  expect((await decide(reviewer, body.caseId, 'approved')).status).toBe(409);
});

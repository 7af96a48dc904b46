/** Receipts on the device: verified from what is stored, believed by known keys alone, gone with the person. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { newId, type PresenterId } from '#core/base/ids.ts';
import { newProject } from '#core/document/create.ts';
import { setPresenter } from '#core/document/edit.ts';
import { UNCONSENTED } from '#core/document/likeness.ts';
import type { PhotoPresenter } from '#core/document/project.ts';
import { publishedKey } from '#core/policy/consent/keys.ts';
import { presenterHash } from '#core/policy/consent/presenter-hash.ts';
import { subjectsOf } from '#core/policy/people.ts';
import { openStorage, type Storage } from '#lib/storage/open.ts';
import { KEYS_PATH, REVOCATIONS_PATH } from '#lib/storage/receipt-shelf.ts';
import {
  hashOf,
  ISSUER,
  KEY,
  keysOf,
  listOf,
  NOW,
  OTHER_KEY,
  receiptOf,
} from '../core/policy/consent/trust.ts';

let name: string;
const opened: Storage[] = [];
async function tab(): Promise<Storage> {
  const storage = await openStorage({ name });
  opened.push(storage);
  return storage;
}
beforeEach(() => {
  name = `test-${newId()}`;
});
afterEach(async () => {
  for (const storage of opened.splice(0)) storage.close();
  await new Promise((done) => {
    indexedDB.deleteDatabase(name).onsuccess = done;
  });
  const origin = await navigator.storage.getDirectory();
  await origin.removeEntry(name, { recursive: true });
});

async function adaIn(storage: Storage): Promise<PhotoPresenter> {
  const keep = (part: string) => storage.assets.put(new TextEncoder().encode(part));
  return {
    kind: 'photo',
    id: newId<PresenterId>(),
    name: 'Ada',
    likeness: UNCONSENTED,
    fit: await keep('fit'),
    picture: await keep('picture'),
    person: await keep('person'),
    plate: await keep('plate'),
  };
}

describe('what is kept is looked at each time', () => {
  test('a receipt says nothing until its issuer is known, and then holds in every tab, offline', async () => {
    const { receipts } = await tab();
    const receipt = receiptOf();
    await receipts.keep([receipt]);
    expect(await receipts.list(NOW)).toMatchObject([
      { receipt, state: { kind: 'unknown-issuer', issuer: ISSUER } },
    ]);
    expect(await receipts.bundlesFor(new Set([receipt.presenter]))).toEqual([]);
    await receipts.learn(keysOf(), listOf());
    const other = await tab();
    expect(await other.receipts.list(NOW)).toMatchObject([
      { state: { kind: 'valid', revocations: { state: 'fresh' } } },
    ]);
    expect(await other.receipts.list('2026-12-25T00:00:00.000Z')).toMatchObject([
      { state: { kind: 'valid', revocations: { state: 'stale' } } },
    ]);
    expect(await other.receipts.bundlesFor(new Set([receipt.presenter]))).toEqual([
      { receipt, keys: keysOf(), revocations: listOf() },
    ]);
    expect(await other.receipts.bundlesFor(new Set([hashOf('f')]))).toEqual([]);
  });

  test('a revocation that was learned stays, whatever is served afterwards', async () => {
    const { receipts } = await tab();
    await receipts.keep([receiptOf()]);
    await receipts.learn(keysOf(), listOf());
    const revoked = [{ receiptId: 'receipt-1', revokedAt: NOW }];
    await receipts.learn(keysOf(), listOf(revoked, { number: 2, issuedAt: NOW }));
    const states = async () => (await receipts.list(NOW)).map(({ state }) => state);
    expect(await states()).toMatchObject([{ kind: 'invalid', fault: 'revoked' }]);
    for (const served of [listOf(), listOf([], { number: 3, issuedAt: NOW })])
      await expect(receipts.learn(keysOf(), served)).rejects.toMatchObject({ code: 'refused' });
    await receipts.learn(keysOf(), null);
    expect(await states()).toMatchObject([{ kind: 'invalid', fault: 'revoked' }]);
  });

  test('other keys under the same name are not taken', async () => {
    const { receipts } = await tab();
    await receipts.learn(keysOf(), listOf());
    const stolen = keysOf([publishedKey(OTHER_KEY, '2026-01-01T00:00:00.000Z')], {
      number: 2,
      signers: [OTHER_KEY],
      issuedAt: NOW,
    });
    await expect(receipts.learn(stolen, null)).rejects.toMatchObject({ code: 'refused' });
    await receipts.keep([receiptOf({}, OTHER_KEY)]);
    expect(await receipts.list(NOW)).toMatchObject([{ state: { kind: 'invalid', fault: 'unknown-key' } }]);
  });

  test('the server is asked for both documents; without one everything stays', async () => {
    const { receipts } = await tab();
    const published = new Map<string, unknown>([
      [KEYS_PATH, JSON.parse(JSON.stringify(keysOf()))],
      [REVOCATIONS_PATH, JSON.parse(JSON.stringify(listOf()))],
    ]);
    await receipts.keep([receiptOf()]);
    expect(await receipts.refresh(() => Promise.reject(new TypeError('no network')))).toBe(false);
    expect(await receipts.refresh(() => Promise.resolve(null))).toBe(false);
    let told = 0;
    const stop = receipts.onChange(() => told++);
    expect(await receipts.refresh((path) => Promise.resolve(published.get(path)))).toBe(true);
    expect(told).toBe(1);
    stop();
    expect(await receipts.list(NOW)).toMatchObject([{ state: { kind: 'valid' } }]);
    expect(KEY.keyId).toBe(keysOf().keys[0]?.keyId);
  });
});

describe('receipts go where the person goes', () => {
  test('in a .presenter file, to a device that believes them only by keys of its own', async () => {
    const here = await tab();
    const presenter = await adaIn(here);
    const media = [presenter.fit, presenter.picture, presenter.person, presenter.plate].map((hash) => ({
      hash,
      name: 'part',
      mime: 'application/octet-stream',
      bytes: 5,
      kind: 'data' as const,
      widthPx: 0,
      heightPx: 0,
      durationS: null,
    }));
    const row = await here.presenters.add({ presenter, media, thumbnail: new Blob(), troubles: [] }, 0);
    const receipt = receiptOf({ presenter: presenterHash(presenter) });
    await here.receipts.learn(keysOf(), listOf());
    await here.receipts.keep([receipt, receiptOf({ id: 'of-another' })]);
    const carried = await here.receipts.bundlesFor(new Set([presenterHash(row.presenter)]));
    expect(carried.map(({ receipt: { id } }) => id)).toEqual([receipt.id]);
  });

  test('in an .orator file: only those of its people, and nothing of the file’s own keys', async () => {
    const here = await tab();
    const presenter = await adaIn(here);
    const project = setPresenter(newProject(), presenter);
    const receipt = receiptOf({ presenter: presenterHash(presenter) });
    expect([...subjectsOf(project)]).toEqual([presenterHash(presenter)]);
    await here.receipts.learn(keysOf(), listOf());
    await here.receipts.keep([receipt, receiptOf({ id: 'of-another' })]);
    const file = await here.projects.exportFile(project);
    name = `test-${newId()}`;
    const there = await tab();
    await there.projects.importFile(file).catch(() => undefined); // its media are not here
    expect(await there.receipts.list(NOW)).toMatchObject([
      { receipt: { id: receipt.id }, state: { kind: 'unknown-issuer' } },
    ]);
  });

  test('and are deleted with the presenter', async () => {
    const storage = await tab();
    const presenter = await adaIn(storage);
    const row = await storage.presenters.add(
      { presenter, media: [], thumbnail: new Blob(), troubles: [] },
      0,
    );
    await storage.receipts.keep([
      receiptOf({ presenter: presenterHash(presenter) }),
      receiptOf({ id: 'of-another' }),
    ]);
    await storage.eraser.erase(row, { films: true });
    expect((await storage.receipts.list(NOW)).map(({ receipt }) => receipt.id)).toEqual(['of-another']);
  });
});

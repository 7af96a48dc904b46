/**
 * What was put together and not given out is nobody's, and goes, on both databases: of films that failed, were called off
 * or stopped while they were looked at. What someone has stays, and counts as theirs. The films are real; what looks at them
 * does as it is told.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import type { AssetHash } from '#core/base/ids.ts';
import { newProject } from '#core/document/create.ts';
import { UNCONSENTED } from '#core/document/likeness.ts';
import type { Project } from '#core/document/project.ts';
import { voiceHash } from '#core/policy/consent/presenter-hash.ts';
import type { PictureClassifier } from '#core/policy/moderation/images/picture-classifier.ts';
import { renderProcesses } from '#server/render/open-process.ts';
import { eq } from '#server/database/drizzle.ts';
import { serverPermit } from '#server/database/schema/work.ts';
import { assetsRepository } from '#server/repositories/assets.ts';
import { renderRepository, type RenderRow } from '#server/repositories/renders.ts';
import { accountAssets, assetKey } from '#server/services/assets/account-assets.ts';
import { dropUnowned, dropWithdrawn } from '#server/services/renders/leftovers.ts';
import { productSweep } from '#server/services/renders/sweep.ts';
import { accountKey } from '#server/services/store.ts';
import { bothDatabases } from './harness/places.ts';
import { consentTo } from './harness/renders/consent.ts';
import { askFor, inState, OUTPUT, until } from './harness/renders/films.ts';
import { openTrust, ORIGIN, type Asker, type Trust } from './harness/trust.ts';

const places = await bothDatabases();
afterAll(() => places.stop());

type Someone = Asker & { readonly accountId: string };
/** Few pictures a second: what becomes of a film does not hang on them, and each is drawn. */
const SMALL = { ...OUTPUT, rate: { num: 5, den: 1 }, effort: 'draft', captions: 'separate' } as const;

describe.each(places.all)('on %s', (_name, fresh) => {
  const folder = mkdtempSync(join(tmpdir(), 'orator-leftovers-'));
  let trust: Trust;
  let maker: Someone;
  /** What happens when a film is looked at. */
  let look = (): Promise<void> => Promise.resolve();
  /** How sure it is that a picture is not fit to be shown. */
  let wrong = 0;
  const classifier: PictureClassifier = {
    revision: 'looker 1',
    async look() {
      await look();
      return { drawing: 0, hentai: 0, neutral: 1 - wrong, porn: wrong, sexy: 0 };
    },
    close: () => Promise.resolve(),
  };
  beforeAll(async () => {
    trust = await openTrust({
      place: await fresh(),
      env: { ORATOR_DATA: folder, RENDER_SLOTS: '1', ACCOUNT_STORAGE_MB: '1' },
      render: {
        openProcess: renderProcesses({ kind: 'disk', folder: join(folder, 'files') }),
        filmClassifier: classifier,
      },
    });
    maker = await trust.person();
  });
  let release = (): void => undefined;
  afterEach(() => {
    wrong = 0;
    letGo();
  });
  afterAll(async () => {
    await trust.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const filmOf = (words: string): Project => newProject({ name: words, scenes: [[words]] });
  const ask = (project: Project) => askFor(trust, maker, project, { output: SMALL });
  const isThere = async (hash: string) =>
    (await trust.services.store.size(assetKey(maker.accountId, hash as AssetHash))) !== null;
  /** The film and its captions. */
  const filesOf = async (id: string): Promise<readonly string[]> => {
    const { film } = (await renderRepository(trust.services.database.queries).find(id)) as RenderRow;
    if (!film?.captions) throw new Error('nothing was put together');
    return [film.hash, film.captions];
  };
  const gone = async (files: readonly string[]) => {
    for (const file of files) await expect.poll(() => isThere(file), { timeout: 20_000 }).toBe(false);
  };
  /** A film that is being looked at until it is let go. */
  const lookedAt = async (project: Project) => {
    const began = new Promise<void>((begin) => {
      look = () => {
        begin();
        return new Promise((resolve) => (release = resolve));
      };
    });
    const { id } = await ask(project);
    await began;
    return { id, files: await filesOf(id) };
  };
  const letGo = (): void => {
    // It may have more frames than one.
    look = () => Promise.resolve();
    release();
  };
  const filmSize = async (who: Asker, id: string) =>
    (await trust.ask<{ film: { bytes: number } | null }>(who, 'GET', `/api/renders/${id}`)).body.film?.bytes;
  const download = (id: string) =>
    trust.fetch(new Request(`${ORIGIN}/api/renders/${id}/film`, { headers: maker.headers }));

  test('a film that failed is not kept, and tried again it is put together anew', async () => {
    const admin = await trust.person('admin');
    look = () => Promise.reject(new TypeError('nothing is as it should be'));
    const { id } = await ask(filmOf('One two three.'));
    await until(trust, maker, id, inState('failed'));
    const files = await filesOf(id);
    await gone(files);

    look = () => Promise.resolve();
    type Letter = { id: string; step: string };
    const { body: letters } = await trust.ask<Letter[]>(admin, 'GET', '/api/renders/dead');
    expect(letters).toMatchObject([{ step: 'look' }]);
    expect((await trust.ask(admin, 'POST', `/api/renders/dead/${letters[0]?.id}/retry`)).status).toBe(200);
    const done = await until(trust, maker, id, inState('done'));
    expect(done.film?.hash).toBe(files[0]);
    const film = await download(id);
    expect((await film.arrayBuffer()).byteLength).toBe(done.film?.bytes);
    const { body } = await trust.ask<{ hash: string }[]>(maker, 'GET', '/api/assets');
    expect(JSON.stringify(body)).toContain(files[0]);
  });

  test('a film that is called off while it is looked at is not kept', async () => {
    const { id, files } = await lookedAt(filmOf('Four five six.'));
    expect(await Promise.all(files.map(isThere))).toEqual([true, true]);
    await trust.ask(maker, 'POST', `/api/renders/${id}/cancel`);
    letGo();
    await gone(files);
  });

  test('nor is one whose consent is taken back then', async () => {
    const base = filmOf('Seven eight nine.');
    const project = {
      ...base,
      voices: base.voices.map((voice) => ({
        ...voice,
        likeness: { kind: 'person', consent: { receiptId: 'r', issuer: ORIGIN } } as const,
      })),
    };
    const receiptId = await consentTo(trust.services, maker.accountId, voiceHash(project.voices[0] as never));
    const { id, files } = await lookedAt(project);
    await trust.services.receipts.revoke(receiptId);
    await until(trust, maker, id, inState('stopped'));
    letGo();
    await gone(files);
    expect((await download(id)).status).toBe(409);
  });

  test('one that was given out is given out by no route once its consent is taken back, and goes', async () => {
    const base = filmOf('Seven eleven.');
    const project = {
      ...base,
      voices: base.voices.map((voice) => ({ ...voice, likeness: UNCONSENTED })),
    };
    const subject = voiceHash(project.voices[0] as never);
    const receiptId = await consentTo(trust.services, maker.accountId, subject);
    const { id } = await ask(project);
    await until(trust, maker, id, inState('done'));
    const [film] = (await filesOf(id)) as readonly [AssetHash, AssetHash];
    const asset = () => trust.ask<{ message: string }>(maker, 'GET', `/api/assets/${film}`);
    expect((await asset()).status).toBe(200);
    expect((await download(id)).status).toBe(200);
    expect((await trust.ask(maker, 'GET', `/api/renders/${id}`)).body).toMatchObject({ withdrawnAt: null });

    // As another process sees it, which is told of nothing and looks again in a minute.
    const { permitId } = (await renderRepository(trust.services.database.queries).find(id)) as RenderRow;
    const { queries } = trust.services.database;
    const permit = eq(serverPermit.id, permitId);
    await queries.update(serverPermit).set({ endedAt: new Date() }).where(permit);
    const told = await asset();
    expect([told.status, told.body.message]).toEqual([403, expect.stringMatching(/took|taken back/)]);
    await queries.update(serverPermit).set({ endedAt: null }).where(permit);
    expect((await asset()).status).toBe(200);

    await trust.services.receipts.revoke(receiptId);
    expect((await download(id)).status).toBe(403);
    type Shown = { readonly state: string; readonly film: unknown; readonly withdrawnAt: string | null };
    const { body: shown } = await trust.ask<Shown>(maker, 'GET', `/api/renders/${id}`);
    expect(shown).toMatchObject({ state: 'done', film: null, withdrawnAt: expect.any(String) as string });
    for (const what of ['film', 'captions'])
      expect((await trust.ask(maker, 'GET', `/api/renders/${id}/${what}`)).status).toBe(403);
    await gone([film]);
    await expect.poll(async () => (await asset()).status, { timeout: 20_000 }).toBe(404);
    expect(JSON.stringify((await trust.ask(maker, 'GET', '/api/assets')).body)).not.toContain(film);

    // Consented to anew, the same film is made anew, and stays.
    await consentTo(trust.services, maker.accountId, subject);
    const again = await ask(project);
    await until(trust, maker, again.id, inState('done'));
    expect(await filesOf(again.id)).toEqual(await filesOf(id));
    await dropWithdrawn(trust.services);
    expect((await download(again.id)).status).toBe(200);
    expect((await asset()).status).toBe(200);
    expect((await download(id)).status).toBe(403);
  });

  test('frames of a film that is held back for a person to see go with the consent of whoever is in it', async () => {
    const base = filmOf('Eight nine.');
    const project = {
      ...base,
      voices: base.voices.map((voice) => ({ ...voice, likeness: UNCONSENTED })),
    };
    const subject = voiceHash(project.voices[0] as never);
    const receiptId = await consentTo(trust.services, maker.accountId, subject);
    const reviewer = await trust.person('reviewer');
    type Case = { readonly id: string };
    type Detail = { readonly content: { readonly pictures: readonly { readonly hash: string }[] } };
    const cases = async () => (await trust.ask<readonly Case[]>(reviewer, 'GET', '/api/reviews')).body;
    const held = async () => {
      await until(trust, maker, (await ask(project)).id, inState('failed'));
      const [found] = await cases();
      const { body } = await trust.ask<Detail>(reviewer, 'GET', `/api/reviews/${found?.id}`);
      return { id: found?.id, frames: body.content.pictures.map(({ hash }) => hash) };
    };
    wrong = 0.99;
    const before = await held();
    expect(before.frames.length).toBeGreaterThan(0);
    expect(await Promise.all(before.frames.map(isThere))).toEqual(before.frames.map(() => true));
    // Nothing of it goes while the consent stands.
    await dropWithdrawn(trust.services);
    expect(await Promise.all(before.frames.map(isThere))).toEqual(before.frames.map(() => true));

    await trust.services.receipts.revoke(receiptId);
    await gone(before.frames);
    await expect.poll(cases, { timeout: 20_000 }).toEqual([]);
    const stock = JSON.stringify((await trust.ask(maker, 'GET', '/api/assets')).body);
    for (const frame of before.frames) expect(stock).not.toContain(frame);
    const { trustLog } = trust.services;
    const entries = await trustLog.entries(0, (await trustLog.head())?.size ?? 0);
    const deletions = entries.filter(({ kind }) => kind === 'deletion');
    expect(deletions.map(({ body }) => new TextDecoder().decode(body)).join('\n')).toContain(
      '"what":"frames"',
    );

    // Consented to anew, it is looked at anew, and seen by a person.
    const again = await consentTo(trust.services, maker.accountId, subject);
    const after = await held();
    expect(after.id).not.toBe(before.id);
    expect(after.frames).toEqual(before.frames);
    expect(await Promise.all(after.frames.map(isThere))).toEqual(after.frames.map(() => true));
    wrong = 0;
    await trust.services.receipts.revoke(again);
    await gone(after.frames);
  });

  test('the same film that was given out before stays, and so does one that its maker has uploaded', async () => {
    const project = filmOf('Ten eleven.');
    const first = await ask(project);
    await until(trust, maker, first.id, inState('done'));
    const again = await lookedAt(project);
    expect(again.files).toEqual(await filesOf(first.id));
    await trust.ask(maker, 'POST', `/api/renders/${again.id}/cancel`);
    letGo();

    const own = await lookedAt(filmOf('Twelve.'));
    const [film, captions] = own.files as readonly [AssetHash, AssetHash];
    await trust.services.assets.keep(maker.accountId, { hash: film, bytes: 1, mime: 'video/mp4' });
    await trust.ask(maker, 'POST', `/api/renders/${own.id}/cancel`);
    letGo();
    // The captions of that one are nobody's: when they are gone, the rest was looked at as well.
    await gone([captions]);
    expect(await isThere(film)).toBe(true);
    expect(await Promise.all(again.files.map(isThere))).toEqual([true, true]);
    expect((await download(first.id)).status).toBe(200);
  });

  test('what nobody wrote down is swept after a day; what someone has is not', async () => {
    const { database, store } = trust.services;
    const done = await ask(filmOf('Thirteen.'));
    await until(trust, maker, done.id, inState('done'));
    const under = await lookedAt(filmOf('Fourteen.'));
    const assets = accountAssets(store, maker.accountId);
    // A worker put it together and died, or heard too late that nobody wants it.
    const lost = await assets.put(new TextEncoder().encode('a film that no render names'));
    const uploaded = await assets.put(new TextEncoder().encode('a picture of theirs'));
    await trust.services.assets.keep(maker.accountId, { hash: uploaded, bytes: 19, mime: 'image/png' });
    const kept = [...(await filesOf(done.id)), ...under.files, uploaded];

    const nowMs = Date.now();
    const sweepAt = (atMs: number) =>
      productSweep({ database, store, host: { now: () => atMs }, keepDays: 30 })();
    await sweepAt(nowMs);
    expect(await isThere(lost)).toBe(true);
    await sweepAt(nowMs + 2 * 86_400_000);
    expect(await isThere(lost)).toBe(false);
    expect(await Promise.all(kept.map(isThere))).toEqual(kept.map(() => true));

    letGo();
    await until(trust, maker, under.id, inState('done'));
  });

  test('a film that is given out while an earlier one of the same bytes is being deleted stays', async () => {
    const { database, store } = trust.services;
    const project = filmOf('Fifteen.');
    const first = await ask(project);
    await until(trust, maker, first.id, inState('done'));
    const files = (await filesOf(first.id)) as readonly AssetHash[];
    // As after a film whose end came just before its files could be dropped.
    for (const hash of files) await assetsRepository(database.queries).remove(maker.accountId, hash);
    await renderRepository(database.queries).change(first.id, { state: 'cancelled' });

    let goOn = (): void => undefined;
    const slow = new Promise<void>((resolve) => (goOn = resolve));
    let deleting = (): void => undefined;
    const begun = new Promise<void>((resolve) => (deleting = resolve));
    const slowStore = {
      ...store,
      async delete(key: Parameters<typeof store.delete>[0]) {
        deleting();
        await slow;
        await store.delete(key);
      },
    };
    const dropped = dropUnowned({ database, store: slowStore }, maker.accountId, files);
    await begun;
    const { exclusive } = database;
    const waits = new Promise<void>((resolve) =>
      vi.spyOn(database, 'exclusive').mockImplementation((name, work) => {
        resolve();
        return exclusive(name, work);
      }),
    );
    const again = await ask(project);
    // It would be given out by then, of what lies there still.
    await Promise.race([waits, until(trust, maker, again.id, inState('done'))]);
    await new Promise((resolve) => setTimeout(resolve, 500));
    vi.restoreAllMocks();
    goOn();
    await dropped;
    const done = await until(trust, maker, again.id, inState('done'));
    expect(done.film?.hash).toBe(files[0]);
    expect((await (await download(again.id)).arrayBuffer()).byteLength).toBe(done.film?.bytes);
    expect(await Promise.all(files.map(isThere))).toEqual([true, true]);
  });

  test('what is given out counts as its account’s, captions as well, and no more is given than may be kept', async () => {
    const other = await trust.person();
    const { store } = trust.services;
    type Stock = {
      usedBytes: number;
      mostBytes: number;
      assets: { hash: string; mime: string; bytes: number }[];
    };
    const stock = async () => (await trust.ask<Stock>(other, 'GET', '/api/assets')).body;
    const ask = (project: Project) => askFor(trust, other, project, { output: SMALL });
    const first = await ask(filmOf('Sixteen.'));
    await until(trust, other, first.id, inState('done'));
    const kept = await stock();
    expect(kept.assets.map(({ mime }) => mime).sort()).toEqual(['text/vtt', 'video/mp4']);
    expect(kept.usedBytes).toBe(kept.assets.reduce((sum, { bytes }) => sum + bytes, 0));
    expect(kept.usedBytes).toBeGreaterThan((await filmSize(other, first.id)) as number);

    // Room for less than a film: it is made, not given out, and once there is room, given out without being drawn anew.
    const filling = accountKey(other.accountId, 'assets', 'f'.repeat(64));
    await store.put(filling, new Uint8Array(kept.mostBytes - kept.usedBytes - 100));
    const project = filmOf('Seventeen.');
    const tooMuch = await ask(project);
    const { error } = await until(trust, other, tooMuch.id, inState('failed'));
    expect(error).toMatchObject({
      code: 'storage-full',
      message: expect.stringContaining('is made') as string,
    });
    await store.put(filling, new Uint8Array(kept.mostBytes - kept.usedBytes));
    const refused = await trust.ask(other, 'POST', '/api/renders', {
      project,
      grade: 'final',
      output: SMALL,
    });
    expect(refused).toMatchObject({ status: 507, body: { code: 'storage-full' } });
    await store.delete(filling);
    const done = await ask(project);
    const { segments } = await until(trust, other, done.id, inState('done'));
    expect(segments?.reused).toBe(segments?.total);

    for (const { hash } of (await stock()).assets)
      expect((await trust.ask(other, 'DELETE', `/api/assets/${hash}`)).status).toBe(204);
    expect((await stock()).usedBytes).toBe(0);
  });
});

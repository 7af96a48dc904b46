/**
 * The queue of renders on both databases, with processes that can be killed: films of plain bytes, so that what is tried is
 * the queue. Whatever happens, a film is whole and made of each segment once, or has ended with a sentence.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Project } from '#core/document/project.ts';
import { voiceHash } from '#core/policy/consent/presenter-hash.ts';
import { renderShare } from '#server/database/schema/render.ts';
import type { EncodedBy, RenderProcess } from '#server/render/process.ts';
import { logRepository } from '#server/repositories/log.ts';
import { renderRepository } from '#server/repositories/renders.ts';
import { usageRepository } from '#server/repositories/usage.ts';
import { bothDatabases } from './harness/places.ts';
import {
  askFor,
  filmOf,
  freshWords,
  inState,
  OUTPUT,
  until,
  type ShownRender,
} from './harness/renders/films.ts';
import { consentTo } from './harness/renders/consent.ts';
import { filmBytes } from './harness/renders/plain-film.ts';
import { plainProcesses } from './harness/renders/plain-process.ts';
import { openTrust, ORIGIN, type Asker, type Trust } from './harness/trust.ts';

const places = await bothDatabases();
afterAll(() => places.stop());

describe.each(places.all)('on %s', (_name, fresh) => {
  let trust: Trust;
  let folder: string;
  let journal: string;
  /** Who encodes on each machine that opens a film, and what it was told. */
  let encoder: (settled: EncodedBy | null) => EncodedBy = () => 'software';
  const settledAs: (EncodedBy | null)[] = [];
  let onPrepared = (_by: RenderProcess): Promise<void> | void => undefined;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'orator-queue-'));
    journal = join(folder, 'drawn');
    writeFileSync(journal, '');
    const plain = plainProcesses({
      folder: join(folder, 'files'),
      drawMs: 30,
      journal,
      poison: join(folder, 'poison'),
      version: join(folder, 'version'),
      encoder: (settled) => {
        settledAs.push(settled);
        return encoder(settled);
      },
    });
    trust = await openTrust({
      place: await fresh(),
      env: {
        REQUESTS_PER_MINUTE: '100000',
        RENDER_SLOTS: '2',
        RENDER_SECONDS_PER_DAY: '60',
        ORATOR_DATA: folder,
      },
      render: {
        openProcess: async (spec, limits) => {
          const opened = await plain(spec, limits);
          const run = opened.run.bind(opened);
          opened.run = async (step, ...rest) => {
            const result = await run(step, ...rest);
            if (step.kind === 'prepare') await onPrepared(opened);
            return result;
          };
          return opened;
        },
        patience: { failingS: 30, fullS: 1 },
      },
    });
  });
  afterAll(async () => {
    await trust.close();
    rmSync(folder, { recursive: true, force: true });
  });
  afterEach(() => {
    encoder = () => 'software';
    onPrepared = () => undefined;
    rmSync(join(folder, 'version'), { force: true });
  });
  const download = (who: Asker, id: string, headers: Record<string, string> = {}) =>
    trust.fetch(new Request(`${ORIGIN}/api/renders/${id}/film`, { headers: { ...who.headers, ...headers } }));
  /** Keeps every hand busy until it is called. */
  const occupy = async (): Promise<() => Promise<void>> => {
    const someone = await trust.person();
    const busy = await Promise.all(
      [1, 2].map(() =>
        askFor(trust, someone, filmOf(['FOREVER']), { output: { ...OUTPUT, effort: 'draft' } }),
      ),
    );
    for (const { id } of busy) await until(trust, someone, id, inState('drawing'));
    return async () => {
      for (const { id } of busy) await trust.ask(someone, 'POST', `/api/renders/${id}/cancel`);
    };
  };
  const quotaLeft = async (who: Asker, project: Project): Promise<number> => {
    const wish = { project, grade: 'final', output: OUTPUT };
    return (await trust.ask<{ quotaLeftS: number }>(who, 'POST', '/api/renders/estimate', wish)).body
      .quotaLeftS;
  };
  const shareOf = async (accountId: string): Promise<number> => {
    const shares = await trust.services.database.queries.select().from(renderShare);
    return Math.max(...shares.filter((share) => share.accountId === accountId).map(({ finish }) => finish));
  };
  const renders = () => renderRepository(trust.services.database.queries);
  const drawn = () => readFileSync(journal, 'utf8').trim().split('\n');
  const logged = async (kind: string) =>
    (await logRepository(trust.services.database.queries).entries(0, 1000))
      .filter((entry) => entry.kind === kind)
      .map(
        ({ body }) =>
          (JSON.parse(new TextDecoder().decode(body)) as { body: { outcome: string } }).body.outcome,
      );

  test('a film is made of its segments, each drawn once; it can be had in parts; the log knows both ends', async () => {
    const maker = await trust.person();
    const project = { ...filmOf(freshWords(5)), name: 'Grüße / “first”' };
    const { id } = await askFor(trust, maker, project);
    const done = await until(trust, maker, id, inState('done'));
    const wanted = filmBytes({ project, output: OUTPUT });
    expect(done).toMatchObject({
      progress: 1,
      secondsLeft: null,
      segments: { total: 5, done: 5, reused: 0 },
      film: { bytes: wanted.length },
    });
    const whole = await download(maker, id);
    expect(new Uint8Array(await whole.arrayBuffer())).toEqual(wanted);
    expect(whole.headers.get('content-disposition')).toContain("filename*=UTF-8''Gr%C3%BC%C3%9Fe%20");
    const part = await download(maker, id, { Range: 'bytes=100-199' });
    expect(part.status).toBe(206);
    expect(part.headers.get('content-range')).toBe(`bytes 100-199/${wanted.length}`);
    expect(new Uint8Array(await part.arrayBuffer())).toEqual(wanted.subarray(100, 200));
    expect((await download(maker, id, { Range: `bytes=${wanted.length}-` })).status).toBe(416);
    const last = await download(maker, id, { Range: 'bytes=-10' });
    expect(new Uint8Array(await last.arrayBuffer())).toEqual(wanted.subarray(-10));
    expect(await logged('render')).toEqual(['started', 'finished']);
    const keys = drawn();
    expect(keys).toHaveLength(new Set(keys).size);
  });

  test('the encoder is settled when a film is prepared, and all of its segments come from that', async () => {
    const maker = await trust.person();
    settledAs.length = 0;
    const { id } = await askFor(trust, maker, filmOf(freshWords(6)));
    await until(trust, maker, id, inState('done'));
    expect(settledAs[0]).toBe(null);
    expect(settledAs.slice(1).every((settled) => settled === 'software')).toBe(true);
    expect(await renders().find(id)).toMatchObject({ encodedBy: 'software', replans: 0 });
  });

  test('where a machine encodes otherwise by now, the film is planned again, and is all from one encoder', async () => {
    const maker = await trust.person();
    // Whoever begins a film still has the card; whoever comes to it then has not.
    encoder = (settled) => (settled === null ? 'nvenc' : 'software');
    onPrepared = (by) => by.close();
    const project = filmOf(freshWords(8));
    const { id } = await askFor(trust, maker, project);
    await until(trust, maker, id, inState('done'));
    expect(await renders().find(id)).toMatchObject({ encodedBy: 'software', replans: 1 });
    const film = await download(maker, id);
    expect(new Uint8Array(await film.arrayBuffer())).toEqual(filmBytes({ project, output: OUTPUT }));
    // Nothing is left in anyone's hands, and it was paid for once.
    const steps = await renders().steps(id);
    expect(steps.map(({ state }) => state).filter((state) => state !== 'done')).toEqual([]);
    expect(await quotaLeft(maker, project)).toBe(60 - 8);
  });

  test('so is one whose segments a worker of another version names otherwise', async () => {
    const maker = await trust.person();
    const project = filmOf(freshWords(3));
    onPrepared = () => writeFileSync(join(folder, 'version'), 'the next');
    const { id } = await askFor(trust, maker, project);
    await until(trust, maker, id, inState('done'));
    expect(await renders().find(id)).toMatchObject({ replans: 1 });
    const film = await download(maker, id);
    const wanted = filmBytes({ project, output: OUTPUT, version: 'the next' });
    expect(new Uint8Array(await film.arrayBuffer())).toEqual(wanted);
  });

  test('after an edit of one scene in ten, one is drawn; the same again draws nothing', async () => {
    const maker = await trust.person();
    const words = [...freshWords(10)];
    const first = await askFor(trust, maker, filmOf(words));
    await until(trust, maker, first.id, inState('done'));
    const before = drawn().length;
    const edited = filmOf(words.with(4, `${words[4] as string} And more.`));
    const second = await askFor(trust, maker, edited);
    expect(await until(trust, maker, second.id, inState('done'))).toMatchObject({
      segments: { total: 10, done: 10, reused: 9 },
    });
    expect(drawn()).toHaveLength(before + 1);
    const turns = await shareOf(maker.accountId);
    const again = await askFor(trust, maker, edited);
    expect(await until(trust, maker, again.id, inState('done'))).toMatchObject({ segments: { reused: 10 } });
    // It was guessed as if all were to be drawn.
    expect((await shareOf(maker.accountId)) - turns).toBeLessThanOrEqual(1);
    expect(drawn()).toHaveLength(before + 1);
    // Ten seconds and the one that was drawn anew.
    expect(await quotaLeft(maker, edited)).toBe(60 - 11);
    const other = await trust.person();
    // Another account's store is another's: nothing is found there by knowing its key.
    const elsewhere = await askFor(trust, other, edited);
    expect(await until(trust, other, elsewhere.id, inState('done'))).toMatchObject({
      segments: { reused: 0 },
    });
  });

  test('a step that kills whoever draws it is put aside, seen by an admin, and made when it is mended', async () => {
    const maker = await trust.person();
    const admin = await trust.person('admin');
    writeFileSync(join(folder, 'poison'), '');
    const project = filmOf([...freshWords(2), 'POISON']);
    const { id } = await askFor(trust, maker, project);
    const failed = await until(trust, maker, id, inState('failed'));
    expect(failed.error?.message).toContain('failed 3 times');
    expect(failed.error?.way).toContain('dead letters');
    type Letter = { id: string; renderId: string; step: string; attempts: number };
    const letters = await trust.ask<Letter[]>(admin, 'GET', '/api/renders/dead');
    expect(letters.body).toMatchObject([{ renderId: id, step: 'draw', attempts: 3 }]);
    rmSync(join(folder, 'poison'));
    const letter = letters.body[0]?.id as string;
    expect((await trust.ask(maker, 'POST', `/api/renders/dead/${letter}/retry`)).status).toBe(403);
    // What was not drawn was given back; tried again it is paid for, or not tried.
    const left = await quotaLeft(maker, project);
    expect(left).toBeGreaterThan(60 - 3);
    const usage = usageRepository(trust.services.database.queries);
    const today = new Date().toISOString().slice(0, 10);
    const spent = [maker.accountId, 'rendered-seconds', today, left] as const;
    await usage.add(...spent, 60);
    expect((await trust.ask(admin, 'POST', `/api/renders/dead/${letter}/retry`)).status).toBe(429);
    expect((await trust.ask<Letter[]>(admin, 'GET', '/api/renders/dead')).body).toHaveLength(1);
    await usage.giveBack(...spent);
    const share = await shareOf(maker.accountId);
    expect((await trust.ask(admin, 'POST', `/api/renders/dead/${letter}/retry`)).status).toBe(200);
    expect(await quotaLeft(maker, project)).toBe(60 - 3);
    expect(await shareOf(maker.accountId)).toBeGreaterThan(share);
    expect((await trust.ask(admin, 'POST', `/api/renders/dead/${letter}/retry`)).status).toBe(404);
    await until(trust, maker, id, inState('done'));
    expect(new Uint8Array(await (await download(maker, id)).arrayBuffer())).toEqual(
      filmBytes({ project, output: OUTPUT }),
    );
    expect((await trust.ask<Letter[]>(admin, 'GET', '/api/renders/dead')).body).toEqual([]);
  });

  test('a dead letter that is dropped is gone, and its film stays failed', async () => {
    const maker = await trust.person();
    const admin = await trust.person('admin');
    writeFileSync(join(folder, 'poison'), '');
    const { id } = await askFor(trust, maker, filmOf([...freshWords(1), 'POISON']));
    await until(trust, maker, id, inState('failed'));
    const letters = await trust.ask<{ id: string }[]>(admin, 'GET', '/api/renders/dead');
    const path = `/api/renders/dead/${letters.body[0]?.id}`;
    expect((await trust.ask(maker, 'DELETE', path)).status).toBe(403);
    expect((await trust.ask(admin, 'DELETE', path)).status).toBe(204);
    expect((await trust.ask(admin, 'DELETE', path)).status).toBe(404);
    expect((await trust.ask(admin, 'POST', `${path}/retry`)).status).toBe(404);
    expect((await trust.ask(admin, 'GET', '/api/renders/dead')).body).toEqual([]);
    expect((await trust.ask<ShownRender>(maker, 'GET', `/api/renders/${id}`)).body.state).toBe('failed');
  });

  test('what can never succeed fails at once, with its sentence, and is no dead letter', async () => {
    const maker = await trust.person();
    const admin = await trust.person('admin');
    const { id } = await askFor(trust, maker, filmOf(['UNREADABLE']));
    const failed = await until(trust, maker, id, inState('failed'));
    expect(failed.error?.code).toBe('invalid-input');
    expect(failed.error?.message).toContain('cannot be read');
    expect((await trust.ask(admin, 'GET', '/api/renders/dead')).body).toEqual([]);
  });

  test('what is called off in the middle stops, and its hands are free for others', async () => {
    const maker = await trust.person();
    const endless = await Promise.all(
      [1, 2].map(() => askFor(trust, maker, filmOf([...freshWords(1), 'FOREVER']))),
    );
    for (const { id } of endless) await until(trust, maker, id, inState('drawing'));
    const last = await askFor(trust, maker, filmOf(freshWords(1)));
    for (const { id } of endless)
      expect((await trust.ask<ShownRender>(maker, 'POST', `/api/renders/${id}/cancel`)).body.state).toBe(
        'cancelled',
      );
    await until(trust, maker, last.id, inState('done'));
    expect((await download(maker, endless[0]?.id as string)).status).toBe(409);
    // The seconds that nobody drew are had again: of five that were asked for, three at most were drawn.
    expect(await quotaLeft(maker, filmOf(['Hello.']))).toBeGreaterThanOrEqual(60 - 3);
  });

  test('a consent that is taken back in the middle stops the film, and nothing is given out', async () => {
    const maker = await trust.person();
    const base = filmOf([...freshWords(2), 'FOREVER']);
    const project = {
      ...base,
      voices: base.voices.map((voice) => ({
        ...voice,
        likeness: { kind: 'person', consent: { receiptId: 'r', issuer: ORIGIN } } as const,
      })),
    };
    const [voice] = project.voices;
    if (!voice) throw new Error('a project has a voice');
    const refused = await trust.ask(maker, 'POST', '/api/renders', {
      project,
      grade: 'final',
      output: OUTPUT,
    });
    expect(refused).toMatchObject({ status: 403 });
    const receiptId = await consentTo(trust.services, maker.accountId, voiceHash(voice));
    const { id } = await askFor(trust, maker, project);
    await until(trust, maker, id, inState('drawing'));
    await trust.services.receipts.revoke(receiptId);
    const stopped = await until(trust, maker, id, inState('stopped'));
    expect(stopped.error?.message).toContain('taken back');
    expect(stopped.film).toBeNull();
    expect((await download(maker, id)).status).toBe(409);
    await expect
      .poll(async () => (await logged('render')).at(-1), { timeout: 20_000 })
      .toBe('stopped-by-revocation');
    // The hands that held it are free.
    const next = await askFor(trust, maker, filmOf(freshWords(1)));
    await until(trust, maker, next.id, inState('done'));
  });

  test('accounts take turns: who comes second with one film does not wait for all of the first', async () => {
    const [many, one] = [await trust.person(), await trust.person()];
    const free = await occupy();
    const films = [];
    for (let i = 0; i < 5; i++) films.push(await askFor(trust, many, filmOf(freshWords(2))));
    const only = await askFor(trust, one, filmOf(freshWords(2)));
    await free();
    await until(trust, one, only.id, inState('done'));
    const { body } = await trust.ask<ShownRender[]>(many, 'GET', '/api/renders');
    // By turns it comes after the first of the other's, give or take what was under way.
    expect(body.filter(({ state }) => state === 'done').length).toBeLessThan(4);
    await Promise.all(films.map(({ id }) => until(trust, many, id, inState('done'))));
  });

  test('drafts come before everything, and what may wait behind it', async () => {
    const maker = await trust.person();
    const free = await occupy();
    // Long: with two hands it begins while the last of the others is put together, and must not be quicker than that.
    const low = await askFor(trust, maker, filmOf(freshWords(8)), { priority: 'low' });
    const normal: ShownRender[] = [];
    for (let i = 0; i < 3; i++) normal.push(await askFor(trust, maker, filmOf(freshWords(3))));
    const draft = await askFor(trust, maker, filmOf(freshWords(3)), {
      output: { ...OUTPUT, effort: 'draft' },
    });
    await free();
    const done = await Promise.all(
      [low, ...normal, draft].map(({ id }) => until(trust, maker, id, inState('done'))),
    );
    // By the queue's own clock: who asks for them in turn may hear of the last one first.
    const ends = done
      .toSorted((a, b) => Date.parse(a.finishedAt ?? '') - Date.parse(b.finishedAt ?? ''))
      .map(({ id }) => id);
    expect(ends.indexOf(draft.id)).toBeLessThan(3);
    expect(ends.at(-1)).toBe(low.id);
  });

  test('a day’s seconds are held to, in a sentence', async () => {
    const maker = await trust.person();
    const { id } = await askFor(trust, maker, filmOf(freshWords(61)));
    const failed = await until(trust, maker, id, inState('failed'));
    expect(failed.error?.code).toBe('too-many');
    expect(failed.error?.message).toContain('60 seconds of film');
  });

  test('a store that fails for a while is waited for; one that is full is told, and nothing is lost', async () => {
    const maker = await trust.person();
    const inTheWay = join(folder, 'files', 'accounts', maker.accountId, 'products');
    mkdirSync(dirname(inTheWay), { recursive: true });
    writeFileSync(inTheWay, 'a file where a folder should be');
    const project = filmOf(freshWords(3));
    const { id } = await askFor(trust, maker, project);
    const waiting = await until(trust, maker, id, (film) => film.troubleSince !== null);
    expect(waiting).toMatchObject({ state: 'preparing', error: null });
    rmSync(inTheWay);
    expect(await until(trust, maker, id, inState('done'))).toMatchObject({ troubleSince: null });

    const words = freshWords(2);
    const full = await askFor(trust, maker, filmOf([...words, 'FULL']));
    const failed = await until(trust, maker, full.id, inState('failed'));
    expect(failed.error?.code).toBe('storage-full');
    expect(failed.error?.way).toContain('is kept');
    const rest = await askFor(trust, maker, filmOf([...words, 'There is room again.']));
    expect((await until(trust, maker, rest.id, inState('done'))).segments?.reused).toBe(2);
  });
});

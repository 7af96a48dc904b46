/** The library of one's own presenters: kept, resumed, counted as used, and erased without a trace. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { newId, type AssetHash, type CacheKey, type JobId, type PresenterId } from '#core/base/ids.ts';
import { sha256Hex } from '#core/base/hashing.ts';
import { newProject } from '#core/document/create.ts';
import { addMediaEntry, setPresenter } from '#core/document/edit.ts';
import { UNCONSENTED } from '#core/document/likeness.ts';
import type { MediaEntry, PhotoPresenter, Project } from '#core/document/project.ts';
import { SEGMENT_PRODUCT } from '#core/output/ports.ts';
import type { FitJob, FittedPresenter } from '#core/pipeline/fit-api.ts';
import type { ExportSettings } from '#core/pipeline/worker-api.ts';
import { openDatabase } from '#lib/storage/db.ts';
import { openStorage, type Storage } from '#lib/storage/open.ts';
import { usedAssets } from '#lib/storage/used-assets.ts';

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

/** Bytes that nothing else has: a mark to look for, and noise around it. */
function marked(mark: string): Uint8Array<ArrayBuffer> {
  const noise = crypto.getRandomValues(new Uint8Array(2000));
  noise.set(new TextEncoder().encode(mark), 700);
  return noise;
}
const MARK = 'the-face-of-someone';

async function kept(storage: Storage, part: string, kind: MediaEntry['kind']): Promise<MediaEntry> {
  const bytes = marked(`${MARK}:${part}`);
  const hash = await storage.assets.put(bytes);
  return {
    hash,
    name: part,
    mime: 'application/octet-stream',
    bytes: bytes.length,
    kind,
    widthPx: 0,
    heightPx: 0,
    durationS: null,
  };
}

async function fittedIn(storage: Storage): Promise<FittedPresenter> {
  const [fit, picture, person, plate] = await Promise.all([
    kept(storage, 'fit', 'data'),
    kept(storage, 'picture', 'image'),
    kept(storage, 'person', 'image'),
    kept(storage, 'plate', 'image'),
  ]);
  const presenter: PhotoPresenter = {
    kind: 'photo',
    id: newId<PresenterId>(),
    name: 'Ada',
    likeness: UNCONSENTED,
    fit: fit.hash,
    picture: picture.hash,
    person: person.hash,
    plate: plate.hash,
  };
  const report = {
    frames: 1,
    durationS: 0,
    secondsTaken: 1,
    trackedFps: 1,
    placement: null,
    learnedStyle: false,
  };
  const thumbnail = new Blob([marked(`${MARK}:thumbnail`)], { type: 'image/png' });
  return { presenter, media: [fit, picture, person, plate], thumbnail, troubles: [], report };
}

async function jobIn(storage: Storage): Promise<FitJob> {
  const source = await storage.assets.put(marked(`${MARK}:source`));
  return { kind: 'photo', source, fileName: 'ada.png', name: 'Ada', likeness: UNCONSENTED };
}

function showing(fitted: FittedPresenter, project = newProject({ name: 'With Ada' })): Project {
  return fitted.media.reduce(addMediaEntry, setPresenter(project, fitted.presenter));
}

describe('keeping', () => {
  test('what was made is in the library, newest first, and its source is free to go', async () => {
    const storage = await tab();
    const job = await jobIn(storage);
    const fit = await storage.presenters.start(job);
    const fitted = await fittedIn(storage);
    const row = await fit.done(fitted);
    await storage.presenters.letGo([job.source]);
    expect((await storage.presenters.list()).map(({ id }) => id)).toEqual([row.id]);
    expect(await storage.presenters.left()).toEqual([]);
    expect(await storage.assets.has(job.source)).toBe(false);
    const [again] = await (await tab()).presenters.list();
    expect(again?.presenter).toEqual(fitted.presenter);
    expect(await again?.thumbnail.text()).toContain(MARK);
  });

  test('a sweep spares the parts of presenters that no project shows, and sources under way', async () => {
    const storage = await tab();
    const fitted = await fittedIn(storage);
    const job = await jobIn(storage);
    await storage.presenters.add(fitted, 0);
    const fit = await storage.presenters.start(job);
    const stray = await storage.assets.put(marked('nobody'));
    await storage.projects.sweepMedia(); // spares what is young
    await storage.assets.sweepAssets(await usedNow(), 0);
    for (const { hash } of fitted.media) expect(await storage.assets.has(hash)).toBe(true);
    expect(await storage.assets.has(job.source)).toBe(true);
    expect(await storage.assets.has(stray)).toBe(false);
    await fit.stopped();
  });

  test('one that a closed tab left is found, one that is being made is not, and only one tab makes it', async () => {
    const [here, there] = [await tab(), await tab()];
    const job = await jobIn(here);
    const id = newId<JobId>();
    const fit = await here.presenters.start(job, id);
    expect(await there.presenters.left()).toEqual([]);
    await expect(there.presenters.start(job, id)).rejects.toMatchObject({ code: 'invalid-input' });
    await fit.stopped();
    const [left] = await there.presenters.left();
    expect(left).toMatchObject({ id, state: 'stopped', job });
    await (await there.presenters.start(job, id)).failed(new Error('no'));
    const [failed] = await here.presenters.left();
    expect(failed?.state).toBe('failed');
    if (failed) await here.presenters.giveUp(failed);
    expect(await here.presenters.left()).toEqual([]);
    expect(await here.assets.has(job.source)).toBe(false);
  });
});

describe('erasing', () => {
  test('leaves neither hash nor byte in OPFS and IndexedDB, and projects with another presenter', async () => {
    const storage = await tab();
    const job = await jobIn(storage);
    const fitted = await fittedIn(storage);
    const fit = await storage.presenters.start(job);
    const row = await fit.done(fitted);
    const project = showing(fitted);
    await storage.projects.save(project);
    await storage.projects.get(project.id); // now there is a copy of the last good text too
    await storage.projects.setThumbnail(project.id, new Blob([marked(`${MARK}:still`)]));
    const binned = showing(fitted, newProject({ name: 'In the bin' }));
    await storage.projects.save(binned);
    await storage.projects.remove(binned.id);
    const film = await storage.assets.put(marked(`${MARK}:film`));
    const made = await storage.exports.start(newId<JobId>(), project, SETTINGS);
    await made.done({ asset: film, mime: 'video/mp4', extension: 'mp4', bytes: 2000 } as never);
    const stopped = await storage.exports.start(newId<JobId>(), project, SETTINGS);
    await stopped.failed(new Error('no'));
    const key = (await sha256Hex(new TextEncoder().encode('segment'))) as unknown as CacheKey;
    await storage.assets.putProduct(SEGMENT_PRODUCT, key, marked(`${MARK}:segment`));

    expect(await storage.eraser.tracesOf(row)).toEqual({ projects: ['With Ada'], films: 1 });
    const wanted = [...fitted.media.map(({ hash }) => hash), job.source, film];
    expect((await tracesOf(wanted)).length, 'the search finds what is there').toBeGreaterThan(8);
    const changed = await storage.eraser.erase(row, { films: true });

    expect([...changed].sort()).toEqual([project.id, binned.id].sort());
    expect(await tracesOf(wanted)).toEqual([]);
    const { project: left, notes } = await storage.projects.get(project.id);
    expect(notes).toEqual([]);
    expect(left.media).toEqual([]);
    expect(left.presenters.map(({ kind }) => kind)).toEqual(['illustrated']);
    expect(left.scenes.every(({ presenters }) => presenters.length === 1)).toBe(true);
  });

  test('keeps a finished film that is to stay, a picture that is a background too, and other presenters', async () => {
    const storage = await tab();
    const [ada, other] = [await fittedIn(storage), await fittedIn(storage)];
    const row = await storage.presenters.add(ada, 0);
    await storage.presenters.add(other, 0);
    const picture = (ada.presenter as PhotoPresenter).picture;
    const shown = showing(ada);
    const project = {
      ...shown,
      scenes: shown.scenes.map((scene) => ({
        ...scene,
        background: {
          kind: 'image' as const,
          asset: picture,
          fit: 'cover' as const,
          crop: { x: 0, y: 0, width: 1, height: 1 },
        },
      })),
    };
    await storage.projects.save(project);
    const film = await storage.assets.put(marked('film'));
    const made = await storage.exports.start(newId<JobId>(), shown, SETTINGS);
    await made.done({ asset: film, mime: 'video/mp4', extension: 'mp4', bytes: 2000 } as never);
    await storage.eraser.erase(row, { films: false });
    expect(await storage.assets.has(film)).toBe(true);
    expect(await storage.assets.has(picture)).toBe(true);
    expect(await storage.assets.has(ada.presenter.fit)).toBe(false);
    for (const { hash } of other.media) expect(await storage.assets.has(hash)).toBe(true);
    expect((await storage.exports.list()).map(({ movie }) => movie?.asset)).toEqual([film]);
    expect((await storage.presenters.list()).map(({ id }) => id)).toEqual([other.presenter.id]);
  });

  test('reaches into texts that cannot be opened', async () => {
    const storage = await tab();
    const fitted = await fittedIn(storage);
    const row = await storage.presenters.add(fitted, 0);
    const project = showing(fitted);
    await storage.projects.save(project);
    await cutInHalf(project.id);
    await storage.eraser.erase(row, { films: true });
    expect(await tracesOf(fitted.media.map(({ hash }) => hash))).toEqual([]);
  });
});

const SETTINGS: ExportSettings = {
  heightPx: 180,
  rateFps: 25,
  aspect: '16:9',
  grade: 'draft',
  connection: 'offline',
};

async function usedNow(): Promise<ReadonlySet<AssetHash>> {
  const database = await openDatabase(name);
  try {
    return await usedAssets(database);
  } finally {
    database.close();
  }
}

/** Every place in this test's OPFS folder and database that holds the mark or one of the hashes. */
async function tracesOf(hashes: readonly string[]): Promise<string[]> {
  const origin = await navigator.storage.getDirectory();
  const found: string[] = [];
  const suspicious = (text: string) => text.includes(MARK) || hashes.some((hash) => text.includes(hash));
  const look = async (folder: FileSystemDirectoryHandle, path: string): Promise<void> => {
    for await (const [entry, handle] of folder.entries()) {
      const at = `${path}/${entry}`;
      if (handle.kind === 'directory') await look(handle, at);
      else if (suspicious(at) || suspicious(latin(await (await handle.getFile()).arrayBuffer())))
        found.push(at);
    }
  };
  await look(await origin.getDirectoryHandle(name), '');
  const database = await asked(indexedDB.open(name));
  for (const table of database.objectStoreNames) {
    const rows = await asked(database.transaction(table).objectStore(table).getAll());
    for (const row of rows as unknown[]) if (suspicious(await textOf(row))) found.push(`table ${table}`);
  }
  database.close();
  return found;
}

function latin(buffer: ArrayBuffer): string {
  return new TextDecoder('latin1').decode(buffer);
}

/** A row as text, blobs and all. */
async function textOf(value: unknown): Promise<string> {
  if (value instanceof Blob) return latin(await value.arrayBuffer());
  if (typeof value === 'object' && value !== null)
    return (await Promise.all(Object.entries(value).map(async ([k, v]) => `${k}:${await textOf(v)}`))).join();
  return String(value);
}

async function cutInHalf(id: string): Promise<void> {
  const database = await asked(indexedDB.open(name));
  const documents = database.transaction('documents', 'readwrite').objectStore('documents');
  const row = (await asked(documents.get(id))) as { json: string; damaged: string[] };
  // All of the hashes are still in it, and no one could open it.
  await asked(documents.put({ ...row, json: row.json.slice(1), damaged: [row.json] }));
  database.close();
}

function asked<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(new Error(String(request.error)));
  });
}

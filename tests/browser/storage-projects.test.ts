import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { AppError } from '#core/base/errors.ts';
import { newId, type JobId, type ProjectId } from '#core/base/ids.ts';
import { mediaBackground, newProject } from '#core/document/create.ts';
import { addMediaEntry, setBackground } from '#core/document/edit.ts';
import type { Project } from '#core/document/project.ts';
import type { ExportSettings } from '#core/pipeline/worker-api.ts';
import { openDatabase } from '#lib/storage/db.ts';
import { openStorage, type Storage } from '#lib/storage/open.ts';
import { claimProject } from '#lib/storage/project-claim.ts';
import { DamagedProjectError } from '#lib/storage/project-store.ts';
import { setQuota } from './quota.ts';

let name: string;
const opened: Storage[] = [];

/** Another tab, as far as storage can tell: its own connections and its own memory of revisions. */
async function tab(): Promise<Storage> {
  const storage = await openStorage({ name });
  opened.push(storage);
  return storage;
}

beforeEach(() => {
  name = `test-${newId()}`;
});
afterEach(async () => {
  vi.restoreAllMocks();
  for (const storage of opened.splice(0)) storage.close();
  await new Promise((done) => {
    indexedDB.deleteDatabase(name).onsuccess = done;
  });
  const origin = await navigator.storage.getDirectory();
  await origin.removeEntry(name, { recursive: true }).catch(() => undefined); // a test without a storage
});

async function failure(work: Promise<unknown>): Promise<AppError> {
  const error: unknown = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof AppError)) throw new Error(`expected an AppError, got ${String(error)}`);
  return error;
}

async function picture(color: string, widthPx = 64, heightPx = 36): Promise<File> {
  const canvas = new OffscreenCanvas(widthPx, heightPx);
  const context = canvas.getContext('2d');
  if (context === null) throw new Error('no 2D context');
  context.fillStyle = color;
  context.fillRect(0, 0, widthPx, heightPx);
  return new File([await canvas.convertToBlob()], `${color}.png`);
}

async function noisyPicture(): Promise<File> {
  const image = new ImageData(700, 700);
  for (let at = 0; at < image.data.length; at += 65_536)
    crypto.getRandomValues(image.data.subarray(at, Math.min(at + 65_536, image.data.length)));
  const canvas = new OffscreenCanvas(700, 700);
  canvas.getContext('2d')?.putImageData(image, 0, 0);
  return new File([await canvas.convertToBlob()], 'noise.png');
}

/** Writes over what is stored, as a torn disk or a bug would. */
async function scribble(id: ProjectId, json: string): Promise<void> {
  const database = await openDatabase(name);
  await database.documents.update(id, { json });
  database.close();
}

test('a project comes back as it was saved, in another tab too', async () => {
  const project = newProject({ name: 'Mine', scenes: [['Hello.', 'Bye.']] });
  await (await tab()).projects.save(project);
  const other = await tab();
  expect(await other.projects.get(project.id)).toEqual({ project, notes: [] });
  expect((await other.projects.list()).map((p) => [p.name, p.sceneCount])).toEqual([['Mine', 1]]);
});

test('saves asked for all at once land in order, the last one last', async () => {
  const { projects } = await tab();
  const project = newProject();
  await Promise.all(
    Array.from({ length: 20 }, (_, i) => projects.save({ ...project, name: `Version ${i}` })),
  );
  expect((await projects.get(project.id)).project.name).toBe('Version 19');
});

test('a tab that saves over another tab’s newer work is stopped with a sentence, and the newer work stays', async () => {
  const [first, second] = [await tab(), await tab()];
  const project = newProject({ name: 'One' });
  await first.projects.save(project);
  await second.projects.get(project.id);
  await second.projects.save({ ...project, name: 'Two' });
  const error = await failure(first.projects.save({ ...project, name: 'Three' }));
  expect(error.message).toMatch('changed in another tab');
  expect((await first.projects.get(project.id)).project.name).toBe('Two');
});

test('other tabs hear of a change', async () => {
  const [first, second] = [await tab(), await tab()];
  const heard = new Promise<void>((resolve) => second.projects.onElsewhere(resolve));
  await first.projects.save(newProject());
  await heard;
});

test('a removed project is out of sight, comes back by undo, and is gone after purging', async () => {
  const { projects } = await tab();
  const project = newProject();
  await projects.save(project);
  await projects.remove(project.id);
  expect(await projects.list()).toEqual([]);
  await projects.purge(); // only what has been in the bin for long
  await projects.restore(project.id);
  expect((await projects.list()).length).toBe(1);
  await projects.remove(project.id);
  await projects.purge(project.id);
  expect((await failure(projects.get(project.id))).code).toBe('not-found');
});

test('a duplicate is a project of its own', async () => {
  const { projects } = await tab();
  const project = newProject({ name: 'Mine' });
  await projects.save(project);
  const copy = await projects.duplicate(project.id);
  await projects.save({ ...copy, name: 'Other' });
  expect((await projects.get(project.id)).project.name).toBe('Mine');
  expect(copy.id).not.toBe(project.id);
});

test.each([
  ['torn text', (json: string) => json.slice(0, json.length / 2)],
  ['nothing', () => ''],
  ['a field of the wrong type', (json: string) => json.replace('"enabled":true', '"enabled":"yes"')],
])('a project damaged to %s cannot be opened, says so, and loses nothing', async (_, damage) => {
  const { projects } = await tab();
  const project = newProject({ scenes: [['Precious words.']] });
  await projects.save(project);
  await projects.get(project.id); // it opened well once
  const newer = { ...project, name: 'Newer' };
  await projects.save(newer);
  const torn = damage(JSON.stringify(newer));
  await scribble(project.id, torn);

  const error = await failure((await tab()).projects.get(project.id));
  expect(error).toBeInstanceOf(DamagedProjectError);
  expect(error.code).toBe('corrupt-file');
  const damaged = error as DamagedProjectError;
  expect(damaged.rawJson).toBe(torn);
  expect(damaged.lastGoodAt).toBe(project.updatedAt);

  const later = await tab();
  expect((await later.projects.restoreLastGood(project.id)).project).toEqual(project);
  const database = await openDatabase(name);
  expect((await database.documents.get(project.id))?.damaged).toEqual([torn]);
  database.close();
});

test('a project of a later Orator is left exactly as it is', async () => {
  const { projects } = await tab();
  const project = newProject();
  await projects.save(project);
  const later = JSON.stringify({ ...project, schema: 999 });
  await scribble(project.id, later);
  const error = await failure(projects.get(project.id));
  expect(error.code).toBe('newer-version');
  expect((error as DamagedProjectError).rawJson).toBe(later);
});

test('a project whose picture is gone opens without it and says so', async () => {
  const storage = await tab();
  const entry = await storage.media.add(await picture('red'));
  const project = withBackground(newProject(), entry);
  await storage.projects.save(project);
  await storage.assets.remove(entry.hash);
  const { project: mended, notes } = await storage.projects.get(project.id);
  expect(mended.scenes[0]?.background.kind).toBe('gradient');
  expect(notes.join(' ')).toMatch(/contents are missing/);
});

test('purging frees the media of that project alone', async () => {
  const { projects, media, assets } = await tab();
  const [red, blue] = [await media.add(await picture('red')), await media.add(await picture('blue'))];
  const first = withBackground(newProject(), red);
  const second = withBackground(newProject(), blue);
  for (const project of [first, second]) await projects.save(project);
  await projects.remove(first.id);
  vi.spyOn(Date, 'now').mockReturnValue(Date.now() + 3_600_000); // media just written are spared
  await projects.purge(first.id);
  expect([await assets.has(red.hash), await assets.has(blue.hash)]).toEqual([false, true]);
});

test('a file saved and opened again is the same project with the same media, beside the first', async () => {
  const storage = await tab();
  const entry = await storage.media.add(await picture('green'));
  const project = withBackground(newProject({ name: 'Travels' }), entry);
  await storage.projects.save(project);
  const file = await storage.projects.exportFile(project);

  const beside = await storage.projects.importFile(file);
  expect(beside.project.id).not.toBe(project.id);
  expect({ ...beside.project, id: project.id }).toEqual(project);

  await storage.projects.remove(project.id);
  await storage.projects.purge(project.id);
  await storage.assets.remove(entry.hash);
  const fresh = await storage.projects.importFile(file);
  expect(fresh).toEqual({ project, notes: [] });
  expect(await storage.assets.has(entry.hash)).toBe(true);
});

test('a full disk is first swept of what can be made again, then told in a sentence, and the old save stays', async () => {
  const { projects, assets } = await tab();
  const project = newProject({ name: 'Before' });
  await projects.save(project);
  // Chromium remembers for half a minute how much room IndexedDB has, so a changed quota would not be felt here.
  const full = vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(() => {
    throw new DOMException('full', 'QuotaExceededError');
  });
  const swept = vi.spyOn(assets, 'sweepProducts');
  const error = await failure(projects.save({ ...project, name: 'After' }));
  expect(error.code).toBe('storage-full');
  expect(error.way).toMatch('Nothing saved so far is lost');
  expect(swept).toHaveBeenCalledOnce();
  full.mockRestore();
  expect((await projects.get(project.id)).project.name).toBe('Before');
});

test('a project opens on a full disk', async () => {
  const project = newProject({ name: 'Still here' });
  await (await tab()).projects.save(project);
  const full = vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(() => {
    throw new DOMException('full', 'QuotaExceededError');
  });
  expect((await (await tab()).projects.get(project.id)).project.name).toBe('Still here');
  expect(full).toHaveBeenCalled();
});

test('a medium that does not fit is refused in a sentence and leaves nothing half there', async () => {
  const { media, assets } = await tab();
  const { usage = 0 } = await navigator.storage.estimate();
  await setQuota(usage + 100_000);
  const large = await noisyPicture();
  const error = await failure(media.add(large));
  expect(error.code).toBe('storage-full');
  await setQuota(null);
  expect(await assets.assets()).toEqual([]);
  await media.add(large);
});

test('a second tab on the same project is told, and may take it over', async () => {
  const id = newId<ProjectId>();
  const first = await claimProject(id, name);
  const second = await claimProject(id, name);
  if (first.state !== 'mine' || second.state !== 'elsewhere') throw new Error('wrong claims');
  expect(second.message).toMatch('open in another tab');
  const taken = await second.takeOver();
  await first.lost;
  await taken.release();
  const third = await claimProject(id, name);
  expect(third.state).toBe('mine');
  await third.release();
});

test('a waiting tab gets the project when the first lets go', async () => {
  const id = newId<ProjectId>();
  const first = await claimProject(id, name);
  const second = await claimProject(id, name);
  if (second.state !== 'elsewhere') throw new Error('wrong claim');
  await first.release();
  expect((await second.whenFree).state).toBe('mine');
});

const SETTINGS: ExportSettings = {
  heightPx: 720,
  rateFps: 25,
  aspect: '16:9',
  grade: 'final',
  connection: 'offline',
};

test('an export whose tab is gone is found interrupted, with the project as it was; a running one is not', async () => {
  const { exports } = await tab();
  const project = newProject({ name: 'As it was' });
  const running = newId<JobId>();
  const gone = newId<JobId>();
  await exports.start(running, project, SETTINGS);
  await exports.start(gone, project, SETTINGS);
  await navigator.locks.request(`${name}:export:${gone}`, { steal: true }, () => undefined); // its tab died
  const found = await exports.interrupted();
  expect(found.map(({ entry }) => entry.id)).toEqual([gone]);
  expect(found[0]?.project).toEqual(project);
});

test('an export that another tab is making is not made twice, and can go on once that tab has ended it', async () => {
  const [here, there] = [await tab(), await tab()];
  const id = newId<JobId>();
  const project = newProject();
  const run = await there.exports.start(id, project, SETTINGS);
  expect((await failure(here.exports.start(id, project, SETTINGS))).message).toMatch('another tab');
  await run.cancelled();
  const again = await here.exports.start(id, project, SETTINGS);
  await again.cancelled();
});

test('an export that cannot be written down leaves nothing locked', async () => {
  const { exports } = await tab();
  const id = newId<JobId>();
  const full = vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(() => {
    throw new DOMException('full', 'QuotaExceededError');
  });
  expect((await failure(exports.start(id, newProject(), SETTINGS))).code).toBe('storage-full');
  full.mockRestore();
  await (await exports.start(id, newProject(), SETTINGS)).cancelled();
});

test('tidying frees films that ended days ago, and keeps what can be gone on with', async () => {
  const { exports, assets, room } = await tab();
  const project = newProject();
  const film = await assets.put(Uint8Array.of(1, 2, 3));
  const done = await exports.start(newId<JobId>(), project, SETTINGS);
  await done.done({ mime: 'video/mp4', extension: 'mp4', bytes: 3, asset: film });
  const gone = newId<JobId>();
  await exports.start(gone, project, SETTINGS);
  await navigator.locks.request(`${name}:export:${gone}`, { steal: true }, () => undefined); // its tab died
  await room.tidy();
  expect(await assets.has(film)).toBe(true);
  vi.spyOn(Date, 'now').mockReturnValue(Date.now() + 3 * 24 * 3600 * 1000);
  await room.tidy();
  expect(await assets.has(film)).toBe(false);
  expect((await exports.list()).map(({ id, state }) => [id, state])).toEqual([[gone, 'interrupted']]);
});

test('an export that ended says how', async () => {
  const { exports } = await tab();
  const project = newProject();
  const run = await exports.start(newId<JobId>(), project, SETTINGS);
  await run.failed(new AppError('encoder-failed', 'The encoder gave up.'));
  await run.cancelled(); // too late
  const [entry] = await exports.list(project.id);
  expect([entry?.state, entry?.errorMessage]).toEqual(['failed', 'The encoder gave up.']);
});

function withBackground(project: Project, entry: Parameters<typeof addMediaEntry>[1]): Project {
  const scene = project.scenes[0];
  if (scene === undefined) throw new Error('no scene');
  return setBackground(addMediaEntry(project, entry), scene.id, mediaBackground(entry));
}

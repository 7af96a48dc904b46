/** Bringing one's own presenter in, as a person does, and the films and pictures that journeys bring. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '#server/setup/place.js';
import { openPanel } from './journey.ts';
import type { Page } from './studio.ts';

const MEDIA = join(ROOT, '..', 'shared', 'media');
export const MEDIA_THERE = existsSync(MEDIA);
if (!MEDIA_THERE) console.log(`Journeys with real people are skipped: there is no ${MEDIA}.`);

/** A file of the folder of real media. */
export function realMedia(path: string): string {
  return join(MEDIA, path);
}

/** A film made by ffmpeg for one journey: inputs, filters, coding. @returns its path */
export function makeClip(name: string, ...args: readonly string[]): string {
  const path = join(mkdtempSync(join(tmpdir(), 'orator-clip-')), name);
  execFileSync('ffmpeg', ['-y', '-v', 'error', ...args, path], { stdio: 'pipe' });
  return path;
}

/** Whose face the person says it is. */
export type Whose = 'own' | 'someone' | 'synthetic';

/** Opens the dialog for a new presenter, from the panel. */
export async function newPresenter(page: Page): Promise<void> {
  const button = page.getByTestId('new-presenter');
  if ((await button.count()) === 0) await openPanel(page, 'presenter');
  await button.click();
  await page.getByTestId('new-presenter-dialog').waitFor();
}

/** Brings a file and says whose face it is; from there on it is being made. */
export async function bring(page: Page, path: string, whose: Whose): Promise<void> {
  const picture = /\.(png|jpe?g|webp)$/i.test(path);
  await page.getByTestId(picture ? 'presenter-picture' : 'presenter-video').setInputFiles(path);
  await page.getByTestId(`whose-${whose}`).click();
  await page.getByTestId('make-presenter').click();
}

/** Waits for the end of the making. @returns what went wrong, or null when the presenter is there */
export async function made(page: Page, timeoutMs: number): Promise<string | null> {
  const failed = page.getByTestId('fit-failed');
  const done = page.getByTestId('presenter-name');
  await failed.or(done).first().waitFor({ timeout: timeoutMs });
  return (await failed.count()) > 0 ? await failed.innerText() : null;
}

/** Puts the dialog away after a failure. */
export async function putAway(page: Page): Promise<void> {
  await page.getByTestId('new-presenter-dialog').getByRole('button', { name: 'Close' }).first().click();
  await page.getByTestId('new-presenter-dialog').waitFor({ state: 'detached' });
}

/** Where in OPFS and IndexedDB something with one of these hashes or marks is still kept. */
export async function tracesOf(page: Page, marks: readonly string[]): Promise<readonly string[]> {
  return page.evaluate(async (wanted) => {
    /* eslint-disable @typescript-eslint/no-explicit-any */
    /* oxlint-disable typescript/no-unsafe-assignment, typescript/no-unsafe-member-access, typescript/no-unsafe-call, typescript/no-unsafe-argument */
    const scope = globalThis as any;
    const found: string[] = [];
    const marked = (text: string) => wanted.some((mark) => text.includes(mark));
    const latin = (buffer: ArrayBuffer) => new TextDecoder('latin1').decode(buffer);
    const look = async (folder: any, path: string): Promise<void> => {
      for await (const [name, handle] of folder.entries()) {
        const at = `${path}/${String(name)}`;
        if (handle.kind === 'directory') await look(handle, at);
        else if (marked(at) || marked(latin(await (await handle.getFile()).arrayBuffer()))) found.push(at);
      }
    };
    await look(await scope.navigator.storage.getDirectory(), '');
    const asked = (request: any) =>
      new Promise<any>((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(new Error('IndexedDB'));
      });
    const textOf = async (value: any): Promise<string> => {
      if (value instanceof Blob) return latin(await value.arrayBuffer());
      if (typeof value !== 'object' || value === null) return String(value);
      const parts = await Promise.all(Object.entries(value).map(async ([k, v]) => `${k}:${await textOf(v)}`));
      return parts.join();
    };
    for (const { name } of await scope.indexedDB.databases()) {
      const database = await asked(scope.indexedDB.open(name));
      for (const table of database.objectStoreNames) {
        const rows = await asked(database.transaction(table).objectStore(table).getAll());
        for (const row of rows) if (marked(await textOf(row))) found.push(`table ${String(table)}`);
      }
      database.close();
    }
    return found;
    /* eslint-enable */
    /* oxlint-enable */
  }, marks);
}

/** Every asset in the store of films and media, by its hash. */
export async function assetsOf(page: Page): Promise<readonly string[]> {
  return page.evaluate(async () => {
    /* eslint-disable @typescript-eslint/no-explicit-any */
    /* oxlint-disable typescript/no-unsafe-assignment, typescript/no-unsafe-member-access, typescript/no-unsafe-call */
    const found: string[] = [];
    const look = async (folder: any): Promise<void> => {
      for await (const [name, handle] of folder.entries()) {
        if (handle.kind === 'directory') await look(handle);
        else found.push(String(name));
      }
    };
    const root = await (globalThis as any).navigator.storage.getDirectory();
    await look(await (await root.getDirectoryHandle('orator')).getDirectoryHandle('assets'));
    return found.sort();
    /* eslint-enable */
    /* oxlint-enable */
  });
}

/** The network goes away: what has been kept is all there, isolated as before, and a newer version asks first. */
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { createServer } from '#server/app.ts';
import { listen, type Listening } from '#server/http.ts';
import { offlineList } from '#server/setup/offline-list.js';
import { BUILD } from '#server/setup/place.js';
import { probe, streamOf } from './harness/film.ts';
import type { OfflineFile, OfflineList } from '#lib/pwa/protocol.ts';
import { openStudio, type Page, type Studio } from './harness/studio.ts';

let folder: string;
let server: Listening;
let studio: Studio;

/** A copy of the built app, so that it can change as if it were deployed anew. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'orator-build-'));
  await cp(BUILD, folder, { recursive: true });
  await serve(0);
  studio = await openStudio({ gpu: false, address: server.address, savesData: false });
});
afterAll(async () => {
  await studio[Symbol.asyncDispose]();
  await server.stop(0);
  await rm(folder, { recursive: true, force: true });
});

async function serve(port: number): Promise<void> {
  const router = createServer({ buildFolder: folder, version: 'test', compress: false });
  server = await listen(router, { host: '127.0.0.1', port });
}

/** Puts `change` into the folder and its list into the worker, as a build would, and serves it. */
async function deploy(change: () => Promise<void>): Promise<void> {
  const before = JSON.stringify(offlineList(folder));
  await change();
  const path = join(folder, 'service-worker.js');
  const script = await readFile(path, 'utf8');
  expect(script).toContain(before);
  await writeFile(
    path,
    script.replace(before, () => JSON.stringify(offlineList(folder))),
  );
  const { port } = server;
  await server.stop(0);
  await serve(port);
}

/** SHA-256 (base64) of what the page gets for each path, or why it gets nothing. */
async function hashes(page: Page, paths: readonly string[]): Promise<Record<string, string>> {
  return page.evaluate(async (wanted) => {
    const found: Record<string, string> = {};
    for (const path of wanted) {
      try {
        const response = await fetch(`/${path}`);
        const sum = new Uint8Array(await crypto.subtle.digest('SHA-256', await response.arrayBuffer()));
        found[path] = response.ok ? btoa(String.fromCharCode(...sum)) : `status ${response.status}`;
      } catch (error) {
        found[path] = String(error);
      }
    }
    return found;
  }, paths);
}

/** Of a program's two builds this browser needs one. */
function usable(): { readonly files: OfflineList['files']; readonly others: OfflineList['files'] } {
  const { files } = offlineList(folder) as OfflineList;
  const isOther = ({ only }: OfflineFile) => only === 'asyncify';
  return { files: files.filter((file) => !isOther(file)), others: files.filter(isOther) };
}

test('left alone, the page says when it is ready to work offline, and every file of the build is kept', async () => {
  await studio.page.getByTestId('offline-ready').waitFor({ timeout: 90_000 });
  await studio.offline(true);
  const { files, others } = usable();
  const expected = Object.fromEntries(files.map((file) => [file.path, file.sha256]));
  expect(
    await hashes(
      studio.page,
      files.map((file) => file.path),
    ),
  ).toEqual(expected);
  // What only other browsers need was not fetched.
  expect(others.length).toBeGreaterThan(0);
  const found = await hashes(
    studio.page,
    others.map((file) => file.path),
  );
  for (const { path, sha256 } of others) expect(found[path]).not.toBe(sha256);
});

test('without a network it opens again, isolated, on any of its pages, after a restart too', async () => {
  // Not the browser's own switch alone: there is nobody to ask.
  const { port } = server;
  await server.stop(0);
  for (const path of ['/', '/projects', '/device']) {
    await studio.page.goto(studio.address + path);
    await studio.page.getByRole('button').first().waitFor({ state: 'visible', timeout: 60_000 });
    expect(await studio.page.evaluate(() => crossOriginIsolated)).toBe(true);
  }
  // The last of them has tried the lip-sync model, whose weights and runtime were kept with everything else.
  const listener = studio.page.getByTestId('listener');
  await listener.waitFor({ timeout: 60_000 });
  expect(await listener.textContent()).toMatch(/^Runs on the processor \(int8, /);
  const page = await studio.reopen('/');
  await page.getByTestId('offline-ready').waitFor({ timeout: 60_000 });
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
  await serve(port);
  await studio.offline(false);
});

test('without a network, a person types a sentence and has the film of it', async () => {
  const { port } = server;
  const { page } = studio;
  await server.stop(0);
  onTestFinished(() => serve(port));
  await page.getByTestId('write-own').click();
  await page.getByRole('textbox', { name: 'Script' }).click();
  await page.keyboard.type('No wires at all.');
  await page.getByTestId('export').click();
  await page.getByTestId('export-dialog').getByText('720p').click();
  await page.getByTestId('export-start').click();
  await page.getByTestId('export-video').waitFor({ timeout: 200_000 });
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByTestId('export-download').click(),
  ]);
  const film = join(folder, '..', `offline-${port}.mp4`);
  await download.saveAs(film);
  const probed = await probe(film);
  await rm(film);
  expect(probed.warnings).toEqual([]);
  expect(streamOf(probed, 'video')).toMatchObject({ codec_name: 'h264', width: 1280, height: 720 });
  expect(streamOf(probed, 'audio').codec_name).toBe('aac');
  expect(Number(probed.format.duration)).toBeGreaterThan(0.8);
});

test('a newer version is fetched in full, asks, and takes over only when told to', async () => {
  const page = await studio.reopen('/');
  const marker = `<svg xmlns="http://www.w3.org/2000/svg"><!-- ${Date.now()} --></svg>`;
  await deploy(() => writeFile(join(folder, 'favicon.svg'), marker));
  const load = async (path: string) =>
    (await page.evaluate(async (p) => (await fetch(p)).text(), path)).trim();
  await page.evaluate(async () => (await navigator.serviceWorker.ready).update());
  await page.getByTestId('update').waitFor({ timeout: 120_000 });
  expect(await load('/favicon.svg'), 'the running version keeps its own files').not.toBe(marker);

  await page.getByTestId('update').getByRole('button', { name: 'Reload' }).click();
  await page.waitForFunction(
    async (wanted) => {
      const text = await fetch('/favicon.svg')
        .then((r) => r.text())
        .catch(() => '');
      return text.trim() === wanted;
    },
    marker,
    { timeout: 60_000 },
  );
  // Files that did not change were neither fetched nor kept a second time.
  const kept = await page.evaluate(async () => {
    const keys = await (await caches.open('orator-files')).keys();
    return keys.length;
  });
  const { files } = usable();
  expect(kept).toBe(new Set(files.map((file) => file.sha256)).size + 3); // the old favicon and the two lists
});

/** Films that the server makes, as journeys ask for them; and the line between browser and server, which they cut. */
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { request as ask } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { renderProcesses } from '#server/render/open-process.ts';
import type { OpenRenderProcess } from '#server/render/process.ts';
import { openPanel, saved, spokenFor } from './journey.ts';
import { makeClip } from './presenters.ts';
import { serveWithServices, type Page, type ServedWithServices } from './studio.ts';

export interface ServedFilms extends ServedWithServices {
  /** Processes are opened, and do nothing until they are let go: what is to be cancelled meanwhile is not done before. */
  hold(): () => void;
}

/** A server that makes films, one step at a time, in processes of their own. */
export async function serveFilms(): Promise<ServedFilms> {
  const folder = await mkdtemp(join(tmpdir(), 'orator-cloud-'));
  let held: Promise<null> | null = null;
  const open = renderProcesses({ kind: 'disk', folder: join(folder, 'files') });
  const openProcess: OpenRenderProcess = async (spec, limits) => {
    const opened = await open(spec, limits);
    return {
      encodedBy: opened.encodedBy,
      get ended() {
        return opened.ended;
      },
      run: async (step, onProgress, signal) => {
        await held;
        return opened.run(step, onProgress, signal);
      },
      close: () => opened.close(),
    };
  };
  const served = await serveWithServices(
    { render: { openProcess } },
    { ORATOR_DATA: folder, RENDER_SLOTS: '1' },
  );
  return {
    ...served,
    hold() {
      const { promise, resolve } = Promise.withResolvers<null>();
      held = promise;
      return () => {
        held = null;
        resolve(null);
      };
    },
    async [Symbol.asyncDispose]() {
      await served[Symbol.asyncDispose]();
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** How many processes this one has that draw films. */
export function drawingProcesses(): number {
  const all = execFileSync('ps', ['-eo', 'ppid=,stat=,args='], { encoding: 'utf8' }).split('\n');
  return all.filter((line) => {
    const [, parent, state] = /^\s*(\d+)\s+(\S+)\s/.exec(line) ?? [];
    return Number(parent) === process.pid && !state?.startsWith('Z') && /render.child\.ts/.test(line);
  }).length;
}

/** Makes an account, where the server says that it wants one. */
export async function signUp(page: Page): Promise<void> {
  await page.getByTestId('cloud-sign-in').click();
  await page.getByRole('radio', { name: 'New account' }).click();
  await page.getByLabel('Name', { exact: true }).fill('Ada');
  await page.getByTestId('account-email').fill('ada@example.com');
  await page.getByTestId('account-password').fill('correct horse battery');
  await page.getByTestId('account-enter').click();
}

export async function openCloud(page: Page): Promise<void> {
  await page.getByTestId('export').click();
  await page.getByTestId('export-dialog').getByRole('radio', { name: 'In the cloud' }).click();
}

export type Size = '720p' | '1080p' | '1440p' | '4K';

/** @returns when the server has said what it takes */
export async function chooseFilm(page: Page, size: Size, fps: '25' | '30' | '50' | '60'): Promise<void> {
  const dialog = page.getByTestId('export-dialog');
  await dialog.getByRole('radio', { name: size, exact: true }).click();
  await dialog.getByRole('radio', { name: fps, exact: true }).click();
  await page.locator('[data-testid=cloud-plan][data-kind=known]').waitFor();
}

/** A picture behind the presenter. @param source what FFmpeg makes it of */
export async function backgroundPicture(page: Page, source: string, ...filters: string[]): Promise<void> {
  const input = ['-f', 'lavfi', '-i', source, ...filters, '-frames:v', '1'];
  const picture = makeClip('cloud-ground.png', ...input);
  await openPanel(page, 'background');
  await page.getByRole('radio', { name: 'Picture', exact: true }).click();
  await page.locator('input[type=file][accept*=image]').first().setInputFiles(picture);
  await page.getByRole('button', { name: 'cloud-ground.png', pressed: true }).waitFor();
  await spokenFor(page);
  await saved(page);
}

/** What the account's films are by now, as the server tells them: the newest first. */
export async function filmStates(page: Page): Promise<readonly string[]> {
  const renders = await page.evaluate(
    async () => (await (await fetch('/api/renders')).json()) as { readonly state: string }[],
  );
  return renders.map(({ state }) => state);
}

/** What became of one part of an upload. */
export interface SentPart {
  readonly offset: number;
  readonly bytes: number;
  /** taken: acknowledged; cut: half of it went; held: none of it went, and no answer came. */
  readonly fate: 'taken' | 'cut' | 'held';
}

export interface UploadLine {
  /** All uploads that were begun or found again: where they stood. */
  readonly begun: readonly { readonly offset: number; readonly bytes: number }[];
  readonly parts: readonly SentPart[];
  /** Cuts the connection in the middle of each of the next parts. */
  cutNext(parts: number): void;
  /** Lets `parts` more go, then holds everything. @returns when the first part is held */
  holdAfter(parts: number): Promise<void>;
}

/** Watches over the uploads of a page. */
export async function watchUploads(page: Page, address: string): Promise<UploadLine> {
  const begun: { offset: number; bytes: number }[] = [];
  const parts: SentPart[] = [];
  let cuts = 0;
  let free = Infinity;
  let onHeld: () => void = () => undefined;
  await page.route('**/api/uploads', async (route) => {
    const answer = await route.fetch();
    const { 'upload-offset': offset, 'upload-length': bytes } = answer.headers();
    begun.push({ offset: Number(offset), bytes: Number(bytes) });
    await route.fulfill({ response: answer });
  });
  await page.route('**/api/uploads/*', async (route) => {
    const sent = route.request();
    const body = sent.postDataBuffer() ?? Buffer.alloc(0);
    const headers = await sent.allHeaders();
    const part = { offset: Number(headers['upload-offset']), bytes: body.length };
    if (free === 0) {
      parts.push({ ...part, fate: 'held' });
      onHeld();
      return;
    }
    free--;
    if (cuts > 0) {
      cuts--;
      await sendHalf(new URL(sent.url(), address), headers, body);
      parts.push({ ...part, fate: 'cut' });
      await route.abort('connectionreset');
      return;
    }
    const answer = await route.fetch();
    parts.push({ ...part, fate: 'taken' });
    await route.fulfill({ response: answer });
  });
  return {
    begun,
    parts,
    cutNext: (count) => void (cuts = count),
    holdAfter: (count) =>
      new Promise((resolve) => {
        free = count;
        onHeld = () => {
          free = Infinity;
          resolve();
        };
      }),
  };
}

/** Half of a part goes to the server; then the connection is gone. */
function sendHalf(url: URL, headers: Readonly<Record<string, string>>, body: Buffer): Promise<void> {
  return new Promise((resolve) => {
    const kept = Object.entries(headers).filter(([name]) => !name.startsWith(':'));
    const sending = ask(url, {
      method: 'PATCH',
      headers: { ...Object.fromEntries(kept), 'content-length': body.length },
    });
    sending.on('error', () => undefined);
    sending.on('close', () => resolve());
    sending.write(body.subarray(0, body.length >> 1), () => setTimeout(() => sending.destroy(), 50));
  });
}

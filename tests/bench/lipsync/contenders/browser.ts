/**
 * A real Chromium for the rivals that live in Web Audio, with their own packages served to it. Sound runs through an
 * OfflineAudioContext that stops sixty times a second, which is when their animation loops would have looked: the same
 * numbers as in real time, without its accidents.
 */
import { createReadStream, existsSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import { findChromium, launchChromium, type Page } from '#server/render/adapters/chromium.ts';
import { ROOT } from '#server/setup/place.js';

const TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.bin': 'application/octet-stream',
};

export interface RivalsBrowser {
  readonly page: Page;
  close(): Promise<void>;
}

/** Serves node_modules alone, on the loopback. @throws Error without a Chromium */
export async function openRivalsBrowser(): Promise<RivalsBrowser> {
  const executablePath = findChromium();
  if (executablePath === null) throw new Error('There is no Chromium: run `npm test`, which provides one.');
  const root = join(ROOT, 'node_modules');
  const server = createServer((request, response) => {
    const path = normalize(join(root, decodeURIComponent((request.url ?? '/').split('?')[0] ?? '/')));
    const type = TYPES[extname(path)];
    if (request.url === '/') response.setHeader('content-type', 'text/html').end('<!doctype html>');
    else if (type === undefined || !path.startsWith(root) || !existsSync(path)) response.writeHead(404).end();
    else {
      response.setHeader('content-type', type);
      createReadStream(path).pipe(response);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const browser = await launchChromium({ executablePath, gpu: false });
  const page = await browser.newPage();
  page.on('pageerror', (error) => console.error(error));
  await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  return {
    page,
    async close() {
      await browser.close();
      server.close();
    },
  };
}

let opened: Promise<RivalsBrowser> | null = null;

/** One browser for all of them. */
export function rivalsBrowser(): Promise<RivalsBrowser> {
  return (opened ??= openRivalsBrowser());
}

export async function closeRivalsBrowser(): Promise<void> {
  const browser = await opened;
  opened = null;
  await browser?.close();
}

/** Sound as it crosses into a page: the bytes of 16 kHz float samples, base64. */
export function soundForPage(pcm: Float32Array<ArrayBuffer>): string {
  return Buffer.from(pcm.buffer, pcm.byteOffset, pcm.byteLength).toString('base64');
}

/**
 * What a person does in the editor, in their words: found by role, label and test id, never through our own code. And
 * where a journey leaves what it made, so that a person can look at it: `tests/out/e2e/`.
 */
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '#server/setup/place.js';
import { downloadFrom, type Page } from './studio.ts';

const OUT = join(ROOT, 'tests', 'out', 'e2e');

/** Waits until the film on stage can be played. */
export async function stageReady(page: Page): Promise<void> {
  await page.locator('[data-testid=stage][data-ready=true]').waitFor({ timeout: 90_000 });
}

/** From wherever the editor stands to an own project that says `text`; a blank line makes a paragraph. */
export async function writeOwn(page: Page, text: string): Promise<void> {
  await stageReady(page);
  await page.getByTestId('write-own').click();
  const script = page.getByTestId('script');
  await script.and(page.locator(':focus')).waitFor();
  const [first = '', ...others] = text.split('\n\n');
  await page.keyboard.type(first);
  for (const paragraph of others) {
    await page.keyboard.press('Enter');
    await page.keyboard.type(paragraph);
  }
  await spokenFor(page);
  await saved(page);
}

/** Waits until the film on stage says something: its length is more than a moment. */
export async function spokenFor(page: Page): Promise<number> {
  const scrub = page.getByTestId('scrub');
  const length = () => scrub.evaluate((input) => Number((input as unknown as { max: string }).max) + 1);
  for (let waits = 0; waits < 600; waits++) {
    const idle = (await page.getByLabel('Preparing the change').count()) === 0;
    if (idle && (await length()) > 20) return await length();
    await page.waitForTimeout(100);
  }
  throw new Error('The film on stage never said anything.');
}

export async function saved(page: Page): Promise<void> {
  // Nothing but this: “Not saved” holds the same word.
  await page
    .getByTestId('save-state')
    .filter({ hasText: /^\s*Saved\s*$/ })
    .waitFor({ timeout: 30_000 });
}

/** Opens a panel in place of the one that is open; the button of one that is open would close it. */
export async function openPanel(page: Page, name: string): Promise<void> {
  const button = page.getByTestId(`panel-${name}`);
  if ((await button.getAttribute('aria-expanded')) !== 'true') await button.click();
  await button.and(page.locator('[aria-expanded=true]')).waitFor();
  await page.getByTestId('panel').waitFor();
}

/** One colour behind the presenter: nothing moves there, and decoded pixels can be compared with it. */
export async function plainBackground(page: Page, color: string): Promise<void> {
  await openPanel(page, 'background');
  await page.getByRole('radio', { name: 'Colour', exact: true }).click();
  await page.getByRole('button', { name: `Colour ${color}` }).click();
  await saved(page);
}

export async function closeFraming(page: Page): Promise<void> {
  await openPanel(page, 'presenter');
  await page.getByRole('radio', { name: 'Close', exact: true }).click();
  await saved(page);
}

export interface ExportWish {
  readonly size?: '720p' | '1080p';
  readonly fps?: '25' | '30';
  readonly shape?: 'Wide 16:9' | 'Tall 9:16' | 'Square';
}

/** Opens the export dialog, chooses, and presses the button. */
export async function beginExport(page: Page, wish: ExportWish = {}): Promise<void> {
  const { size = '720p', fps = '25', shape } = wish;
  await page.getByTestId('export').click();
  const dialog = page.getByTestId('export-dialog');
  await dialog.getByRole('radio', { name: size, exact: true }).click();
  await dialog.getByRole('radio', { name: fps, exact: true }).click();
  if (shape) await dialog.getByRole('radio', { name: shape }).click();
  await page.getByTestId('export-start').click();
}

/** Waits for the film and takes it home under `tests/out/e2e`. @returns its path */
export function takeFilm(page: Page, name: string): Promise<string> {
  return take(page, name, 'export');
}

/** The same of a film that the server made. */
export function takeCloudFilm(page: Page, name: string): Promise<string> {
  return take(page, name, 'cloud');
}

async function take(page: Page, name: string, place: 'export' | 'cloud'): Promise<string> {
  const download = page.getByTestId(`${place}-download`);
  const failed = page.getByTestId(`${place}-failed`);
  await download.or(failed).first().waitFor({ timeout: 240_000 });
  if (await failed.isVisible()) throw new Error(`The export failed: ${await failed.innerText()}`);
  const path = await downloadFrom(page, () => download.click());
  mkdirSync(OUT, { recursive: true });
  const kept = join(OUT, `${name}.${path.split('.').at(-1) ?? 'mp4'}`);
  copyFileSync(path, kept);
  return kept;
}

export async function exportFilm(page: Page, name: string, wish: ExportWish = {}): Promise<string> {
  await beginExport(page, wish);
  return await takeFilm(page, name);
}

/** Frames spread over the film as one picture, for people to look at. */
export function contactSheet(path: string, everyFrames: number, [columns, rows] = [4, 3]): void {
  const select = `select=not(mod(n\\,${everyFrames})),scale=480:-1,tile=${columns}x${rows}`;
  execFileSync('ffmpeg', ['-y', '-v', 'error', '-i', path, '-vf', select, '-frames:v', '1', `${path}.png`]);
}

/** The stage as it is now, by screenshot. */
export async function stagePicture(page: Page): Promise<Buffer> {
  return await page.getByTestId('stage').screenshot({ animations: 'allow' });
}

/** Waits until the stage shows something else than it did. */
export async function stageMoves(page: Page, since: Buffer): Promise<void> {
  for (let looks = 0; looks < 100; looks++) {
    if (!(await stagePicture(page)).equals(since)) return;
    await page.waitForTimeout(100);
  }
  throw new Error('The stage stands still.');
}

/** A picture of the page for people to look at. */
export async function keepShot(page: Page, name: string): Promise<void> {
  mkdirSync(OUT, { recursive: true });
  // Popovers and panels come in within a moment.
  await page.waitForTimeout(400);
  await page.screenshot({ path: join(OUT, `${name}.png`), animations: 'disabled' });
}

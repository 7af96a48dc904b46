/** Exports that are cut off in the middle, in the ways that browsers end, and gone on with. */
import type { Studio, Page } from './studio.ts';
import { stageReady, takeFilm } from './journey.ts';

export const INTERRUPTIONS = ['reload', 'crash of the tab', 'kill of the browser'] as const;
export type Interruption = (typeof INTERRUPTIONS)[number];

/** Waits until the export has come so far. @returns false when it was done before @throws Error when it failed */
export async function exportReaches(page: Page, percent: number): Promise<boolean> {
  const bar = page.getByTestId('export-progress');
  const failed = page.getByTestId('export-failed');
  for (;;) {
    if (await page.getByTestId('export-download').isVisible()) return false;
    if (await failed.isVisible()) throw new Error(`The export failed: ${await failed.innerText()}`);
    const now = await bar.getAttribute('aria-valuenow', { timeout: 1000 }).catch(() => null);
    if (now !== null && Number(now) >= percent) return true;
    await page.waitForTimeout(40);
  }
}

/** Cuts it off. The page that comes back is another, with the app open again. */
export async function interrupt(studio: Studio, how: Interruption): Promise<Page> {
  switch (how) {
    case 'reload':
      await studio.page.reload();
      break;
    case 'crash of the tab':
      // The page dies under this navigation; that is the point of it.
      await studio.page.goto('chrome://crash').catch(() => undefined);
      await studio.freshTab('/');
      break;
    case 'kill of the browser':
      await studio.kill();
      await studio.reopen('/');
      break;
    default:
      return how satisfies never;
  }
  await stageReady(studio.page);
  return studio.page;
}

/** Accepts the offer to go on. @returns seconds of the film that were there already, as the app tells */
export async function goOn(page: Page): Promise<number> {
  await page.getByTestId('resume-export').getByRole('button', { name: 'Go on' }).click({ timeout: 30_000 });
  const dialog = page.getByTestId('export-dialog');
  const told = dialog.getByText(/made before/);
  // From the first frame on it is known; before, it speaks.
  const drawing = dialog.getByTestId('export-phase').filter({ hasText: /Drawing|Mixing|Writing/ });
  const over = dialog.getByTestId('export-download').or(dialog.getByTestId('export-failed'));
  await drawing.or(over).first().waitFor({ timeout: 60_000 });
  const text = (await told.isVisible()) ? await told.innerText() : '';
  return Number(/[\d.]+/.exec(text)?.[0] ?? 0);
}

export interface Cut {
  readonly how: Interruption;
  /** How far the export has come, 0…100. */
  readonly percent: number;
}

/**
 * Sees an export that has begun through all its cuts to its file.
 * @returns after each cut, how many seconds were there already; fewer than cuts when it was done before the last
 */
export async function seeThrough(
  studio: Studio,
  name: string,
  cuts: readonly Cut[],
): Promise<{ readonly path: string; readonly reusedS: readonly number[] }> {
  const reusedS: number[] = [];
  for (const { how, percent } of cuts) {
    if (!(await exportReaches(studio.page, percent))) break;
    await interrupt(studio, how);
    reusedS.push(await goOn(studio.page));
  }
  return { path: await takeFilm(studio.page, name), reusedS };
}

/** Numbers that look random and are the same for a seed: mulberry32 (T. Ettinger). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

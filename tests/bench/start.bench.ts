/** How long a person waits: from the address to a studio that answers, on a first visit and on the next. */
import { openStudio, type Page } from '../e2e/harness/studio.ts';
import { median, type Row } from './row.ts';

export const name = 'start';
export const needsApp = true;

const ROUNDS = 3;

/** Milliseconds from navigation to the moment the opening picture has gone. */
async function untilReady(page: Page, address: string): Promise<number> {
  const startedMs = performance.now();
  await page.goto(address, { waitUntil: 'commit' });
  await page.locator('#opening').waitFor({ state: 'detached', timeout: 60_000 });
  return performance.now() - startedMs;
}

export async function run(): Promise<readonly Row[]> {
  const first: number[] = [];
  const next: number[] = [];
  let transferred = 0;
  for (let round = 0; round < ROUNDS; round++) {
    await using studio = await openStudio({ gpu: false, path: '/api/health' });
    first.push(await untilReady(studio.page, studio.address));
    transferred = await studio.page.evaluate(() =>
      performance
        .getEntriesByType('resource')
        .reduce(
          (sum, entry) => sum + (entry instanceof PerformanceResourceTiming ? entry.encodedBodySize : 0),
          0,
        ),
    );
    next.push(await untilReady(studio.page, studio.address));
  }
  return [
    {
      what: 'first visit to a ready studio',
      value: median(first),
      unit: 'ms',
      note: `median of ${ROUNDS}, no GPU`,
    },
    { what: 'next visit', value: median(next), unit: 'ms', note: `median of ${ROUNDS}` },
    {
      what: 'fetched until ready',
      value: transferred / 1e6,
      unit: 'MB',
      note: 'by the page itself, uncompressed',
    },
  ];
}

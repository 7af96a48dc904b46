/**
 * `npm run screenshot`: the picture in the README, taken of the real built app with its sample on stage. Canvas2D
 * throughout: screenshots of WebGPU canvases can come out blank.
 */
import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ensureBuilt } from '#server/setup/build.js';
import { ROOT, runMain } from '#server/setup/place.js';
import { openStudio } from './e2e/harness/studio.ts';
import { provideChromium } from './run/tools.ts';

/** Long enough for the sample to be spoken and drawn, and for the strip's pictures. */
const SETTLE_MS = 6_000;
/** How far into the film the picture is taken. */
const SPEAK_MS = 2_600;

await runMain(async () => {
  process.env['ORATOR_CHROMIUM'] = await provideChromium();
  ensureBuilt();
  const scheme = process.argv.includes('--dark') ? 'dark' : 'light';
  const path = process.argv.find((arg) => arg.endsWith('.png')) ?? join(ROOT, '.github', 'studio.png');
  await using studio = await openStudio({
    gpu: false,
    colorScheme: scheme,
    viewport: { width: 1440, height: 900 },
  });
  await studio.page.locator('#opening').waitFor({ state: 'detached', timeout: 60_000 });
  await studio.page.waitForTimeout(SETTLE_MS);
  // Some way into the film: a word is being said and its caption shows.
  await studio.page.getByRole('button', { name: /^play/i }).first().click();
  await studio.page.waitForTimeout(SPEAK_MS);
  mkdirSync(dirname(path), { recursive: true });
  await studio.page.screenshot({ path });
  for (const complaint of studio.complaints) console.log(complaint);
  console.log(path);
});

/** Pictures are judged on the person's own device as they bring them in: a verdict under the picture, and nothing sent. */
import { expect, test } from 'vitest';
import { balls, slide } from '../fixtures/balls.ts';
import { keepShot, openPanel, stageReady, writeOwn } from './harness/journey.ts';
import { openStudio } from './harness/studio.ts';

test('a picture has its verdict under it before anything is sent, and what was found is found again from elsewhere', async () => {
  await using studio = await openStudio({ gpu: false });
  const { page } = studio;
  await stageReady(page);
  await writeOwn(page, 'Good morning, and welcome.');
  const sent: string[] = [];
  page.on('request', (request) => {
    if (request.method() !== 'GET' || request.url().includes('/api/')) sent.push(request.url());
  });
  await openPanel(page, 'background');
  await page.getByRole('radio', { name: 'Picture', exact: true }).click();
  const verdict = page.getByTestId('picture-verdict');
  const bring = (name: string, buffer: Buffer) =>
    page.getByTestId('media-input').first().setInputFiles({ name, mimeType: 'image/png', buffer });

  const startedMs = performance.now();
  await bring('slide.png', slide());
  await verdict.filter({ hasText: 'The policy finds nothing in it.' }).waitFor({ timeout: 60_000 });
  const firstMs = performance.now() - startedMs;
  expect(await page.getByTestId('wording-line').count()).toBe(0);
  await keepShot(page, 'picture-verdict-clear');

  const againMs = performance.now();
  await bring('balls.png', balls());
  const found = verdict.getByTestId('finding');
  await found.waitFor({ timeout: 60_000 });
  console.info(
    `a picture to its verdict: ${Math.round(firstMs)} ms with the network opened, then ${Math.round(performance.now() - againMs)} ms`,
  );
  const note = await found.innerText();
  expect(note).toContain('A person looks first');
  expect(note).toContain('balls.png');
  expect(note).toContain('Choose another picture');
  expect(await found.getAttribute('data-rule')).toBe('S1');
  const line = page.getByTestId('wording-line');
  expect(await line.innerText()).toContain('Pictures: 1 place to look at');
  await keepShot(page, 'picture-verdict-light');
  await page.emulateMedia({ colorScheme: 'dark' });
  await keepShot(page, 'picture-verdict-dark');
  await page.emulateMedia({ colorScheme: 'light' });

  // From another panel, the line at the bottom leads back to it.
  await openPanel(page, 'text');
  await line.click();
  await found.waitFor();
  await page.getByTestId('export').click();
  expect(await page.getByTestId('export-wording').innerText()).toMatch(/a person looks at one place first/);
  // No reviewer could see a picture that is on this device alone.
  expect(await page.getByTestId('ask-person').count()).toBe(0);
  await page.keyboard.press('Escape');
  expect(sent.filter((url) => !url.endsWith('/api/me'))).toEqual([]);

  // The other picture again: this one is no longer on the stage, but still in the film's file.
  await page.getByRole('button', { name: 'slide.png' }).click();
  await verdict.filter({ hasText: 'The policy finds nothing in it.' }).waitFor();
});

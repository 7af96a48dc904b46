/** The blind comparison: votes by keyboard, nobody told which is which until the end, counts that say how sure they are. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { downloadFrom, openStudio, type Studio } from './harness/studio.ts';

const PAIRS = 6;
let studio: Studio;
/** One maker's films are red, the other's blue: so a judge that sees can tell them apart, and words do not. */
let films: Record<'red' | 'blue', string[]>;

beforeAll(async () => {
  const folder = mkdtempSync(join(tmpdir(), 'orator-compare-'));
  const film = (color: string, i: number) => {
    const source = `color=${color}:size=160x90:rate=25,format=yuv420p`;
    const path = join(folder, `${color}-${i}.mp4`);
    execFileSync('ffmpeg', ['-y', '-v', 'error', '-f', 'lavfi', '-t', '2', '-i', source, path]);
    return path;
  };
  const all = Array.from({ length: PAIRS }, (_, i) => i);
  films = { red: all.map((i) => film('red', i)), blue: all.map((i) => film('blue', i)) };
  studio = await openStudio({ gpu: false, path: '/device' });
});
afterAll(() => studio[Symbol.asyncDispose]());

/** What stands on the left, by its colour. */
async function leftColour(): Promise<'red' | 'blue'> {
  const left = studio.page.getByLabel('Left film');
  const ready = () => left.evaluate((video) => (video as unknown as { readyState: number }).readyState);
  await expect.poll(ready, { timeout: 15_000 }).toBeGreaterThanOrEqual(2);
  return left.evaluate((video) => {
    /* eslint-disable @typescript-eslint/no-explicit-any */
    /* oxlint-disable typescript/no-unsafe-assignment, typescript/no-unsafe-member-access, typescript/no-unsafe-call */
    const canvas = (globalThis as any).document.createElement('canvas');
    [canvas.width, canvas.height] = [1, 1];
    const paint = canvas.getContext('2d');
    paint.drawImage(video, 0, 0, 1, 1);
    const [red, , blue] = paint.getImageData(0, 0, 1, 1).data;
    return red > blue ? ('red' as const) : ('blue' as const);
    /* eslint-enable */
    /* oxlint-enable */
  });
}

async function begin(): Promise<void> {
  const { page } = studio;
  await page.getByTestId('films-a').setInputFiles(films.red);
  await page.getByTestId('films-b').setInputFiles(films.blue);
  await page.getByRole('button', { name: 'Start' }).click();
}

test('a judge who prefers red finds red wherever it stands, and the counts say how sure that is', async () => {
  const { page } = studio;
  await page.getByTestId('compare-link').click();
  await begin();
  const standing: string[] = [];
  for (let i = 0; i < PAIRS; i++) {
    await page.getByText(`Pair ${i + 1} of ${PAIRS}`).waitFor();
    const left = await leftColour();
    standing.push(left);
    expect(await page.locator('main').innerText(), 'nothing tells which is which').not.toMatch(
      /red|blue|First|Second|\.mp4/,
    );
    await page.keyboard.press(left === 'red' ? 'ArrowLeft' : 'ArrowRight');
  }
  const verdict = page.getByTestId('verdict');
  // Six of six: twice one in sixty-four.
  expect(await verdict.innerText()).toMatch(
    /First preferred\s+6\s+Second preferred\s+0[\s\S]*without any preference\s+0\.031/,
  );
  const save = (kind: string) =>
    downloadFrom(page, () => verdict.getByRole('button', { name: `Save as ${kind}` }).click());
  const json = JSON.parse(readFileSync(await save('JSON'), 'utf8')) as {
    votes: { choice: string; left: string }[];
  };
  expect(json.votes.map(({ choice }) => choice)).toEqual(Array(PAIRS).fill('a'));
  expect(json.votes.map(({ left }) => (left === 'a' ? 'red' : 'blue'))).toEqual(standing);
  expect(
    readFileSync(await save('CSV'), 'utf8')
      .trim()
      .split('\r\n'),
  ).toHaveLength(PAIRS + 1);

  await page.reload();
  expect(await verdict.innerText()).toMatch(/6 votes so far/);
  expect(studio.complaints).toEqual([]);
});

test('films that are passed over while they still load are asked for no more', async () => {
  const { page } = studio;
  await begin();
  await page.getByText(`Pair 1 of ${PAIRS}`).waitFor();
  await page.evaluate((pairs) => {
    for (let pair = 0; pair < pairs; pair++)
      setTimeout(() => dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowDown' })));
  }, PAIRS);
  // By the time that others have loaded, it would have been told.
  await begin();
  await leftColour();
  await page.getByRole('button', { name: 'Stop here' }).click();
  expect(studio.complaints).toEqual([]);
});

test('the two films stay in step, and stop when they are told', async () => {
  const { page } = studio;
  await begin();
  await leftColour();
  const times = () =>
    page.evaluate(() => {
      /* eslint-disable @typescript-eslint/no-explicit-any */
      /* oxlint-disable typescript/no-unsafe-assignment, typescript/no-unsafe-member-access, typescript/no-unsafe-call, typescript/no-unsafe-return */
      return [...(globalThis as any).document.querySelectorAll('video')].map(
        (v) => v.currentTime,
      ) as number[];
      /* eslint-enable */
      /* oxlint-enable */
    });
  await expect.poll(async () => (await times())[0], { timeout: 10_000 }).toBeGreaterThan(0.1);
  const apart: number[] = [];
  for (let i = 0; i < 20; i++) {
    const [left = 0, right = 0] = await times();
    apart.push(Math.abs(left - right));
    await page.waitForTimeout(60);
  }
  apart.sort((a, b) => a - b);
  expect(apart[10], 'half of the time within three frames').toBeLessThan(0.12);
  await page.keyboard.press(' ');
  const stopped = await times();
  await page.waitForTimeout(300);
  expect(await times()).toEqual(stopped);
});

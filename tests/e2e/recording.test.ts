/** A person brings a recording of their script, and the film is theirs: their sound, its words, a mouth in step. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { newParagraph, newVoice } from '#core/document/create.ts';
import { writeWav } from '#core/speech/pcm.ts';
import { speakParagraph } from '#core/speech/speak.ts';
import { nodeEngine } from '../server/flite-node.ts';
import { joined } from '../core/speech/wav.ts';
import { loudness, probe, sound, streamOf } from './harness/film.ts';
import {
  beginExport,
  closeFraming,
  contactSheet,
  openPanel,
  plainBackground,
  saved,
  takeFilm,
  writeOwn,
} from './harness/journey.ts';
import { openStudio } from './harness/studio.ts';
import { litWords, seeCaptions } from './measure/captions.ts';
import { bestLag } from './measure/correlate.ts';
import { mouthInFilm } from './measure/mouth.ts';
import { vowelBand } from './measure/voice.ts';

const LINES = ['Papa, Mama, Bob. Pop a bomb, Mama.', 'Now my mother may go home.'];
const WORDS = 13;
const RATE_FPS = 25;
const SILENCE_S = 1.5;

/** Read aloud by another voice than the project's, with long silences around: as a person's first take is. */
async function take(): Promise<{ path: string; spokenS: number }> {
  const engine = nodeEngine();
  const sounds: Float32Array[] = [];
  for (const line of LINES)
    sounds.push((await speakParagraph(newParagraph(line), newVoice({ engineVoice: 'rms' }), engine)).pcm);
  const path = join(mkdtempSync(join(tmpdir(), 'orator-take-')), 'first take.wav');
  const pcm = joined(sounds, 16_000, SILENCE_S);
  // A quiet microphone.
  writeFileSync(
    path,
    writeWav(
      pcm.map((sample) => sample * 0.08),
      16_000,
    ),
  );
  return { path, spokenS: pcm.length / 16_000 - 2 * SILENCE_S };
}

test('upload a recording, see it followed, say whose it is, export: the film speaks with it', async () => {
  const { path: file, spokenS } = await take();
  await using studio = await openStudio({ gpu: false });
  const { page } = studio;
  await writeOwn(page, LINES.join('\n\n'));
  await plainBackground(page, '#c9d8e6');
  await closeFraming(page);
  await openPanel(page, 'voice');
  await page.getByTestId('recording-input').setInputFiles(file);
  const report = page.getByTestId('recording-report');
  await report.filter({ hasText: 'It follows your script, word by word.' }).waitFor({ timeout: 90_000 });
  await page.getByTestId('waveform').waitFor();
  await saved(page);

  // Nobody has said yet whose voice it is: no final film.
  await beginExport(page);
  await expect
    .poll(() => page.getByTestId('export-failed').innerText(), { timeout: 60_000 })
    .toMatch(/consent/);
  await page.keyboard.press('Escape');
  await page.getByLabel('Whose voice is it?').click();
  await page.getByRole('option', { name: /My own voice/ }).click();
  await saved(page);

  await beginExport(page);
  const film = await takeFilm(page, 'recording');
  contactSheet(film, 10);
  const probed = await probe(film);
  expect(probed.warnings).toEqual([]);
  expect(streamOf(probed, 'video')).toMatchObject({ codec_name: 'h264', width: 1280, height: 720 });
  expect(streamOf(probed, 'audio')).toMatchObject({ codec_name: 'aac' });
  // Trimmed at its ends, and as loud as any other film in spite of the quiet microphone.
  expect(Math.abs(Number(probed.format.duration) - spokenS)).toBeLessThan(0.7);
  expect((await loudness(film)).integratedLufs).toBeCloseTo(-14, 0);

  const gaps = await mouthInFilm(film);
  const band = vowelBand(await sound(film, 16_000), 16_000);
  const { best } = bestLag(gaps, (timeS) => 10 ** (band.levelDb(timeS, 0.04) / 20), RATE_FPS);
  expect(Math.abs(best.frames)).toBeLessThanOrEqual(1);
  expect(best.r).toBeGreaterThan(0.65);
  expect(Math.max(...gaps), 'the mouth really opens').toBeGreaterThan(10);

  const words = litWords(await seeCaptions(film));
  expect(words).toHaveLength(WORDS);
  for (const { fromFrame, frames } of words) {
    const loudest = Math.max(
      ...Array.from({ length: frames }, (_, i) => band.levelDb((fromFrame + i + 0.5) / RATE_FPS, 0.04)),
    );
    expect(loudest, `a word is heard while it is lit from frame ${fromFrame}`).toBeGreaterThan(-22);
  }
  console.log({ lagFrames: best.frames, r: best.r, widestPx: Math.max(...gaps) });
  expect(studio.complaints).toEqual([]);
});

/** The examples that come with Orator open whole, can be made again, and are spoken by the embedded voices. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { canonicalJson } from '#core/base/hashing.ts';
import { paragraphText, type Paragraph } from '#core/document/script.ts';
import { validateProject } from '#core/document/validate.ts';
import { ILLUSTRATED_PRESETS } from '#core/presenter/illustrated/index.ts';
import { speakParagraph } from '#core/speech/speak.ts';
import { allExamples, exampleBytes } from '#server/setup/make-examples.ts';
import { ROOT } from '#server/setup/place.js';
import { readOratorFile } from '#shared/orator-file.ts';
import { nodeEngine } from './flite-node.ts';

const examples = await allExamples();
const committed = (name: string) => new Uint8Array(readFileSync(`${ROOT}/static/examples/${name}`));

test('the list that the app shows names each of them', () => {
  const list = JSON.parse(readFileSync(`${ROOT}/static/examples/index.json`, 'utf8')) as unknown;
  expect(list).toEqual(
    examples.map(({ id, about, project }) => ({ file: `${id}.orator`, name: project.name, about })),
  );
});

test.each(examples)(
  '$id opens whole, and is the project that its script makes',
  async ({ id, project, pictures }) => {
    const opened = await readOratorFile(committed(`${id}.orator`));
    expect(opened.notes).toEqual([]);
    expect(validateProject(opened.project)).toEqual([]);
    // A picture's bytes are the encoder's, and may differ on another processor; all else is the same to the letter.
    const sameButPictures = (text: string, hashes: readonly string[]) =>
      hashes
        .reduce((rest, hash, i) => rest.replaceAll(hash, `picture ${i}`), text)
        .replace(/"bytes":\d+/g, '');
    expect(
      sameButPictures(
        canonicalJson(opened.project),
        opened.project.media.map((m) => m.hash),
      ),
    ).toBe(
      sameButPictures(
        canonicalJson(project),
        project.media.map((m) => m.hash),
      ),
    );
    expect(opened.media.size).toBe(pictures.length);
  },
);

test('making one twice gives the same bytes', async () => {
  for (const example of examples) expect(await exampleBytes(example)).toEqual(await exampleBytes(example));
});

test('their presenters are among those that come with Orator', () => {
  const known = ILLUSTRATED_PRESETS.map(({ preset }) => preset);
  for (const { project } of examples)
    for (const presenter of project.presenters)
      expect(known).toContain(presenter.kind === 'illustrated' ? presenter.preset : presenter.kind);
});

test.each([
  ['welcome', 18, 30],
  ['lesson', 35, 65],
  ['product-update', 25, 50],
])('%s is said in %i to %i seconds, every word of it', async (id, shortestS, longestS) => {
  const project = examples.find((example) => example.id === id)?.project;
  const engine = nodeEngine();
  let totalS = 0;
  for (const scene of project?.scenes ?? [])
    for (const paragraph of scene.script.paragraphs) {
      const voice = project?.voices.find((candidate) => candidate.id === scene.voice);
      if (!voice) throw new Error('a scene without its voice');
      const track = await speakParagraph(paragraph, voice, engine);
      totalS += track.durationS;
      expect(track.words.map((word) => word.text)).toEqual(writtenWords(paragraph));
    }
  engine.close();
  expect(totalS).toBeGreaterThan(shortestS);
  expect(totalS).toBeLessThan(longestS);
});

function writtenWords(paragraph: Paragraph): string[] {
  return paragraphText(paragraph).split(/\s+/).filter(Boolean);
}

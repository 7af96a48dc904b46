/** A French sound is followed to the word. How it was made, and who says when its words begin: tests/golden/french. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { newParagraph } from '#core/document/create.ts';
import { pausesBetween } from '#core/speech/recording/pauses.ts';
import { sceneScript } from '#core/speech/recording/script.ts';
import { prepareSound } from '#core/speech/recording/sound.ts';
import { soundswallowerNodeAligner } from '#server/render/adapters/soundswallower-node.ts';
import { ROOT } from '#server/setup/place.js';
import { decodeSound } from '#shared/sound-file.ts';

const FOLDER = join(ROOT, 'tests', 'golden', 'french');
const aligner = soundswallowerNodeAligner(() => Promise.resolve([]));
afterAll(() => aligner.close());

test('elisions, compounds, liaisons and a year are where the voice says them', async () => {
  const { text, starts } = JSON.parse(readFileSync(join(FOLDER, 'les-hommes.json'), 'utf8')) as {
    readonly text: string;
    /** Offset of a word in the text, and seconds at which it begins. */
    readonly starts: readonly (readonly [number, number])[];
  };
  const file = new Blob([readFileSync(join(FOLDER, 'les-hommes.wav'))]);
  const { pcm, speech, offsetS } = prepareSound(await decodeSound(file));
  const script = sceneScript([newParagraph(text)], 'fr');
  const request = { language: 'fr', pcm, words: script.spoken, pauses: pausesBetween(speech) } as const;
  const aligned = await aligner.align(request);
  expect(aligned).not.toContain(null);

  const typed = script.paragraphs[0]!.script.words;
  const errors = typed.flatMap((word, w) => {
    const first = script.spoken.findIndex((spoken) => spoken.word === w);
    const told = starts.find(([at]) => at >= word.start && at < word.end);
    return told === undefined ? [] : [Math.abs(aligned[first]!.startS + offsetS - told[1])];
  });
  expect(errors).toHaveLength(typed.length);
  const median = errors.toSorted((a, b) => a - b)[Math.floor(errors.length / 2)];
  expect(median).toBeLessThan(0.03);
  expect(Math.max(...errors)).toBeLessThan(0.16);
  // The lips of “pont” close before they round.
  const pont = aligned[script.spoken.findIndex(({ spoken }) => spoken === 'pont')]!;
  expect(pont.phones.map(({ phone }) => phone)).toEqual(['p', 'o']);
});

import { expect, test } from 'vitest';
import { createFliteEngine } from '#core/speech/flite/engine.ts';
import { encodeSpeechTrack, speakParagraph } from '#core/speech/speak.ts';
import { fliteEngine } from '#shared/flite.ts';
import { runCommand } from '#shared/wasi.ts';
import { paragraph } from '../core/speech/say.ts';
import { expectSound, voice, voicesBehave } from '../core/speech/voices-behave.ts';
import { fliteModule, nodeEngine } from './flite-node.ts';

voicesBehave(async () => nodeEngine());

test('an edit asks Flite for the changed sentence alone', async () => {
  const documents: string[] = [];
  const engine = createFliteEngine({
    run: async (args, document) => {
      documents.push(document);
      const files = new Map([['in.xml', new TextEncoder().encode(document)]]);
      const command = ['flite', ...args, '-ssml', '-f', '/in.xml', '-o', '/out.wav'];
      const done = await runCommand(await fliteModule(), command, files);
      return { stdout: done.stdout, wav: done.files.get('out.wav') ?? null };
    },
  });
  await speakParagraph(paragraph('One here. Two there. Three everywhere.'), voice('slt'), engine);
  documents.length = 0;
  await speakParagraph(paragraph('One here. Two elsewhere. Three everywhere.'), voice('slt'), engine);
  // One run to look the sentence up, one to say it.
  expect(documents).toHaveLength(2);
  for (const document of documents) expect(document).toContain('elsewhere');
});

test('two engines say the same paragraph with the same samples', async () => {
  const once = await speakParagraph(
    paragraph('Same again, please!'),
    voice('rms', { pitchSt: 3 }),
    nodeEngine(),
  );
  const again = await speakParagraph(
    paragraph('Same again, please!'),
    voice('rms', { pitchSt: 3 }),
    nodeEngine(),
  );
  expect(encodeSpeechTrack(again)).toEqual(encodeSpeechTrack(once));
});

test('a module that cannot be loaded is reported, and tried again the next time', async () => {
  let tries = 0;
  const engine = fliteEngine(async () => {
    tries++;
    if (tries === 1) throw new TypeError('offline');
    return fliteModule();
  });
  await expect(speakParagraph(paragraph('Hello.'), voice('kal'), engine)).rejects.toMatchObject({
    code: 'speech-failed',
  });
  expectSound(await speakParagraph(paragraph('Hello.'), voice('kal'), engine));
});

test('Flite breaking down in the middle is a speech error, not a crash', async () => {
  const engine = createFliteEngine({ run: async () => ({ stdout: 'nonsense 1 2 3', wav: null }) });
  await expect(speakParagraph(paragraph('Hello there.'), voice('slt'), engine)).rejects.toMatchObject({
    code: 'speech-failed',
  });
});

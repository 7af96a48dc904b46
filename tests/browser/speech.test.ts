/** The voices in a real speech.worker, reached as render.worker reaches them: over a MessagePort. */
import * as Comlink from 'comlink';
import { afterAll, expect, test } from 'vitest';
import type { SpeechWorkerApi } from '#core/pipeline/worker-api.ts';
import { speakParagraph } from '#core/speech/speak.ts';
import type { SpeechEngine } from '#core/speech/ports.ts';
import { remoteSpeechEngine } from '#workers/adapters/remote-speech.ts';
import { paragraph } from '../core/speech/say.ts';
import { voice, voicesBehave } from '../core/speech/voices-behave.ts';

const worker = new Worker(new URL('../../workers/speech.worker.ts', import.meta.url), { type: 'module' });
const api = Comlink.wrap<SpeechWorkerApi>(worker);
afterAll(() => worker.terminate());

async function connect(): Promise<SpeechEngine> {
  const { port1, port2 } = new MessageChannel();
  const engine = remoteSpeechEngine(port1);
  await api.connect(Comlink.transfer(port2, [port2]));
  return engine;
}

voicesBehave(connect);

test('the app lists the voices with their engine and listens to one', async () => {
  const voices = await api.voices();
  expect(voices.map((v) => `${v.engine}/${v.engineVoice}`)).toContain('flite/slt');
  const { sampleRateHz, pcm } = await api.listen(voice('slt'), 'Hello, I am Grace.');
  expect(sampleRateHz).toBe(16000);
  expect(pcm.length).toBeGreaterThan(sampleRateHz);
  expect(pcm.some((sample) => Math.abs(sample) > 0.2)).toBe(true);
});

test('an error crosses to the app as data, with its code', async () => {
  await expect(api.listen(voice('nobody'), 'Hello')).rejects.toMatchObject({ code: 'speech-failed' });
});

test('a request that is stopped stops in the worker too: the next one need not wait for it', async () => {
  const engine = await connect();
  const long = (topic: string) =>
    Array.from({ length: 40 }, (_, i) => `This is ${topic} sentence ${i + 1000} of very many.`).join(' ');
  const begin = performance.now();
  await speakParagraph(paragraph(long('one')), voice('awb'), engine);
  const wholeMs = performance.now() - begin;

  const stop = new AbortController();
  const running = speakParagraph(paragraph(long('another')), voice('awb'), engine, stop.signal);
  setTimeout(() => stop.abort(), wholeMs / 10);
  await expect(running).rejects.toMatchObject({ code: 'cancelled' });
  const stopped = performance.now();
  const next = await speakParagraph(paragraph('Next.'), voice('awb'), engine);
  expect(next.words).toHaveLength(1);
  expect(performance.now() - stopped).toBeLessThan(wholeMs / 3);
});

test('two workers’ requests do not mix, and closing one end leaves the other', async () => {
  const [a, b] = [await connect(), await connect()];
  const [one, two] = await Promise.all([
    speakParagraph(paragraph('One.'), voice('slt'), a),
    speakParagraph(paragraph('Twenty two.'), voice('slt'), b),
  ]);
  expect(one.words[0]?.text).toBe('One.');
  expect(two.words).toHaveLength(2);
  a.close();
  await expect(speakParagraph(paragraph('After.'), voice('slt'), b)).resolves.toBeTruthy();
});

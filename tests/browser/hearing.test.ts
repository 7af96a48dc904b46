/** The lip-sync model listening in a real speech.worker: asked by the app, in one go and in pieces, and by a port. */
import * as Comlink from 'comlink';
import { afterAll, expect, test } from 'vitest';
import { newId } from '#core/base/ids.ts';
import type { JobId } from '#core/base/ids.ts';
import type { SpeechWorkerApi } from '#core/pipeline/worker-api.ts';
import { concatHeard, HEARD_MOUTH, HEARD_RATE_HZ, type HeardSpeech } from '#core/speech/listen/heard.ts';
import { PHONES } from '#core/speech/phone.ts';
import { openGpu } from '#workers/adapters/gpu.ts';
import { fetchModelFiles } from '#workers/adapters/model-files.ts';
import { ortWebRuntime } from '#workers/adapters/ort-web.ts';
import { createHearing } from '#workers/hearing.ts';
import { remoteEars } from '#workers/adapters/remote-ears.ts';
import { voice } from '../core/speech/voices-behave.ts';

const workers: Worker[] = [];
function startWorker(baseUrl: string): Comlink.Remote<SpeechWorkerApi> {
  const worker = new Worker(new URL('../../workers/speech.worker.ts', import.meta.url), { type: 'module' });
  workers.push(worker);
  const started = Comlink.wrap<SpeechWorkerApi>(worker);
  void started.start(baseUrl);
  return started;
}
afterAll(() => workers.forEach((worker) => worker.terminate()));

const api = startWorker('/static/');
const { pcm: spoken, sampleRateHz } = await api.listen(voice('slt'), 'Papa may open the big window.');
/** Half a second in which nobody speaks, the sentence, and a second in which nobody does. */
const sound = new Float32Array(spoken.length + 1.5 * sampleRateHz);
sound.set(spoken, sampleRateHz / 2);

function heardBy(pcm: Float32Array<ArrayBuffer>): Promise<HeardSpeech> {
  return api.hear(newId<JobId>(), pcm, sampleRateHz);
}

/** The largest difference, all columns taken together; pitch, the only one that is not near 0…1, in octaves. */
function apart(a: HeardSpeech, b: HeardSpeech): number {
  expect(a.steps).toBe(b.steps);
  const worst = (name: Exclude<keyof HeardSpeech, 'steps'>, unit: number) => {
    expect(a[name].length).toBe(b[name].length);
    return (
      a[name].reduce((most, value, i) => Math.max(most, Math.abs(value - (b[name][i] as number))), 0) / unit
    );
  };
  return Math.max(
    ...(['mouth', 'phones', 'voice', 'energy', 'emphasis'] as const).map((name) => worst(name, 1)),
    worst('pitchSt', 12),
  );
}
/** The same arithmetic over other lengths is added up in another order. */
const SAME = 1e-3;

test('a whole sound is heard: a voice where there is one, and a mouth that moves with it', async () => {
  const heard = await heardBy(sound);
  expect(heard.steps).toBe(Math.ceil((sound.length / sampleRateHz) * HEARD_RATE_HZ));
  expect(heard.mouth.length).toBe(heard.steps * HEARD_MOUTH.length);
  expect(heard.phones.length).toBe(heard.steps * PHONES.length);
  const mean = (values: Float32Array) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [from, to] = [25, heard.steps - 50];
  expect(mean(heard.voice.subarray(from + 5, to - 15))).toBeGreaterThan(0.7);
  expect(mean(heard.voice.subarray(0, from - 5))).toBeLessThan(0.2);
  expect(mean(heard.voice.subarray(to + 15))).toBeLessThan(0.2);
  const jaw = heard.mouth.filter((_, i) => i % HEARD_MOUTH.length === HEARD_MOUTH.indexOf('jawOpen'));
  expect(Math.max(...jaw.subarray(from, to))).toBeGreaterThan(0.2);
  expect(Math.max(...jaw.subarray(0, from - 10), ...jaw.subarray(to + 20))).toBeLessThan(0.1);
});

test('in pieces of any length it is heard as in one go, and soon', async () => {
  const whole = await heardBy(sound);
  const stream = await api.openHearing(sampleRateHz);
  const parts: HeardSpeech[] = [];
  let pushed = 0;
  let lag = 0;
  for (let at = 0, size = 100; at < sound.length; at += size, size = (size * 7 + 13) % 4000) {
    const piece = sound.slice(at, at + size);
    pushed += piece.length;
    parts.push(await stream.push(Comlink.transfer(piece, [piece.buffer])));
    const steps = parts.reduce((sum, part) => sum + part.steps, 0);
    lag = Math.max(lag, pushed / sampleRateHz - (steps - 1 + 0.5) / HEARD_RATE_HZ);
  }
  parts.push(await stream.finish());
  expect(apart(concatHeard(parts), whole)).toBeLessThan(SAME);
  // From a step's middle to the sample that made it certain, one step's length included.
  expect(lag).toBeLessThan(0.15);
  await expect(stream.push(new Float32Array(10))).rejects.toMatchObject({ code: 'internal' });
});

test('a sound that is stopped stops in the worker too: the next one need not wait for it', async () => {
  const long = new Float32Array(600 * sampleRateHz).map((_, i) => sound[i % sound.length] as number);
  const begin = performance.now();
  await heardBy(long.slice(0, 60 * sampleRateHz));
  const minuteMs = performance.now() - begin;
  const id = newId<JobId>();
  const stopped = api.hear(id, long, sampleRateHz);
  setTimeout(() => void api.cancelHearing(id), minuteMs / 10);
  const outcome = await stopped.then(
    () => 'heard to the end',
    (error: { readonly code: string }) => error.code,
  );
  expect(outcome).toBe('cancelled');
  const from = performance.now();
  await heardBy(sound);
  expect(performance.now() - from).toBeLessThan(2 * minuteMs);
});

test('another worker hears the same through a port, whole and in pieces', async () => {
  const { port1, port2 } = new MessageChannel();
  await api.connectEars(Comlink.transfer(port2, [port2]));
  const ears = await remoteEars(port1);
  const listener = await ears.listener();
  expect(listener.version).toMatch(/^listen@\d+\/.+\/int8$/);
  const whole = await heardBy(sound);
  expect(apart(await listener.listen(sound, sampleRateHz), whole)).toBe(0);
  const stream = listener.open(sampleRateHz);
  const half = sound.length >> 1;
  // Asked for at once, answered in order.
  const parts = await Promise.all([
    stream.push(sound.slice(0, half)),
    stream.push(sound.slice(half)),
    stream.finish(),
  ]);
  expect(apart(concatHeard(parts), whole)).toBeLessThan(SAME);
  const stop = new AbortController();
  stop.abort();
  await expect(listener.listen(sound, sampleRateHz, stop.signal)).rejects.toMatchObject({
    code: 'cancelled',
  });
  const closing = listener.open(sampleRateHz);
  await closing.push(sound.slice(0, half));
  closing.close();
  await expect(listener.listen(sound, sampleRateHz)).resolves.toMatchObject({ steps: whole.steps });
});

test('it says where it runs and why there', async () => {
  const { model, placement } = await api.listenerReport();
  expect(model).toMatch(/^lipsync \d/);
  expect(placement).toMatchObject({ provider: 'wasm', precision: 'int8' });
  expect(placement?.summary).toMatch(
    /^Runs on the processor \(int8, .+\)\. There is no graphics card to use here\.$/,
  );
});

test('where the model is not, that is said', async () => {
  const elsewhere = startWorker('/tests/');
  expect(await elsewhere.listenerReport()).toMatchObject({ placement: null, error: { code: 'not-found' } });
  const outcome = await elsewhere.hear(newId<JobId>(), sound, sampleRateHz).catch((error: unknown) => error);
  expect(outcome).toMatchObject({ code: 'not-found' });
});

test('a graphics card that goes away half-way costs a sound nothing: it is heard on the processor', async () => {
  const gpu = await openGpu();
  if (!gpu) throw new Error('This test needs WebGPU; vitest.config.ts starts Chromium with one.');
  const files = fetchModelFiles('/static/');
  const real = ortWebRuntime({ files, gpu: () => Promise.resolve(gpu), trySoftwareGpu: true });
  let opened = 0;
  const hearing = createHearing('/static/', {
    // The first time on the card, which would otherwise lose for its slowness here.
    open: (manifest, { signal } = {}) =>
      real.open(manifest, {
        ...(signal ? { signal } : {}),
        precisions: ['int8'],
        ...(opened++ === 0 ? { providers: ['webgpu'] } : {}),
      }),
    close: () => real.close(),
  });
  expect((await hearing.report()).placement?.provider).toBe('webgpu');
  const listener = await hearing.listener();
  const stream = listener.open(sampleRateHz);
  const listening = listener.listen(sound, sampleRateHz);
  setTimeout(() => gpu.device.destroy(), 50);
  expect(apart(await listening, await heardBy(sound))).toBeLessThan(SAME);
  // A stream cannot be heard again; whoever has it is told, and opens another.
  await expect(stream.push(sound.slice())).rejects.toMatchObject({ code: 'device-lost' });
  const { placement } = await hearing.report();
  expect(placement?.summary).toMatch(/^Runs on the processor .* The graphics card went away earlier\.$/);
  expect(opened).toBe(2);
  await real.close();
});

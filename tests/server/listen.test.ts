/** The shipped lip-sync model on a voice that really speaks (Flite, in Node): does it hear what was said? */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ParagraphId, VoiceId } from '#core/base/ids.ts';
import { RATE_25 } from '#core/base/time.ts';
import { loadManifest } from '#core/model/files.ts';
import { animate } from '#core/motion/animate.ts';
import { lipAperture } from '#core/motion/lips.ts';
import { decodePhones } from '#core/speech/listen/decode-phones.ts';
import { HEARD_MOUTH, HEARD_RATE_HZ, concatHeard, type HeardSpeech } from '#core/speech/listen/heard.ts';
import type { SpeechListener } from '#core/speech/listen/heard.ts';
import { LIPSYNC } from '#core/speech/listen/lipsync-model.ts';
import { createListener } from '#core/speech/listen/listener.ts';
import { PHONES } from '#core/speech/phone.ts';
import type { SpeechTrack } from '#core/speech/ports.ts';
import { speakParagraph } from '#core/speech/speak.ts';
import { diskModelFiles } from '#server/render/adapters/model-files.ts';
import { ortNodeRuntime } from '#server/render/adapters/ort-node.ts';
import { correlation, framesWithin, perFrame } from '../core/motion/reading.ts';
import { nodeEngine } from './flite-node.ts';

const files = diskModelFiles();
const runtime = ortNodeRuntime({ files, threads: 1 });
const engine = nodeEngine();
let listener: SpeechListener;
const spoken = new Map<string, { speech: SpeechTrack; heard: HeardSpeech }>();

const paragraph = {
  id: 'p-listen' as ParagraphId,
  emotion: 'neutral',
  content: [
    {
      kind: 'text',
      text: 'Maybe Bob should move five purple boxes home before we stop. The sun was warm, and everyone approves.',
    },
  ],
} as const;

beforeAll(async () => {
  const manifest = await loadManifest(files, LIPSYNC.id);
  listener = createListener(await runtime.open(manifest), manifest.version);
  for (const engineVoice of ['slt', 'rms']) {
    const voice = {
      kind: 'engine',
      id: 'v-listen' as VoiceId,
      name: engineVoice,
      engine: 'flite',
      engineVoice,
      language: 'en-US',
      speed: 1,
      pitchSt: 0,
      likeness: { kind: 'synthetic' },
    } as const;
    const speech = await speakParagraph(paragraph, voice, engine);
    spoken.set(engineVoice, { speech, heard: await listener.listen(speech.pcm, speech.sampleRateHz) });
  }
}, 120_000);
afterAll(async () => {
  await listener.close();
  await runtime.close();
  engine.close();
});

function said(voice: string) {
  return spoken.get(voice) as { speech: SpeechTrack; heard: HeardSpeech };
}

describe.each(['slt', 'rms'])('%s', (voice) => {
  test('one step every 20 ms covers the sound', () => {
    const { speech, heard } = said(voice);
    expect(heard.steps).toBe(Math.ceil(speech.durationS * HEARD_RATE_HZ - 1e-6));
    expect(heard.mouth.length).toBe(heard.steps * HEARD_MOUTH.length);
    expect(heard.phones.length).toBe(heard.steps * PHONES.length);
  });

  test('most steps are given the phone that was said, and nearly all the right side of silence', () => {
    const { speech, heard } = said(voice);
    let right = 0;
    let sided = 0;
    for (let step = 0; step < heard.steps; step++) {
      const timeS = (step + 0.5) / HEARD_RATE_HZ;
      const truth = speech.phones.find(({ startS, endS }) => timeS >= startS && timeS < endS)?.phone ?? 'sil';
      const row = heard.phones.subarray(step * PHONES.length, (step + 1) * PHONES.length);
      if (PHONES[row.indexOf(Math.max(...row))] === truth) right++;
      if ((heard.voice[step] as number) > 0.5 === (truth !== 'sil')) sided++;
    }
    expect(right / heard.steps).toBeGreaterThan(0.65);
    expect(sided / heard.steps).toBeGreaterThan(0.95);
  });

  test('the mouth moves as the phones themselves would move it', () => {
    const { speech, heard } = said(voice);
    const shot = { paragraph, rate: RATE_25 };
    const known = perFrame(animate(speech, shot), lipAperture);
    const byEar = perFrame(animate({ ...speech, phones: decodePhones(heard), heard }, shot), lipAperture);
    const shifted = byEar.slice(8).concat(byEar.slice(0, 8));
    expect(correlation(known, byEar)).toBeGreaterThan(0.8);
    expect(correlation(known, shifted)).toBeLessThan(0.4);
  });

  test('p b m are shut by ear alone', () => {
    const { speech, heard } = said(voice);
    const track = animate(
      { ...speech, words: [], phones: decodePhones(heard), heard },
      { paragraph, rate: RATE_25 },
    );
    const aperture = perFrame(track, lipAperture);
    const gaps = speech.phones
      .filter(({ phone }) => /^[pbm]$/.test(phone))
      .map(({ startS, endS }) =>
        Math.min(...framesWithin(track, startS - 0.02, endS + 0.02).map((i) => aperture[i] as number)),
      );
    expect(gaps.length).toBeGreaterThan(8);
    expect(gaps.filter((gap) => gap < 0.02).length / gaps.length).toBeGreaterThan(0.8);
  });

  test('sound in pieces is heard as the whole is', async () => {
    const { speech, heard } = said(voice);
    const stream = listener.open(speech.sampleRateHz);
    const parts: HeardSpeech[] = [];
    const size = Math.round(0.037 * speech.sampleRateHz);
    for (let at = 0; at < speech.pcm.length; at += size)
      parts.push(await stream.push(speech.pcm.slice(at, at + size)));
    parts.push(await stream.finish());
    const pieced = concatHeard(parts);
    expect(pieced.steps).toBe(heard.steps);
    const worst = Math.max(...pieced.mouth.map((value, i) => Math.abs(value - (heard.mouth[i] as number))));
    expect(worst).toBeLessThan(1e-4);
  });
});

test('what comes is not held back longer than the look-ahead', async () => {
  const { speech } = said('slt');
  const stream = listener.open(speech.sampleRateHz);
  let steps = 0;
  const size = Math.round(0.02 * speech.sampleRateHz);
  for (let at = 0; at + size <= speech.sampleRateHz; at += size) {
    steps += (await stream.push(speech.pcm.slice(at, at + size))).steps;
    const heardUntilS = steps / HEARD_RATE_HZ;
    const cameS = (at + size) / speech.sampleRateHz;
    // Look-ahead is counted from the middle of a step; a step, a push and the resampler come on top.
    expect(cameS - heardUntilS).toBeLessThan(0.12 + 0.02 + 0.005);
  }
  stream.close();
});

test('weights that change under an old version are another listener', async () => {
  const manifest = await loadManifest(files, LIPSYNC.id);
  const session = await runtime.open(manifest);
  const variant = { ...session.variant, sha256: 'f'.repeat(64) };
  const trained = createListener({ ...session, variant }, manifest.version);
  expect(trained.version).not.toBe(createListener(session, manifest.version).version);
  await session.close();
});

test('silence moves nothing', async () => {
  const heard = await listener.listen(new Float32Array(16000), 16000);
  expect(Math.max(...heard.voice)).toBeLessThan(0.5);
  expect(decodePhones(heard).map(({ phone }) => phone)).toEqual(['sil']);
});

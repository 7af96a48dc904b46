/** The animator's promises on a voice that really speaks: Flite, in Node. */
import { afterAll, describe, expect, test } from 'vitest';
import type { ParagraphId, VoiceId } from '#core/base/ids.ts';
import { RATE_25, RATE_30 } from '#core/base/time.ts';
import type { Voice } from '#core/document/project.ts';
import type { Inline, Paragraph } from '#core/document/script.ts';
import { animate, restPose } from '#core/motion/animate.ts';
import { lipAperture, lipToTeethGap } from '#core/motion/lips.ts';
import { measureProsody } from '#core/motion/prosody.ts';
import type { MotionTrack } from '#core/motion/track.ts';
import { speakParagraph } from '#core/speech/speak.ts';
import type { SpeechTrack } from '#core/speech/ports.ts';
import { channel, correlation, frame, framesWithin, perFrame, roughest } from '../core/motion/reading.ts';
import { nodeEngine } from './flite-node.ts';

const engine = nodeEngine();
afterAll(() => engine.close());

const TEXT =
  'Hello, and welcome to Orator. Maybe Bob should move five purple boxes home before we stop. ' +
  'But is that all? No, my family of five bought a big map, and everyone approves!';

async function perform(engineVoice: string, speed: number, rate = RATE_25, content?: readonly Inline[]) {
  const paragraph: Paragraph = {
    id: 'p-flite' as ParagraphId,
    emotion: 'warm',
    content: content ?? [{ kind: 'text', text: TEXT }],
  };
  const voice: Voice = {
    id: 'v-test' as VoiceId,
    name: engineVoice,
    engine: 'flite',
    engineVoice,
    language: 'en-US',
    speed,
    pitchSt: 0,
    likeness: { kind: 'synthetic' },
  };
  const speech = await speakParagraph(paragraph, voice, engine);
  return { speech, track: animate(speech, { paragraph, rate }) };
}

function least(
  { speech, track }: { speech: SpeechTrack; track: MotionTrack },
  kind: RegExp,
  measure: (values: Float32Array, offset: number) => number,
): number[] {
  const series = perFrame(track, measure);
  return speech.phones
    .filter((phone) => kind.test(phone.phone))
    .map((phone) =>
      Math.min(...framesWithin(track, phone.startS, phone.endS).map((i) => series[i] as number)),
    );
}

describe.each([
  ['slt', 1],
  ['rms', 1],
  ['awb', 1.4],
  ['kal', 1.8],
] as const)('%s at speed %s', (voice, speed) => {
  test('every p b m shuts the lips and every f v touches the teeth on a shown frame', async () => {
    for (const rate of [RATE_25, RATE_30]) {
      const performed = await perform(voice, speed, rate);
      const shut = least(performed, /^[pbm]$/, lipAperture);
      const touched = least(performed, /^[fv]$/, lipToTeethGap);
      expect(shut.length).toBeGreaterThan(15);
      expect(touched.length).toBeGreaterThan(7);
      for (const gap of [...shut, ...touched]) expect(gap).toBe(0);
    }
  });

  test('the mouth opens in step with the voice, within one frame', async () => {
    const { speech, track } = await perform(voice, speed);
    const { loudness } = measureProsody(speech.pcm, speech.sampleRateHz);
    const opening = perFrame(track, lipAperture);
    const shifted = (lag: number) =>
      correlation(
        opening,
        opening.map((_, i) => Math.log(0.05 + loudness((i + 0.5 - lag) / 25))),
      );
    const lags = [-3, -2, -1, 0, 1, 2, 3];
    const best = lags.reduce((a, b) => (shifted(b) > shifted(a) ? b : a));
    expect(Math.abs(best)).toBeLessThanOrEqual(1);
    // Tracked lips of real people reach 0.52 against log energy; a hurried voice less.
    expect(shifted(best)).toBeGreaterThan(0.33);
  });
});

test('a marked gesture strokes on its word, the shot starts and ends at rest, and nothing pops', async () => {
  const { speech, track } = await perform('slt', 1, RATE_25, [
    { kind: 'text', text: 'We would like to show you ' },
    { kind: 'gesture', gesture: 'spread' },
    { kind: 'text', text: 'everything that we have made.' },
  ]);
  const word = speech.words.find((timed) => timed.text === 'everything');
  const made = track.gestures.find(({ gesture }) => gesture === 'spread');
  expect(made).toBeDefined();
  expect((made?.strokeFrame ?? 0) / 25).toBeGreaterThanOrEqual((word?.startS ?? 0) - 0.04);
  expect((made?.strokeFrame ?? 0) / 25).toBeLessThanOrEqual(word?.endS ?? 0);
  expect(frame(track, 0)).toEqual(restPose());
  expect(frame(track, track.frameCount - 1)).toEqual(restPose());
  for (const name of ['rightWristX', 'leftWristX', 'rightWristY', 'leftWristY'] as const)
    expect(roughest(channel(track, name))).toBeLessThan(0.16);
});

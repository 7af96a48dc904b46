/** The live performer's promises on a voice that really speaks (Flite), heard by one who knows its phones. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ParagraphId, VoiceId } from '#core/base/ids.ts';
import type { Paragraph } from '#core/document/script.ts';
import { animate } from '#core/motion/animate.ts';
import { lipAperture, lipToTeethGap } from '#core/motion/lips.ts';
import { createLivePerformer, LIVE_LATENCY_STEPS, speedLimit } from '#core/motion/live/performer.ts';
import { restPose } from '#core/motion/rest-pose.ts';
import { measureProsody } from '#core/motion/prosody.ts';
import { channelIndex, MOTION_CHANNELS, type MotionChannel } from '#core/motion/track.ts';
import { concatHeard, HEARD_RATE_HZ, type HeardSpeech } from '#core/speech/listen/heard.ts';
import { PHONES } from '#core/speech/phone.ts';
import type { SpeechTrack } from '#core/speech/ports.ts';
import { speakParagraph } from '#core/speech/speak.ts';
import { heardTruth, sliceHeard } from '../core/motion/heard-truth.ts';
import { correlation, perFrame } from '../core/motion/reading.ts';
import { nodeEngine } from './flite-node.ts';

const engine = nodeEngine();
afterAll(() => engine.close());

const TEXT =
  'Hello, and welcome to Orator. Maybe Bob should move five purple boxes home before we stop. ' +
  'But is that all? No, my family of five bought a big map, and everyone approves!';
const STEP_S = 1 / HEARD_RATE_HZ;

const paragraph: Paragraph = {
  id: 'p-live' as ParagraphId,
  emotion: 'neutral',
  content: [{ kind: 'text', text: TEXT }],
};
let speech: SpeechTrack;
let heard: HeardSpeech;
beforeAll(async () => {
  speech = await speakParagraph(
    paragraph,
    {
      id: 'v-live' as VoiceId,
      name: 'slt',
      engine: 'flite',
      engineVoice: 'slt',
      language: 'en-US',
      speed: 1,
      pitchSt: 0,
      likeness: { kind: 'synthetic' },
    },
    engine,
  );
  heard = concatHeard([heardTruth(speech), silence(4)]);
});

/** Someone who listens to nobody. */
function silence(seconds: number): HeardSpeech {
  const steps = Math.round(seconds * HEARD_RATE_HZ);
  const phones = new Float32Array(steps * PHONES.length);
  for (let i = 0; i < steps; i++) phones[i * PHONES.length] = 1;
  const none = () => new Float32Array(steps);
  return {
    steps,
    mouth: new Float32Array(steps * 16),
    phones,
    voice: none(),
    pitchSt: none(),
    energy: none(),
    emphasis: none(),
  };
}

/** Everything the performer shows, pushed in pieces of `piece` steps and asked for as soon as it is known. */
function perform(steps: HeardSpeech, piece: number, seed = 'test'): Float32Array[] {
  const performer = createLivePerformer(seed);
  const shown: Float32Array[] = [];
  for (let at = 0; at < steps.steps; at += piece) {
    performer.push(sliceHeard(steps, at, Math.min(steps.steps, at + piece)));
    while ((shown.length + 0.5) * STEP_S <= performer.knownUntilS + 1e-9)
      shown.push(performer.frameAt((shown.length + 0.5) * STEP_S));
  }
  return shown;
}

/** Frames of a film at 25 a second, whichever of the two grids of steps they fall on. */
function frames(shown: readonly Float32Array[], phase: 0 | 1): { timeS: number; values: Float32Array }[] {
  return shown.flatMap((values, i) => (i % 2 === phase ? [{ timeS: (i + 0.5) * STEP_S, values }] : []));
}

function least(
  phase: 0 | 1,
  kind: RegExp,
  measure: (values: Float32Array) => number,
  slackS: number,
): number[] {
  const film = frames(perform(heard, 1), phase);
  return speech.phones
    .filter(({ phone }) => kind.test(phone))
    .map(({ startS, endS }) =>
      Math.min(
        ...film
          .filter(({ timeS }) => timeS >= startS - slackS && timeS <= endS + slackS)
          .map(({ values }) => measure(values)),
      ),
    );
}

describe('the live performer', () => {
  test.each([0, 1] as const)('shuts the lips for p b m on a frame at 25 a second, grid %s', (phase) => {
    const shut = least(phase, /^[pbm]$/, lipAperture, 0.04);
    expect(shut.length).toBeGreaterThan(15);
    expect(shut.filter((gap) => gap < 0.005)).toHaveLength(shut.length);
    const touched = least(phase, /^[fv]$/, lipToTeethGap, 0.04);
    expect(touched.filter((gap) => gap < 0.02).length).toBeGreaterThanOrEqual(touched.length - 1);
  });

  test('opens the mouth in step with the sound, not before it and not after it', () => {
    const { loudness } = measureProsody(speech.pcm, speech.sampleRateHz);
    const film = frames(perform(heard, 1), 0).filter(({ timeS }) => timeS < speech.durationS);
    const opening = film.map(({ values }) => lipAperture(values));
    const shifted = (lagS: number) =>
      correlation(
        opening,
        film.map(({ timeS }) => Math.log(0.05 + loudness(timeS - lagS))),
      );
    // Tracked lips of real people reach 0.52 against log energy; a text full of labials less.
    expect(shifted(0)).toBeGreaterThan(0.4);
    const lags = [-0.12, -0.08, -0.04, 0, 0.04, 0.08, 0.12];
    const best = lags.reduce((a, b) => (shifted(b) > shifted(a) ? b : a));
    expect(Math.abs(best)).toBeLessThanOrEqual(0.04);
    expect(shifted(0.2)).toBeLessThan(0.25);
  });

  test('moves the mouth much as a film does that knows what is to come', () => {
    const film = frames(perform(heard, 1), 0).filter(({ timeS }) => timeS < speech.durationS);
    const planned = animate(speech, { paragraph, rate: { num: 25, den: 1 } });
    const r = correlation(
      film.map(({ values }) => lipAperture(values)),
      perFrame(planned, lipAperture),
    );
    expect(r).toBeGreaterThan(0.85);
  });

  test('knows a step as soon as the one after it is heard', () => {
    const performer = createLivePerformer('latency');
    expect(performer.knownUntilS).toBeLessThan(0);
    expect([...performer.frameAt(0)]).toEqual([...restPose()]);
    for (let step = 0; step < 20; step++) {
      performer.push(sliceHeard(heard, step, step + 1));
      expect(performer.knownUntilS).toBeCloseTo((step + 0.5 - LIVE_LATENCY_STEPS) * STEP_S, 9);
    }
  });

  test('gives the same motion however the steps are cut, and another for another seed', () => {
    const one = perform(heard, 1);
    for (const piece of [3, 7, 50])
      expect(perform(heard, piece).map((values) => [...values])).toEqual(one.map((values) => [...values]));
    expect(perform(heard, 1, 'other').map((values) => [...values])).not.toEqual(
      one.map((values) => [...values]),
    );
  });

  test('moves no channel faster than it says, between steps and between the times it is asked for', () => {
    const shown = [restPose(), ...perform(heard, 2)];
    MOTION_CHANNELS.forEach((name, c) => {
      const most = speedLimit(name) * STEP_S + 1e-5;
      for (let i = 1; i < shown.length; i++) {
        const moved = Math.abs((shown[i]?.[c] ?? 0) - (shown[i - 1]?.[c] ?? 0));
        if (moved > most) throw new Error(`${name} moves ${moved} in step ${i}; at most ${most} was said`);
      }
    });
    const performer = createLivePerformer('between');
    performer.push(sliceHeard(heard, 0, 40));
    const c = channelIndex('jawOpen');
    let before = performer.frameAt(0.3)[c] as number;
    for (let timeS = 0.301; timeS < 0.7; timeS += 0.001) {
      const now = performer.frameAt(timeS)[c] as number;
      expect(Math.abs(now - before)).toBeLessThanOrEqual(speedLimit('jawOpen') * 0.001 + 1e-5);
      before = now;
    }
  });

  test('the limits hold back what is noise, and nothing of speech: they are hardly ever reached', () => {
    const shown = perform(heard, 2);
    const reached = MOTION_CHANNELS.map((name, c) => {
      const most = speedLimit(name) * STEP_S * 0.999;
      let count = 0;
      for (let i = 1; i < shown.length; i++)
        if (Math.abs((shown[i]?.[c] ?? 0) - (shown[i - 1]?.[c] ?? 0)) >= most) count++;
      return [name, count / shown.length] as const;
    }).filter(([, share]) => share > 0.005);
    expect(reached).toEqual([]);
  });

  test('comes back to rest in silence, and goes on breathing and blinking', () => {
    const shown = perform(heard, 1);
    const rest = restPose();
    const last = shown.slice(-HEARD_RATE_HZ);
    const far = (pattern: RegExp) =>
      Math.max(
        ...MOTION_CHANNELS.flatMap((name, c) =>
          pattern.test(name)
            ? last.map((values) => Math.abs((values[c] as number) - (rest[c] as number)))
            : [],
        ),
      );
    expect(far(/^(mouth|jaw|tongue)/)).toBe(0);
    expect(far(/(Wrist[XYZ]|PalmRoll|Curl)$/)).toBeLessThan(0.01);
    expect(far(/^brow/)).toBeLessThan(0.01);
    expect(far(/^(head|body)/)).toBeLessThan(0.03);
    const range = (name: MotionChannel) => {
      const values = last.map((frame) => frame[channelIndex(name)] as number);
      return Math.max(...values) - Math.min(...values);
    };
    expect(range('breath')).toBeGreaterThan(0.02);
    const blinks = perform(concatHeard([heard, silence(20)]), 1).filter(
      (values) => (values[channelIndex('eyeBlinkLeft')] as number) > 0.98,
    );
    expect(blinks.length).toBeGreaterThan(6);
  });

  test('is not moved by a listener that mistakes noise for a little mouth', () => {
    const noisy = silence(2);
    for (let i = 0; i < noisy.mouth.length; i++) noisy.mouth[i] = 0.03 * Math.abs(Math.sin(i * 12.9898));
    const rest = restPose();
    const jaw = channelIndex('jawOpen');
    for (const values of perform(noisy, 1)) expect(values[jaw]).toBe(rest[jaw]);
  });

  test('speaks with head, brows and hands as well', () => {
    const shown = perform(heard, 1).slice(0, Math.floor(speech.durationS * HEARD_RATE_HZ));
    const range = (name: MotionChannel) => {
      const values = shown.map((frame) => frame[channelIndex(name)] as number);
      return Math.max(...values) - Math.min(...values);
    };
    expect(range('headPitch')).toBeGreaterThan(0.04);
    expect(range('browInnerUp')).toBeGreaterThan(0.1);
    expect(range('rightWristY') + range('leftWristY')).toBeGreaterThan(0.1);
  });
});

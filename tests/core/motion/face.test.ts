import { describe, expect, test } from 'vitest';
import type { Rational } from '#core/base/time.ts';
import { RATE_25, RATE_30 } from '#core/base/time.ts';
import { animate } from '#core/motion/animate.ts';
import { EYE_LOOK_FULL_RAD } from '#core/motion/gaze.ts';
import { measureProsody } from '#core/motion/prosody.ts';
import type { MotionTrack } from '#core/motion/track.ts';
import type { SayOptions, SayWord } from './synthetic.ts';
import { TALK, longTalk, say } from './synthetic.ts';
import { channel } from './reading.ts';

function perform(words: readonly SayWord[], rate: Rational = RATE_25, options: SayOptions = {}) {
  const { speech, paragraph } = say(words, options);
  return { speech, track: animate(speech, { paragraph, rate }) };
}

/** Runs of frames with the lids mostly shut. */
function blinks(track: MotionTrack): { atFrame: number; deepest: number; frames: number }[] {
  const lid = channel(track, 'eyeBlinkLeft');
  const found: { atFrame: number; deepest: number; frames: number }[] = [];
  for (let i = 0; i < lid.length; i++) {
    if ((lid[i] as number) < 0.5) continue;
    let [deepest, from] = [0, i];
    while (i < lid.length && (lid[i] as number) >= 0.5) deepest = Math.max(deepest, lid[i++] as number);
    let to = i;
    while (from > 0 && (lid[from - 1] as number) > 0.12) from--;
    while (to < lid.length && (lid[to] as number) > 0.12) to++;
    found.push({ atFrame: i, deepest, frames: to - from });
  }
  return found;
}

describe('blinks', () => {
  const threeMinutes = perform(longTalk(130));

  test('come 12 to 24 times a minute over three minutes, whether one paragraph or thirty', () => {
    const oneS = threeMinutes;
    const one = (blinks(oneS.track).length * 60) / oneS.speech.durationS;
    expect(one).toBeGreaterThan(12);
    expect(one).toBeLessThan(24);
    let [count, lengthS] = [0, 0];
    for (let n = 0; n < 30; n++) {
      const { speech, track } = perform(TALK, RATE_25, { id: `p-${n}` });
      count += blinks(track).length;
      lengthS += speech.durationS;
    }
    expect((count * 60) / lengthS).toBeGreaterThan(12);
    expect((count * 60) / lengthS).toBeLessThan(24);
  });

  test('shut the eye on a shown frame and last four to nine frames', () => {
    for (const rate of [RATE_25, RATE_30])
      for (const blink of blinks(perform(longTalk(60), rate).track)) {
        expect(blink.deepest).toBeGreaterThan(0.98);
        if (blink.frames < 12) expect(blink.frames).toBeGreaterThanOrEqual(4);
        if (blink.frames < 12) expect(blink.frames).toBeLessThanOrEqual(9);
      }
  });

  test('are uneven: waiting times vary by more than a third of their mean', () => {
    const times = blinks(threeMinutes.track).map((blink) => blink.atFrame / 25);
    const waits = times.slice(1).map((time, i) => time - (times[i] as number));
    const mean = waits.reduce((a, b) => a + b, 0) / waits.length;
    const spread = Math.sqrt(waits.reduce((a, b) => a + (b - mean) ** 2, 0) / waits.length);
    expect(spread).toBeGreaterThan(mean / 3);
  });
});

describe('eyes', () => {
  test('rest on the viewer most of the time, whatever the head does', () => {
    const { track } = perform(longTalk(120));
    const [headYaw, headPitch] = [channel(track, 'headYaw'), channel(track, 'headPitch')];
    const [gazeYaw, gazePitch] = [channel(track, 'gazeYaw'), channel(track, 'gazePitch')];
    const away = headYaw.map((yaw, i) =>
      Math.hypot(yaw + (gazeYaw[i] as number), (headPitch[i] as number) + (gazePitch[i] as number)),
    );
    const onViewer = away.filter((angle) => angle < 0.05).length / away.length;
    expect(onViewer).toBeGreaterThan(0.75);
    expect(onViewer).toBeLessThan(0.995);
    expect(Math.max(...headYaw) - Math.min(...headYaw)).toBeGreaterThan(0.1);
  });

  test('say the same in ARKit channels and in radians', () => {
    const { track } = perform(TALK);
    const gazeYaw = channel(track, 'gazeYaw');
    const outLeft = channel(track, 'eyeLookOutLeft');
    const inLeft = channel(track, 'eyeLookInLeft');
    gazeYaw.forEach((yaw, i) =>
      expect(((outLeft[i] as number) - (inLeft[i] as number)) * EYE_LOOK_FULL_RAD).toBeCloseTo(yaw, 5),
    );
  });
});

describe('head and brows', () => {
  test('move more at a stressed syllable than between, and never in one rhythm', () => {
    const { speech, track } = perform(longTalk(60));
    const pitch = channel(track, 'headPitch');
    // The strongest regular beat of a spectrum would show as a high autocorrelation at some lag of 0.4 to 3 s.
    const mean = pitch.reduce((a, b) => a + b, 0) / pitch.length;
    const energy = pitch.reduce((a, b) => a + (b - mean) ** 2, 0);
    for (let lag = 10; lag < 75; lag++) {
      let sum = 0;
      for (let i = lag; i < pitch.length; i++)
        sum += ((pitch[i] as number) - mean) * ((pitch[i - lag] as number) - mean);
      expect(sum / energy).toBeLessThan(0.6);
    }
    const emphasised = speech.words.filter((word) => word.emphasis > 0);
    const nods = emphasised.map((word) => {
      const from = Math.round((word.startS - 0.3) * 25);
      const span = pitch.slice(from, Math.round((word.endS + 0.3) * 25));
      return Math.max(...span) - Math.min(...span);
    });
    expect(nods.filter((size) => size > 0.04).length).toBeGreaterThan(nods.length * 0.8);
  });

  test('rise into a question and not into a statement', () => {
    const words = (end: string): SayWord[] => [
      { text: 'You', ipa: 'j u' },
      { text: 'want', ipa: 'w ˈɑ n t' },
      { text: 'coffee', ipa: 'k ˈɑ f i' },
      { text: `now${end}`, ipa: 'n ˈaʊ' },
    ];
    const atEnd = (end: string) => {
      let [brow, head] = [0, 0];
      for (let n = 0; n < 8; n++) {
        const { speech, track } = perform(words(end), RATE_25, { id: `p-${n}`, tailS: 0.6 });
        const i = Math.round(((speech.words.at(-1)?.endS ?? 0) - 0.02) * 25);
        brow += (channel(track, 'browOuterUpLeft')[i] as number) / 8;
        head += (channel(track, 'headPitch')[i] as number) / 8;
      }
      return { brow, head };
    };
    const question = atEnd('?');
    const statement = atEnd('.');
    expect(question.brow).toBeGreaterThan(statement.brow + 0.1);
    expect(question.head).toBeLessThan(statement.head - 0.02);
  });

  test('a mood shows on the face and the mouth still articulates', () => {
    const face = (emotion: 'neutral' | 'joyful' | 'concerned' | 'serious' | 'surprised') => {
      const { track } = perform(longTalk(12), RATE_25, { emotion });
      const mean = (values: number[]) => values.reduce((a, b) => a + b, 0) / values.length;
      return {
        smile: mean(channel(track, 'mouthSmileLeft')),
        inner: mean(channel(track, 'browInnerUp')),
        down: mean(channel(track, 'browDownLeft')),
        outer: mean(channel(track, 'browOuterUpLeft')),
        jaw: Math.max(...channel(track, 'jawOpen')),
      };
    };
    const neutral = face('neutral');
    expect(face('joyful').smile).toBeGreaterThan(neutral.smile + 0.2);
    expect(face('concerned').inner).toBeGreaterThan(neutral.inner + 0.2);
    expect(face('serious').down).toBeGreaterThan(neutral.down + 0.15);
    expect(face('surprised').outer).toBeGreaterThan(neutral.outer + 0.15);
    expect(face('joyful').jaw).toBeCloseTo(neutral.jaw, 1);
  });
});

test('a breath is taken in the pause before a phrase', () => {
  const { speech, track } = perform(TALK);
  const breath = channel(track, 'breath');
  const pause = speech.phones.find(
    (phone) => phone.phone === 'sil' && phone.startS > 2 && phone.endS - phone.startS > 0.4,
  );
  const at = (timeS: number) => breath[Math.round(timeS * 25)] as number;
  expect(pause).toBeDefined();
  expect(at((pause?.endS ?? 0) + 0.05)).toBeGreaterThan(at(pause?.startS ?? 0) + 0.15);
});

describe('the melody of a voice', () => {
  const rateHz = 22050;
  const glide = Float32Array.from({ length: rateHz * 2 }, (_, i) => {
    const t = i / rateHz;
    // 110 Hz rising an octave in two seconds, with harmonics.
    const phase = (2 * Math.PI * 110 * 2 * (2 ** (t / 2) - 1)) / Math.log(2);
    return 0.3 * (Math.sin(phase) + 0.6 * Math.sin(2 * phase) + 0.4 * Math.sin(3 * phase));
  });

  test('is found within half a semitone on a gliding tone', () => {
    const { pitchSt } = measureProsody(glide, rateHz);
    expect(pitchSt(1.6) - pitchSt(0.6)).toBeCloseTo(6, 0);
    expect(Math.abs(pitchSt(1.6) - pitchSt(0.6) - 6)).toBeLessThan(0.5);
  });

  test('is flat zero in silence, and loudness with it', () => {
    const { pitchSt, loudness } = measureProsody(new Float32Array(22050), rateHz);
    expect(pitchSt(0.5)).toBe(0);
    expect(loudness(0.5)).toBe(0);
  });
});

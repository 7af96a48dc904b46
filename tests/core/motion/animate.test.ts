import { describe, expect, test } from 'vitest';
import { RATE_25, RATE_30 } from '#core/base/time.ts';
import type { ParagraphId } from '#core/base/ids.ts';
import { EMOTIONS, GESTURES } from '#core/document/script.ts';
import { animate, motionKey, restPose, shotFrameCount } from '#core/motion/animate.ts';
import { isUnitChannel } from '#core/motion/sheet.ts';
import { MOTION_CHANNELS } from '#core/motion/track.ts';
import type { CacheKey } from '#core/base/ids.ts';
import { TALK, longTalk, say } from './synthetic.ts';
import { channel, frame, roughest } from './reading.ts';

const RATES = [RATE_25, RATE_30, { num: 30000, den: 1001 }];

describe('a shot', () => {
  test('lasts the whole frames that cover its speech, at any rate', () => {
    const { speech, paragraph } = say(TALK);
    for (const rate of RATES) {
      const track = animate(speech, { paragraph, rate });
      const lengthS = (track.frameCount * rate.den) / rate.num;
      expect(track.frameCount).toBe(shotFrameCount(speech, rate));
      expect(lengthS).toBeGreaterThanOrEqual(speech.durationS - 1e-6);
      expect(lengthS - speech.durationS).toBeLessThan(rate.den / rate.num);
      expect(track.values.length).toBe(track.frameCount * MOTION_CHANNELS.length);
    }
  });

  test('says on which frames there is speech, and where it is stressed', () => {
    const { speech, paragraph } = say([
      { text: 'Good', ipa: 'ɡ ˈʊ d' },
      { text: 'morning.', ipa: 'm ˈɔ ɹ n ɪ ŋ', pauseS: 0.8, emphasis: 2 },
      { text: 'Sit', ipa: 's ˈɪ t' },
    ]);
    for (const rate of RATES) {
      const { cues, frameCount } = animate(speech, { paragraph, rate });
      expect(cues.speech).toHaveLength(2);
      const [first, second] = cues.speech as [(typeof cues.speech)[0], (typeof cues.speech)[0]];
      const atS = (index: number) => (index * rate.den) / rate.num;
      expect(atS(first.startFrame)).toBeCloseTo(speech.words[0]!.startS, 1);
      expect(atS(first.endFrame)).toBeCloseTo(speech.words[1]!.endS, 1);
      expect(atS(second.startFrame)).toBeCloseTo(speech.words[2]!.startS, 1);
      expect(second.endFrame).toBeLessThanOrEqual(frameCount);
      const loudest = cues.accents.reduce((a, b) => (b.strength > a.strength ? b : a));
      expect(atS(loudest.frame)).toBeGreaterThan(speech.words[1]!.startS);
      expect(atS(loudest.frame)).toBeLessThan(speech.words[1]!.endS);
    }
  });

  test.each(EMOTIONS)('begins and ends in the rest pose, %s', (emotion) => {
    const { speech, paragraph } = say(TALK, { emotion });
    for (const rate of RATES) {
      const track = animate(speech, { paragraph, rate });
      expect(frame(track, 0)).toEqual(restPose());
      expect(frame(track, track.frameCount - 1)).toEqual(restPose());
    }
  });

  test('with a gesture marked on its very last word still ends in the rest pose without a jump', () => {
    for (const gesture of GESTURES) {
      const words = TALK.map((word, w) => (w === TALK.length - 1 ? { ...word, gesture } : word));
      const { speech, paragraph } = say(words);
      const track = animate(speech, { paragraph, rate: RATE_25 });
      expect(frame(track, track.frameCount - 1)).toEqual(restPose());
      for (const name of ['leftWristX', 'leftWristY', 'rightWristX', 'rightWristY', 'rightWristZ'] as const)
        expect(roughest(channel(track, name)), `${gesture} ${name}`).toBeLessThan(0.2);
    }
  });

  test('too short for anything is still two rest poses', () => {
    const { speech, paragraph } = say([], { leadS: 0.01, tailS: 0.01 });
    const track = animate(speech, { paragraph, rate: RATE_25 });
    expect(track.frameCount).toBe(2);
    expect(frame(track, 0)).toEqual(restPose());
    expect(frame(track, 1)).toEqual(restPose());
  });
});

describe('motion', () => {
  test.each(EMOTIONS)('is finite, and unit channels stay within 0 and 1, %s', (emotion) => {
    const words = longTalk(40).map((word, w) =>
      w % 9 === 4 ? { ...word, gesture: GESTURES[(w * 7) % 17] ?? 'beat' } : word,
    );
    const { speech, paragraph } = say(words, { emotion });
    const track = animate(speech, { paragraph, rate: RATE_30 });
    MOTION_CHANNELS.forEach((name, c) => {
      let [low, high] = [Infinity, -Infinity];
      for (let i = c; i < track.values.length; i += MOTION_CHANNELS.length) {
        low = Math.min(low, track.values[i] as number);
        high = Math.max(high, track.values[i] as number);
      }
      expect(Number.isFinite(low) && Number.isFinite(high), name).toBe(true);
      const bound = /^head|^body|^gaze/.test(name) ? 0.5 : 2;
      expect(low, name).toBeGreaterThanOrEqual(isUnitChannel(name) ? 0 : -bound);
      expect(high, name).toBeLessThanOrEqual(isUnitChannel(name) ? 1 : bound);
    });
  });

  test('is the same bytes each time, and other bytes for another paragraph', () => {
    const { speech, paragraph } = say(TALK);
    const once = animate(speech, { paragraph, rate: RATE_25 });
    expect(animate(speech, { paragraph, rate: RATE_25 }).values).toEqual(once.values);
    const other = animate(speech, {
      paragraph: { ...paragraph, id: 'p-other' as ParagraphId },
      rate: RATE_25,
    });
    expect(other.values).not.toEqual(once.values);
  });

  test('of later paragraphs is byte-identical when a word is put into the first', () => {
    const film = (first: typeof TALK) =>
      [
        say(first, { id: 'p-1' }),
        say(longTalk(8), { id: 'p-2', emotion: 'warm' }),
        say(TALK.slice(3), { id: 'p-3', emotion: 'serious' }),
      ].map(({ speech, paragraph }) => animate(speech, { paragraph, rate: RATE_25 }));
    const before = film(TALK);
    const after = film([...TALK.slice(0, 4), { text: 'merry', ipa: 'm ˈɛ ɹ i' }, ...TALK.slice(4)]);
    expect(after[0]?.frameCount).toBeGreaterThan(before[0]?.frameCount ?? 0);
    for (const later of [1, 2]) {
      expect(after[later]?.values).toEqual(before[later]?.values);
      expect(after[later]?.gestures).toEqual(before[later]?.gestures);
    }
  });

  test('has no pops: second differences of head, body, wrists and jaw stay small', () => {
    const { speech, paragraph } = say(longTalk(60), { emotion: 'joyful' });
    const track = animate(speech, { paragraph, rate: RATE_25 });
    const limits = {
      headYaw: 0.02,
      headPitch: 0.03,
      headRoll: 0.02,
      bodySway: 0.006,
      bodyLean: 0.006,
      bodyTwist: 0.01,
      breath: 0.06,
      browInnerUp: 0.12,
      leftWristX: 0.16,
      leftWristY: 0.16,
      leftWristZ: 0.16,
      rightWristX: 0.16,
      rightWristY: 0.16,
      rightWristZ: 0.16,
      jawOpen: 0.35,
    } as const;
    for (const [name, limit] of Object.entries(limits) as [keyof typeof limits, number][])
      expect(roughest(channel(track, name)), name).toBeLessThan(limit);
  });

  test('has a cache key that follows its inputs', async () => {
    const { paragraph } = say(TALK);
    const speech = 'a'.repeat(64) as CacheKey;
    const key = await motionKey(speech, { paragraph, rate: RATE_25 });
    expect(await motionKey(speech, { paragraph, rate: RATE_25 })).toBe(key);
    expect(await motionKey(speech, { paragraph, rate: RATE_30 })).not.toBe(key);
    expect(
      await motionKey(speech, { paragraph: { ...paragraph, emotion: 'joyful' }, rate: RATE_25 }),
    ).not.toBe(key);
    expect(await motionKey('b'.repeat(64) as CacheKey, { paragraph, rate: RATE_25 })).not.toBe(key);
  });
});

/** Phones with their times through the presenter's own animation: what a voice that reports its phones gets today. */
import { animate } from '#core/motion/animate.ts';
import { lipAperture, lipWidth } from '#core/motion/lips.ts';
import { MOTION_CHANNELS, type MotionTrack } from '#core/motion/track.ts';
import type { Paragraph } from '#core/document/script.ts';
import type { SpeechTrack } from '#core/speech/ports.ts';
import type { ParagraphId } from '#core/base/ids.ts';
import type { Rational } from '#core/base/time.ts';
import type { Contender, Curves, Said, Sound } from '../contender.ts';
import { SAMPLE_RATE_HZ } from '../film.ts';

/** The lips of a motion track, frame by frame, held at the end where the film is longer than the sound. */
export function lipsOf({ values, frameCount }: MotionTrack, frames: number): Curves {
  const of = (measure: (frame: Float32Array, offset: number) => number) =>
    Array.from({ length: frames }, (_, i) =>
      measure(values, Math.min(i, frameCount - 1) * MOTION_CHANNELS.length),
    );
  return { opening: of(lipAperture), width: of(lipWidth) };
}

/** 25 → 25/1, 29.97 → 30000/1001. */
export function rateOf(fps: number): Rational {
  const whole = Math.round(fps);
  return Math.abs(fps - whole) < 1e-3
    ? { num: whole, den: 1 }
    : { num: Math.round(fps * 1.001) * 1000, den: 1001 };
}

/** A paragraph in the plainest mood, so that no smile is added to the speech. */
export function paragraphOf(sound: Sound): Paragraph {
  return {
    id: `bench-${sound.clip}` as ParagraphId,
    emotion: 'neutral',
    content: [{ kind: 'text', text: sound.said?.text ?? '' }],
  };
}

export function speechTrackOf(sound: Sound, said: Said): SpeechTrack {
  return {
    sampleRateHz: SAMPLE_RATE_HZ,
    pcm: sound.pcm,
    durationS: sound.pcm.length / SAMPLE_RATE_HZ,
    words: said.words,
    phones: said.phones,
    gestures: [],
    heard: null,
  };
}

export function alignedPhonesContender(): Contender {
  return {
    name: 'aligned phones, our coarticulation',
    note: 'soundswallower aligned to the known text, then core/motion as for any voice',
    needsText: true,
    timed: true,
    predict: (sound) => {
      if (!sound.said) throw new Error(`${sound.clip} has no words to align.`);
      const track = animate(speechTrackOf(sound, sound.said), {
        paragraph: paragraphOf(sound),
        rate: rateOf(sound.fps),
      });
      return Promise.resolve(lipsOf(track, sound.frames));
    },
  };
}

/**
 * Is the voice that consents the presenter's own? Two directions of the voiceprint network, compared by their cosine. The
 * network is small, a voice changes with its microphone and its day, and the thresholds were chosen on few speakers: so
 * there is a wide middle in which a person listens, and only what is far from every genuine pair fails.
 */
import type { ConsentCheck } from '../../evidence.ts';
import { result } from './result.ts';
import { likeness, type VoiceprintModel } from './voiceprint.ts';

/** Chosen on data: `npm run bench:consent`, rows “voice …”. */
export const VOICE_LIMITS = {
  same: 0.85,
  other: 0.7,
  /** Less speech than this says little of a voice. */
  speechS: 3,
} as const;

export function sameVoiceCheck(voiceprints: VoiceprintModel): ConsentCheck {
  return {
    answers: ['same-voice'],
    async run({ film, presenter }, signal) {
      const said = (...rest: Parameters<typeof result> extends [unknown, ...infer R] ? R : never) => [
        result('same-voice', ...rest),
      ];
      if (presenter.sound.samples.length === 0)
        return said(
          'not-applicable',
          null,
          null,
          'cosine',
          'The presenter has no voice of their own to compare with.',
        );
      const theirs = await voiceprints.of(presenter.sound.samples, signal);
      if (!theirs || theirs.speechS < VOICE_LIMITS.speechS)
        return said(
          'not-applicable',
          null,
          null,
          'cosine',
          'Nobody speaks for long enough in the presenter’s film.',
        );
      const own = await voiceprints.of(film.sound.samples, signal);
      if (!own || own.speechS < VOICE_LIMITS.speechS)
        return said('failed', 0, VOICE_LIMITS.other, 'cosine', 'Nobody speaks in the recording.');
      const score = likeness(own, theirs);
      if (score >= VOICE_LIMITS.same)
        return said('passed', score, VOICE_LIMITS.same, 'cosine', 'The voice is the presenter’s.');
      return score < VOICE_LIMITS.other
        ? said('failed', score, VOICE_LIMITS.other, 'cosine', 'The voice is another than the presenter’s.')
        : said(
            'unsure',
            score,
            VOICE_LIMITS.same,
            'cosine',
            'The voice may be the presenter’s: a person has to listen.',
          );
    },
  };
}

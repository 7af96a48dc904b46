/**
 * The checks of a consent that look at pictures: one walk over the recording, one over each picture of the
 * presenter, and six answers.
 */
import type { CancelSignal } from '#core/base/errors.ts';
import type { ConsentPrompt } from '#core/policy/consent/challenge.ts';
import type { ConsentCheck, ConsentEvidence } from '../../evidence.ts';
import { arrivalsOf } from '../sound/arrivals.ts';
import { judgeBlinks } from './blinks.ts';
import { judgeFlash } from './flash.ts';
import { judgeHeadTurns } from './head-turns.ts';
import { judgeLiveness } from './liveness.ts';
import { lookAt, type Eyes, type FilmLook } from './look.ts';
import { judgeOneFace } from './one-face.ts';
import { lookAtPresenter } from './presenter-look.ts';
import { judgeSameFace } from './same-face.ts';

export type LookAtRecording = (evidence: ConsentEvidence, signal?: CancelSignal) => Promise<FilmLook>;

/** Looks at a recording once, however often it is asked: the walk over it is what costs. */
export function rememberingLook(eyes: Eyes): LookAtRecording {
  const looks = new WeakMap<ConsentEvidence, Promise<FilmLook>>();
  return (evidence, signal) => {
    const known = looks.get(evidence);
    if (known) return known;
    const look = lookAt(eyes, evidence.film, signal);
    looks.set(evidence, look);
    // What was stopped or broke is done anew by whoever asks next.
    look.catch(() => looks.delete(evidence));
    return look;
  };
}

/**
 * @param eyes whoever opened them closes them
 * @param lookOnce the look at the recording, where others need it too
 * @param random 0 to 1: when a presenter's film is looked at, which nobody is to know beforehand
 */
export function pictureChecks(
  eyes: Eyes,
  lookOnce: LookAtRecording = ({ film }, signal) => lookAt(eyes, film, signal),
  random: () => number = Math.random,
): ConsentCheck {
  return {
    answers: ['one-face', 'liveness', 'head-turns', 'flash', 'blinks', 'same-face'],
    async run(evidence, signal) {
      const { challenge, chunks } = evidence;
      const look = await lookOnce(evidence, signal);
      const theirs = await lookAtPresenter(eyes, evidence, random, signal);
      const { beganMs } = arrivalsOf(chunks);
      const asked = <K extends ConsentPrompt['kind']>(kind: K) =>
        challenge.prompts.filter(
          (prompt): prompt is Extract<ConsentPrompt, { kind: K }> => prompt.kind === kind,
        );
      return [
        judgeOneFace(look),
        judgeLiveness(look),
        judgeHeadTurns(look.frames, asked('turn'), beganMs),
        judgeFlash(look.frames, asked('flash'), beganMs),
        judgeBlinks(look.frames),
        judgeSameFace(look.embeddings, theirs),
      ];
    },
  };
}

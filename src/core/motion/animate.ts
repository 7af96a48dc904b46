/**
 * SpeechTrack → MotionTrack, readable top to bottom. Every layer is seeded by the paragraph (its id and its words)
 * and knows only times within its own shot, so that an edit elsewhere in the film moves nothing here; the first and
 * last frame are the pinned rest pose.
 */
import { cacheKey, seedOf, seededRandom } from '../base/hashing.ts';
import type { CacheKey } from '../base/ids.ts';
import type { Rational } from '../base/time.ts';
import { framesToCover } from '../base/time.ts';
import type { Paragraph } from '../document/script.ts';
import { paragraphText } from '../document/script.ts';
import type { SpeechTrack } from '../speech/ports.ts';
import { moveLids, planBlinks } from './blink.ts';
import { breathe, moveTrunk } from './body.ts';
import { moveBrows } from './brows.ts';
import { MOODS, settleSmile, showMood } from './emotion.ts';
import { followGazeWithHead, lookWithEyes, mirrorGazeInEyeLook, planGaze } from './gaze.ts';
import { performGestures } from './gestures/path.ts';
import { planGestures } from './gestures/plan.ts';
import { moveHead } from './head.ts';
import { constrainMouth, speakMouth } from './mouth.ts';
import { heardProsody, heardShare, hearMouth } from './heard.ts';
import { readCues } from './phrases.ts';
import { markCues } from './mark-cues.ts';
import { pinEnds } from './pins.ts';
import { measureProsody } from './prosody.ts';
import { createSheet, packSheet } from './sheet.ts';
import type { MotionTrack } from './track.ts';

export { restPose } from './rest-pose.ts';

/** Raised whenever the same speech would move differently. */
export const ANIMATE_VERSION = 2;

export interface Shot {
  readonly paragraph: Paragraph;
  readonly rate: Rational;
}

/** Frames a shot lasts: whole frames that cover its speech, and at least the two pinned ones. */
export function shotFrameCount(speech: SpeechTrack, rate: Rational): number {
  return Math.max(2, framesToCover(speech.durationS, rate));
}

/** The cache key of a shot's motion. `speech` is the key of the SpeechTrack it is made from. */
export function motionKey(speech: CacheKey, shot: Shot): Promise<CacheKey> {
  const { id, emotion } = shot.paragraph;
  return cacheKey(`animate@${ANIMATE_VERSION}`, {
    speech,
    id,
    emotion,
    text: paragraphText(shot.paragraph),
    rate: shot.rate,
  });
}

/** Moves a presenter through one paragraph. Pure: the same inputs give the same bytes. */
export function animate(speech: SpeechTrack, shot: Shot): MotionTrack {
  const { paragraph, rate } = shot;
  const seed = `${paragraph.id}\n${paragraphText(paragraph)}`;
  const randomFor = (layer: string) => seededRandom(seedOf(`${layer}\n${seed}`));

  const sheet = createSheet(rate, shotFrameCount(speech, rate));
  const mood = MOODS[paragraph.emotion];
  const { heard } = speech;
  const prosody = heard ? heardProsody(heard) : measureProsody(speech.pcm, speech.sampleRateHz);
  const cues = readCues(speech, prosody);

  const share = heardShare(speech);
  if (share < 1) speakMouth(sheet, speech, prosody, 1 - share);
  if (heard) hearMouth(sheet, heard, share);
  showMood(sheet, cues, mood, randomFor('mood'));
  moveBrows(sheet, cues, mood, randomFor('brows'));
  settleSmile(sheet);
  constrainMouth(sheet, speech.phones);

  const gaze = planGaze(cues, randomFor('gaze'));
  moveHead(sheet, cues, mood, randomFor('head'));
  followGazeWithHead(sheet, gaze);
  lookWithEyes(sheet, gaze);
  moveLids(sheet, planBlinks(cues, gaze, randomFor('blinks')));

  breathe(sheet, cues);
  moveTrunk(sheet, cues, mood, randomFor('trunk'));
  const plan = planGestures(cues, speech.gestures, mood.energy, randomFor('gestures'));
  const gestures = performGestures(sheet, cues, plan, randomFor('hands'));

  pinEnds(sheet);
  mirrorGazeInEyeLook(sheet);
  return {
    rate,
    frameCount: sheet.frameCount,
    values: packSheet(sheet),
    gestures,
    cues: markCues(sheet, cues),
  };
}

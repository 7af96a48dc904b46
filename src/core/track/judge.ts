/**
 * What is wrong with a film of a person, said in plain words, with the moment. Three judges: of the file (before a frame
 * is decoded), of what was seen on the way, of the sound against the lips. Each limit says where it comes from; those
 * with figures were set between degraded copies of real footage and the footage itself.
 */
import { rateToFps, type Rational } from '../base/time.ts';
import type { HeardSpeech } from '../speech/listen/heard.ts';
import { median, quantile, runsOf } from './curves.ts';
import type { FollowedFilm, Glimpse } from './follow.ts';
import { measureOf } from './footage-track.ts';
import { clock, fromTo, seconds } from './moments.ts';
import {
  BLACK,
  BLURRED_EYES,
  BLURRED_FACE,
  DARK,
  OUTSIDE,
  SECOND_FACE,
  SMALL_FACE_PX,
  SMALLEST_FACE_PX,
  TURNED_AWAY,
} from './limits.ts';
import { SIGHTS, SIGHT_VALUES, type Sight } from './sights.ts';
import { measureSync } from './sync.ts';
import type { Trouble, TroubleCode } from './troubles.ts';

/** What is known of a file before it is decoded. */
export interface SourceFacts {
  readonly durationS: number;
  readonly hasSound: boolean;
  /** When each of its frames is shown, seconds, or of the first few hundred; null where the container does not say. */
  readonly frameTimesS: ArrayLike<number> | null;
}

/**
 * Under this there are too few mouths to choose from and no rest to go back to: even one sentence with all vowels takes
 * three seconds, and a pause and a blink belong to it.
 */
const SHORTEST_S = 5;
/** What the dialog asks for; less works, but is seen to repeat itself. */
const WISHED_S = 15;
/** Beyond this a longer film adds nothing, and following it takes minutes. */
const LONG_S = 120;
const LONGEST_S = 600;
/** Part of the frames that may be longer or shorter than the usual by more than a third. */
const UNEVEN = 0.05;

/** From the file alone. */
export function troublesOfSource({ durationS, hasSound, frameTimesS }: SourceFacts): Trouble[] {
  const troubles: Trouble[] = [];
  if (durationS < SHORTEST_S)
    troubles.push(
      whole(
        'too-short',
        'stop',
        `The film lasts ${seconds(durationS)}; a twin needs at least ${SHORTEST_S}.`,
        `Record ${WISHED_S} seconds or more, speaking as you would to a friend.`,
      ),
    );
  else if (durationS < WISHED_S)
    troubles.push(
      whole(
        'too-short',
        'warn',
        `The film lasts ${seconds(durationS)}. From so little the twin will repeat its movements.`,
        `${WISHED_S} seconds to two minutes look much better.`,
      ),
    );
  if (durationS > LONGEST_S)
    troubles.push(
      whole(
        'too-long',
        'stop',
        `The film lasts ${clock(durationS)}; more than ${LONGEST_S / 60} minutes cannot be followed here.`,
        'Cut out the two best minutes and bring those.',
      ),
    );
  else if (durationS > LONG_S)
    troubles.push(
      whole(
        'too-long',
        'warn',
        `The film lasts ${clock(durationS)}. Beyond two minutes the twin gets no better, and following it takes long.`,
        'The two best minutes are enough.',
      ),
    );
  if (!hasSound)
    troubles.push(
      whole(
        'no-sound',
        'warn',
        'The film has no sound, so the twin cannot learn how you speak; it will speak in Orator’s own way.',
        'Record with a microphone to have your own way of speaking.',
      ),
    );
  if (frameTimesS && isUneven(frameTimesS))
    troubles.push(
      whole(
        'variable-rate',
        'warn',
        'The film’s frames do not come evenly, as in many screen and phone recordings. They are evened out, and quick movements may stutter.',
        'If you can, record at a constant frame rate.',
      ),
    );
  return troubles;
}

function isUneven(times: ArrayLike<number>): boolean {
  const gaps = Array.from(
    { length: Math.max(0, times.length - 1) },
    (_, i) => (times[i + 1] as number) - (times[i] as number),
  );
  if (gaps.length < 8) return false;
  const usual = median(gaps);
  return gaps.filter((gap) => Math.abs(gap / usual - 1) > 1 / 3).length > UNEVEN * gaps.length;
}

/** Two people who are seen for so long from the first, and for so much of the film, at most looks, are its subject… */
const TWO_FROM_FIRST_S = 4;
const TWO_FROM_FIRST_PART = 0.1;
const TWO_AT_MOST_LOOKS = 0.8;

const ONE_ALONE = 'One person alone should be in it; the larger face was followed.';
const twoFaces = (when: string) => `${when} there are two faces in the picture.`;

function showsTwo(glimpse: Glimpse | undefined): boolean {
  const [first = 0, second = 0] = glimpse?.heightsPx ?? [];
  return second >= SECOND_FACE * first && first > 0;
}

/**
 * …and that is told while the film is still being followed: nobody should wait for the end of what cannot be used.
 * @param frames how many have been followed, of how many
 */
export function troublesSoFar(
  glimpses: readonly Glimpse[],
  rate: Rational,
  frames: { readonly done: number; readonly all: number },
): Trouble[] {
  const doneS = frames.done / rateToFps(rate);
  const enough = doneS > TWO_FROM_FIRST_S && frames.done > TWO_FROM_FIRST_PART * frames.all;
  if (!enough || glimpses.filter(showsTwo).length < TWO_AT_MOST_LOOKS * glimpses.length) return [];
  return [
    {
      code: 'two-faces',
      weight: 'stop',
      startS: 0,
      endS: doneS,
      sentence: twoFaces('From the beginning'),
      way: ONE_ALONE,
    },
  ];
}

/** Shorter moments are mended in silence. */
const MOMENT_S = 0.3;
const NO_FACE_MOMENT_S = 0.5;
/** So much of a film may be of no use before it is refused. */
const MOST_OF_IT = 0.5;

/** From what was seen while it was followed. */
export function troublesOfFollowed(film: FollowedFilm): Trouble[] {
  const { track, sights, glimpses, covered } = film;
  const fps = rateToFps(track.rate);
  const count = track.frameCount;
  const sight = (frame: number, name: Sight) => sights[frame * SIGHT_VALUES + SIGHTS.indexOf(name)] as number;
  const seen = (frame: number) => track.seen[frame] === 1;
  if (!track.seen.includes(1) && !covered.includes(1))
    return [
      whole(
        'no-face',
        'stop',
        'No face was found in the film.',
        'The twin needs a real face, looking roughly into the camera, that fills a good part of the picture.',
      ),
    ];
  const troubles: Trouble[] = [];
  /** Runs of frames as troubles, each with its moment; gaps of less than a second are no gaps. */
  const moments = (
    code: TroubleCode,
    runs: readonly [number, number][],
    shortestS: number,
    say: (moment: string) => string,
    way: string,
  ) => {
    const joined = joinRuns(runs, fps).filter(([start, end]) => end - start >= shortestS * fps);
    const frames = joined.reduce((sum, [start, end]) => sum + end - start, 0);
    const weight = frames > MOST_OF_IT * count ? 'stop' : 'warn';
    for (const [start, end] of joined)
      troubles.push({
        code,
        weight,
        startS: start / fps,
        endS: end / fps,
        sentence: say(end - start > 0.95 * count ? 'In the whole film' : fromTo(start / fps, end / fps)),
        way,
      });
  };

  const outside = runsOf(count, (i) => seen(i) && sight(i, 'outside') > OUTSIDE);
  const gone = runsOf(count, (i) => !seen(i) && !covered[i]);
  // A face that goes out through the edge was outside before it was gone.
  const through = gone.filter(([start, end]) =>
    outside.some(([from, to]) => to >= start - fps / 2 && from <= end + fps / 2),
  );
  moments(
    'out-of-frame',
    [...outside, ...through].sort((a, b) => a[0] - b[0]),
    MOMENT_S,
    (when) => `${when} part of the face is outside the picture.`,
    'Leave some room around the head.',
  );
  moments(
    'no-face',
    gone.filter((run) => !through.includes(run)),
    NO_FACE_MOMENT_S,
    (when) => `${when} no face is to be seen.`,
    'Those seconds are left out. Look roughly into the camera all the time.',
  );

  const two = runsOf(glimpses.length, (i) => showsTwo(glimpses[i]))
    // Once may be a picture on the wall that was taken for a face.
    .filter(([start, end]) => end - start >= 2 || end - start === glimpses.length)
    .map(([start, end]): [number, number] => [
      glimpses[start]?.frame ?? 0,
      end === glimpses.length ? count : (glimpses[end]?.frame ?? count),
    ]);
  moments('two-faces', two, 0, twoFaces, ONE_ALONE);

  const height = median(measureOf(track, 'faceHeightPx').filter((_, i) => seen(i) || covered[i]));
  if (height < SMALL_FACE_PX)
    troubles.push(
      whole(
        'too-small',
        height < SMALLEST_FACE_PX ? 'stop' : 'warn',
        `The face is only ${Math.round(height)} pixels high, too few for ${height < SMALLEST_FACE_PX ? 'a mouth that can be drawn again' : 'a sharp mouth'}.`,
        'Come closer to the camera, or record at a higher resolution.',
      ),
    );

  const light = (i: number) => sight(i, 'light');
  const dark = runsOf(count, (i) => seen(i) && light(i) < DARK);
  moments(
    'too-dark',
    dark,
    MOMENT_S,
    (when) => `${when} the face is too dark.`,
    'Turn towards a window or a lamp.',
  );
  const veryDark = runsOf(count, (i) => seen(i) && light(i) < BLACK).reduce((sum, [a, b]) => sum + b - a, 0);
  if (veryDark <= MOST_OF_IT * count) soften(troubles, 'too-dark');

  const blurred = runsOf(count, (i) => {
    const scale = light(i) ** 2;
    return (
      seen(i) &&
      light(i) >= BLACK &&
      sight(i, 'sharpness') < BLURRED_FACE * scale &&
      sight(i, 'eyeDetail') < BLURRED_EYES * scale
    );
  });
  moments(
    'motion-blur',
    blurred,
    MOMENT_S,
    (when) => `${when} the face is blurred.`,
    'More light makes shorter exposures; keep the camera still and let it focus on the face.',
  );
  soften(troubles, 'motion-blur');

  moments(
    'mouth-covered',
    runsOf(count, (i) => covered[i] === 1),
    MOMENT_S,
    (when) => `${when} something is before the mouth.`,
    'Keep hands, cup and microphone away from the mouth.',
  );

  const yaw = measureOf(track, 'headYaw');
  moments(
    'profile',
    runsOf(count, (i) => seen(i) && Math.abs(yaw[i] as number) > TURNED_AWAY),
    NO_FACE_MOMENT_S,
    (when) => `${when} the head is turned far to the side.`,
    'Those seconds show half a mouth and are left out. Look roughly into the camera.',
  );
  return troubles.sort((a, b) => (a.startS ?? -1) - (b.startS ?? -1));
}

/** Lips that part by less than this, heights of the face, from shut to wide, never spoke. */
const LEAST_PARTED = 0.05;

/** A twin speaks with the mouths of its film: where those hardly open there is nothing to speak with. */
export function troublesOfMouth({ track }: FollowedFilm): Trouble[] {
  const opening = measureOf(track, 'mouthOpening').filter((_, frame) => track.seen[frame] === 1);
  if (opening.length === 0 || quantile(opening, 0.97) - quantile(opening, 0.03) >= LEAST_PARTED) return [];
  return [
    whole(
      'still-mouth',
      'stop',
      'The mouth hardly opens in the film, so the twin would have nothing to speak with.',
      'Speak while you are filmed, or bring one picture of this person: a picture can speak as well.',
    ),
  ];
}

/** So much must be heard before anything is said of sound and lips. */
const SPEECH_FOR_STYLE_S = 4;
const SPEECH_FOR_SYNC_S = 4;
const FILM_FOR_SYNC_S = 8;
/** See measureSync: sound and lips that belong together reach 2.8 on ten seconds and more, others stay below 1.7. */
const BELONGS = 1.7;
const LATE_FOR_SURE = 3.2;
const LATE_S = 0.11;
/** Quieter than this there is no voice in it. */
const VOICE = 0.5;

/** From the sound, heard by the lip-sync model. `null`: it could not be heard, and nothing is said. */
export function troublesOfSound(film: FollowedFilm, heard: HeardSpeech | null): Trouble[] {
  if (!heard) return [];
  const voiced = heard.voice.reduce((sum, value) => sum + (value > VOICE ? 1 : 0), 0) / 50;
  if (voiced < 0.5)
    return [
      whole(
        'no-sound',
        'warn',
        'Nobody is heard speaking in the film, so the twin cannot learn how you speak; it will speak in Orator’s own way.',
        'Check the microphone, and speak while you record.',
      ),
    ];
  const troubles: Trouble[] = [];
  if (voiced < SPEECH_FOR_STYLE_S)
    troubles.push(
      whole(
        'too-little-speech',
        'warn',
        `Only ${seconds(voiced)} of speech are heard, too little to learn how you speak.`,
        'Speak for a quarter of a minute or more.',
      ),
    );
  const sync = measureSync(film.track, heard);
  const durationS = film.track.frameCount / rateToFps(film.track.rate);
  if (!sync || sync.speechS < SPEECH_FOR_SYNC_S || durationS < FILM_FOR_SYNC_S) return troubles;
  const late = Math.abs(sync.lagS) >= LATE_S && sync.atLag >= LATE_FOR_SURE && sync.atLag > sync.atZero + 1;
  if (late)
    troubles.push(
      whole(
        'out-of-sync',
        'warn',
        `The sound comes ${seconds(Math.abs(sync.lagS))} ${sync.lagS > 0 ? 'after' : 'before'} the lips.`,
        'The twin takes its way of speaking from neither until they fit: shift the sound in a video editor, or record again.',
      ),
    );
  else if (sync.atZero < BELONGS)
    troubles.push(
      whole(
        'out-of-sync',
        'warn',
        'The sound does not seem to belong to the lips.',
        'The twin will speak in Orator’s own way. Bring a film with its own sound to have yours.',
      ),
    );
  return troubles;
}

/** Whether a film's own sound may teach its twin to speak: what the sentences above say of a film's sound holds. */
export function mayTeachSpeech(troubles: readonly Trouble[]): boolean {
  return !troubles.some(({ code }) => ['out-of-sync', 'no-sound', 'too-little-speech'].includes(code));
}

function whole(code: TroubleCode, weight: Trouble['weight'], sentence: string, way: string): Trouble {
  return { code, weight, startS: null, endS: null, sentence, way };
}

function soften(troubles: Trouble[], code: TroubleCode): void {
  troubles.forEach((trouble, i) => {
    if (trouble.code === code) troubles[i] = { ...trouble, weight: 'warn' };
  });
}

function joinRuns(runs: readonly [number, number][], gap: number): [number, number][] {
  const joined: [number, number][] = [];
  for (const [start, end] of runs) {
    const last = joined.at(-1);
    if (last && start - last[1] <= gap) last[1] = Math.max(last[1], end);
    else joined.push([start, end]);
  }
  return joined;
}

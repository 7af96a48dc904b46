/** Films joined from the spoken parts of clips in which lips and sound truly belong together: each followed once, as numbers. */
import { join } from 'node:path';
import { HEARD_RATE_HZ, type HeardSpeech } from '#core/speech/listen/heard.ts';
import { createFollower } from '#core/track/follow.ts';
import { MEASURES, type FootageTrack } from '#core/track/footage-track.ts';
import { filteredFilm } from '../../server/film-frames.ts';
import { readSound, SAMPLE_RATE_HZ } from '../lipsync/film.ts';
import { benchEyes } from './eyes.ts';
import { MEDIA } from './films.ts';

export const FPS = 25;
const CLIP_FRAMES = 75;
const FRAME_SAMPLES = SAMPLE_RATE_HZ / FPS;
/** Around what is said, seconds. */
const MARGIN_S = 0.2;
const VOICED = 0.5;

type Mouth = readonly [opening: number, width: number];

export interface SpeakingClip {
  readonly name: string;
  /** While it speaks, on each frame, less the clip's mean: faces that are joined differ in both. */
  readonly mouth: readonly Mouth[];
  /** After it has spoken. */
  readonly rests: readonly Mouth[];
  /** Of the spoken part. */
  readonly pcm: Float32Array<ArrayBuffer>;
}

/** Sentence after sentence: whose lips are seen, who is heard, and how long there is silence after. */
export type JoinedFilm = readonly {
  readonly lips: SpeakingClip;
  readonly says: SpeakingClip;
  readonly pauseFrames: number;
}[];

export async function speakingClip(
  name: string,
  hear: (key: string, pcm: () => Float32Array<ArrayBuffer>) => Promise<HeardSpeech>,
): Promise<SpeakingClip> {
  const path = join(MEDIA, 'speaking', `${name}.mpg`);
  const film = filteredFilm([path], '[0:v]scale=640:-2', CLIP_FRAMES / FPS);
  const follower = createFollower((await benchEyes()).tools, { rate: { num: FPS, den: 1 }, ...film });
  for await (const picture of film.frames()) await follower.look(picture);
  const { track } = await follower.finish();
  const columns = (['mouthOpening', 'mouthWidth'] as const).map((measure) => MEASURES.indexOf(measure));
  const rows = Array.from({ length: CLIP_FRAMES }, (_, i) =>
    columns.map((column) => track.measures[i * MEASURES.length + column] as number),
  );
  const means = columns.map((_, k) => rows.reduce((sum, row) => sum + (row[k] as number), 0) / CLIP_FRAMES);
  const mouth = rows.map((row) => row.map((value, k) => value - (means[k] as number)) as unknown as Mouth);
  const sound = new Float32Array(CLIP_FRAMES * FRAME_SAMPLES);
  sound.set((await readSound(path)).subarray(0, sound.length));
  const { voice } = await hear(name, () => sound);
  const frameOf = (step: number, marginS: number) => Math.round((step / HEARD_RATE_HZ + marginS) * FPS);
  const from = Math.max(
    0,
    frameOf(
      voice.findIndex((value) => value > VOICED),
      -MARGIN_S,
    ),
  );
  const until = Math.min(
    CLIP_FRAMES - 2,
    frameOf(voice.findLastIndex((value) => value > VOICED) + 1, MARGIN_S),
  );
  return {
    name,
    mouth: mouth.slice(from, until),
    rests: mouth.slice(until),
    pcm: sound.slice(from * FRAME_SAMPLES, until * FRAME_SAMPLES),
  };
}

export function framesOf(film: JoinedFilm): number {
  return film.reduce((sum, { lips, pauseFrames }) => sum + lips.mouth.length + pauseFrames, 0);
}

/** In a pause the mouth rests as it did in its clip, there and back. */
export function trackOf(film: JoinedFilm): FootageTrack {
  const frames = film.flatMap(({ lips: { mouth, rests }, pauseFrames }) => [
    ...mouth,
    ...Array.from({ length: pauseFrames }, (_, i) => {
      const at = i % (2 * rests.length);
      return rests[at < rests.length ? at : 2 * rests.length - 1 - at] as Mouth;
    }),
  ]);
  const measures = new Float32Array(frames.length * MEASURES.length);
  frames.forEach(([opening, width], i) => {
    measures[i * MEASURES.length + MEASURES.indexOf('mouthOpening')] = opening;
    measures[i * MEASURES.length + MEASURES.indexOf('mouthWidth')] = width;
  });
  const nothing = new Float32Array(0);
  return {
    ...{ rate: { num: FPS, den: 1 }, frameCount: frames.length, widthPx: 640, heightPx: 512, measures },
    ...{ points: nothing, sure: nothing, body: nothing },
    seen: new Uint8Array(frames.length).fill(1),
  };
}

/** Each sentence begins when its lips do, and ends with them at the latest. */
export function soundOf(film: JoinedFilm, lateS = 0): Float32Array<ArrayBuffer> {
  const pcm = new Float32Array(framesOf(film) * FRAME_SAMPLES);
  let at = 0;
  for (const { lips, says, pauseFrames } of film) {
    const room = (lips.mouth.length + pauseFrames) * FRAME_SAMPLES;
    pcm.set(says.pcm.subarray(0, Math.min(room, lips.mouth.length * FRAME_SAMPLES)), at);
    at += room;
  }
  const shift = Math.round(lateS * SAMPLE_RATE_HZ);
  // What is moved out at one end comes in at the other: a film that goes on has sound there too.
  return pcm.map((_, i) => pcm[(i - shift + pcm.length) % pcm.length] as number);
}

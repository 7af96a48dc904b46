/**
 * Lips in step: how often a voice that is not the face's is believed, and the face's own is not. Six clips of five people
 * speak truly in sync, 1.3 to 2 s of speech each; films are joined from their spoken parts, running on or with pauses of half
 * a second to two and a half, in which a mouth rests as it did in its clip. The limits were chosen on films of the first
 * three clips and are tried on films of the others, whose people were not seen in choosing. Films of the same clips are not
 * independent: intervals by their number are too narrow, and what is independent are five people.
 *
 * The hardest dub is one whose sentences begin when the lips' do: the mouth moves when there is a voice, and rests when not.
 */
import { join } from 'node:path';
import { seededRandom } from '#core/base/hashing.ts';
import type { HeardSpeech } from '#core/speech/listen/heard.ts';
import { openListener } from '#core/speech/listen/open-listener.ts';
import { measureSync } from '#core/track/sync.ts';
import { diskModelFiles, SERVER_MODELS } from '#server/render/adapters/model-files.ts';
import { ortNodeRuntime } from '#server/render/adapters/ort-node.ts';
import { judge, LIPS_LIMITS } from '#server/services/consent/checks/sound/lips-in-step.ts';
import { ROOT } from '#server/setup/place.js';
import { FLITE_VOICES, spoken } from '../../server/consent-voices.ts';
import { readSound, SAMPLE_RATE_HZ } from '../lipsync/film.ts';
import type { Row } from '../row.ts';
import { MEDIA, mediaThere } from './films.ts';
import { rateRow } from './rates.ts';
import {
  FPS,
  framesOf,
  soundOf,
  speakingClip,
  trackOf,
  type JoinedFilm,
  type SpeakingClip,
} from './speaking.ts';

/** pwij3p and swwp2s are one man. */
const CHOSEN_ON = ['pwij3p', 'swwp2s', 'lbax4n'];
const TRIED_ON = ['bbaf2n', 'swiz3n', 'lrwp9a'];
/** Seconds by which the sound is moved against the lips. */
const SHIFTS = [0.3, -0.5, 1, -2];
const SHORTEST_PAUSE_S = 0.5;
const LONGEST_PAUSE_S = 2.5;
const FILMS_OF_ALL = 6;
const TALK =
  'A presenter with my face and my voice may say words that I never said. It may be used in films of my own and in films that others see. It may speak English and French. This holds until spring, and I can end it at any time.';

type Tried = ReturnType<typeof judge>;
type Kind = 'own' | 'dubbed in time' | 'other talk' | 'shifted';
interface Found extends Readonly<Record<Kind, Tried[]>> {
  /** What a look at everything quicker than a second makes of the dubs in time, σ. */
  readonly slower: number[];
}

interface Ears {
  /** The same sound is listened to once. */
  hear(key: string, pcm: () => Float32Array<ArrayBuffer>): Promise<HeardSpeech>;
  readonly talk: readonly (readonly [name: string, pcm: Float32Array<ArrayBuffer>])[];
}

async function openEars(): Promise<Ears> {
  const files = diskModelFiles([SERVER_MODELS, join(ROOT, 'static', 'models')]);
  const listener = await openListener(ortNodeRuntime({ files, threads: 1 }), files);
  const known = new Map<string, Promise<HeardSpeech>>();
  const talk: [string, Float32Array<ArrayBuffer>][] = [];
  for (const name of ['english-1', 'english-2', 'mandarin-1', 'mandarin-2'])
    talk.push([name, await readSound(join(MEDIA, 'speech', `${name}.wav`))]);
  for (const voice of FLITE_VOICES) talk.push([voice, await spoken(TALK, voice)]);
  return {
    talk,
    hear(key, pcm) {
      const heard = known.get(key) ?? listener.listen(pcm(), SAMPLE_RATE_HZ);
      known.set(key, heard);
      return heard;
    },
  };
}

function orders(clips: readonly SpeakingClip[]): readonly (readonly SpeakingClip[])[] {
  if (clips.length < 2) return [clips];
  return clips.flatMap((first) =>
    orders(clips.filter((clip) => clip !== first)).map((rest) => [first, ...rest]),
  );
}

function shuffled<T>(all: readonly T[], random: () => number): readonly T[] {
  return all
    .map((one) => [random(), one] as const)
    .sort(([a], [b]) => a - b)
    .map(([, one]) => one);
}

/** @param whole the check as it is; else films may hold less speech than it wants */
async function tryFilms(ears: Ears, films: readonly JoinedFilm[], whole: boolean): Promise<Found> {
  const found: Found = { own: [], 'dubbed in time': [], 'other talk': [], shifted: [], slower: [] };
  for (const film of films) {
    const track = trackOf(film);
    const keyOf = (order: JoinedFilm) =>
      `${order.map(({ says, pauseFrames }) => says.name + pauseFrames).join()} at ${film.map(({ lips }) => lips.name).join()}`;
    const judged = (heard: HeardSpeech): Tried => {
      const seen = measureSync(track, heard, LIPS_LIMITS.slowS);
      return judge(seen && !whole ? { ...seen, speechS: LIPS_LIMITS.speechS } : seen);
    };
    found.own.push(judged(await ears.hear(keyOf(film), () => soundOf(film))));
    for (let by = 1; by < film.length; by++) {
      const dub = film.map((part, i) => ({
        ...part,
        says: film[(i + by) % film.length]?.lips ?? part.lips,
      }));
      const heard = await ears.hear(keyOf(dub), () => soundOf(dub));
      found['dubbed in time'].push(judged(heard));
      const slower = measureSync(track, heard);
      if (slower) found.slower.push(Math.abs(slower.lagS) <= LIPS_LIMITS.lagS ? slower.atLag : slower.atZero);
    }
    const samples = Math.round((framesOf(film) / FPS) * SAMPLE_RATE_HZ);
    for (const [name, pcm] of ears.talk)
      for (let at = 0; at + samples <= pcm.length; at += samples)
        found['other talk'].push(
          judged(await ears.hear(`${name} ${at} ${samples}`, () => pcm.slice(at, at + samples))),
        );
    for (const lateS of SHIFTS)
      found.shifted.push(judged(await ears.hear(`${keyOf(film)} ${lateS}`, () => soundOf(film, lateS))));
  }
  return found;
}

function rowsOf(of: string, films: readonly JoinedFilm[], found: Found): readonly Row[] {
  const seconds = films.map((film) => framesOf(film) / FPS);
  const length = `${Math.min(...seconds).toFixed(0)} to ${Math.max(...seconds).toFixed(0)} s`;
  const scores = (kind: Kind) => found[kind].map(({ score }) => score ?? 0);
  const count = (kind: Kind, outcome: Tried['outcome']) =>
    found[kind].filter((one) => one.outcome === outcome).length;
  const { belongs, foreign } = LIPS_LIMITS;
  return [
    {
      what: `lips, ${of}: own voice, least`,
      value: Math.min(...scores('own')),
      unit: 'σ',
      note: `${films.length} films of ${length}; passes from ${belongs}`,
    },
    rateRow(
      `lips, ${of}: own voice not passed (BPCER)`,
      films.length - count('own', 'passed'),
      films.length,
      `${count('own', 'failed')} refused, ${count('own', 'unsure')} to a person`,
    ),
    ...(['dubbed in time', 'other talk', 'shifted'] as const).flatMap((kind) =>
      found[kind].length === 0
        ? []
        : [
            rateRow(
              `lips, ${of}: ${kind}, passed (APCER)`,
              count(kind, 'passed'),
              found[kind].length,
              `${count(kind, 'failed')} refused, ${count(kind, 'unsure')} to a person; most ${Math.max(...scores(kind)).toFixed(2)} σ, refused below ${foreign}`,
            ),
          ],
    ),
    {
      what: `lips, ${of}: dubbed in time, were all within a second looked at, most`,
      value: Math.max(...found.slower),
      unit: 'σ',
      note: `${found.slower.filter((score) => score >= 2.8).length} of ${found.slower.length} reach 2.8`,
    },
  ];
}

export async function rows(): Promise<readonly Row[]> {
  if (!mediaThere) {
    console.log(`    no lips: there is no ${MEDIA}`);
    return [];
  }
  const ears = await openEars();
  const random = seededRandom(3);
  const pauses = (order: readonly SpeakingClip[], longestS: number): JoinedFilm =>
    order.map((lips) => {
      const s = Math.min(longestS, SHORTEST_PAUSE_S + (LONGEST_PAUSE_S - SHORTEST_PAUSE_S) * random());
      return { lips, says: lips, pauseFrames: Math.round(s * FPS) };
    });
  const all: Row[] = [];
  const clips: SpeakingClip[] = [];
  for (const [part, names] of [
    ['chosen on', CHOSEN_ON],
    ['tried on', TRIED_ON],
  ] as const) {
    const own: SpeakingClip[] = [];
    for (const name of names) own.push(await speakingClip(name, ears.hear));
    clips.push(...own);
    for (const [how, longestS] of [
      ['running on', 0],
      ['with pauses', LONGEST_PAUSE_S],
    ] as const) {
      const films = orders(own).map((order) => pauses(order, longestS));
      all.push(...rowsOf(`${part}, ${how}`, films, await tryFilms(ears, films, false)));
    }
  }
  for (const [how, longestS] of [
    ['running on', 0],
    ['with pauses', LONGEST_PAUSE_S],
  ] as const) {
    const films = Array.from({ length: FILMS_OF_ALL }, () => pauses(shuffled(clips, random), longestS));
    all.push(...rowsOf(`all six clips, ${how}`, films, await tryFilms(ears, films, true)));
  }
  return all;
}

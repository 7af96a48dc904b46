/**
 * The measured mouth of every clip, with what bounds any score: the same lips tracked again with other crops. Tracks
 * are kept in `tests/bench/out/lipsync/tracks/`, found again by the film's bytes and TRACKER_VERSION.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { align, speechByEnergy, speechByPhones } from './align.ts';
import { gridSentence, type Clip } from './clips.ts';
import { levelled, type Said, type Sound } from './contender.ts';
import { openFaceModels, type FaceModels } from './face-models.ts';
import { openFilm, readSound } from './film.ts';
import { drawLandmarks } from './plots.ts';
import { CROPS, followFace, trackLips } from './track.ts';

/** Raised whenever the same film would be tracked differently. */
const TRACKER_VERSION = 1;

export interface LipCurves {
  readonly opening: readonly number[];
  readonly width: readonly number[];
}

interface Track {
  readonly fps: number;
  readonly frames: number;
  readonly unseen: number;
  /** Three trackings of the same frames: two sets of eight crops, and one larger crop off centre. */
  readonly straight: LipCurves;
  readonly mirrored: LipCurves;
  readonly single: LipCurves;
}

export interface Truth extends Track {
  readonly clip: Clip;
  readonly sound: Sound;
  /** The mean of the straight and the mirrored tracking. */
  readonly opening: readonly number[];
  readonly width: readonly number[];
  /** Per frame: someone speaks. */
  readonly speech: readonly boolean[];
  readonly speechBy: 'alignment' | 'energy';
}

function averaged(a: readonly number[], b: readonly number[]): number[] {
  return a.map((value, i) => (value + (b[i] ?? value)) / 2);
}

/** @param out the folder for kept tracks and pictures of landmarks */
export async function readTruths(
  clips: readonly Clip[],
  out: string,
  say: (line: string) => void,
): Promise<Truth[]> {
  let models: Promise<FaceModels> | null = null;
  const truths: Truth[] = [];
  for (const clip of clips) {
    const heard = await readSound(clip.path).catch(() => null);
    if (heard === null) {
      say(`${clip.name} has no sound; it is left out.`);
      continue;
    }
    const track = await trackOf(clip, out, () => {
      say(`tracking ${clip.name}…`);
      return (models ??= openFaceModels());
    });
    const pcm = levelled(heard);
    const said: Said | null =
      clip.text === null ? null : await align(clip.text, pcm, gridSentence(clip.name) === clip.text);
    if (clip.text !== null && said === null)
      say(`${clip.name}: its words could not be aligned to its sound; it is scored without them.`);
    truths.push({
      ...track,
      clip,
      sound: { clip: clip.name, pcm, fps: track.fps, frames: track.frames, said },
      opening: averaged(track.straight.opening, track.mirrored.opening),
      width: averaged(track.straight.width, track.mirrored.width),
      speech: said
        ? speechByPhones(said, track.fps, track.frames)
        : speechByEnergy(pcm, track.fps, track.frames),
      speechBy: said ? 'alignment' : 'energy',
    });
  }
  return truths;
}

async function trackOf(clip: Clip, out: string, models: () => Promise<FaceModels>): Promise<Track> {
  const folder = join(out, 'tracks');
  const hash = createHash('sha256')
    .update(`${String(TRACKER_VERSION)}\n`)
    .update(readFileSync(clip.path))
    .digest('hex');
  const file = join(folder, `${clip.name}-${hash.slice(0, 16)}.json`);
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')) as Track;
  const film = await openFilm(clip.path);
  const network = await models();
  const squares = await followFace(film, network);
  const sets = [CROPS.straight, CROPS.mirrored, CROPS.single];
  const [straight, mirrored, single] = await trackLips(film, squares, sets, network);
  if (!straight || !mirrored || !single) throw new Error('Three trackings were asked for.');
  const only = ({ opening, width }: LipCurves): LipCurves => ({ opening, width });
  const track: Track = {
    fps: film.fps,
    frames: straight.opening.length,
    unseen: straight.seen.filter((seen) => !seen).length,
    straight: only(straight),
    mirrored: only(mirrored),
    single: only(single),
  };
  mkdirSync(folder, { recursive: true });
  await drawLandmarks(join(out, `${clip.name}-landmarks.png`), film, straight);
  writeFileSync(file, JSON.stringify(track));
  return track;
}

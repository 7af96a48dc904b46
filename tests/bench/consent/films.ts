/** Films as a consent's checks take them: out of files by FFmpeg, as they are or as an attack would show them. */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import type { Picture } from '#core/track/ports.ts';
import type { EvidenceFilm } from '#server/services/consent/evidence.ts';
import { ROOT } from '#server/setup/place.js';
import { filteredFilm } from '../../server/film-frames.ts';

export const MEDIA = join(ROOT, '../shared/media');
export const mediaThere = existsSync(MEDIA);

/** Cameras of people at a desk show a face of this size or so; footage of whole bodies is brought to it. */
const WIDTH_PX = 640;

export interface Person {
  readonly id: string;
  readonly file: string;
  /** Cut and scaled as a webcam would show the person. */
  readonly graph: string;
  readonly seconds: number;
  readonly atS?: number;
  /** A film of a person, or a film that was generated. */
  readonly real: boolean;
}

const face = (file: string, seconds: number): Omit<Person, 'id'> => ({
  file: `speaking/${file}.mpg`,
  graph: '[0:v]scale=640:-2',
  seconds,
  real: true,
});

/** pwij3p and swwp2s are one man. */
export const PEOPLE: readonly Person[] = [
  { id: 'GRID man 1', ...face('pwij3p', 3) },
  { id: 'GRID man 1 again', ...face('swwp2s', 3) },
  { id: 'GRID 2', ...face('lbax4n', 3) },
  { id: 'GRID 3', ...face('bbaf2n', 3) },
  { id: 'GRID 4', ...face('swiz3n', 3) },
  { id: 'GRID 5', ...face('lrwp9a', 3) },
  {
    id: 'standing man',
    file: 'footage/standing-man.mp4',
    graph: `[0:v]crop=iw:iw*0.75:0:ih*0.12,scale=${WIDTH_PX}:-2`,
    seconds: 18,
    real: true,
  },
  {
    id: 'seated woman',
    file: 'footage/seated-woman.mp4',
    graph: `[0:v]crop=iw:iw*0.75:0:ih*0.12,scale=${WIDTH_PX}:-2`,
    seconds: 9,
    real: true,
  },
  {
    id: 'generated man',
    file: 'footage/synthetic-man.mp4',
    graph: `[0:v]scale=${WIDTH_PX}:-2`,
    seconds: 6,
    real: false,
  },
  {
    id: 'generated woman',
    file: 'footage/synthetic-woman.mp4',
    graph: `[0:v]scale=${WIDTH_PX}:-2`,
    seconds: 6,
    real: false,
  },
];

/** One frame of a film changed, at a time. */
export type Change = (picture: Picture, timeS: number) => Picture;

/** @param change what an attack, or a lamp, does to each frame */
export function filmOf(
  person: Pick<Person, 'file' | 'graph' | 'seconds'>,
  change: Change = (picture) => picture,
): EvidenceFilm {
  const source = filteredFilm(
    [isAbsolute(person.file) ? person.file : join(MEDIA, person.file)],
    person.graph,
    person.seconds,
  );
  return pictureFilm(() => source.frames(), 25, person.seconds, change);
}

export function pictureFilm(
  pictures: () => AsyncIterable<Picture> | Iterable<Picture>,
  fps: number,
  durationS: number,
  change: Change = (picture) => picture,
): EvidenceFilm {
  return {
    durationS,
    sound: { samples: new Float32Array(0) },
    async *frames(everyS) {
      let index = 0;
      let nextS = 0;
      for await (const picture of pictures()) {
        const timeS = index++ / fps;
        if (timeS + 1e-6 < nextS) continue;
        nextS = Math.max(nextS + everyS, timeS);
        const { widthPx, heightPx, rgba } = change(picture, timeS);
        yield { timeS, width: widthPx, height: heightPx, rgba };
      }
    },
  };
}

/** One picture for as long as wanted. */
export function stillFilm(picture: Picture, durationS: number, change?: Change): EvidenceFilm {
  const fps = 25;
  return pictureFilm(
    () => Array.from({ length: Math.round(durationS * fps) }, () => picture),
    fps,
    durationS,
    change,
  );
}

/** A film compressed once more, hard, as what was downloaded or filmed from a screen is. */
export function secondGeneration(
  path: string,
  graph: string,
  seconds: number,
  into: string,
  kbps = 350,
): void {
  execFileSync('ffmpeg', [
    ...['-v', 'error', '-y', '-t', String(seconds), '-i', path, '-filter_complex', `${graph},fps=25`],
    ...['-an', '-c:v', 'libx264', '-preset', 'veryfast', '-b:v', `${kbps}k`, '-pix_fmt', 'yuv420p', into],
  ]);
}

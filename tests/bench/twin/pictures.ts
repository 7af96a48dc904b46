/**
 * Films as RGBA pictures: whole, one after another, for the tracker; and the part that the face is in, all frames of it,
 * with a track that counts pixels from its corner, because a whole film in full size does not fit into memory and
 * nothing of a mouth depends on the rest.
 */
import { execFileSync, spawn } from 'node:child_process';
import type { Rational } from '#core/base/time.ts';
import type { FootageTrack } from '#core/track/footage-track.ts';
import { FACE_POINTS, MESH_POINTS, type Picture } from '#core/track/ports.ts';

export interface FilmShape {
  readonly rate: Rational;
  readonly widthPx: number;
  readonly heightPx: number;
}

/** @throws Error when FFmpeg cannot read it, or it holds no pictures */
export function filmShape(path: string): FilmShape {
  const said = execFileSync('ffprobe', [
    ...['-v', 'error', '-select_streams', 'v:0', '-of', 'json'],
    ...['-show_entries', 'stream=avg_frame_rate,width,height', path],
  ]);
  const { streams } = JSON.parse(said.toString()) as {
    streams: { avg_frame_rate: string; width: number; height: number }[];
  };
  const [stream] = streams;
  if (!stream) throw new Error(`${path} holds no pictures.`);
  const [num = 25, den = 1] = stream.avg_frame_rate.split('/').map(Number);
  return { rate: { num, den }, widthPx: stream.width, heightPx: stream.height };
}

/** Every frame of a part of a film, at its own rate. */
export async function* readFrames(
  path: string,
  { rate, widthPx, heightPx }: FilmShape,
  corner: readonly [x: number, y: number] = [0, 0],
): AsyncGenerator<Picture> {
  const crop = [widthPx, heightPx, ...corner].join(':');
  const child = spawn(
    'ffmpeg',
    [
      ...['-v', 'error', '-noautorotate', '-i', path, '-map', 'v:0'],
      ...['-vf', `fps=${String(rate.num)}/${String(rate.den)}:start_time=0,crop=${crop}:exact=1`],
      ...['-f', 'rawvideo', '-pix_fmt', 'rgba', '-'],
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const size = widthPx * heightPx * 4;
  let now = new Uint8ClampedArray(size);
  let at = 0;
  try {
    for await (const chunk of child.stdout as AsyncIterable<Buffer>)
      for (let from = 0; from < chunk.length;) {
        const take = Math.min(chunk.length - from, size - at);
        now.set(chunk.subarray(from, from + take), at);
        [from, at] = [from + take, at + take];
        if (at < size) continue;
        yield { widthPx, heightPx, rgba: now };
        [now, at] = [new Uint8ClampedArray(size), 0];
      }
  } finally {
    child.kill();
  }
}

export interface FaceFilm {
  readonly track: FootageTrack;
  readonly pictures: readonly Picture[];
}

/** @param around how far beyond the face's landmarks the part reaches, in widths of the face */
export async function readFaceFilm(path: string, track: FootageTrack, around = 0.45): Promise<FaceFilm> {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  let width = 0;
  for (let f = 0; f < track.frameCount; f++) {
    let [l, r] = [Infinity, -Infinity];
    for (let k = 0; k < MESH_POINTS; k++) {
      const at = (f * FACE_POINTS + k) * 3;
      const [x, y] = [track.points[at]!, track.points[at + 1]!];
      [l, r] = [Math.min(l, x), Math.max(r, x)];
      [top, bottom] = [Math.min(top, y), Math.max(bottom, y)];
    }
    [left, right, width] = [Math.min(left, l), Math.max(right, r), Math.max(width, r - l)];
  }
  const margin = around * width;
  const x = Math.max(0, Math.floor((left - margin) / 2) * 2);
  const y = Math.max(0, Math.floor((top - margin) / 2) * 2);
  const widthPx = Math.min(track.widthPx - x, Math.ceil((right + margin - x) / 2) * 2);
  const heightPx = Math.min(track.heightPx - y, Math.ceil((bottom + margin - y) / 2) * 2);
  const pictures: Picture[] = [];
  for await (const picture of readFrames(path, { rate: track.rate, widthPx, heightPx }, [x, y])) {
    pictures.push(picture);
    if (pictures.length === track.frameCount) break;
  }
  const frameCount = Math.min(track.frameCount, pictures.length);
  const points = track.points.slice(0, frameCount * FACE_POINTS * 3);
  for (let k = 0; k < points.length; k += 3) {
    points[k]! -= x;
    points[k + 1]! -= y;
  }
  return {
    track: { ...track, frameCount, widthPx, heightPx, points, seen: track.seen.slice(0, frameCount) },
    pictures: pictures.slice(0, frameCount),
  };
}

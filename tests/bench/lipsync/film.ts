/**
 * A film as numbers: every frame in RGB and the sound as mono at 16 kHz, both counted from the same zero. FFmpeg takes
 * the container's own start off both streams; what a stream is late by after that is filled in (sound with silence,
 * pictures with their first), so that sample k ÷ 16000 and frame i ÷ fps are the same moment.
 */
import { spawn } from 'node:child_process';

export const SAMPLE_RATE_HZ = 16_000;

export interface Picture {
  readonly widthPx: number;
  readonly heightPx: number;
  /** RGB, three bytes a pixel, rows from the top. */
  readonly rgb: Uint8Array;
}

export interface Film {
  readonly fps: number;
  readonly frames: readonly Picture[];
  readonly pcm: Float32Array<ArrayBuffer>;
}

function collect(command: string, args: readonly string[]): Promise<Buffer<ArrayBuffer>> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    const chunks: Buffer[] = [];
    let said = '';
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve(Buffer.concat(chunks));
      else reject(new Error(`${command} ended with ${String(code)}: ${said.trim()}`));
    });
  });
}

interface Shape {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly rate: string;
  readonly fps: number;
}

async function shapeOf(path: string): Promise<Shape> {
  const entries = 'stream=width,height,avg_frame_rate';
  const json = await collect('ffprobe', [
    ...['-v', 'error', '-select_streams', 'v:0', '-show_entries', entries, '-of', 'json', path],
  ]);
  const { streams } = JSON.parse(json.toString()) as {
    streams: { width: number; height: number; avg_frame_rate: string }[];
  };
  const stream = streams[0];
  if (!stream) throw new Error(`${path} holds no pictures.`);
  const [over = 0, under = 1] = stream.avg_frame_rate.split('/').map(Number);
  return {
    widthPx: stream.width,
    heightPx: stream.height,
    rate: stream.avg_frame_rate,
    fps: over / under,
  };
}

/** The sound of any file FFmpeg reads, as 16 kHz mono. */
export async function readSound(path: string): Promise<Float32Array<ArrayBuffer>> {
  const bytes = await collect('ffmpeg', [
    ...['-v', 'error', '-i', path, '-map', 'a:0', '-af', 'aresample=async=1:first_pts=0'],
    ...['-ac', '1', '-ar', String(SAMPLE_RATE_HZ), '-f', 'f32le', '-'],
  ]);
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
}

/** @throws Error when FFmpeg cannot read it */
export async function readFilm(path: string): Promise<Film> {
  const { widthPx, heightPx, rate, fps } = await shapeOf(path);
  const bytes = await collect('ffmpeg', [
    ...['-v', 'error', '-i', path, '-map', 'v:0', '-vf', `fps=${rate}:start_time=0`],
    ...['-f', 'rawvideo', '-pix_fmt', 'rgb24', '-'],
  ]);
  const size = widthPx * heightPx * 3;
  const frames = Array.from({ length: Math.floor(bytes.length / size) }, (_, i) => ({
    widthPx,
    heightPx,
    rgb: bytes.subarray(i * size, (i + 1) * size),
  }));
  return { fps, frames, pcm: await readSound(path) };
}

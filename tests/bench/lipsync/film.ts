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
  /** Decodes from the first frame on, each time it is asked: a long film in full size does not fit into memory. */
  frames(): AsyncGenerator<Picture>;
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

/** The sound of any file FFmpeg reads, as 16 kHz mono. @throws Error where there is none */
export async function readSound(path: string): Promise<Float32Array<ArrayBuffer>> {
  const bytes = await collect('ffmpeg', [
    ...['-v', 'error', '-i', path, '-map', 'a:0', '-af', 'aresample=async=1:first_pts=0'],
    ...['-ac', '1', '-ar', String(SAMPLE_RATE_HZ), '-f', 'f32le', '-'],
  ]);
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
}

/** @throws Error when FFmpeg cannot read it, or it holds no pictures */
export async function openFilm(path: string): Promise<Film> {
  const json = await collect('ffprobe', [
    ...['-v', 'error', '-select_streams', 'v:0', '-show_entries', 'stream=avg_frame_rate'],
    ...['-of', 'json', path],
  ]);
  const { streams } = JSON.parse(json.toString()) as { streams: { avg_frame_rate: string }[] };
  const rate = streams[0]?.avg_frame_rate;
  if (rate === undefined) throw new Error(`${path} holds no pictures.`);
  const [over = 0, under = 1] = rate.split('/').map(Number);
  return { fps: over / under, frames: () => decode(path, rate) };
}

async function* decode(path: string, rate: string): AsyncGenerator<Picture> {
  // PPM says each picture's size, which a film that is stored lying on its side would otherwise keep to itself.
  const child = spawn(
    'ffmpeg',
    [
      ...['-v', 'error', '-i', path, '-map', 'v:0', '-vf', `fps=${rate}:start_time=0`],
      ...['-f', 'image2pipe', '-c:v', 'ppm', '-'],
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  let chunks: Buffer[] = [];
  let held = 0;
  let needed = 0;
  try {
    for await (const chunk of child.stdout as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      held += chunk.length;
      while (held > needed) {
        const bytes = chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks);
        const found = pictureIn(bytes);
        const rest = found.picture ? bytes.subarray(found.end) : bytes;
        [chunks, held, needed] = [[rest], rest.length, found.picture ? 0 : found.end];
        if (!found.picture) break;
        yield found.picture;
      }
    }
  } finally {
    child.kill();
  }
}

/** The first picture of a run of PPMs, and where it ends; the end alone where it is not all there yet. */
function pictureIn(bytes: Buffer): { readonly picture: Picture | null; readonly end: number } {
  const header = /^P6\s+(\d+)\s+(\d+)\s+255\s/.exec(bytes.toString('latin1', 0, 40));
  if (!header) return { picture: null, end: bytes.length };
  const [widthPx, heightPx] = [Number(header[1]), Number(header[2])];
  const start = header[0].length;
  const end = start + widthPx * heightPx * 3;
  if (bytes.length < end) return { picture: null, end: end - 1 };
  return { picture: { widthPx, heightPx, rgb: bytes.subarray(start, end) }, end };
}

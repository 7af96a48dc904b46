/** Frames of a film as pictures, for tests that look at real footage: FFmpeg decodes, filters, and hands over pixels. */
import { execFileSync, spawn } from 'node:child_process';
import type { Picture } from '#core/track/ports.ts';

export interface FrameSource {
  readonly widthPx: number;
  readonly heightPx: number;
  frames(): AsyncGenerator<Picture>;
}

/** @param graph an FFmpeg filter graph whose output is the film @param inputs files, `[0:v]`, `[1:v]`… of the graph */
export function filteredFilm(inputs: readonly string[], graph: string, seconds: number): FrameSource {
  const args = [
    ...['-v', 'error'],
    ...inputs.flatMap((path) => ['-t', String(seconds), '-i', path]),
    ...['-filter_complex', `${graph},fps=25`, '-t', String(seconds)],
  ];
  const first = execFileSync('ffmpeg', [...args, '-frames:v', '1', '-f', 'image2pipe', '-c:v', 'ppm', '-'], {
    maxBuffer: 64e6,
  });
  const size = /^P6\s+(\d+)\s+(\d+)/.exec(first.toString('latin1', 0, 40));
  const [widthPx, heightPx] = [Number(size?.[1]), Number(size?.[2])];
  return { widthPx, heightPx, frames: () => decode(args, widthPx, heightPx) };
}

async function* decode(args: readonly string[], widthPx: number, heightPx: number): AsyncGenerator<Picture> {
  const child = spawn('ffmpeg', [...args, '-f', 'rawvideo', '-pix_fmt', 'rgba', '-'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const size = widthPx * heightPx * 4;
  let rgba = new Uint8ClampedArray(size);
  let held = 0;
  try {
    for await (const chunk of child.stdout as AsyncIterable<Buffer>)
      for (let from = 0; from < chunk.length;) {
        const part = chunk.subarray(from, from + size - held);
        rgba.set(part, held);
        from += part.length;
        held += part.length;
        if (held < size) continue;
        yield { widthPx, heightPx, rgba };
        rgba = new Uint8ClampedArray(size);
        held = 0;
      }
  } finally {
    child.kill();
  }
}

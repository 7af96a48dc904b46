/**
 * A finished film looked at with other eyes than our own: ffprobe for what the file says, ffmpeg for what is in it.
 */
import { execFile, spawn } from 'node:child_process';
import { promisify } from 'node:util';

const execFileAsync = promisify(execFile);

export interface ProbedStream {
  readonly codec_type: 'video' | 'audio';
  readonly codec_name: string;
  readonly profile?: string;
  readonly width?: number;
  readonly height?: number;
  readonly pix_fmt?: string;
  readonly color_range?: string;
  readonly color_space?: string;
  readonly color_transfer?: string;
  readonly color_primaries?: string;
  readonly r_frame_rate: string;
  readonly avg_frame_rate: string;
  readonly duration?: string;
  readonly start_time?: string;
  readonly nb_frames?: string;
  readonly nb_read_packets?: string;
  readonly sample_rate?: string;
  readonly channels?: number;
  readonly tags?: Readonly<Record<string, string>>;
}

export interface Probed {
  readonly format: {
    readonly format_name: string;
    readonly duration: string;
    readonly size: string;
    readonly bit_rate?: string;
    readonly tags?: Readonly<Record<string, string>>;
  };
  readonly streams: readonly ProbedStream[];
  /** Lines that ffprobe wrote at level warning and above: should be none. */
  readonly warnings: readonly string[];
}

/** What ffprobe says of a file; every packet is read, so that a damaged one is noticed. */
export async function probe(path: string): Promise<Probed> {
  const args = ['-v', 'warning', '-of', 'json', '-show_format', '-show_streams', '-count_packets', path];
  const { stdout, stderr } = await execFileAsync('ffprobe', args, { maxBuffer: 1 << 24 });
  const said = JSON.parse(stdout) as Omit<Probed, 'warnings'>;
  return { ...said, warnings: stderr.split('\n').filter((line) => line.trim() !== '') };
}

export function streamOf(probed: Probed, kind: ProbedStream['codec_type']): ProbedStream {
  const stream = probed.streams.find(({ codec_type }) => codec_type === kind);
  if (!stream) throw new Error(`The film has no ${kind}.`);
  return stream;
}

export interface DecodedFrame {
  readonly index: number;
  readonly widthPx: number;
  readonly heightPx: number;
  /** RGBA, row by row. The array is reused for nothing: it may be kept. */
  readonly rgba: Uint8Array;
}

export interface FrameOptions {
  /** Scales to this width, keeping the shape; else the film's own size. */
  readonly widthPx?: number;
  /** Only frames from here… */
  readonly fromFrame?: number;
  /** …and so many. */
  readonly count?: number;
}

/** Decodes frames in order, one in memory at a time. Every decoded frame once: none doubled, none dropped. */
export async function* frames(path: string, options: FrameOptions = {}): AsyncGenerator<DecodedFrame> {
  const video = streamOf(await probe(path), 'video');
  const own = { widthPx: video.width ?? 0, heightPx: video.height ?? 0 };
  const widthPx = options.widthPx ?? own.widthPx;
  const heightPx = Math.round((own.heightPx * widthPx) / own.widthPx);
  const from = options.fromFrame ?? 0;
  const filters = [
    ...(from > 0 ? [`select=gte(n\\,${from})`] : []),
    ...(widthPx === own.widthPx ? [] : [`scale=${widthPx}:${heightPx}:flags=area`]),
    // The matrix is named: left alone, ffmpeg guesses it from the picture's size.
    `scale=in_color_matrix=${video.color_space === 'bt709' ? 'bt709' : 'auto'}:flags=accurate_rnd+full_chroma_int+full_chroma_inp`,
    'format=rgba',
  ];
  const args = [
    '-v',
    'error',
    '-i',
    path,
    '-map',
    '0:v:0',
    '-vf',
    filters.join(','),
    '-fps_mode',
    'passthrough',
  ];
  if (options.count !== undefined) args.push('-frames:v', String(options.count));
  const child = spawn('ffmpeg', [...args, '-f', 'rawvideo', '-'], { stdio: ['ignore', 'pipe', 'pipe'] });
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (complaint += text));
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));

  const size = widthPx * heightPx * 4;
  let rgba = new Uint8Array(size);
  let filled = 0;
  let index = from;
  try {
    for await (const chunk of child.stdout as AsyncIterable<Buffer>)
      for (let at = 0; at < chunk.length;) {
        const take = Math.min(size - filled, chunk.length - at);
        rgba.set(chunk.subarray(at, at + take), filled);
        filled += take;
        at += take;
        if (filled < size) continue;
        yield { index: index++, widthPx, heightPx, rgba };
        rgba = new Uint8Array(size);
        filled = 0;
      }
    const code = await ended;
    if (code !== 0 || complaint !== '') throw new Error(`ffmpeg could not decode ${path}: ${complaint}`);
  } finally {
    child.kill();
  }
}

/** One frame by its number. */
export async function frameAt(
  path: string,
  index: number,
  options: { widthPx?: number } = {},
): Promise<DecodedFrame> {
  for await (const frame of frames(path, { ...options, fromFrame: index, count: 1 })) return frame;
  throw new Error(`The film has no frame ${index}.`);
}

/** Colour of one pixel of a decoded frame: [r, g, b, a]. */
export function pixelAt(
  frame: DecodedFrame,
  x: number,
  y: number,
): readonly [number, number, number, number] {
  const at = (y * frame.widthPx + x) * 4;
  const [r = 0, g = 0, b = 0, a = 0] = frame.rgba.subarray(at, at + 4);
  return [r, g, b, a];
}

export interface Loudness {
  /** Integrated, LUFS (EBU R 128). */
  readonly integratedLufs: number;
  readonly truePeakDbtp: number;
  readonly rangeLu: number;
}

/** Loudness of the film's sound, measured by ffmpeg's ebur128. */
export async function loudness(path: string): Promise<Loudness> {
  const args = [
    '-hide_banner',
    '-nostats',
    '-i',
    path,
    '-map',
    '0:a:0',
    '-af',
    'ebur128=peak=true',
    '-f',
    'null',
    '-',
  ];
  const { stderr } = await execFileAsync('ffmpeg', args, { maxBuffer: 1 << 26 });
  const summary = stderr.slice(stderr.lastIndexOf('Summary:'));
  const read = (pattern: RegExp) => Number(pattern.exec(summary)?.[1] ?? NaN);
  return {
    integratedLufs: read(/I:\s+(-?[\d.]+|-inf) LUFS/),
    rangeLu: read(/LRA:\s+(-?[\d.]+) LU/),
    truePeakDbtp: read(/Peak:\s+(-?[\d.]+) dBFS/),
  };
}

/** The film's sound as mono samples, −1…1, at `sampleRateHz`; it starts at time 0 of the film. */
export async function sound(path: string, sampleRateHz = 48_000): Promise<Float32Array> {
  const args = [
    '-v',
    'error',
    '-i',
    path,
    '-map',
    '0:a:0',
    '-ac',
    '1',
    '-ar',
    String(sampleRateHz),
    '-f',
    'f32le',
    '-',
  ];
  const { stdout } = await execFileAsync('ffmpeg', args, { encoding: 'buffer', maxBuffer: 1 << 29 });
  return new Float32Array(stdout.buffer.slice(stdout.byteOffset, stdout.byteOffset + stdout.byteLength));
}

/**
 * Films that WebCodecs cannot decode here (HEVC in most browsers, old containers), through FFmpeg: frames are streamed
 * out of it as they are decoded (ffmpeg-stream.worker.ts), at the size and the constant rate that are asked for, upright,
 * in 4:2:0. Needs shared memory, to let the program wait.
 */
import { AppError, errorFromWire, throwIfCancelled, toAppError } from '#core/base/errors.ts';
import type { CancelSignal, ErrorWire } from '#core/base/errors.ts';
import { frameToSeconds, rateToFps } from '#core/base/time.ts';
import type { Rational } from '#core/base/time.ts';
import { ffmpegCore } from './ffmpeg-wasm.ts';
import { hdrCube } from './hdr-cube.ts';

export type StreamQuestion =
  | {
      readonly type: 'load';
      readonly id: number;
      readonly coreURL: string;
      readonly wasmURL: string;
      readonly blob: Blob;
    }
  | {
      readonly type: 'run';
      readonly id: number;
      readonly args: readonly string[];
      /** Texts that the program reads, by name. */
      readonly texts: Readonly<Record<string, string>>;
      /** A file that the program writes, to be handed over. */
      readonly output: string | null;
      /** How many frames are unread; set where frames go to `/frames`. */
      readonly gate: Int32Array<SharedArrayBuffer> | null;
    };
export type StreamAnswer =
  | {
      readonly type: 'frame';
      readonly id: number;
      readonly widthPx: number;
      readonly heightPx: number;
      readonly planes: Uint8Array<ArrayBuffer>;
    }
  | {
      readonly type: 'done';
      readonly id: number;
      readonly status: number;
      readonly log: readonly string[];
      readonly file: Uint8Array<ArrayBuffer> | null;
    }
  | { readonly type: 'failed'; readonly id: number; readonly error: ErrorWire };
type Done = StreamAnswer & { type: 'done' };

/** What FFmpeg says of a file. */
export interface FfmpegFacts {
  readonly codec: string;
  /** Upright, square pixels. */
  readonly widthPx: number;
  readonly heightPx: number;
  /** When each frame starts, seconds from the file's start, ascending. */
  readonly timesS: Float64Array;
  /** How long the file says it is; null where it does not. */
  readonly claimedS: number | null;
  readonly sound: boolean;
  /** How the frames' colours are written; without a word of its own a film is taken as televisions do. */
  readonly colour: { readonly matrix: 'bt709' | 'smpte170m'; readonly fullRange: boolean };
  readonly transfer: 'hlg' | 'pq' | 'sdr';
}

export interface FrameRequest {
  readonly rate: Rational;
  readonly widthPx: number;
  readonly heightPx: number;
  /** Frames [from, from + count) at that rate. */
  readonly from: number;
  readonly count: number;
}

export interface StreamedFrame {
  readonly index: number;
  readonly widthPx: number;
  readonly heightPx: number;
  /** I420, in the colours of the facts. */
  readonly planes: Uint8Array<ArrayBuffer>;
}

const CANCEL_POLL_MS = 100;
const CUBE = 'ordinary.cube';
/** The program counts places in a file with 31 bits. */
const MOST_BYTES = 2 ** 31 - 1;

export class FfmpegFilm {
  readonly facts: FfmpegFacts;
  readonly #program: Program;

  private constructor(program: Program, facts: FfmpegFacts) {
    this.#program = program;
    this.facts = facts;
  }

  /** @throws AppError unsupported-media | corrupt-file | unsupported-browser | cancelled */
  static async open(blob: Blob, signal?: CancelSignal): Promise<FfmpegFilm> {
    if (typeof SharedArrayBuffer === 'undefined')
      throw new AppError('unsupported-media', 'This browser cannot read the format of this video.', {
        way: 'Convert it to an MP4 with H.264 video, then add it again.',
      });
    if (blob.size > MOST_BYTES)
      throw new AppError(
        'unsupported-media',
        'This video is larger than 2 GB, and of a format this browser cannot read.',
        {
          way: 'Cut it to its best 2 minutes, or convert it to an MP4 with H.264 video.',
        },
      );
    const program = new Program();
    try {
      await program.load(blob, signal);
      const { status, log, file } = await program.run(
        ['-nostdin', '-i', '/in/film', '-map', '0:V:0', '-c', 'copy', '-f', 'framecrc', 'times'],
        'times',
        signal,
      );
      return new FfmpegFilm(program, readFacts(status, log, file));
    } catch (error) {
      program.close();
      throw error;
    }
  }

  /**
   * In order, as they are decoded; fewer than asked for where the file is damaged. One stream at a time.
   * @throws AppError corrupt-file | cancelled
   */
  async *frames(request: FrameRequest, signal?: CancelSignal): AsyncGenerator<StreamedFrame, void, void> {
    const { rate, from, count } = request;
    // A little before the frame's start, so that rounding cannot lose it.
    const startS = Math.max(0, frameToSeconds(from, rate) - 0.1 / rateToFps(rate));
    // prettier-ignore
    const args = [
      '-nostdin', ...(from > 0 ? ['-ss', startS.toFixed(6)] : []), '-i', '/in/film', '-map', '0:V:0',
      '-vf', filters(this.facts, request), '-frames:v', String(count),
      '-pix_fmt', this.facts.colour.fullRange ? 'yuvj420p' : 'yuv420p', '-f', 'yuv4mpegpipe', '-y', '/frames',
    ];
    let index = from;
    const { transfer } = this.facts;
    const texts = transfer === 'sdr' ? {} : { [CUBE]: hdrCube(transfer) };
    for await (const { widthPx, heightPx, planes } of this.#program.stream(args, texts, signal))
      yield { index: index++, widthPx, heightPx, planes };
  }

  /** The sound as a mono WAV; null where there is none that can be read. @throws AppError cancelled */
  async sound(signal?: CancelSignal): Promise<Blob | null> {
    if (!this.facts.sound) return null;
    const args = ['-nostdin', '-i', '/in/film', '-map', '0:a:0', '-ac', '1', '-f', 'wav', 'sound.wav'];
    const { file } = await this.#program.run(args, 'sound.wav', signal);
    return file === null ? null : new Blob([file], { type: 'audio/wav' });
  }

  close(): void {
    this.#program.close();
  }
}

/**
 * Constant rate and size; FFmpeg has turned the picture upright before. Colours stay as they are written, because its
 * own way from one matrix to another loses two steps of light; only what is too bright for a film is brought down here.
 */
function filters({ transfer }: FfmpegFacts, { rate, widthPx, heightPx }: FrameRequest): string {
  const size = `scale=${widthPx}:${heightPx}:flags=area`;
  const steady = `fps=${rate.num}/${rate.den}:start_time=0`;
  if (transfer === 'sdr') return `${steady},${size},setsar=1`;
  const toRgb = `${size}:in_color_matrix=bt2020:in_range=tv,format=gbrp,lut3d=file=${CUBE}:interp=trilinear`;
  return `${steady},${toRgb},scale=flags=accurate_rnd:out_color_matrix=bt709:out_range=tv,setsar=1`;
}

function readFacts(status: number, log: readonly string[], times: Uint8Array | null): FfmpegFacts {
  const said = log.join('\n');
  const video = /Stream #0:\d+.*?: Video: (.*)/.exec(said.replaceAll(/.*\(attached pic\).*/g, ''))?.[1];
  if (status !== 0 || times === null) throw refusal(said, video === undefined);
  if (video === undefined)
    throw new AppError('unsupported-media', 'This file has no picture in it.', {
      way: 'Choose a file with video.',
    });
  const size = /, (\d+)x(\d+)/.exec(video);
  const timesS = timesIn(new TextDecoder().decode(times));
  if (size === null || timesS.length === 0) throw refusal(said, false);
  const aspect = /SAR (\d+):(\d+)/.exec(video);
  const stretch = aspect && Number(aspect[2]) > 0 ? Number(aspect[1]) / Number(aspect[2]) || 1 : 1;
  const turned = /rotation of (-?[\d.]+) degrees/.exec(said)?.[1];
  const lying = turned !== undefined && Math.abs(Math.round(Number(turned) / 90)) % 2 === 1;
  const [width, height] = [Math.round(Number(size[1]) * stretch), Number(size[2])];
  return {
    codec: /^\w+/.exec(video)?.[0] ?? 'video',
    widthPx: lying ? height : width,
    heightPx: lying ? width : height,
    timesS,
    claimedS: durationIn(said),
    sound: /Stream #0:\d+.*?: Audio: /.test(said),
    colour: colourIn(video, height),
    transfer: /arib-std-b67/.test(video) ? 'hlg' : /smpte2084/.test(video) ? 'pq' : 'sdr',
  };
}

/** What FFmpeg says in brackets behind the pixels: `yuv420p(tv, bt709)`. */
function colourIn(video: string, heightPx: number): FfmpegFacts['colour'] {
  const bright = /arib-std-b67|smpte2084/.test(video);
  const old = /smpte170m|bt470|fcc/.test(video) || (!/bt709|bt2020/.test(video) && heightPx < 720);
  return { matrix: old && !bright ? 'smpte170m' : 'bt709', fullRange: !bright && /yuvj|\(pc/.test(video) };
}

function durationIn(said: string): number | null {
  const clock = /Duration: (\d+):(\d+):([\d.]+)/.exec(said);
  return clock ? 3600 * Number(clock[1]) + 60 * Number(clock[2]) + Number(clock[3]) : null;
}

/** framecrc's lines: stream, dts, pts, duration, size, checksum; the unit of time stands in its head. */
function timesIn(text: string): Float64Array {
  const unit = /#tb 0: (\d+)\/(\d+)/.exec(text);
  if (unit === null) return new Float64Array(0);
  const tickS = Number(unit[1]) / Number(unit[2]);
  const times = text
    .split('\n')
    .filter((line) => line.startsWith('0,'))
    .map((line) => Number(line.split(',')[2]) * tickS)
    .filter(Number.isFinite);
  return Float64Array.from(times).sort();
}

function refusal(said: string, unknown: boolean): AppError {
  const cause = new Error(said.slice(-2000));
  if (/moov atom not found/.test(said))
    return new AppError(
      'corrupt-file',
      'This video is cut off: the part that says what is in it is missing.',
      {
        cause,
        way: 'Copy or download the file again, or record once more.',
      },
    );
  if (/matches no streams|does not contain any stream/.test(said))
    return new AppError('unsupported-media', 'This file has no picture in it.', {
      cause,
      way: 'Choose a file with video.',
    });
  return unknown
    ? new AppError('unsupported-media', 'Orator does not know this kind of video file.', {
        cause,
        way: 'Convert it to an MP4 with H.264 video, then add it again.',
      })
    : new AppError('corrupt-file', 'This video is damaged and cannot be read.', {
        cause,
        way: 'Choose the original file again, or convert it to an MP4 first.',
      });
}

/** The worker in which the program runs, one command at a time. */
class Program {
  readonly #worker = new Worker(new URL('../ffmpeg-stream.worker.ts', import.meta.url), {
    type: 'module',
    name: 'ffmpeg',
  });
  #listener: (answer: StreamAnswer) => void = () => undefined;
  #broken: AppError | null = null;
  #nextId = 1;

  constructor() {
    this.#worker.onmessage = ({ data }: MessageEvent<StreamAnswer>) => this.#listener(data);
    this.#worker.onerror = ({ message }) => {
      this.#broken = new AppError('internal', 'The program that reads this video broke.', {
        ...(message ? { cause: new Error(message) } : {}),
        way: 'Try again; a shorter or smaller video needs less memory.',
      });
      this.#listener({ type: 'failed', id: 0, error: { code: 'internal', message: this.#broken.message } });
    };
  }

  async load(blob: Blob, signal?: CancelSignal): Promise<void> {
    await this.#ask(
      (id) => ({ type: 'load', id, ...ffmpegCore(), blob }),
      () => undefined,
      signal,
    );
  }

  run(args: readonly string[], output: string, signal?: CancelSignal): Promise<Done> {
    return this.#ask(
      (id) => ({ type: 'run', id, args, texts: {}, output, gate: null }),
      () => undefined,
      signal,
    );
  }

  async *stream(
    args: readonly string[],
    texts: Readonly<Record<string, string>>,
    signal?: CancelSignal,
  ): AsyncGenerator<StreamAnswer & { type: 'frame' }, void, void> {
    const gate = new Int32Array(new SharedArrayBuffer(4));
    const waiting: (StreamAnswer & { type: 'frame' })[] = [];
    let wake: () => void = () => undefined;
    let ended: { readonly error: AppError | null } | null = null;
    this.#ask(
      (id) => ({ type: 'run', id, args, texts, output: null, gate }),
      (frame) => {
        waiting.push(frame);
        wake();
      },
      signal,
    )
      .then(
        () => (ended = { error: null }),
        (error: unknown) => (ended = { error: toAppError(error) }),
      )
      .finally(() => wake());
    for (;;) {
      const frame = waiting.shift();
      if (frame) {
        // Taken: the program may decode one more while this one is worked on.
        Atomics.sub(gate, 0, 1);
        Atomics.notify(gate, 0);
        yield frame;
        throwIfCancelled(signal);
        continue;
      }
      const end = ended as { readonly error: AppError | null } | null;
      if (end?.error) throw end.error;
      if (end) return;
      await new Promise<void>((resolve) => (wake = resolve));
    }
  }

  close(): void {
    this.#worker.terminate();
  }

  #ask(
    question: (id: number) => StreamQuestion,
    onFrame: (frame: StreamAnswer & { type: 'frame' }) => void,
    signal?: CancelSignal,
  ): Promise<Done> {
    const id = this.#nextId++;
    return new Promise<Done>((resolve, reject) => {
      const poll = setInterval(() => {
        if (signal?.aborted) end(() => reject(new AppError('cancelled', 'Stopped.')));
      }, CANCEL_POLL_MS);
      const end = (finish: () => void) => {
        clearInterval(poll);
        this.#listener = () => undefined;
        finish();
      };
      const broken = this.#broken;
      if (broken) return end(() => reject(broken));
      this.#listener = (answer) => {
        if (answer.type === 'failed') return end(() => reject(this.#broken ?? errorFromWire(answer.error)));
        if (answer.id !== id) return;
        if (answer.type === 'frame') onFrame(answer);
        else end(() => resolve(answer));
      };
      this.#worker.postMessage(question(id));
    });
  }
}

/**
 * From received chunks to evidence: one stream, cut anywhere, joined in a file of its own, indexed by our own walk over its
 * boxes, and decoded by FFmpeg in a child process, once for each time that someone goes through it. Only the sound of a few
 * minutes and a few pictures are ever in memory.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AppError, throwIfCancelled, type CancelSignal } from '#core/base/errors.ts';
import type { ReceivedChunk } from '#core/policy/consent/challenge.ts';
import type { Scratch } from '../scratch.ts';
import type { EvidenceChunk, EvidenceFilm, EvidenceFrame, ReceivedRecording } from './evidence.ts';
import { indexRecording, type RecordingIndex } from './recording-index.ts';

const PROGRAM = fileURLToPath(new URL('decode-program.ts', import.meta.url));

export const DECODE_LIMITS = {
  bytes: 256 * 1024 * 1024,
  /** Of the longer side; larger pictures are made smaller. */
  largestPx: 1280,
  soundS: 600,
  /** Of what is asked for, pictures or sound: more is no recording that we asked for. */
  films: 4 * 1024 * 1024 * 1024,
  /** A film that decodes to nothing for so long is made to hurt. */
  stallMs: 120_000,
  /** On the clock, with what its reader does meanwhile; and of one processor. */
  wallMs: 30 * 60_000,
  processorS: 900,
  /** What the program may hold; FFmpeg's own memory is a part of it. */
  memoryMb: 2048,
} as const;
export type DecodeLimits = { readonly [Name in keyof typeof DECODE_LIMITS]: number };

export interface ReceivedBytes {
  readonly chunks: readonly ReceivedChunk[];
  /** A chunk as received. */
  read(index: number): Promise<Uint8Array<ArrayBuffer>>;
}

export interface DecodedRecording extends AsyncDisposable {
  readonly film: EvidenceFilm;
  readonly chunks: readonly EvidenceChunk[];
  readonly recording: ReceivedRecording;
}

/** @throws AppError corrupt-file | unsupported-media | cancelled, each with a sentence */
export async function decodeRecording(
  scratch: Scratch,
  received: ReceivedBytes,
  signal?: CancelSignal,
): Promise<DecodedRecording> {
  const total = received.chunks.reduce((sum, { bytes }) => sum + bytes, 0);
  if (total > DECODE_LIMITS.bytes)
    throw new AppError('unsupported-media', 'This recording is too large to be looked at.', {
      way: 'Record again.',
    });
  const folder = await scratch.folder();
  const drop = () => rm(folder, { recursive: true, force: true });
  try {
    const path = join(folder, 'recording');
    const file = await open(path, 'wx', 0o600);
    try {
      for (let i = 0; i < received.chunks.length; i++) {
        throwIfCancelled(signal);
        await file.write(await received.read(i));
      }
    } finally {
      await file.close();
    }
    const index = indexRecording(await readFile(path));
    const film = await openFilm(path, index.durationS, signal);
    return {
      film,
      chunks: placedChunks(received.chunks, index),
      recording: { chunk: (i) => received.read(i), frameTimesS: index.frameTimesS },
      [Symbol.asyncDispose]: drop,
    };
  } catch (error) {
    await drop();
    throw error;
  }
}

/** Each chunk with the media time that its bytes complete. A chunk in which nothing ends carries an empty stretch. */
export function placedChunks(
  chunks: readonly ReceivedChunk[],
  { marks }: Pick<RecordingIndex, 'marks'>,
): readonly EvidenceChunk[] {
  let [arrived, mark, fromS] = [0, 0, 0];
  return chunks.map((chunk) => {
    arrived += chunk.bytes;
    let untilS = fromS;
    for (; mark < marks.length && (marks[mark]?.bytes ?? Infinity) <= arrived; mark++)
      untilS = Math.max(untilS, marks[mark]?.timeS ?? 0);
    const placed = { ...chunk, fromS, untilS };
    fromS = untilS;
    return placed;
  });
}

/**
 * Any film or photo on this disk, such as the presenter's own.
 * @param durationS where it is known; else that of its sound, or of its last picture
 * @throws AppError corrupt-file | cancelled
 */
export async function openFilm(
  path: string,
  durationS?: number,
  signal?: CancelSignal,
): Promise<EvidenceFilm> {
  const samples = await decodeSound(path, signal);
  let lasts = durationS ?? samples.length / 16_000;
  if (lasts === 0) for await (const { timeS } of decodeFrames(path, 0, signal)) lasts = timeS;
  return {
    durationS: lasts,
    sound: { samples },
    frames: (everyS, stop) => decodeFrames(path, everyS, stop),
  };
}

/**
 * The program with nothing but what it needs: no environment of ours, no rights to write, to start programs or to read
 * beyond its input and FFmpeg itself, a niceness, and limits of the system on its processor time, its memory and the files
 * it may write. Where `prlimit` is not there (it comes with util-linux) the watch below holds memory and time alone.
 */
export function decodeCommand(
  args: readonly string[],
  limits: DecodeLimits = DECODE_LIMITS,
): readonly string[] {
  const [input = ''] = args;
  const modules = fileURLToPath(new URL('../../../node_modules/@ffmpeg/core/', import.meta.url));
  const rights = process.allowedNodeEnvironmentFlags.has('--permission')
    ? ['--permission', ...[input, PROGRAM, modules].map((path) => `--allow-fs-read=${path}`)]
    : [];
  const node = [process.execPath, '--no-warnings', ...rights, PROGRAM, ...args];
  if (prlimit === null) return node;
  const held = [
    `--cpu=${limits.processorS}`,
    '--fsize=0',
    '--core=0',
    `--data=${limits.memoryMb * 1_048_576}`,
  ];
  return [prlimit, ...held, ...node];
}

const prlimit = ['/usr/bin/prlimit', '/bin/prlimit'].find((path) => existsSync(path)) ?? null;

/** Resident memory of a process in MB, as Linux tells it; null where it does not. */
async function residentMb(pid: number | undefined): Promise<number | null> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  const kb = /VmRSS:\s+(\d+)/.exec(status)?.[1];
  return kb === undefined ? null : Number(kb) / 1024;
}

export async function* run(
  args: readonly string[],
  signal?: CancelSignal,
  limits: DecodeLimits = DECODE_LIMITS,
): AsyncGenerator<Buffer> {
  const [program = '', ...rest] = decodeCommand(args, limits);
  // Nothing of our environment: secrets stand there.
  const child = spawn(program, rest, { stdio: ['ignore', 'pipe', 'pipe'], env: {}, cwd: '/' });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(-2000)));
  const ended = new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve(code));
  });
  ended.catch(() => undefined);
  let why: string | null = null;
  const stop = (reason: string) => {
    why ??= reason;
    child.kill('SIGKILL');
  };
  const watchStall = () => setTimeout(() => stop('it decoded to nothing for too long'), limits.stallMs);
  let timer = watchStall();
  const wall = setTimeout(() => stop('it took too long'), limits.wallMs);
  const memory = setInterval(() => {
    void residentMb(child.pid).then(
      (mb) => mb !== null && mb > limits.memoryMb && stop('it took too much memory'),
    );
  }, 500);
  let bytes = 0;
  try {
    for await (const chunk of child.stdout as AsyncIterable<Buffer>) {
      // What the reader does with a piece is not the program's time.
      clearTimeout(timer);
      throwIfCancelled(signal);
      bytes += chunk.length;
      if (bytes > limits.films) stop('it decodes to more than any recording');
      if (why !== null) break;
      yield chunk;
      timer = watchStall();
    }
    if ((await ended) !== 0 || why !== null)
      throw new AppError('corrupt-file', 'This recording cannot be decoded.', {
        cause: new Error(why ?? said),
        way: 'Record again.',
      });
  } finally {
    clearTimeout(timer);
    clearTimeout(wall);
    clearInterval(memory);
    child.kill('SIGKILL');
  }
}

async function decodeSound(path: string, signal?: CancelSignal): Promise<Float32Array> {
  const parts: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const part of run([path, 'sound'], signal)) {
      bytes += part.length;
      if (bytes > DECODE_LIMITS.soundS * 16_000 * 4)
        throw new AppError('unsupported-media', 'This recording lasts too long.', { way: 'Record again.' });
      parts.push(part);
    }
  } catch (error) {
    // A film without sound has none; what is wrong with the whole shows when its pictures are asked for.
    const none =
      error instanceof AppError &&
      /does not contain any stream|matches no streams/u.test(String(error.cause));
    if (!none) throw error;
  }
  const whole = Buffer.concat(parts);
  return new Float32Array(whole.buffer.slice(whole.byteOffset, whole.byteOffset + (whole.length & ~3))).map(
    (value) =>
      // Files may hold what is no number; one of those would spoil all that follow.
      Number.isFinite(value) ? Math.max(-1, Math.min(1, value)) : 0,
  );
}

const HEAD = 32;

async function* decodeFrames(
  path: string,
  everyS: number,
  signal?: CancelSignal,
): AsyncGenerator<EvidenceFrame> {
  let head = Buffer.alloc(0);
  let frame: {
    readonly timeS: number;
    readonly width: number;
    readonly height: number;
    readonly rgba: Uint8ClampedArray;
  } | null = null;
  let filled = 0;
  for await (const part of run([path, 'frames', String(everyS), String(DECODE_LIMITS.largestPx)], signal))
    for (let at = 0; at < part.length;) {
      if (frame === null) {
        const taken = part.subarray(at, at + HEAD - head.length);
        head = Buffer.concat([head, taken]);
        at += taken.length;
        if (head.length < HEAD) break;
        const [timeS, width, height, bytes] = [0, 8, 16, 24].map((i) => head.readDoubleLE(i)) as [
          number,
          number,
          number,
          number,
        ];
        // The program is not to be believed more than what it reads.
        const most = DECODE_LIMITS.largestPx;
        if (!(width > 0 && width <= most && height > 0 && height <= most && bytes === width * height * 4))
          throw new AppError('corrupt-file', 'This recording cannot be decoded.', { way: 'Record again.' });
        frame = { timeS, width, height, rgba: new Uint8ClampedArray(bytes) };
        [head, filled] = [Buffer.alloc(0), 0];
        continue;
      }
      const taken = part.subarray(at, at + frame.rgba.length - filled);
      frame.rgba.set(taken, filled);
      at += taken.length;
      filled += taken.length;
      if (filled < frame.rgba.length) continue;
      yield frame;
      frame = null;
    }
}

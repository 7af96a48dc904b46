/**
 * The Muxer of browsers. H.264 films become MP4 with AAC and the index in front: FFmpeg makes the file while it fits
 * memory; a longer film is streamed to disk by mediabunny, and FFmpeg only codes its sound. Where the browser has no
 * H.264, the film is a WebM with Opus.
 */
import { throwIfCancelled } from '#core/base/errors.ts';
import type { CancelSignal } from '#core/base/errors.ts';
import { frameToSeconds } from '#core/base/time.ts';
import type { AudioChunks, MovieFile, Muxer, MuxRequest } from '#core/output/ports.ts';
import { readAudioPackets, writeMovie } from '#shared/mediabunny.ts';
import type { AudioPackets, MovieRequest } from '#shared/mediabunny.ts';
import type { OpfsStore } from '#shared/opfs.ts';
import { runFfmpeg } from './ffmpeg-wasm.ts';

const AUDIO_BITRATE = 160_000;
/** FFmpeg holds the finished film in memory, and once more while it is read: beyond this the disk is used. */
const FFMPEG_MAX_BYTES = 400e6;

export interface MuxerOptions {
  /** Films expected to be larger than this are streamed to disk; for tests. */
  readonly ffmpegMaxBytes?: number;
}

export function createMuxer(store: OpfsStore, options: MuxerOptions = {}): Muxer {
  const most = options.ffmpegMaxBytes ?? FFMPEG_MAX_BYTES;
  return {
    mux: (request, onProgress, signal) => {
      if (request.encoding.codec !== 'avc') return streamWebm(store, request, onProgress, signal);
      return expectedBytes(request) <= most
        ? assembleInMemory(store, request, onProgress, signal)
        : streamMp4(store, request, onProgress, signal);
    },
  };
}

/** Pictures without sound into a plain container, sound into a WAV; FFmpeg joins them. */
async function assembleInMemory(
  store: OpfsStore,
  request: MuxRequest,
  onProgress: (fraction: number) => void,
  signal?: CancelSignal,
): Promise<MovieFile> {
  const sound = await wavOf(request.audio, (f) => onProgress(0.2 * f), signal);
  const pictures: Blob[] = [];
  await writeMovie(
    {
      ...movieOf(request),
      container: 'mp4-fragmented',
      sound: { kind: 'none' },
      // Blobs lie outside this worker's memory, on disk when they are large.
      write: (bytes) => void pictures.push(new Blob([bytes])),
      onFrames: (done) => onProgress(0.2 + 0.1 * (done / frameCountOf(request))),
    },
    signal,
  );
  const bytes = await runFfmpeg(
    {
      inputs: { 'pictures.mp4': new Blob(pictures), 'sound.wav': sound },
      // prettier-ignore
      args: [
        '-i', '/in/pictures.mp4', '-i', '/in/sound.wav', '-map', '0:v:0', '-map', '1:a:0',
        '-c:v', 'copy', '-c:a', 'aac', '-b:a', String(AUDIO_BITRATE),
        '-video_track_timescale', String(timescaleOf(request)),
        '-map_metadata', '-1', '-metadata', `title=${request.title}`, '-movflags', '+faststart',
      ],
      output: 'film.mp4',
    },
    (f) => onProgress(0.3 + 0.6 * f),
    signal,
  );
  throwIfCancelled(signal);
  return { mime: 'video/mp4', extension: 'mp4', bytes: bytes.length, asset: await store.put(bytes) };
}

async function streamMp4(
  store: OpfsStore,
  request: MuxRequest,
  onProgress: (fraction: number) => void,
  signal?: CancelSignal,
): Promise<MovieFile> {
  const track = await codeSound(request.audio, (f) => onProgress(0.5 * f), signal);
  return streamToStore(store, request, (f) => onProgress(0.5 + 0.5 * f), signal, {
    container: 'mp4-head-first',
    sound: { kind: 'packets', track },
  });
}

function streamWebm(
  store: OpfsStore,
  request: MuxRequest,
  onProgress: (fraction: number) => void,
  signal?: CancelSignal,
): Promise<MovieFile> {
  return streamToStore(store, request, onProgress, signal, {
    container: 'webm',
    sound: { kind: 'opus', audio: request.audio, bitrate: AUDIO_BITRATE },
  });
}

async function streamToStore(
  store: OpfsStore,
  request: MuxRequest,
  onProgress: (fraction: number) => void,
  signal: CancelSignal | undefined,
  how: Pick<MovieRequest, 'container' | 'sound'>,
): Promise<MovieFile> {
  const writer = await store.openWriter();
  let bytes = 0;
  try {
    await writeMovie(
      {
        ...movieOf(request),
        ...how,
        write: async (piece, at) => {
          bytes = Math.max(bytes, at + piece.length);
          await writer.write(piece, at);
        },
        onFrames: (done) => onProgress(0.95 * (done / frameCountOf(request))),
      },
      signal,
    );
    const asset = await writer.finish();
    onProgress(1);
    const webm = how.container === 'webm';
    return { mime: webm ? 'video/webm' : 'video/mp4', extension: webm ? 'webm' : 'mp4', bytes, asset };
  } catch (error) {
    await writer.discard();
    throw error;
  }
}

async function codeSound(
  audio: AudioChunks,
  onProgress: (fraction: number) => void,
  signal?: CancelSignal,
): Promise<AudioPackets> {
  const sound = await wavOf(audio, (f) => onProgress(0.3 * f), signal);
  const file = await runFfmpeg(
    {
      inputs: { 'sound.wav': sound },
      args: ['-i', '/in/sound.wav', '-c:a', 'aac', '-b:a', String(AUDIO_BITRATE)],
      output: 'sound.m4a',
    },
    (f) => onProgress(0.3 + 0.7 * f),
    signal,
  );
  return readAudioPackets(file);
}

function movieOf(request: MuxRequest): Pick<MovieRequest, 'encoding' | 'frameCount' | 'segments' | 'title'> {
  return {
    encoding: request.encoding,
    frameCount: frameCountOf(request),
    segments: request.segments(),
    title: request.title,
  };
}

function frameCountOf(request: MuxRequest): number {
  return request.segmentFrameCounts.reduce((sum, count) => sum + count, 0);
}

function expectedBytes(request: MuxRequest): number {
  const seconds = frameToSeconds(frameCountOf(request), request.encoding.rate);
  return (seconds * (request.encoding.bitrate + AUDIO_BITRATE)) / 8;
}

/** A time scale in which every frame starts on a whole number. */
function timescaleOf({ encoding }: MuxRequest): number {
  return encoding.rate.num * (encoding.rate.den === 1 ? 1000 : 1);
}

/** 16-bit WAV, written chunk by chunk into blobs. */
async function wavOf(
  audio: AudioChunks,
  onProgress: (fraction: number) => void,
  signal?: CancelSignal,
): Promise<Blob> {
  const parts: Blob[] = [new Blob([wavHeader(audio)])];
  let done = 0;
  for await (const channels of audio.chunks(signal)) {
    parts.push(new Blob([interleave16(channels)]));
    done += channels[0]?.length ?? 0;
    onProgress(done / audio.totalSamples);
  }
  return new Blob(parts);
}

function interleave16(channels: readonly Float32Array[]): Int16Array<ArrayBuffer> {
  const length = channels[0]?.length ?? 0;
  const out = new Int16Array(length * channels.length);
  channels.forEach((channel, c) => {
    for (let i = 0; i < length; i++) {
      const sample = Math.max(-1, Math.min(1, channel[i] as number));
      out[i * channels.length + c] = Math.round(sample * 32767);
    }
  });
  return out;
}

function wavHeader({ channels, sampleRateHz, totalSamples }: AudioChunks): ArrayBuffer {
  const view = new DataView(new ArrayBuffer(44));
  const frameBytes = channels * 2;
  // Beyond 4 GB the field means "until the end".
  const dataBytes = Math.min(totalSamples * frameBytes, 0xffffffff - 36);
  const tag = (at: number, text: string) =>
    [...text].forEach((c, i) => view.setUint8(at + i, c.charCodeAt(0)));
  tag(0, 'RIFF');
  view.setUint32(4, 36 + dataBytes, true);
  tag(8, 'WAVEfmt ');
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, channels, true);
  view.setUint32(24, sampleRateHz, true);
  view.setUint32(28, sampleRateHz * frameBytes, true);
  view.setUint16(32, frameBytes, true);
  view.setUint16(34, 16, true);
  tag(36, 'data');
  view.setUint32(40, dataBytes, true);
  return view.buffer;
}

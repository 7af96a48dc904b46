/**
 * FFmpeg's encoders inside a render's own process (they are GPL, and so is a process that has loaded this): pictures to
 * closed segments, sound to AAC or Opus. The one file that names node-av.
 */
import {
  AV_CHANNEL_LAYOUT_MONO,
  AV_CHANNEL_LAYOUT_STEREO,
  AV_LOG_ERROR,
  AV_PKT_DATA_MATROSKA_BLOCKADDITIONAL,
  AV_SAMPLE_FMT_FLT,
  AV_SAMPLE_FMT_FLTP,
  AVCHROMA_LOC_CENTER,
  AVCOL_PRI_BT709,
  AVCOL_RANGE_MPEG,
  AVCOL_SPC_BT709,
  AVCOL_TRC_BT709,
  AVERROR_EAGAIN,
  AVERROR_EOF,
  avGetPixFmtFromName,
  Codec,
  CodecContext,
  Dictionary,
  FFmpegError,
  Frame,
  getFFmpegInfo,
  Log,
  Packet,
  Rational,
  AV_CODEC_FLAG_GLOBAL_HEADER,
} from 'node-av';
import { AppError, throwIfCancelled, toAppError, type CancelSignal } from '#core/base/errors.ts';
import { planesBytes, rgbaToPlanes } from '#core/output/film-planes.ts';
import { planarToP010 } from '#core/output/p010.ts';
import type {
  AudioChunks,
  CodedPacket,
  CodedSound,
  DrawnFrame,
  EncodedPacket,
  MovieWriter,
  Segment,
  SegmentEncoder,
  VideoEncoding,
} from '#core/output/ports.ts';
import { codecString } from '../codec-string.ts';
import type { EncoderSettings } from '../encoder-settings.ts';

/** For reading films (film-reader.ts). */
export {
  AV_NOPTS_VALUE,
  AV_PIX_FMT_RGBA,
  AVDISCARD_ALL,
  AVERROR_EAGAIN,
  AVERROR_EOF,
  AVMEDIA_TYPE_VIDEO,
  AVSEEK_CUR,
  AVSEEK_END,
  AVSEEK_FLAG_BACKWARD,
  AVSEEK_SIZE,
  Codec,
  CodecContext,
  Dictionary,
  FFmpegError,
  FormatContext,
  Frame,
  IOContext,
  Packet,
  SoftwareScaleContext,
  SWS_AREA,
} from 'node-av';
export type { AVPixelFormat, Stream } from 'node-av';

/** Raise it when what is written of the same pictures changes. */
const WRITER_VERSION = 1;
/** WebM's own mark before a frame's alpha. */
const BLOCK_ADDITION_HEAD = 8;

Log.setLevel(AV_LOG_ERROR);
process.env['SVT_LOG'] ??= '1';

export function ffmpegVersion(): string {
  return getFFmpegInfo().version;
}

/** @throws AppError encoder-failed where this build lacks the encoder */
export function openNativeWriter(encoding: VideoEncoding, settings: EncoderSettings): MovieWriter {
  const codec = Codec.findEncoderByName(settings.encoder as never);
  if (!codec) throw new AppError('encoder-failed', `There is no encoder ${settings.encoder} here.`);
  const open = new Set<NativeSegment>();
  return {
    encoding,
    fingerprint: JSON.stringify({ writer: `native@${WRITER_VERSION}`, ffmpeg: ffmpegVersion(), ...settings }),
    openSegment: async () => {
      const segment = new NativeSegment(encoding, settings, () => open.delete(segment));
      open.add(segment);
      try {
        await segment.start(codec);
      } catch (error) {
        segment.close();
        throw error;
      }
      return segment;
    },
    close: () => {
      for (const segment of open) segment.close();
    },
  };
}

class NativeSegment implements SegmentEncoder {
  readonly #encoding: VideoEncoding;
  readonly #settings: EncoderSettings;
  readonly #onClose: () => void;
  readonly #context = new CodecContext();
  readonly #frame = new Frame();
  readonly #packet = new Packet();
  readonly #planes: Buffer<ArrayBuffer>;
  /** The same as cards take ten bits; null where planes go as they are. */
  readonly #p010: Buffer<ArrayBuffer> | null;
  readonly #packets: EncodedPacket[] = [];
  #frames = 0;
  #closed = false;

  constructor(encoding: VideoEncoding, settings: EncoderSettings, onClose: () => void) {
    this.#encoding = encoding;
    this.#settings = settings;
    this.#onClose = onClose;
    const bytes = planesBytes(encoding.widthPx, encoding.heightPx, settings.planes);
    this.#planes = Buffer.from(new ArrayBuffer(bytes));
    this.#p010 = settings.pixelFormat === 'p010le' ? Buffer.from(new ArrayBuffer(bytes)) : null;
  }

  async start(codec: Codec): Promise<void> {
    const { widthPx, heightPx, rate } = this.#encoding;
    const { pixelFormat, options, threads } = this.#settings;
    const context = this.#context;
    context.allocContext3(codec);
    context.width = widthPx;
    context.height = heightPx;
    context.pixelFormat = avGetPixFmtFromName(pixelFormat);
    context.timeBase = new Rational(rate.den, rate.num);
    context.framerate = new Rational(rate.num, rate.den);
    context.sampleAspectRatio = new Rational(1, 1);
    inBt709(context);
    if (this.#settings.planes.chroma === '420') context.chromaLocation = AVCHROMA_LOC_CENTER;
    context.threadCount = threads;
    checked(await context.open2(codec, Dictionary.fromObject({ ...options })), 'The encoder does not start');
    this.#frame.alloc();
    this.#packet.alloc();
  }

  async encode(pixels: DrawnFrame, index: number): Promise<void> {
    const { widthPx, heightPx, rate } = this.#encoding;
    rgbaToPlanes(pixels, widthPx, heightPx, this.#settings.planes, this.#planes);
    if (this.#p010) planarToP010(this.#planes, widthPx, heightPx, this.#p010);
    const frame = this.#frame;
    frame.unref();
    frame.format = this.#context.pixelFormat;
    frame.width = widthPx;
    frame.height = heightPx;
    checked(frame.fromBuffer(this.#p010 ?? this.#planes), 'A frame could not be handed over');
    inBt709(frame);
    frame.pts = BigInt(index);
    frame.timeBase = new Rational(rate.den, rate.num);
    checked(await this.#context.sendFrame(frame), 'A frame could not be encoded');
    this.#frames++;
    await this.#take();
  }

  async finish(): Promise<Segment> {
    try {
      checked(await this.#context.sendFrame(null), 'The encoder does not end');
      await this.#take();
    } finally {
      this.close();
    }
    const [first] = this.#packets;
    const whole =
      first?.key === true && new Set(this.#packets.map(({ index }) => index)).size === this.#frames;
    if (!whole)
      throw new AppError(
        'encoder-failed',
        `The encoder gave ${this.#packets.length} packets for ${this.#frames} frames.`,
      );
    return {
      codec: codecString(this.#encoding.codec, first.data, this.#settings.planes.bits),
      description: null,
      frameCount: this.#frames,
      packets: this.#packets,
    };
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#context.freeContext();
    this.#frame.free();
    this.#packet.free();
    this.#onClose();
  }

  async #take(): Promise<void> {
    while (await received(this.#context, this.#packet)) {
      const alpha = this.#packet.getSideData(AV_PKT_DATA_MATROSKA_BLOCKADDITIONAL);
      this.#packets.push({
        index: Number(this.#packet.pts),
        key: this.#packet.isKeyframe,
        data: Uint8Array.from(this.#packet.data ?? []),
        ...(alpha ? { alpha: Uint8Array.from(alpha.subarray(BLOCK_ADDITION_HEAD)) } : {}),
      });
      this.#packet.unref();
    }
  }
}

/** Encoders take it from their settings or from each frame. */
function inBt709(written: CodecContext | Frame): void {
  written.colorRange = AVCOL_RANGE_MPEG;
  written.colorPrimaries = AVCOL_PRI_BT709;
  written.colorTrc = AVCOL_TRC_BT709;
  written.colorSpace = AVCOL_SPC_BT709;
}

const SOUND_CODERS = {
  aac: { encoder: 'aac', codecString: 'mp4a.40.2', format: AV_SAMPLE_FMT_FLTP },
  opus: { encoder: 'libopus', codecString: 'opus', format: AV_SAMPLE_FMT_FLT },
} as const;

/**
 * A film's sound, coded as its packets are taken: once.
 * @throws AppError encoder-failed | cancelled, here and from the packets
 */
export async function codeSound(
  audio: AudioChunks,
  { codec, bitrate }: { readonly codec: keyof typeof SOUND_CODERS; readonly bitrate: number },
  onProgress: (fraction: number) => void,
  signal?: CancelSignal,
): Promise<CodedSound> {
  const { codecString } = SOUND_CODERS[codec];
  const { sampleRateHz, channels, totalSamples } = audio;
  let description = new Uint8Array(0);
  const packets = codedPackets(audio, codec, bitrate, (found) => (description = found), onProgress, signal);
  // With the first packet the encoder's description and its priming are known.
  const first = await packets.next();
  return {
    ...{ codec, codecString, sampleRateHz, channels, totalSamples, description },
    primingSamples: first.done === true ? 0 : Math.max(0, -first.value.startSample),
    async *packets() {
      if (first.done === true) return;
      yield first.value;
      yield* packets;
    },
  };
}

async function* codedPackets(
  audio: AudioChunks,
  wanted: keyof typeof SOUND_CODERS,
  bitrate: number,
  onOpened: (description: Uint8Array<ArrayBuffer>) => void,
  onProgress: (fraction: number) => void,
  signal?: CancelSignal,
): AsyncGenerator<CodedPacket> {
  const coder = SOUND_CODERS[wanted];
  const codec = Codec.findEncoderByName(coder.encoder as never);
  if (!codec) throw new AppError('encoder-failed', `There is no encoder ${coder.encoder} here.`);
  using context = new CodecContext();
  using frame = new Frame();
  using packet = new Packet();
  context.allocContext3(codec);
  context.sampleRate = audio.sampleRateHz;
  context.channelLayout = audio.channels === 2 ? AV_CHANNEL_LAYOUT_STEREO : AV_CHANNEL_LAYOUT_MONO;
  context.sampleFormat = coder.format;
  context.timeBase = new Rational(1, audio.sampleRateHz);
  context.bitRate = BigInt(bitrate);
  context.setFlags(AV_CODEC_FLAG_GLOBAL_HEADER);
  checked(await context.open2(codec, null), 'The encoder of sound does not start');
  onOpened(Uint8Array.from(context.extraData ?? []));
  frame.alloc();
  packet.alloc();
  const taken = async function* (): AsyncGenerator<CodedPacket> {
    while (await received(context, packet)) {
      yield { startSample: Number(packet.pts), data: Uint8Array.from(packet.data ?? []) };
      packet.unref();
    }
  };
  let done = 0;
  for await (const piece of equalPieces(audio, context.frameSize || 1024, signal)) {
    throwIfCancelled(signal);
    frame.unref();
    frame.format = coder.format;
    frame.nbSamples = piece[0]?.length ?? 0;
    frame.sampleRate = audio.sampleRateHz;
    frame.channelLayout = context.channelLayout;
    checked(frame.allocBuffer(), 'There is no room for sound');
    fillSamples(frame.data ?? [], piece);
    frame.pts = BigInt(done);
    frame.timeBase = new Rational(1, audio.sampleRateHz);
    checked(await context.sendFrame(frame), 'Sound could not be encoded');
    yield* taken();
    done += frame.nbSamples;
    onProgress(Math.min(1, done / Math.max(1, audio.totalSamples)));
  }
  checked(await context.sendFrame(null), 'The encoder of sound does not end');
  yield* taken();
}

/** The sound in pieces of one length; the last is filled up with silence. */
async function* equalPieces(
  audio: AudioChunks,
  length: number,
  signal?: CancelSignal,
): AsyncGenerator<readonly Float32Array[]> {
  let piece = Array.from({ length: audio.channels }, () => new Float32Array(length));
  let filled = 0;
  for await (const chunk of audio.chunks(signal)) {
    const samples = chunk[0]?.length ?? 0;
    for (let at = 0; at < samples;) {
      const count = Math.min(length - filled, samples - at);
      piece.forEach((channel, c) => channel.set(chunk[c]!.subarray(at, at + count), filled));
      filled += count;
      at += count;
      if (filled < length) continue;
      yield piece;
      piece = piece.map(() => new Float32Array(length));
      filled = 0;
    }
  }
  if (filled > 0) yield piece;
}

/** @param planes one a channel, or one in which the channels alternate */
function fillSamples(planes: readonly Buffer[], channels: readonly Float32Array[]): void {
  const floats = planes.map(
    (plane) => new Float32Array(plane.buffer, plane.byteOffset, plane.byteLength >> 2),
  );
  const [first] = floats;
  if (first === undefined) return;
  if (planes.length === channels.length) channels.forEach((channel, c) => floats[c]!.set(channel));
  else
    channels.forEach((channel, c) => {
      for (let i = 0; i < channel.length; i++) first[i * channels.length + c] = channel[i]!;
    });
}

/** False when the encoder wants more first, or has ended. */
async function received(context: CodecContext, packet: Packet): Promise<boolean> {
  const code = await context.receivePacket(packet);
  if (code === AVERROR_EAGAIN || code === AVERROR_EOF) return false;
  checked(code, 'The encoder stopped');
  return true;
}

function checked(code: number, what: string): void {
  try {
    FFmpegError.throwIfError(code, what);
  } catch (error) {
    throw toAppError(error, 'encoder-failed');
  }
}

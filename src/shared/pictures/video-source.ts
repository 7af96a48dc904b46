/**
 * The frames of one video file, streamed forward: a film asks for ever later times, so the decoder runs on and each
 * frame is decoded once. A step back starts again from the key frame before, and so does a step ahead that has a key
 * frame on its way. At most a few frames are held, because a hardware decoder lends only so many.
 */
import { AppError, toAppError } from '#core/base/errors.ts';
import type { HostImage } from '#core/compose/ports.ts';
import {
  ALL_FORMATS,
  BlobSource,
  EncodedPacketSink,
  Input,
  type InputVideoTrack,
  UnsupportedInputFormatError,
  VideoSampleSink,
  type VideoSample,
} from '../mediabunny.ts';
import { requireSaneIndex } from '../mp4-index.ts';

export type { VideoSample };

/** A frame as the host's canvases and GPUs take it. Whoever holds it closes it. */
export interface DecodedFrame extends HostImage {
  readonly source: { close(): void };
}

/** How a host makes a frame, upright, of what its decoder gave. The sample stays the reader's. */
export type FrameMaker<F> = (sample: VideoSample) => F | Promise<F>;

/** Further ahead than this is a jump: another reader had better go, and leave this one where it may be needed. */
const JUMP_S = 0.6;
/** Starting a decoder costs as much as decoding about so much. */
const START_S = 0.4;
const CONVERT = 'Convert it to an MP4 with H.264 video, then add it again.';

/** What the file's index says of its pictures. */
export interface VideoFacts {
  readonly codec: string;
  /** Upright, square pixels. */
  readonly widthPx: number;
  readonly heightPx: number;
  /** When each frame starts, seconds, ascending; only those whose bytes are there. */
  readonly timesS: Float64Array;
  /** How long the file says it is; null where it does not. */
  readonly claimedS: number | null;
  readonly sound: boolean;
}

export class VideoFile<F extends DecodedFrame> {
  readonly #input: Input;
  readonly #track: InputVideoTrack;
  readonly #sink: VideoSampleSink;
  readonly #packets: EncodedPacketSink;
  readonly #toFrame: FrameMaker<F>;

  private constructor(input: Input, track: InputVideoTrack, toFrame: FrameMaker<F>) {
    this.#input = input;
    this.#track = track;
    this.#sink = new VideoSampleSink(track);
    this.#packets = new EncodedPacketSink(track);
    this.#toFrame = toFrame;
  }

  /** @throws AppError unsupported-media | corrupt-file */
  static async open<F extends DecodedFrame>(blob: Blob, toFrame: FrameMaker<F>): Promise<VideoFile<F>> {
    const input = new Input({ source: new BlobSource(blob), formats: ALL_FORMATS });
    try {
      await requireSaneIndex(blob);
      const track = await input.getPrimaryVideoTrack();
      if (track === null)
        throw new AppError('unsupported-media', 'This file has no picture in it.', {
          way: 'Choose a file with video.',
        });
      const codec = await track.getCodec();
      if (!(await track.canDecode()))
        throw new AppError(
          'unsupported-media',
          `The video's format${codec === null ? '' : ` (${codecName(codec)})`} cannot be played here.`,
          { way: CONVERT },
        );
      return new VideoFile(input, track, toFrame);
    } catch (error) {
      input.dispose();
      throw describe(error);
    }
  }

  /** Nothing is decoded for it. @throws AppError corrupt-file */
  async facts(): Promise<VideoFacts> {
    try {
      const track = this.#track;
      return {
        codec: (await track.getCodec()) ?? 'video',
        widthPx: await track.getDisplayWidth(),
        heightPx: await track.getDisplayHeight(),
        timesS: await wholeFrames(track),
        claimedS: await track.getDurationFromMetadata(),
        sound: (await this.#input.getPrimaryAudioTrack()) !== null,
      };
    } catch (error) {
      throw describe(error);
    }
  }

  /** When the last frame ends, seconds. @throws AppError corrupt-file */
  async endS(): Promise<number> {
    try {
      return await this.#track.computeDuration();
    } catch (error) {
      throw describe(error);
    }
  }

  /**
   * When key frames are on screen, seconds, ascending: those `apartS` apart, and of many only `most`, evenly taken.
   * Nothing is decoded for it. @throws AppError corrupt-file
   */
  async keyTimesS(apartS: number, most: number): Promise<readonly number[]> {
    try {
      const times: number[] = [];
      let packet = await this.#packets.getFirstKeyPacket({ metadataOnly: true });
      while (packet !== null) {
        const timeS = Math.max(0, packet.timestamp);
        if (timeS - (times.at(-1) ?? -Infinity) >= apartS) times.push(timeS);
        packet = await this.#packets.getNextKeyPacket(packet, { metadataOnly: true });
      }
      if (times.length <= most) return times.length === 0 ? [0] : times;
      return Array.from({ length: most }, (_, i) => times[Math.floor((i * times.length) / most)] as number);
    } catch (error) {
      throw describe(error);
    }
  }

  /** A reading position of its own. */
  reader(): VideoReader<F> {
    return new VideoReader(this.#sink, this.#packets, this.#toFrame);
  }

  close(): void {
    this.#input.dispose();
  }
}

export class VideoReader<F extends DecodedFrame> {
  readonly #sink: VideoSampleSink;
  readonly #packets: EncodedPacketSink;
  readonly #toFrame: FrameMaker<F>;
  #samples: AsyncGenerator<VideoSample, void, unknown> | null = null;
  #current: VideoSample | null = null;
  /** Read ahead by one: only it tells when the current frame ends. */
  #next: VideoSample | null = null;
  /** Where the reader will stand when all that was asked of it is done; null before the first. */
  #aimS: number | null = null;
  /** A reader stands in one place: requests wait for one another. */
  #queue: Promise<unknown> = Promise.resolve();

  constructor(sink: VideoSampleSink, packets: EncodedPacketSink, toFrame: FrameMaker<F>) {
    this.#sink = sink;
    this.#packets = packets;
    this.#toFrame = toFrame;
  }

  get aimS(): number | null {
    return this.#aimS;
  }

  /** True when `timeS` lies a little further on. */
  reaches(timeS: number, withinS = JUMP_S): boolean {
    return this.#aimS !== null && timeS >= this.#aimS && timeS - this.#aimS < withinS;
  }

  /**
   * The frame on screen at `timeS`: the last one that starts by then, or the first of all.
   * @throws AppError corrupt-file
   */
  frameAt(timeS: number): Promise<F> {
    return this.take(timeS, this.#toFrame);
  }

  /**
   * The same frame as it is stored: for whoever makes something else of it, which must be done when `take` resolves.
   * @throws AppError corrupt-file
   */
  take<T>(timeS: number, take: (sample: VideoSample) => T | Promise<T>): Promise<T> {
    this.#aimS = timeS;
    const turn = this.#queue.then(() => this.#read(timeS, take));
    this.#queue = turn.catch(() => undefined);
    return turn;
  }

  /** Goes to `timeS`, so that frames from there on are quickly had. What is wrong there is told when they are. */
  async goTo(timeS: number): Promise<void> {
    await this.take(timeS, () => undefined).catch(() => undefined);
  }

  async #read<T>(timeS: number, take: (sample: VideoSample) => T | Promise<T>): Promise<T> {
    try {
      if (!(await this.#runsOnTo(timeS))) await this.#seek(timeS);
      while (this.#next !== null && this.#next.timestamp <= timeS + 1e-6) await this.#step();
      if (this.#current === null)
        throw new AppError('corrupt-file', 'This video has no frames in it.', { way: CONVERT });
      return await take(this.#current);
    } catch (error) {
      this.#aimS = null;
      await this.#stop();
      throw describe(error);
    }
  }

  /** Whether decoding on is the quickest way there. */
  async #runsOnTo(timeS: number): Promise<boolean> {
    const atS = this.#current?.timestamp ?? Infinity;
    if (timeS < atS) return false;
    if (timeS - atS < START_S) return true;
    const key = await this.#packets.getKeyPacket(timeS, { metadataOnly: true });
    return key === null || key.timestamp < atS + START_S;
  }

  async #seek(timeS: number): Promise<void> {
    await this.#stop();
    this.#samples = this.#sink.samples(Math.max(0, timeS));
    await this.#step();
    await this.#step();
    // Past the end there is nothing to yield; what stays on screen is the last frame.
    this.#current ??= await this.#sink.getSample(timeS);
  }

  async #step(): Promise<void> {
    this.#current?.close();
    this.#current = this.#next;
    this.#next = null;
    const step = await this.#samples?.next();
    if (step !== undefined && step.done !== true) this.#next = step.value;
  }

  /** When what was asked for is done. */
  async close(): Promise<void> {
    this.#aimS = null;
    const turn = this.#queue.then(() => this.#stop());
    this.#queue = turn;
    await turn;
  }

  async #stop(): Promise<void> {
    this.#current?.close();
    this.#next?.close();
    this.#current = null;
    this.#next = null;
    const samples = this.#samples;
    this.#samples = null;
    await samples?.return().catch(() => undefined);
  }
}

/** Times of the frames that can be read. A file that was cut still lists what is gone, where its index stands in front. */
async function wholeFrames(track: InputVideoTrack): Promise<Float64Array> {
  const packets = new EncodedPacketSink(track);
  const times: number[] = [];
  for await (const { timestamp } of packets.packets(undefined, undefined, { metadataOnly: true }))
    times.push(timestamp);
  const last = await packets.getPacket(Math.max(...times.slice(-64))).catch(() => null);
  if (last === null || last.data.byteLength === 0) {
    times.length = 0;
    for await (const { timestamp } of packets.packets()) times.push(timestamp);
  }
  return Float64Array.from(times).sort();
}

function codecName(codec: string): string {
  return codec === 'hevc' ? 'HEVC, also called H.265' : codec.toUpperCase();
}

function describe(error: unknown): AppError {
  if (error instanceof AppError) return error;
  if (error instanceof UnsupportedInputFormatError)
    return new AppError('unsupported-media', 'Orator does not know this kind of video file.', {
      cause: error,
      way: CONVERT,
    });
  const known = toAppError(error);
  if (known.code === 'cancelled') return known;
  return new AppError('corrupt-file', 'This video is damaged and cannot be shown.', {
    cause: error,
    way: 'Choose the original file again, or convert it to an MP4 first.',
  });
}

/**
 * The MovieWriter of browsers: drawn pixels to packets through WebCodecs. Pixels cross as VideoFrames that say they
 * are BT.709 limited range, because a canvas handed over as it is becomes a full-range sRGB film that many players
 * show too dark or too bright. Each segment has an encoder of its own, so that its packets depend on its frames alone.
 */
import { AppError, toAppError } from '#core/base/errors.ts';
import { frameToSeconds, rateToFps } from '#core/base/time.ts';
import { i420Bytes, rgbaToI420 } from '#core/output/color.ts';
import { codecStrings } from '#core/output/encoding.ts';
import type {
  DrawnFrame,
  EncodedPacket,
  MovieWriter,
  Segment,
  SegmentEncoder,
  VideoEncoding,
} from '#core/output/ports.ts';
import { sameDescription } from '#core/output/segment-bytes.ts';

/**
 * How pixels become a VideoFrame. `i420`: we convert, exactly. `rgbx`: the browser
 * converts, told the colour space wanted; one or two code values off in Chromium.
 * `planes`: what comes is I420 already, BT.709 limited, and stays as it is.
 */
export type ColorPath = 'rgbx' | 'i420' | 'planes';
/** The better one first. */
export const COLOR_PATHS: readonly ColorPath[] = ['i420', 'rgbx'];

export interface WebCodecsChoice {
  readonly color: ColorPath;
  readonly hardware: boolean;
  /** Between key frames, on any encoder: for films that are not played from their start. */
  readonly keyEveryS?: number;
}

const BT709 = { primaries: 'bt709', transfer: 'bt709', matrix: 'bt709', fullRange: false } as const;
/** Frames the encoder may hold before drawing waits for it. */
const QUEUE = 2;

/**
 * Each segment's first frame is encoded twice, and the first time thrown away. A fresh rate control knows nothing of
 * the picture and starts coarsely (flat colours were off by up to 4/255 for three frames); the second time it knows.
 */
const WARM_UP = -1;

/**
 * OpenH264 takes what has stopped moving for background and then leaves specks where a hand has been, until the next
 * key frame; so in software there is one every half second. (Tuned for screens it leaves none, but its coarsest-allowed
 * quantiser puts flat colours off by up to 4/255.)
 */
const SOFTWARE_KEY_EVERY_S = 0.5;

/** The first configuration this browser supports, or null. */
export async function supportedConfig(
  encoding: VideoEncoding,
  hardware: boolean,
): Promise<VideoEncoderConfig | null> {
  if (typeof VideoEncoder === 'undefined') return null;
  for (const codec of codecStrings(encoding)) {
    const config: VideoEncoderConfig = {
      codec,
      width: encoding.widthPx,
      height: encoding.heightPx,
      bitrate: encoding.bitrate,
      bitrateMode: 'variable',
      framerate: rateToFps(encoding.rate),
      latencyMode: 'quality',
      hardwareAcceleration: hardware ? 'prefer-hardware' : 'prefer-software',
      ...(encoding.codec === 'avc' ? { avc: { format: 'avc' as const } } : {}),
    };
    const { supported } = await VideoEncoder.isConfigSupported(config).catch(() => ({ supported: false }));
    if (supported) return config;
  }
  return null;
}

/**
 * Opens a writer. One blank frame is encoded first: it shows that the encoder works at this size, and its description
 * goes into the fingerprint, so that segments of another encoder are never mixed in.
 * @throws AppError encoder-failed
 */
export async function openWebCodecsWriter(
  encoding: VideoEncoding,
  choice: WebCodecsChoice,
): Promise<MovieWriter> {
  const { config, hardware } = await configFor(encoding, choice.hardware);
  const { codec, description } = await encodeBlank(new WebCodecsSegment(encoding, config, choice, null));
  const fingerprint = JSON.stringify({
    writer: 'webcodecs@4',
    codec,
    description: description === null ? null : Array.from(description),
    color: choice.color,
    ...(choice.keyEveryS === undefined ? {} : { keyEveryS: choice.keyEveryS }),
    hardware,
    bitrate: config.bitrate,
    browser: browserVersion(),
  });
  // Only those under way: one that has ended holds packets and a picture, and a long film has hundreds.
  const open = new Set<WebCodecsSegment>();
  return {
    encoding,
    fingerprint,
    openSegment: () => {
      const segment = new WebCodecsSegment(encoding, config, choice, description, () => open.delete(segment));
      open.add(segment);
      return Promise.resolve(segment);
    },
    close: () => {
      for (const segment of open) segment.close();
    },
  };
}

/** The encoder that was chosen; the other kind where that one stops short of this size. @throws AppError encoder-failed */
async function configFor(
  encoding: VideoEncoding,
  preferred: boolean,
): Promise<{ readonly config: VideoEncoderConfig; readonly hardware: boolean }> {
  for (const hardware of [preferred, !preferred]) {
    const config = await supportedConfig(encoding, hardware);
    if (config) return { config, hardware };
  }
  throw cannotEncode(encoding);
}

async function encodeBlank(segment: WebCodecsSegment): Promise<Segment> {
  const { widthPx, heightPx } = segment.encoding;
  try {
    await segment.encode(new Uint8ClampedArray(widthPx * heightPx * 4), 0); // more than planes need
    return await segment.finish();
  } finally {
    segment.close();
  }
}

class WebCodecsSegment implements SegmentEncoder {
  readonly encoding: VideoEncoding;
  readonly #color: ColorPath;
  readonly #keyEvery: number;
  readonly #expected: Uint8Array | null;
  readonly #encoder: VideoEncoder;
  readonly #packets: EncodedPacket[] = [];
  readonly #yuv: Uint8Array<ArrayBuffer>;
  readonly #onClose: () => void;
  #codec: string;
  #description: Uint8Array<ArrayBuffer> | null = null;
  #error: AppError | null = null;
  #frames = 0;
  #wake: (() => void) | null = null;

  constructor(
    encoding: VideoEncoding,
    config: VideoEncoderConfig,
    { color, keyEveryS }: Pick<WebCodecsChoice, 'color' | 'keyEveryS'>,
    expected: Uint8Array | null,
    onClose: () => void = () => undefined,
  ) {
    this.encoding = encoding;
    this.#onClose = onClose;
    this.#color = color;
    const software = encoding.codec === 'avc' && config.hardwareAcceleration !== 'prefer-hardware';
    const everyS = keyEveryS ?? (software ? SOFTWARE_KEY_EVERY_S : Infinity);
    this.#keyEvery = Math.max(1, Math.round(everyS * rateToFps(encoding.rate)));
    this.#expected = expected;
    this.#codec = config.codec;
    this.#yuv = new Uint8Array(color === 'i420' ? i420Bytes(encoding.widthPx, encoding.heightPx) : 0);
    this.#encoder = new VideoEncoder({
      output: (chunk, meta) => this.#take(chunk, meta),
      error: (error) => {
        this.#error ??= new AppError('encoder-failed', 'The video encoder of this browser stopped.', {
          cause: error,
          way: 'Try again; what is encoded so far is kept.',
        });
        this.#wake?.();
      },
    });
    this.#encoder.addEventListener('dequeue', () => this.#wake?.());
    this.#encoder.configure(config);
  }

  /** @param frame straight RGBA pixels, row by row: a Uint8ClampedArray of the encoding's size; or its planes */
  async encode(frame: DrawnFrame, index: number): Promise<void> {
    while (this.#error === null && this.#encoder.encodeQueueSize >= QUEUE)
      await new Promise<void>((resolve) => (this.#wake = resolve));
    if (this.#error) throw this.#error;
    try {
      if (index === 0) this.#feed(frame, WARM_UP, true);
      this.#feed(frame, index, index % this.#keyEvery === 0);
      this.#frames++;
    } catch (error) {
      throw this.#error ?? toAppError(error, 'encoder-failed');
    }
  }

  async finish(): Promise<Segment> {
    try {
      await this.#encoder.flush();
    } catch (error) {
      throw this.#error ?? toAppError(error, 'encoder-failed');
    } finally {
      this.close();
    }
    const packets = this.#packets;
    const whole =
      packets[0]?.key === true && new Set(packets.map((packet) => packet.index)).size === this.#frames;
    if (!whole)
      throw new AppError(
        'encoder-failed',
        `The encoder gave ${packets.length} packets for ${this.#frames} frames.`,
      );
    if (this.#expected !== null && !sameDescription(this.#expected, this.#description))
      throw new AppError('encoder-failed', 'The encoder changed its settings in the middle of the film.');
    return { codec: this.#codec, description: this.#description, frameCount: this.#frames, packets };
  }

  close(): void {
    if (this.#encoder.state !== 'closed') this.#encoder.close();
    this.#onClose();
  }

  #feed(frame: DrawnFrame, index: number, keyFrame: boolean): void {
    const picture = this.#picture(frame, index);
    try {
      this.#encoder.encode(picture, { keyFrame });
    } finally {
      picture.close();
    }
  }

  #picture(pixels: DrawnFrame, index: number): VideoFrame {
    const { widthPx, heightPx, rate } = this.encoding;
    const size = { codedWidth: widthPx, codedHeight: heightPx, colorSpace: BT709 };
    const time = {
      timestamp: Math.round(frameToSeconds(index, rate) * 1e6),
      duration: Math.round(frameToSeconds(1, rate) * 1e6),
    };
    if (this.#color === 'rgbx') return new VideoFrame(pixels, { format: 'RGBX', ...size, ...time });
    if (this.#color === 'planes') return new VideoFrame(pixels, { format: 'I420', ...size, ...time });
    rgbaToI420(pixels, widthPx, heightPx, this.#yuv);
    return new VideoFrame(this.#yuv, { format: 'I420', ...size, ...time });
  }

  #take(chunk: EncodedVideoChunk, meta: EncodedVideoChunkMetadata | undefined): void {
    const data = new Uint8Array(chunk.byteLength);
    chunk.copyTo(data);
    const index = Math.round((chunk.timestamp * this.encoding.rate.num) / (1e6 * this.encoding.rate.den));
    if (index !== WARM_UP) this.#packets.push({ index, key: chunk.type === 'key', data });
    const config = meta?.decoderConfig;
    if (!config) return;
    this.#codec = config.codec;
    if (config.description) this.#description = bytesOf(config.description);
  }
}

function bytesOf(source: AllowSharedBufferSource): Uint8Array<ArrayBuffer> {
  const view = ArrayBuffer.isView(source)
    ? new Uint8Array(source.buffer, source.byteOffset, source.byteLength)
    : new Uint8Array(source);
  return Uint8Array.from(view);
}

/** The part of the user agent that changes when the encoder may have. */
function browserVersion(): string {
  return /(Chrome|Firefox|Version)\/[\d.]+/.exec(navigator.userAgent)?.[0] ?? navigator.userAgent;
}

function cannotEncode({ widthPx, heightPx }: VideoEncoding): AppError {
  return new AppError(
    'encoder-failed',
    `This browser cannot encode video of ${widthPx} × ${heightPx} pixels.`,
    {
      way: 'Choose a smaller size, or use a current Chrome, Edge, Firefox or Safari.',
    },
  );
}

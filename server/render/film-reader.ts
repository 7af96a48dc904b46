/**
 * Small pictures out of a film, at times that lie evenly over it: it is sought, decoded from the key frame before, and what
 * comes there is made small. Sound is never decoded. For a process of its own: libav runs in it, over bytes that may hold
 * anything. Whoever has the bytes gives them a stretch at a time, so that no copy of the film is made.
 */
import { AppError, toAppError } from '#core/base/errors.ts';
import {
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
  type AVPixelFormat,
  type Stream,
} from './adapters/node-av.ts';

export interface FilmBytes {
  readonly bytes: number;
  /** From `begin` to before `end`. */
  read(begin: number, end: number): Promise<Uint8Array>;
}

export interface FilmPictures {
  /** A picture so often, and of long films no more than so many. */
  readonly everyS: number;
  readonly most: number;
  /** Of the longer side; larger pictures are made smaller. */
  readonly longestPx: number;
}

export interface FilmPicture {
  readonly atS: number;
  readonly widthPx: number;
  readonly heightPx: number;
  /** Opaque, so that nothing hides behind its transparency. */
  readonly rgba: Uint8Array<ArrayBuffer>;
}

/** What Orator writes; nothing that names other files is among it. */
const FORMATS = 'mov,mp4,m4a,3gp,3g2,mj2,matroska,webm';
const MOST_PIXELS = 40e6;
/** Of a time that is as near as this, decoding on is as quick as seeking. */
const NEAR_S = 4;
const THREADS = 2;
const READ_BYTES = 64 * 1024;

/** @throws AppError unsupported-media | corrupt-file, and whatever reading throws */
export async function* filmPictures(film: FilmBytes, wanted: FilmPictures): AsyncGenerator<FilmPicture> {
  const reader = new FilmReader(film, wanted.longestPx);
  try {
    const durationS = await reader.open();
    const stepS = Math.max(wanted.everyS, durationS / wanted.most);
    for (let i = 0; i === 0 || (i < wanted.most && i * stepS < durationS); i++)
      yield await reader.at(i * stepS);
  } finally {
    await reader.close();
  }
}

class FilmReader {
  readonly #film: FilmBytes;
  readonly #longestPx: number;
  readonly #input = new FormatContext();
  readonly #io = new IOContext();
  readonly #decoder = new CodecContext();
  readonly #packet = new Packet();
  readonly #frame = new Frame();
  readonly #held = new Frame();
  readonly #small = new Frame();
  readonly #scaler = new SoftwareScaleContext();
  #stream: Stream | null = null;
  /** The same at every picture, else the scaler is set up anew. */
  #scaled = '';
  #place = 0;
  /** What reading threw, which libav would tell as a number. */
  #readError: AppError | null = null;
  /** Time of the frame that the decoder gave last; null after the end and before the beginning. */
  #lastS: number | null = null;

  constructor(film: FilmBytes, longestPx: number) {
    this.#film = film;
    this.#longestPx = longestPx;
  }

  /** @returns how long it is */
  async open(): Promise<number> {
    this.#packet.alloc();
    for (const frame of [this.#frame, this.#held, this.#small]) frame.alloc();
    this.#input.allocContext();
    this.#io.allocContextWithCallbacks(
      READ_BYTES,
      0,
      (size) => this.#read(size),
      null,
      (offset, whence) => this.#seek(offset, whence),
    );
    this.#input.pb = this.#io;
    const only = Dictionary.fromObject({ format_whitelist: FORMATS, protocol_whitelist: '' });
    this.#checked(await this.#input.openInput('', null, only), 'The film cannot be opened');
    this.#checked(await this.#input.findStreamInfo(), 'The film cannot be understood');
    const index = this.#checked(this.#input.findBestStream(AVMEDIA_TYPE_VIDEO), 'The film has no pictures');
    for (const other of this.#input.streams) if (other.index !== index) other.discard = AVDISCARD_ALL;
    const stream = this.#input.streams[index];
    if (!stream) throw corrupt('it has no pictures');
    this.#stream = stream;
    const { codecpar } = stream;
    if (codecpar.width * codecpar.height > MOST_PIXELS) throw corrupt('its pictures are too large');
    const codec = Codec.findDecoder(codecpar.codecId);
    if (!codec) throw new AppError('unsupported-media', 'There is no decoder for this film here.');
    this.#decoder.allocContext3(codec);
    this.#checked(this.#decoder.parametersToContext(codecpar), 'The decoder does not take this film');
    this.#decoder.pktTimebase = stream.timeBase;
    this.#decoder.threadCount = THREADS;
    this.#checked(await this.#decoder.open2(codec), 'The decoder does not start');
    const durationS =
      stream.duration !== AV_NOPTS_VALUE && stream.duration > 0n
        ? this.#toS(stream.duration)
        : Number(this.#input.duration) / 1e6;
    if (!(durationS > 0)) throw corrupt('it does not say how long it is');
    return durationS;
  }

  /** The first frame from then on, or the last of all. */
  async at(timeS: number): Promise<FilmPicture> {
    const stream = this.#opened();
    const lastS = this.#lastS;
    if (lastS === null || timeS - lastS > NEAR_S || timeS < lastS) {
      const pts = this.#startPts() + this.#toPts(timeS);
      this.#checked(
        await this.#input.seekFrame(stream.index, pts, AVSEEK_FLAG_BACKWARD),
        'It cannot be sought',
      );
      this.#decoder.flushBuffers();
      this.#lastS = null;
    }
    const halfFrameS = stream.avgFrameRate.num > 0 ? 0.5 / stream.avgFrameRate.toDouble() : 0;
    this.#held.unref();
    for (let heldS: number | null = null; ;) {
      if (!(await this.#decode())) {
        this.#lastS = null;
        // Where the film ends before then, its last frame stays on screen.
        if (heldS === null) throw corrupt(`nothing came at ${timeS.toFixed(1)} s`);
        return this.#shrunk(this.#held, heldS);
      }
      const frameS = Math.max(0, this.#toS(this.#frame.bestEffortTimestamp - this.#startPts()));
      this.#lastS = frameS;
      if (frameS >= timeS - halfFrameS) return this.#shrunk(this.#frame, frameS);
      this.#held.unref();
      this.#checked(this.#held.ref(this.#frame), 'A frame could not be held');
      heldS = frameS;
    }
  }

  async close(): Promise<void> {
    this.#scaler.freeContext();
    this.#decoder.freeContext();
    for (const frame of [this.#frame, this.#held, this.#small]) frame.free();
    this.#packet.free();
    await this.#input.closeInput();
    this.#io.freeContext();
  }

  /** The next frame. @returns false after the last */
  async #decode(): Promise<boolean> {
    const { index } = this.#opened();
    for (;;) {
      const got = await this.#decoder.receiveFrame(this.#frame);
      if (got === AVERROR_EOF) return false;
      if (got !== AVERROR_EAGAIN) {
        this.#checked(got, 'A frame cannot be decoded');
        return true;
      }
      const read = await this.#input.readFrame(this.#packet);
      if (read === AVERROR_EOF) {
        this.#checked(await this.#decoder.sendPacket(null), 'The decoder does not end');
        continue;
      }
      this.#checked(read, 'The film cannot be read');
      if (this.#packet.streamIndex === index)
        this.#checked(await this.#decoder.sendPacket(this.#packet), 'A frame cannot be decoded');
      this.#packet.unref();
    }
  }

  async #shrunk(frame: Frame, atS: number): Promise<FilmPicture> {
    const { width, height, format } = frame;
    if (width * height > MOST_PIXELS) throw corrupt('its pictures are too large');
    const scale = Math.min(1, this.#longestPx / Math.max(width, height));
    const [widthPx, heightPx] = [width, height].map((side) => Math.max(1, Math.round(side * scale))) as [
      number,
      number,
    ];
    const kind = `${width} ${height} ${format}`;
    if (kind !== this.#scaled) {
      this.#scaler.freeContext();
      this.#scaler.getContext(
        width,
        height,
        format as AVPixelFormat,
        widthPx,
        heightPx,
        AV_PIX_FMT_RGBA,
        SWS_AREA,
      );
      this.#scaled = kind;
    }
    const small = this.#small;
    small.unref();
    small.format = AV_PIX_FMT_RGBA;
    small.width = widthPx;
    small.height = heightPx;
    this.#checked(small.getBuffer(), 'There is no room for a picture');
    this.#checked(await this.#scaler.scaleFrame(small, frame), 'A picture cannot be made smaller');
    const rgba = Uint8Array.from(small.toBuffer());
    if (rgba.length !== widthPx * heightPx * 4) throw corrupt('a picture has another size');
    for (let alpha = 3; alpha < rgba.length; alpha += 4) rgba[alpha] = 255;
    return { atS, widthPx, heightPx, rgba };
  }

  async #read(size: number): Promise<Buffer | null> {
    const end = Math.min(this.#film.bytes, this.#place + size);
    if (end <= this.#place) return null;
    try {
      const bytes = await this.#film.read(this.#place, end);
      this.#place += bytes.length;
      return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    } catch (error) {
      this.#readError ??= toAppError(error, 'storage-failed');
      return null;
    }
  }

  #seek(offset: bigint, whence: number): bigint {
    if (whence === AVSEEK_SIZE) return BigInt(this.#film.bytes);
    const from = whence === AVSEEK_CUR ? this.#place : whence === AVSEEK_END ? this.#film.bytes : 0;
    const place = from + Number(offset);
    if (place < 0) return -1n;
    this.#place = place;
    return BigInt(place);
  }

  #opened(): Stream {
    if (!this.#stream) throw new Error('the film was not opened');
    return this.#stream;
  }

  #startPts(): bigint {
    const { startTime } = this.#opened();
    return startTime === AV_NOPTS_VALUE ? 0n : startTime;
  }

  #toS(pts: bigint): number {
    const { num, den } = this.#opened().timeBase;
    return (Number(pts) * num) / den;
  }

  #toPts(timeS: number): bigint {
    const { num, den } = this.#opened().timeBase;
    return BigInt(Math.round((timeS * den) / num));
  }

  /** @throws AppError what reading threw, else corrupt-file */
  #checked(code: number, what: string): number {
    if (this.#readError) throw this.#readError;
    try {
      FFmpegError.throwIfError(code, what);
    } catch (error) {
      throw new AppError('corrupt-file', 'This film cannot be decoded.', { cause: error });
    }
    return code;
  }
}

function corrupt(why: string): AppError {
  return new AppError('corrupt-file', 'This film cannot be decoded.', { cause: new Error(why) });
}

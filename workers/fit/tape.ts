/**
 * The working film while it is made: each frame's picture with its matte below, encoded in pieces of two seconds that are
 * kept at once. Mattes are looked at on every third frame, so frames wait for the next look: three at most. A film that
 * was begun goes on after its last whole piece.
 */
import type { CancelSignal } from '#core/base/errors.ts';
import type { AssetHash } from '#core/base/ids.ts';
import { rateToFps } from '#core/base/time.ts';
import type { Rational } from '#core/base/time.ts';
import { bitrateFor } from '#core/output/encoding.ts';
import { i420Bytes, i420ToHalfRgba } from '#core/output/color.ts';
import type { MovieWriter, Segment, SegmentEncoder, VideoCodec } from '#core/output/ports.ts';
import { decodeSegment, encodeSegment } from '#core/output/segment-bytes.ts';
import type { FilmShape } from '#core/presenter/footage/film/layout.ts';
import { writeFilmFrame } from '#core/presenter/footage/film/layout.ts';
import { between, steadied } from '#core/presenter/footage/film/matte.ts';
import { MatteRefiner } from '#core/presenter/footage/film/refine.ts';
import type { FaceTools, Matte, Picture } from '#core/track/ports.ts';
import { writeMovie } from '#shared/mediabunny.ts';
import type { OpfsStore } from '#shared/opfs.ts';
import { openWebCodecsWriter } from '../adapters/webcodecs.ts';
import { FramePixels } from '../adapters/frame-pixels.ts';
import type { Kept } from './kept.ts';

export const TAPE_VERSION = 4;
const PIECE_S = 2;
/** A motion graph jumps about in the film: a jump costs at most the frames since the last of these. */
const KEY_EVERY_S = 0.5;
/** Frames from one look at the matte to the next. */
const MATTE_EVERY = 3;
/**
 * From this long a side on the matte's networks are shown half of the picture, which is as fine as their matte is ever
 * made: to cut their squares out of the whole took as long as to look at them.
 */
const HALVED_FROM_PX = 1440;
/** Finer than a film that is only watched: this one is drawn from, and encoded once more. */
const BITRATE_GAIN = 1.25;

export interface TapeOptions {
  readonly shape: FilmShape;
  readonly rate: Rational;
  readonly tools: Pick<FaceTools, 'matte'>;
  readonly kept: Kept;
}

export interface TapedFrame {
  readonly index: number;
  /** I420, BT.709 limited, of the picture. */
  readonly planes: Uint8Array<ArrayBuffer>;
}

export class Tape {
  readonly #options: TapeOptions;
  readonly #writer: MovieWriter;
  readonly #pieceFrames: number;
  readonly #refiner: MatteRefiner | null;
  readonly #film: Uint8ClampedArray<ArrayBuffer>;
  /** For the matte's networks, where the picture is large. */
  readonly #half: Picture | null;
  readonly #pixels: FramePixels;
  readonly #spare: Uint8Array<ArrayBuffer>[] = [];
  #waiting: TapedFrame[] = [];
  #look: { readonly index: number; readonly matte: Matte } | null = null;
  #piece: SegmentEncoder | null = null;
  #next: number;

  private constructor(options: TapeOptions, writer: MovieWriter, pieceFrames: number, next: number) {
    const { shape } = options;
    this.#options = options;
    this.#writer = writer;
    this.#pieceFrames = pieceFrames;
    this.#next = next;
    this.#refiner = shape.matte && new MatteRefiner(shape.widthPx, shape.colourHeightPx);
    this.#pixels = new FramePixels(shape.widthPx, shape.colourHeightPx);
    const half = { widthPx: shape.widthPx >> 1, heightPx: shape.colourHeightPx >> 1 };
    this.#half =
      2 * Math.max(half.widthPx, half.heightPx) >= HALVED_FROM_PX
        ? { ...half, rgba: new Uint8ClampedArray(4 * half.widthPx * half.heightPx) }
        : null;
    this.#film = new Uint8ClampedArray(i420Bytes(shape.widthPx, shape.heightPx));
  }

  /** @throws AppError encoder-failed */
  static async open(options: TapeOptions): Promise<Tape> {
    const { shape, rate, kept } = options;
    const writer = await openWriter(shape, rate);
    const pieceFrames = Math.round(PIECE_S * rateToFps(rate));
    let pieces = 0;
    while (await kept.has(pieceName(pieces))) pieces++;
    // The last piece of a finished film may be a short one.
    const last = pieces > 0 ? await kept.read(pieceName(pieces - 1)) : null;
    const done = last === null ? 0 : (pieces - 1) * pieceFrames + decodeSegment(last).frameCount;
    return new Tape(options, writer, pieceFrames, done);
  }

  /** The frame that `add` wants next. */
  get nextFrame(): number {
    return this.#next + this.#waiting.length;
  }

  /** In order, from `nextFrame` on. @throws AppError encoder-failed | storage-full | device-lost | cancelled */
  async add(frame: TapedFrame, signal?: CancelSignal): Promise<void> {
    const { index } = frame;
    const planes = this.#spare.pop() ?? new Uint8Array(frame.planes.length);
    planes.set(frame.planes);
    this.#waiting.push({ index, planes });
    if (this.#refiner === null) return this.#write(() => null);
    if (this.#look !== null && index % MATTE_EVERY !== 0) return;
    const matte = await this.#options.tools.matte(await this.#shown(frame), signal);
    const seen = steadied(matte, this.#look?.matte ?? null);
    const before = this.#look ?? { index, matte: seen };
    this.#look = { index, matte: seen };
    await this.#write((at) =>
      between(before.matte, seen, index === before.index ? 1 : (at - before.index) / (index - before.index)),
    );
  }

  /** The film, once every frame was added. @returns its asset */
  async finish(
    store: OpfsStore,
    title: string,
    signal?: CancelSignal,
    onProgress: (fraction: number) => void = () => undefined,
  ): Promise<{ readonly asset: AssetHash; readonly bytes: number }> {
    const last = this.#look?.matte ?? null;
    await this.#write(() => last);
    await this.#keepPiece();
    const frameCount = this.#next;
    const writer = await store.openWriter();
    let bytes = 0;
    try {
      await writeMovie(
        {
          container: 'mp4-head-first',
          encoding: this.#writer.encoding,
          frameCount,
          segments: this.#pieces(frameCount),
          sound: { kind: 'none' },
          title,
          write: async (piece, at) => {
            bytes = Math.max(bytes, at + piece.length);
            await writer.write(piece, at);
          },
          onFrames: (done) => onProgress(done / frameCount),
        },
        signal,
      );
      return { asset: await writer.finish(), bytes };
    } catch (error) {
      await writer.discard();
      throw error;
    }
  }

  close(): void {
    this.#writer.close();
  }

  async #shown({ planes }: TapedFrame): Promise<Picture> {
    const { widthPx, colourHeightPx } = this.#options.shape;
    if (this.#half === null) return (await this.#pixels.ofPlanes(planes)).view.whole();
    i420ToHalfRgba(planes, widthPx, colourHeightPx, this.#half.rgba);
    return this.#half;
  }

  async #write(matteAt: (index: number) => Matte | null): Promise<void> {
    const { shape } = this.#options;
    for (let frame = this.#waiting[0]; frame; frame = this.#waiting[0]) {
      const { index, planes } = frame;
      const matte = matteAt(index);
      const alpha = matte && this.#refiner ? this.#refiner.refine(planes, matte) : null;
      writeFilmFrame(shape, planes, alpha, this.#film);
      this.#piece ??= await this.#writer.openSegment();
      await this.#piece.encode(this.#film, index % this.#pieceFrames);
      this.#waiting.shift();
      this.#spare.push(planes);
      this.#next = index + 1;
      if (this.#next % this.#pieceFrames === 0) await this.#keepPiece();
    }
  }

  async #keepPiece(): Promise<void> {
    const piece = this.#piece;
    if (piece === null) return;
    this.#piece = null;
    const segment = await piece.finish();
    const place = Math.floor((this.#next - 1) / this.#pieceFrames);
    await this.#options.kept.write(pieceName(place), encodeSegment(segment));
  }

  async *#pieces(frameCount: number): AsyncGenerator<Segment> {
    for (let piece = 0; piece * this.#pieceFrames < frameCount; piece++) {
      const bytes = await this.#options.kept.read(pieceName(piece));
      if (bytes === null) throw new Error('A piece of the film is gone.');
      yield decodeSegment(bytes);
    }
  }
}

/** H.264 where the browser has it; else what it has. */
async function openWriter(shape: FilmShape, rate: Rational): Promise<MovieWriter> {
  const { widthPx, heightPx, colourHeightPx } = shape;
  const open = (codec: VideoCodec) => {
    const bitrate = BITRATE_GAIN * bitrateFor(codec, widthPx, colourHeightPx, rate);
    // One encoder for the whole film, the same tomorrow: hardware comes and goes.
    const choice = { color: 'planes', hardware: false, keyEveryS: KEY_EVERY_S } as const;
    return openWebCodecsWriter({ codec, widthPx, heightPx, rate, bitrate }, choice);
  };
  return open('avc').catch((error: unknown) =>
    open('vp9').catch(() => {
      throw error;
    }),
  );
}

function pieceName(piece: number): string {
  return `film/${piece}`;
}

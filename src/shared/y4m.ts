/**
 * Frames out of a YUV4MPEG2 stream (mjpegtools' yuv4mpeg(5)): one line that says the size, then each frame's line and
 * its planes. Only 8-bit 4:2:0 is read, because that is what Orator asks FFmpeg for. Bytes may come cut anywhere.
 */
import { AppError } from '#core/base/errors.ts';

/** Y, then U, then V, rows from the top, no padding; chroma is half the size each way, rounded up. */
export interface Y4mFrame {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly planes: Uint8Array<ArrayBuffer>;
}

const LINE_MAX_BYTES = 256;
const SIDE_MAX_PX = 16_384;
const NEWLINE = 10;

export class Y4mReader {
  readonly #onFrame: (frame: Y4mFrame) => void;
  #size: { readonly widthPx: number; readonly heightPx: number; readonly bytes: number } | null = null;
  #line: number[] = [];
  /** The frame that is being filled, between its line and its last byte. */
  #planes: Uint8Array<ArrayBuffer> | null = null;
  #filled = 0;

  /** @param onFrame each whole frame, once; its planes are nobody else's */
  constructor(onFrame: (frame: Y4mFrame) => void) {
    this.#onFrame = onFrame;
  }

  /** @throws AppError corrupt-file */
  push(bytes: Uint8Array): void {
    let at = 0;
    while (at < bytes.length) at = this.#planes === null ? this.#readLine(bytes, at) : this.#fill(bytes, at);
  }

  #readLine(bytes: Uint8Array, from: number): number {
    let at = from;
    while (at < bytes.length) {
      const byte = bytes[at++] as number;
      if (byte === NEWLINE) {
        this.#take(String.fromCharCode(...this.#line));
        this.#line = [];
        return at;
      }
      if (this.#line.push(byte) > LINE_MAX_BYTES) throw broken('a line does not end');
    }
    return at;
  }

  #take(line: string): void {
    if (this.#size === null) this.#size = sizeIn(line);
    else if (line === 'FRAME' || line.startsWith('FRAME ')) {
      this.#planes = new Uint8Array(this.#size.bytes);
      this.#filled = 0;
    } else throw broken(`“${line.slice(0, 20)}” where a frame begins`);
  }

  #fill(bytes: Uint8Array, from: number): number {
    const [planes, size] = [this.#planes, this.#size];
    if (planes === null || size === null) throw broken('planes before a frame');
    const part = bytes.subarray(from, from + planes.length - this.#filled);
    planes.set(part, this.#filled);
    this.#filled += part.length;
    if (this.#filled === planes.length) {
      this.#planes = null;
      this.#onFrame({ widthPx: size.widthPx, heightPx: size.heightPx, planes });
    }
    return from + part.length;
  }
}

function sizeIn(line: string) {
  const [magic, ...fields] = line.split(' ');
  const field = (letter: string) => fields.find((text) => text.startsWith(letter))?.slice(1);
  const widthPx = Number(field('W'));
  const heightPx = Number(field('H'));
  const sides = [widthPx, heightPx];
  if (
    magic !== 'YUV4MPEG2' ||
    !sides.every((side) => Number.isInteger(side) && side > 0 && side <= SIDE_MAX_PX)
  )
    throw broken('no size in its first line');
  const chroma = field('C') ?? '420';
  if (!/^420(jpeg|mpeg2|paldv)?$/.test(chroma)) throw broken(`chroma ${chroma}`);
  const bytes = widthPx * heightPx + 2 * Math.ceil(widthPx / 2) * Math.ceil(heightPx / 2);
  return { widthPx, heightPx, bytes };
}

function broken(why: string): AppError {
  return new AppError('corrupt-file', 'The frames of this video could not be read.', {
    cause: new Error(why),
  });
}

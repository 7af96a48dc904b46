/**
 * A video on screen: its readers, and the frames they gave last, by the time they were asked for. A film that is played
 * needs one reader; a cross-fade inside of it needs two, and a third goes ahead to where the film will jump next.
 */
import { AppError } from '#core/base/errors.ts';
import type { DecodedFrame, VideoFile, VideoReader } from './video-source.ts';

const READERS = 3;
/** What a reader comes by within this, as the film is played, it need not be sent ahead to. */
const PLAYED_S = 1;
/** It stops so much early: of a film that is played with frames left out, the first after a jump may have been left out. */
const EARLY_S = 0.25;
/** Frames at hand: stage and export may both be about to draw, each with a cross-fade. */
const FRAMES = 4;

export class OpenVideo<F extends DecodedFrame> {
  readonly #file: Promise<VideoFile<F>>;
  /** Most recently used last. */
  #readers: VideoReader<F>[] = [];
  readonly #frames = new Map<number, F>();
  #closed = false;

  constructor(file: Promise<VideoFile<F>>) {
    this.#file = file;
    file.catch(() => undefined); // told to whoever loads
  }

  frame(timeS: number): F | null {
    return this.#frames.get(timeS) ?? null;
  }

  /** @throws AppError unsupported-media | corrupt-file | cancelled */
  async load(timeS: number): Promise<void> {
    const file = await this.#file;
    if (this.#closed) throw new AppError('cancelled', 'Stopped.');
    const kept = this.#frames.get(timeS);
    if (kept !== undefined) {
      this.#keep(timeS, kept);
      return;
    }
    const frame = await this.#readerFor(file, timeS).frameAt(timeS);
    if (this.#closed) frame.source.close();
    else this.#keep(timeS, frame);
  }

  /** The film will soon be at `timeS`: a reader that nobody needs goes there, if none comes by. */
  expect(timeS: number): void {
    void this.#file.then((file) => {
      if (!this.#closed && !this.#readers.some((reader) => reader.reaches(timeS, PLAYED_S)))
        void this.#readerFor(file, timeS).goTo(Math.max(0, timeS - EARLY_S));
    }, ignore);
  }

  #readerFor(file: VideoFile<F>, timeS: number): VideoReader<F> {
    const [nearest] = this.#readers
      .filter((candidate) => candidate.reaches(timeS))
      .sort((a, b) => (b.aimS ?? 0) - (a.aimS ?? 0));
    const idle = this.#readers.length < READERS ? undefined : this.#readers[0];
    const reader = nearest ?? idle ?? file.reader();
    this.#readers = [...this.#readers.filter((other) => other !== reader), reader];
    return reader;
  }

  #keep(timeS: number, frame: F): void {
    const other = this.#frames.get(timeS);
    if (other !== undefined && other !== frame) other.source.close(); // two asked at once
    this.#frames.delete(timeS);
    this.#frames.set(timeS, frame);
    for (const [oldest, { source }] of this.#frames) {
      if (this.#frames.size <= FRAMES) break;
      this.#frames.delete(oldest);
      source.close();
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const { source } of this.#frames.values()) source.close();
    this.#frames.clear();
    await Promise.all(this.#readers.map((reader) => reader.close()));
    this.#readers = [];
    await this.#file.then((file) => file.close()).catch(ignore);
  }
}

function ignore(): void {}

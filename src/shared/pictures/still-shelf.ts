/**
 * Decoded stills, each decoded once and kept while there is room. The longest unused goes first, but never one that was
 * asked for a moment ago: it may be about to be drawn.
 */
import { AppError } from '#core/base/errors.ts';

export interface StillShelfOptions {
  /** Bound on decoded pixels. */
  readonly limitBytes: number;
  /** What so many rounds ago was asked for may still be about to be drawn. */
  readonly roundsSpared: number;
}

/** A decoded picture as the host has it. */
export interface StillPicture {
  readonly width: number;
  readonly height: number;
  close(): void;
}

interface Still<S> {
  readonly decoding: Promise<S>;
  bitmap: S | null;
  lastRound: number;
}

/** What is damaged stays damaged; what was missing or unreadable may come. */
const LASTING: readonly string[] = ['corrupt-file', 'unsupported-media'];

export class StillShelf<S extends StillPicture> {
  readonly #options: StillShelfOptions;
  /** In the order of use, newest last. */
  readonly #stills = new Map<string, Still<S>>();

  constructor(options: StillShelfOptions) {
    this.#options = options;
  }

  get(key: string): S | null {
    return this.#stills.get(key)?.bitmap ?? null;
  }

  /** Resolves when the still is at hand. `decode` is called if it is not there yet, and its error is passed on. */
  async load(key: string, round: number, decode: () => Promise<S>): Promise<void> {
    const still = this.#stills.get(key) ?? this.#start(key, round, decode);
    still.lastRound = round;
    this.#stills.delete(key);
    this.#stills.set(key, still);
    still.bitmap = await still.decoding;
  }

  #start(key: string, round: number, decode: () => Promise<S>): Still<S> {
    const decoding = decode();
    const made: Still<S> = { decoding, bitmap: null, lastRound: round };
    this.#stills.set(key, made);
    decoding.then(
      (bitmap) => (made.bitmap = bitmap),
      (error: unknown) => {
        const lasting = error instanceof AppError && LASTING.includes(error.code);
        if (!lasting && this.#stills.get(key) === made) this.#stills.delete(key);
      },
    );
    return made;
  }

  trim(round: number): void {
    let bytes = 0;
    for (const { bitmap } of this.#stills.values()) bytes += bytesOf(bitmap);
    for (const [key, { bitmap, lastRound }] of this.#stills) {
      if (bytes <= this.#options.limitBytes) break;
      if (bitmap === null || lastRound > round - this.#options.roundsSpared) continue;
      bytes -= bytesOf(bitmap);
      bitmap.close();
      this.#stills.delete(key);
    }
  }

  close(): void {
    for (const { decoding } of this.#stills.values())
      void decoding.then((bitmap) => bitmap.close()).catch(() => undefined);
    this.#stills.clear();
  }
}

function bytesOf(bitmap: StillPicture | null): number {
  return bitmap === null ? 0 : bitmap.width * bitmap.height * 4;
}

/**
 * What answers in judge.worker: the written policy's rules and, where this device can have it, the learned layer; and of
 * pictures the network that looks at them. It remembers what it judged for as long as the page is open, and sends nothing
 * anywhere.
 */
import { errorToWire } from '#core/base/errors.ts';
import type { AssetHash } from '#core/base/ids.ts';
import type { JudgeWorkerApi } from '#core/pipeline/judge-api.ts';
import {
  moderateImage,
  type PictureClassifier,
  type SeenPicture,
} from '#core/policy/moderation/images/picture-classifier.ts';
import { moderate, ModerationMemo } from '#core/policy/moderation/moderate.ts';
import type {
  ModerationVerdict,
  PieceVerdict,
  TextClassifier,
  TextPiece,
} from '#core/policy/moderation/verdict.ts';

export interface JudgeParts {
  /** Null: the rules alone decide. @param baseUrl where static files are served from */
  readonly openWords: ((baseUrl: string) => Promise<TextClassifier>) | null;
  readonly openEyes: (baseUrl: string) => Promise<PictureClassifier>;
  /** A picture of the asset store. @throws AppError not-found | corrupt-file */
  readonly picture: (hash: AssetHash) => Promise<SeenPicture>;
}

export class Judge implements JudgeWorkerApi {
  readonly #memo = new ModerationMemo();
  readonly #parts: JudgeParts;
  #baseUrl = '/';
  #learned: Promise<TextClassifier | null> = Promise.resolve(null);
  #eyes: Promise<PictureClassifier> | null = null;
  readonly #seen = new Map<AssetHash, Promise<PieceVerdict>>();
  /** The question being answered; a newer one ends it. */
  #running = { aborted: false };

  constructor(parts: JudgeParts) {
    this.#parts = parts;
  }

  async start(baseUrl: string, learned: boolean): Promise<void> {
    this.#baseUrl = baseUrl;
    // Without its file the rules alone decide; the verdict says so.
    if (learned && this.#parts.openWords) this.#learned = this.#parts.openWords(baseUrl).catch(() => null);
  }

  async judge(pieces: readonly TextPiece[]): Promise<ModerationVerdict> {
    this.#running.aborted = true;
    const signal = (this.#running = { aborted: false });
    return asData(async () =>
      moderate(pieces, { classifier: await this.#learned, memo: this.#memo, signal }),
    );
  }

  see(picture: AssetHash): Promise<PieceVerdict> {
    return asData(() => {
      const before = this.#seen.get(picture);
      if (before) return before;
      const looking = this.#look(picture);
      this.#seen.set(picture, looking);
      // What failed is tried again when it is asked again.
      looking.catch(() => this.#seen.delete(picture));
      return looking;
    });
  }

  async #look(picture: AssetHash): Promise<PieceVerdict> {
    // The file is small beside what opens the network: one that cannot be read opens nothing.
    const pixels = await this.#parts.picture(picture);
    this.#eyes ??= this.#parts.openEyes(this.#baseUrl);
    const eyes = await this.#eyes.catch((error: unknown) => {
      this.#eyes = null;
      throw error;
    });
    return moderateImage(picture, pixels, eyes);
  }
}

/** Errors cross workers as data. */
async function asData<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const wire: unknown = errorToWire(error);
    throw wire;
  }
}

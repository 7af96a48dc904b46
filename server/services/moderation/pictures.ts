/**
 * Pictures on the server: what an account has uploaded for a project, and frames of films that were made. Each is looked at
 * once; what was seen is kept by the picture's hash. What cannot be decoded is left to a person, because whatever draws it
 * elsewhere may be able to.
 */
import { setImmediate } from 'node:timers/promises';
import {
  moderateImage,
  type PictureClassifier,
  type SeenPicture,
} from '#core/policy/moderation/images/picture-classifier.ts';
import { learnedRuleOf } from '#core/policy/moderation/policy.ts';
import { gravest, type Decision, type Finding, type PieceVerdict } from '#core/policy/moderation/verdict.ts';
import { PictureUnanswered } from './bounded-classifier.ts';

/** PNG, JPEG or WebP to pixels. @throws anything, where it is none */
export type DecodePicture = (bytes: Uint8Array<ArrayBuffer>) => Promise<SeenPicture>;

export interface NamedPicture {
  /** Where it stands; its findings bear it as `pieceId`. */
  readonly id: string;
  /** SHA-256 of what is in it: one that is known is not read again. */
  readonly hash: string;
  readonly bytes: number;
  /** Null where it is gone meanwhile. */
  read(): Promise<Uint8Array<ArrayBuffer> | null>;
}

export interface PictureJudge {
  readonly revision: string;
  /** In their order. @throws AppError cancelled | internal */
  judge(pictures: readonly NamedPicture[], signal?: AbortSignal): Promise<readonly PieceVerdict[]>;
}

/** A larger one is left to a person: films and sounds may be called pictures, too. */
const MOST_BYTES = 64 * 1024 * 1024;
/** So many are in memory at once, whoever asks. */
const AT_ONCE = 2;

/** Hashes that are remembered; the oldest is forgotten first. */
const MOST_KNOWN = 5000;

export function pictureJudge(classifier: PictureClassifier, decode: DecodePicture): PictureJudge {
  const known = new Map<string, readonly Finding[]>();
  const turns = turnsOf(AT_ONCE);
  /** Who asks for one that is being looked at waits for the same. */
  const looking = new Map<string, Promise<readonly Finding[]>>();
  /** Null where no answer came in time. */
  const findingsOf = async (hash: string, picture: SeenPicture, signal?: AbortSignal) => {
    try {
      return (await moderateImage(hash, picture, classifier, signal)).findings;
    } catch (error) {
      if (error instanceof PictureUnanswered) return null;
      throw error;
    }
  };
  const find = async (asked: NamedPicture, signal?: AbortSignal): Promise<readonly Finding[]> => {
    const bytes = await asked.read();
    if (!bytes) return [UNSEEN];
    const picture = await decode(bytes).catch(() => null);
    const findings = picture ? await findingsOf(asked.hash, picture, signal) : [UNSEEN];
    // Nothing was learned of a picture that was not answered: it is looked at when it is asked for again.
    if (!findings) return [UNANSWERED];
    known.set(asked.hash, findings);
    for (const oldest of known.keys()) {
      if (known.size <= MOST_KNOWN) break;
      known.delete(oldest);
    }
    return findings;
  };
  const look = (asked: NamedPicture, signal?: AbortSignal): Promise<readonly Finding[]> => {
    if (asked.bytes > MOST_BYTES) return Promise.resolve([UNSEEN]);
    const { hash } = asked;
    const before = known.get(hash);
    if (before) return Promise.resolve(before);
    const meanwhile = looking.get(hash);
    if (meanwhile) return meanwhile;
    const found = turns(() => find(asked, signal)).finally(() => looking.delete(hash));
    looking.set(hash, found);
    return found;
  };
  return {
    revision: classifier.revision,
    async judge(pictures, signal) {
      const judged: PieceVerdict[] = [];
      for (const picture of pictures) {
        const findings = await look(picture, signal);
        judged.push({
          pieceId: picture.id,
          decision: gravest(findings.map(({ decision }) => decision)),
          findings,
        });
        // Others get their turn between the pictures.
        await setImmediate();
      }
      return judged;
    },
  };
}

/** Runs at most so many of what it is given at once; the others wait. */
function turnsOf(most: number): <T>(work: () => Promise<T>) => Promise<T> {
  let running = 0;
  const waiting: (() => void)[] = [];
  return async (work) => {
    if (running >= most) await new Promise<void>((resolve) => waiting.push(resolve));
    else running++;
    try {
      return await work();
    } finally {
      // Whoever waits longest takes the place over.
      const next = waiting.shift();
      if (next) next();
      else running--;
    }
  };
}

const UNSEEN: Finding = {
  category: 'sexual',
  rule: learnedRuleOf('sexual').id,
  decision: 'review',
  source: 'image',
  score: 0,
  span: null,
  reason: 'This picture cannot be read here, so nothing has looked at it.',
  way: 'Save it anew as PNG or JPEG, or wait until a person has looked.',
};

const UNANSWERED: Finding = {
  ...UNSEEN,
  reason: 'This picture could not be looked at by the program in the time that it may take.',
  way: 'Wait until a person has looked.',
};

/** Of a finished film that nothing here could decode, or not in the time and memory that it may take. */
export const UNSEEN_FILM: Finding = {
  ...UNSEEN,
  reason: 'This film could not be looked at by the program, so nothing has seen all that it shows.',
  way: 'Wait until a person has looked, or ask for it in another format.',
};

/** A frame of a finished film. */
export interface FilmFrame {
  readonly atS: number;
  readonly picture: SeenPicture;
}

export interface FramesVerdict {
  readonly decision: Decision;
  /** How many were looked at. */
  readonly looked: number;
  /** Those in which something was found; `pieceId` is `frame at 12.5 s`. */
  readonly frames: readonly PieceVerdict[];
}

/**
 * What a finished film shows, by frames sampled from it. One after the other, so that they may come straight from a decoder.
 * It goes on after the first finding: whoever decides sees them all.
 * @param onFound is told of each frame in which something was found, while its pixels are there
 * @throws AppError cancelled | internal, and whatever the frames throw
 */
export async function moderateFrames(
  frames: Iterable<FilmFrame> | AsyncIterable<FilmFrame>,
  classifier: PictureClassifier,
  signal?: AbortSignal,
  onFound?: (verdict: PieceVerdict, picture: SeenPicture) => Promise<void>,
): Promise<FramesVerdict> {
  const found: PieceVerdict[] = [];
  let looked = 0;
  for await (const { atS, picture } of frames) {
    const verdict = await moderateImage(`frame at ${atS.toFixed(1)} s`, picture, classifier, signal);
    looked += 1;
    if (verdict.findings.length > 0) {
      found.push(verdict);
      await onFound?.(verdict, picture);
    }
    await setImmediate();
  }
  return { decision: gravest(found.map(({ decision }) => decision)), looked, frames: found };
}

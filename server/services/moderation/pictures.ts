/**
 * Pictures on the server: what an account has uploaded for a project, and frames of films that were made. Each is looked at
 * once; what was seen is kept by the picture's hash. What cannot be decoded is left to a person, because whatever draws it
 * elsewhere may be able to.
 */
import { setImmediate } from 'node:timers/promises';
import { sha256Hex } from '#core/base/hashing.ts';
import {
  moderateImage,
  type PictureClassifier,
  type SeenPicture,
} from '#core/policy/moderation/images/picture-classifier.ts';
import { learnedRuleOf } from '#core/policy/moderation/policy.ts';
import { gravest, type Decision, type Finding, type PieceVerdict } from '#core/policy/moderation/verdict.ts';

/** PNG, JPEG or WebP to pixels. @throws anything, where it is none */
export type DecodePicture = (bytes: Uint8Array<ArrayBuffer>) => Promise<SeenPicture>;

export interface NamedPicture {
  /** Where it stands; its findings bear it as `pieceId`. */
  readonly id: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

export interface PictureJudge {
  readonly revision: string;
  /** In their order. @throws AppError cancelled | internal */
  judge(pictures: readonly NamedPicture[], signal?: AbortSignal): Promise<readonly PieceVerdict[]>;
}

/** Hashes that are remembered; the oldest is forgotten first. */
const MOST_KNOWN = 5000;

export function pictureJudge(classifier: PictureClassifier, decode: DecodePicture): PictureJudge {
  const known = new Map<string, readonly Finding[]>();
  const look = async (bytes: Uint8Array<ArrayBuffer>, signal?: AbortSignal): Promise<readonly Finding[]> => {
    const hash = await sha256Hex(bytes);
    const before = known.get(hash);
    if (before) return before;
    const picture = await decode(bytes).catch(() => null);
    const findings = picture ? (await moderateImage(hash, picture, classifier, signal)).findings : [UNSEEN];
    known.set(hash, findings);
    for (const oldest of known.keys()) {
      if (known.size <= MOST_KNOWN) break;
      known.delete(oldest);
    }
    return findings;
  };
  return {
    revision: classifier.revision,
    async judge(pictures, signal) {
      const judged: PieceVerdict[] = [];
      for (const { id, bytes } of pictures) {
        const findings = await look(bytes, signal);
        judged.push({ pieceId: id, decision: gravest(findings.map(({ decision }) => decision)), findings });
        // Others get their turn between the pictures.
        await setImmediate();
      }
      return judged;
    },
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

/** Of a finished film that nothing here could decode, or not in the time and memory that it may take. */
export const UNSEEN_FILM: Finding = {
  ...UNSEEN,
  reason: 'This film could not be looked at here, so nothing has seen what it shows.',
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

/**
 * A finished film is looked at before it is given out: frames sampled over its whole length, decoded in a child process.
 * The project's own pictures were judged before it began; this sees what became of them. What is held back opens a case, in
 * which a person sees the frames; once they have allowed it, the film is given out when it is asked for again. A film that
 * nothing here can look at, or not in time, is a case, too, and never let through unseen: a person sees it instead, as a whole.
 */
import { AppError, toAppError } from '#core/base/errors.ts';
import { sha256Hex } from '#core/base/hashing.ts';
import type { AssetHash } from '#core/base/ids.ts';
import type { PictureClassifier } from '#core/policy/moderation/images/picture-classifier.ts';
import { gravest, type Decision, type PieceVerdict } from '#core/policy/moderation/verdict.ts';
import type { FilmRecord } from '../../database/schema/render.ts';
import type { JudgedPicture } from '../../database/schema/moderation.ts';
import { errorFields, type Logger } from '../../logger.ts';
import { picturesOfFilm, type LookLimits } from '../../render/look-process.ts';
import type { RenderRow } from '../../repositories/renders.ts';
import { accountAssets, assetKey } from '../assets/account-assets.ts';
import type { Assets } from '../assets/assets.ts';
import { PictureUnanswered } from '../moderation/bounded-classifier.ts';
import { moderateFrames, UNSEEN_FILM, type FilmFrame } from '../moderation/pictures.ts';
import { pngOf } from '../moderation/png.ts';
import type { Judged, Verdicts } from '../moderation/verdicts.ts';
import type { FileStore } from '../store.ts';
import { LOOKS } from './speed.ts';

export interface LookParts {
  readonly store: FileStore;
  readonly assets: Pick<Assets, 'keep'>;
  readonly verdicts: Pick<Verdicts, 'ofFilm' | 'holdFilm'>;
  readonly classifier: PictureClassifier;
  readonly log: Logger;
  readonly limits?: LookLimits;
}

/** @throws AppError refused, with where something was seen and that a person looks, or has looked, at it */
export type LookAtFilm = (
  film: RenderRow,
  signal: AbortSignal,
  onProgress: (fraction: number) => void,
) => Promise<{
  /** False where that was known before, or nobody looks. */
  readonly looked: boolean;
}>;

/** Large enough for a person to judge by. */
const WANTED = { ...LOOKS, longestPx: 960 };
/** So many of those in which something was found are kept for whoever decides. */
const MOST_SHOWN = 12;
/** What looks may be ended by the system, which is no fault of the film's. */
const TRIES = 2;
/** These say nothing of the film, and the step is tried again. */
const NOT_THE_FILM = ['cancelled', 'storage-failed', 'storage-full', 'network'];

interface Seen {
  readonly decision: Decision;
  readonly pieces: readonly PieceVerdict[];
  readonly pictures: readonly JudgedPicture[];
  /** PNG. */
  readonly frames: readonly Uint8Array<ArrayBuffer>[];
}

export function filmLook(parts: LookParts): LookAtFilm {
  const { verdicts, classifier } = parts;
  return async (render, signal, onProgress) => {
    const { film, accountId, projectId, grade } = render;
    // A draft is for its maker's eyes.
    if (!film || grade === 'draft') return { looked: false };
    // What only a person could clear is held back where others would see it; what nothing has seen, everywhere.
    const held = (
      decision: Decision,
      pieces: readonly PieceVerdict[],
    ): decision is Exclude<Decision, 'allow'> =>
      decision === 'block' || (decision === 'review' && (grade === 'distribution' || isUnseen(film, pieces)));
    const { revision: classifierRevision } = classifier;
    const judged = { accountId, projectId, hash: film.hash, classifierRevision };
    const before = await verdicts.ofFilm(judged);
    if (before) {
      const { pieces } = before.verdict;
      if (held(before.decision, pieces)) throw heldBack(film, before, []);
      return { looked: false };
    }
    const { decision, frames, ...seen } = await lookAt(parts, render, film, signal, onProgress);
    if (!held(decision, seen.pieces)) return { looked: true };
    // Only what somebody has to see is kept.
    for (const png of frames) {
      const hash = await accountAssets(parts.store, accountId).put(png);
      await parts.assets.keep(accountId, { hash, bytes: png.length, mime: 'image/png' });
    }
    throw heldBack(film, await verdicts.holdFilm(judged, { decision, ...seen }), seen.pictures);
  };
}

/** Why no pictures came, where that is the film's own doing. */
class CannotSee extends Error {}

async function lookAt(
  parts: LookParts,
  { id, accountId, durationS }: RenderRow,
  film: FilmRecord,
  signal: AbortSignal,
  onProgress: (fraction: number) => void,
): Promise<Seen> {
  const { classifier, log } = parts;
  const pieces: PieceVerdict[] = [];
  const pictures: JudgedPicture[] = [];
  const pngs: Uint8Array<ArrayBuffer>[] = [];
  for (let tries = 1; ; tries++)
    try {
      const frames = told(framesOf(parts, accountId, film, signal), durationS, onProgress);
      const { decision } = await moderateFrames(frames, classifier, signal, async (verdict, picture) => {
        if (pictures.length === MOST_SHOWN) return;
        const png = pngOf(picture);
        const hash = await sha256Hex(png);
        // Frames that are alike are one picture.
        if (pictures.some((one) => one.hash === hash)) return;
        pngs.push(png);
        pictures.push({ hash, name: verdict.pieceId, scenes: [] });
        pieces.push({ ...verdict, pieceId: hash });
      });
      return { decision, pieces, pictures, frames: pngs };
    } catch (error) {
      if (!(error instanceof CannotSee) && !(error instanceof PictureUnanswered)) throw error;
      const cause = error instanceof CannotSee ? toAppError(error.cause) : error;
      log.warn({ render: id, tries, ...errorFields(cause), code: cause.code }, 'film not seen');
      if (cause.code === 'device-lost' && tries < TRIES) continue;
      // What was found before it went wrong is shown as well.
      const whole = { pieceId: film.hash, decision: UNSEEN_FILM.decision, findings: [UNSEEN_FILM] };
      return {
        decision: gravest([...pieces, whole].map(({ decision }) => decision)),
        frames: pngs,
        pieces: [...pieces, whole],
        pictures: [...pictures, { hash: film.hash, name: 'the whole film', scenes: [] }],
      };
    }
}

async function* told(
  frames: AsyncIterable<FilmFrame>,
  durationS: number,
  onProgress: (fraction: number) => void,
): AsyncGenerator<FilmFrame> {
  for await (const frame of frames) {
    onProgress(Math.min(1, frame.atS / Math.max(1, durationS)));
    yield frame;
  }
}

/** @throws CannotSee, and AppError as `NOT_THE_FILM` says */
async function* framesOf(
  { store, limits }: LookParts,
  accountId: string,
  { hash, bytes }: FilmRecord,
  signal: AbortSignal,
): AsyncGenerator<FilmFrame> {
  const key = assetKey(accountId, hash as AssetHash);
  const read = async (begin: number, end: number): Promise<Uint8Array> => {
    const pieces: Uint8Array[] = [];
    for await (const piece of store.read(key, begin, end)) pieces.push(piece);
    return Buffer.concat(pieces);
  };
  try {
    const found = picturesOfFilm({ bytes, read }, WANTED, signal, limits);
    for await (const { atS, ...picture } of found) yield { atS, picture };
  } catch (error) {
    if (NOT_THE_FILM.includes(toAppError(error).code)) throw error;
    throw new CannotSee('the film cannot be seen', { cause: error });
  }
}

function isUnseen({ hash }: FilmRecord, pieces: readonly PieceVerdict[]): boolean {
  return pieces.some(({ pieceId }) => pieceId === hash);
}

function heldBack(
  film: FilmRecord,
  { settled, verdict }: Judged,
  pictures: readonly JudgedPicture[],
): AppError {
  if (settled)
    return new AppError('refused', 'A reviewer did not accept what is seen in this film.', {
      way: 'You can appeal once, under “Reviews”; or take the picture out, and ask for the film again.',
    });
  const way =
    'A person decides; you see the clock and the decision under “Reviews”. Once they allow it, ask for the film again: nothing is drawn anew.';
  if (isUnseen(film, verdict.pieces))
    return new AppError(
      'refused',
      'This film could not be looked at by the program, so it is held back for a person to see.',
      {
        way,
      },
    );
  const where = pictures.slice(0, 3).map(({ name }) => name);
  return new AppError(
    'refused',
    `What is seen in this film${where.length > 0 ? ` (${where.join(', ')})` : ''} may be against the policy of this server, so it is held back.`,
    { way },
  );
}

/**
 * A finished film is looked at before it is given out: frames sampled over its whole length, decoded in a child process.
 * The project's own pictures were judged before it began; this sees what became of them. What is held back opens a case, in
 * which a person sees the frames; once they have allowed it, the film is given out when it is asked for again.
 */
import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { AppError } from '#core/base/errors.ts';
import type { AssetHash } from '#core/base/ids.ts';
import type { PictureClassifier } from '#core/policy/moderation/images/picture-classifier.ts';
import type { Decision, PieceVerdict } from '#core/policy/moderation/verdict.ts';
import type { JudgedPicture } from '../../database/schema/moderation.ts';
import type { RenderRow } from '../../repositories/renders.ts';
import { accountAssets, assetKey } from '../assets/account-assets.ts';
import type { Assets } from '../assets/assets.ts';
import { framesOf } from '../moderation/decode-picture.ts';
import { moderateFrames } from '../moderation/pictures.ts';
import { pngOf } from '../moderation/png.ts';
import type { Judged, Verdicts } from '../moderation/verdicts.ts';
import { withRoomTold } from '../no-room.ts';
import type { Scratch } from '../scratch.ts';
import type { FileStore } from '../store.ts';

export interface LookParts {
  readonly store: FileStore;
  readonly scratch: Scratch;
  readonly assets: Pick<Assets, 'keep'>;
  readonly verdicts: Pick<Verdicts, 'ofFilm' | 'holdFilm'>;
  readonly classifier: PictureClassifier;
}

/** A frame so often, and of long films no more than so many. */
const EVERY_S = 2;
const MOST_FRAMES = 60;
/** So many of those in which something was found are kept for whoever decides. */
const MOST_SHOWN = 12;

/** @throws AppError refused, with where something was seen and that a person looks, or has looked, at it */
export function filmLook(parts: LookParts) {
  const { verdicts, classifier } = parts;
  return async (render: RenderRow, signal: AbortSignal): Promise<void> => {
    const { film, accountId, projectId, grade } = render;
    // A draft is for its maker's eyes.
    if (!film || grade === 'draft') return;
    // What only a person could clear is held back where others would see it.
    const held = (decision: Decision): decision is Exclude<Decision, 'allow'> =>
      decision === 'block' || (decision === 'review' && grade === 'distribution');
    const { revision: classifierRevision } = classifier;
    const judged = { accountId, projectId, hash: film.hash, classifierRevision };
    const before = await verdicts.ofFilm(judged);
    if (before) {
      if (held(before.decision)) throw heldBack(before, []);
      return;
    }
    const { decision, ...seen } = await lookAt(parts, render, film.hash as AssetHash, signal);
    if (!held(decision)) return;
    throw heldBack(await verdicts.holdFilm(judged, { decision, ...seen }), seen.pictures);
  };
}

async function lookAt(
  { store, scratch, assets, classifier }: LookParts,
  { accountId, durationS }: RenderRow,
  film: AssetHash,
  signal: AbortSignal,
): Promise<{ decision: Decision; pieces: readonly PieceVerdict[]; pictures: readonly JudgedPicture[] }> {
  const pieces: PieceVerdict[] = [];
  const pictures: JudgedPicture[] = [];
  const folder = await scratch.folder();
  try {
    const path = join(folder, 'film');
    const bytes = Readable.from(store.read(assetKey(accountId, film)));
    await pipeline(bytes, createWriteStream(path, { mode: 0o600 }), { signal });
    const frames = framesOf(path, Math.max(EVERY_S, durationS / MOST_FRAMES), signal);
    const { decision } = await moderateFrames(frames, classifier, signal, async (verdict, picture) => {
      if (pictures.length === MOST_SHOWN) return;
      const png = pngOf(picture);
      const hash = await accountAssets(store, accountId).put(png);
      await assets.keep(accountId, { hash, bytes: png.length, mime: 'image/png' });
      // Frames that are alike are one picture.
      if (pictures.some((one) => one.hash === hash)) return;
      pictures.push({ hash, name: verdict.pieceId, scenes: [] });
      pieces.push({ ...verdict, pieceId: hash });
    });
    return { decision, pieces, pictures };
  } catch (error) {
    throw withRoomTold(error);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function heldBack({ settled }: Judged, pictures: readonly JudgedPicture[]): AppError {
  if (settled)
    return new AppError('refused', 'A reviewer did not accept what is seen in this film.', {
      way: 'You can appeal once, under “Reviews”; or take the picture out, and ask for the film again.',
    });
  const where = pictures.slice(0, 3).map(({ name }) => name);
  return new AppError(
    'refused',
    `What is seen in this film${where.length > 0 ? ` (${where.join(', ')})` : ''} may be against the policy of this server, so it is held back.`,
    {
      way: 'A person decides; you see the clock and the decision under “Reviews”. Once they allow it, ask for the film again: nothing is drawn anew.',
    },
  );
}

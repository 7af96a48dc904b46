/**
 * The second walk over a person's film, the working film: mouths and movements. What two seconds of it have shown is kept
 * as it is done, so that it goes on where it stopped.
 */
import { throwIfCancelled } from '#core/base/errors.ts';
import type { AssetHash } from '#core/base/ids.ts';
import { sha256Hex } from '#core/base/hashing.ts';
import { decodeRecord, encodeRecord } from '#core/base/records.ts';
import { rateToFps } from '#core/base/time.ts';
import type { FitJob } from '#core/pipeline/fit-api.ts';
import { createFootageFitter, type FitPart, type FootageFitter } from '#core/presenter/footage/fit/fitter.ts';
import { FOOTAGE_FIT_VERSION } from '#core/presenter/footage/fit.ts';
import { bestFrame } from '#core/track/best-frame.ts';
import type { FootageTrack } from '#core/track/footage-track.ts';
import { faceBox } from './face-box.ts';
import type { FilmPlan } from './film-plan.ts';
import { filmPictures, requireFile } from './film-pictures.ts';
import type { FitContext, FitHost } from './host.ts';
import { keptOf, type Kept } from './kept.ts';
import { MouthCoder, thumbnailOf } from './pictures.ts';
import { TAPE_VERSION } from './tape.ts';

/** Raised with every change of what is seen on this walk. */
const WALK_VERSION = 4;
const PIECE_S = 2;

export interface Walked {
  readonly fitter: FootageFitter;
  readonly mouths: readonly Uint8Array<ArrayBuffer>[];
  /** Null where the film ended before its best frame. */
  readonly thumbnail: Blob | null;
}

/** What is kept of a piece of film. */
interface Piece {
  readonly part: FitPart;
  readonly mouths: readonly Uint8Array<ArrayBuffer>[];
  readonly thumbnail: Uint8Array<ArrayBuffer> | null;
}

/** @throws AppError storage-full | corrupt-file | cancelled */
export async function secondWalk(
  job: FitJob,
  { store }: FitHost,
  { signal, progress }: FitContext,
  track: FootageTrack,
  plan: FilmPlan,
  film: AssetHash,
): Promise<Walked> {
  const kept = await keptWalk(job, store, track, plan);
  const fitter = createFootageFitter(track);
  const coder = new MouthCoder();
  const best = bestFrame(track);
  let thumbnail: Blob | null = null;
  let pieces = 0;
  let next = 0;
  for (let piece = await readPiece(kept, 0); piece; piece = await readPiece(kept, pieces)) {
    fitter.goOn(piece.part);
    coder.goOn(piece.mouths);
    if (piece.thumbnail) thumbnail = new Blob([piece.thumbnail], { type: 'image/jpeg' });
    next = piece.part.to;
    pieces++;
  }
  const pieceFrames = Math.max(1, Math.round(PIECE_S * rateToFps(plan.rate)));
  let [from, coded] = [next, coder.count];
  progress.at('fit', next / track.frameCount);
  const file = requireFile(await store.file(film));
  for await (const picture of filmPictures(file, plan, track.frameCount, signal, next)) {
    const mouth = fitter.look(next, picture);
    if (mouth) await coder.add(mouth);
    if (next === best) thumbnail = await thumbnailOf(picture, faceBox(track.points, next));
    progress.at('fit', ++next / track.frameCount);
    if (next - from < pieceFrames) continue;
    const own = best >= from && best < next && thumbnail ? await bytesOf(thumbnail) : null;
    const piece: Piece = { part: fitter.partFrom(from), mouths: await coder.finish(coded), thumbnail: own };
    await kept.write(pieceName(pieces++), encodeRecord(piece));
    [from, coded] = [next, coder.count];
  }
  throwIfCancelled(signal);
  return { fitter, mouths: await coder.finish(), thumbnail };
}

/** The same source, read at the same size and rate and followed in the same way, shows the same. */
async function keptWalk(
  job: FitJob,
  store: FitHost['store'],
  track: FootageTrack,
  { rate, widthPx, heightPx }: FilmPlan,
): Promise<Kept> {
  const followed = await sha256Hex(encodeRecord(track));
  const versions = { walk: WALK_VERSION, fit: FOOTAGE_FIT_VERSION, tape: TAPE_VERSION };
  return keptOf(store, job.source, { ...versions, rate, widthPx, heightPx, followed });
}

async function readPiece(kept: Kept, index: number): Promise<Piece | null> {
  const bytes = await kept.read(pieceName(index));
  return bytes && (decodeRecord(bytes) as Piece);
}

async function bytesOf(blob: Blob): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await blob.arrayBuffer());
}

function pieceName(piece: number): string {
  return `walk/${piece}`;
}

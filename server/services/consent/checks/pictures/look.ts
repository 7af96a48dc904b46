/**
 * One walk over a film, on which everything is seen that the checks of pictures ask for: the face's mesh on every frame
 * that is looked at, and about once a second how many faces there are, whose face it is, and what a screen or a print would
 * leave in the skin. Frames are not kept; a row of numbers a frame is.
 */
import { throwIfCancelled, type CancelSignal } from '#core/base/errors.ts';
import { findFaces, SURE_OF_A_FACE } from '#core/track/faces.ts';
import { SECOND_FACE } from '#core/track/limits.ts';
import { cutPatch, pointsFromPatch, squareInPatch, squareOfMesh } from '#core/track/places.ts';
import { headPose, meanFace, poseOfFace } from '#core/track/pose.ts';
import { FACE_POINTS, type FaceTools, type Picture, type Square } from '#core/track/ports.ts';
import type { EvidenceFilm } from '../../evidence.ts';
import { lightAround, lightOfSkin, sharpnessOf, type Light } from './colours.ts';
import type { FaceIdentity, WeighedEmbedding } from './identity.ts';
import { pictureHash, thumbnail, type Thumbnail } from './picture-hash.ts';
import { skinSpectrum, type SkinSpectrum } from './screen.ts';

export interface LookPace {
  readonly everyS: number;
  /** How often there is a look for other faces, and for who it is. */
  readonly lookS: number;
  /** A face counts from this part of the largest one's height on. */
  readonly smallest: number;
}

/** As much of a film as a blink needs: a lid is down for a tenth of a second and more. */
const RECORDING_PACE: LookPace = { everyS: 1 / 15, lookS: 1, smallest: SECOND_FACE };
/** A face that is turned further away is not asked who it is, radians. */
const TURNED_AWAY = 0.6;
const GOOD_PX = 120;

export interface SeenFrame {
  readonly timeS: number;
  /** The mesh, FACE_POINTS × (x, y, z) in pixels of the frame; null where no face is sure. */
  readonly points: Float32Array | null;
  /** Side of the face in pixels, 0 where there is none. */
  readonly facePx: number;
  /** Radians: yaw + towards the person's own left, pitch + down. */
  readonly yaw: number;
  readonly pitch: number;
  readonly roll: number;
  readonly sharpness: number;
  readonly skin: Light;
  readonly around: Light;
  /** How many faces of a size were there, on frames where that was looked for. */
  readonly faces: number | null;
}

export interface FilmLook {
  readonly durationS: number;
  readonly frames: readonly SeenFrame[];
  readonly embeddings: readonly (WeighedEmbedding & { readonly timeS: number })[];
  readonly spectra: readonly SkinSpectrum[];
  /** One a frame that was looked at, less what stays the same throughout the film. */
  readonly hashes: readonly { readonly timeS: number; readonly hash: bigint }[];
}

export interface Eyes {
  readonly tools: FaceTools;
  readonly identity: FaceIdentity;
}

/** @throws AppError device-lost | internal | cancelled */
export async function lookAt(
  { tools, identity }: Eyes,
  film: EvidenceFilm,
  signal?: CancelSignal,
  { everyS, lookS, smallest }: LookPace = RECORDING_PACE,
): Promise<FilmLook> {
  const frames: SeenFrame[] = [];
  const embeddings: (WeighedEmbedding & { readonly timeS: number })[] = [];
  const spectra: SkinSpectrum[] = [];
  const thumbnails: { readonly timeS: number; readonly thumbnail: Thumbnail }[] = [];
  let square: Square | null = null;
  let lookedAtS = -Infinity;
  for await (const { timeS, width, height, rgba } of film.frames(everyS, signal)) {
    throwIfCancelled(signal);
    const picture: Picture = { widthPx: width, heightPx: height, rgba };
    thumbnails.push({ timeS, thumbnail: thumbnail(picture) });
    const look = timeS - lookedAtS >= lookS - everyS / 2;
    let faces: number | null = null;
    if (look || square === null) {
      const found = await findFaces(tools, picture, signal);
      const [largest] = found;
      faces = found.filter(({ sidePx }) => sidePx >= smallest * (largest?.sidePx ?? 0)).length;
      square = found.reduce<Square | null>(
        (best, one) => (best && near(best, square) <= near(one, square) ? best : one),
        null,
      );
    }
    if (look) lookedAtS = timeS;
    const seen: SeenMesh | null = square && (await meshIn(tools, picture, square, signal));
    if (!seen) {
      square = null;
      frames.push({ ...NOTHING, timeS, around: lightAround(picture, null), faces });
      continue;
    }
    square = seen.square;
    const { yaw, pitch, roll } = poseOfFace(seen.points);
    const sharpness = sharpnessOf(picture, square);
    const facePx = square.sidePx / 1.5;
    const [skin, around] = [lightOfSkin(picture, seen.points), lightAround(picture, square)];
    frames.push({ timeS, points: seen.points, facePx, yaw, pitch, roll, sharpness, skin, around, faces });
    if (!look) continue;
    spectra.push(skinSpectrum(picture, seen.points));
    if (Math.abs(yaw) > TURNED_AWAY) continue;
    const weight = Math.min(1, facePx / GOOD_PX) * Math.cos(yaw) ** 4 * Math.min(1, sharpness / 60);
    embeddings.push({ timeS, weight, embedding: await identity.embed(picture, seen.points, signal) });
  }
  const mean = meanThumbnail(thumbnails.map((one) => one.thumbnail));
  const hashes = thumbnails.map((one) => ({ timeS: one.timeS, hash: pictureHash(one.thumbnail, mean) }));
  return { durationS: film.durationS, frames: withOwnPose(frames), embeddings, spectra, hashes };
}

const NO_LIGHT: Light = [0, 0, 0];
const NOTHING = { points: null, facePx: 0, yaw: 0, pitch: 0, roll: 0, sharpness: 0, skin: NO_LIGHT } as const;

function near(one: Square, last: Square | null): number {
  return last ? Math.hypot(one.x - last.x, one.y - last.y) / last.sidePx : 1 / one.sidePx;
}

interface SeenMesh {
  readonly points: Float32Array;
  readonly square: Square;
}

async function meshIn(
  tools: FaceTools,
  picture: Picture,
  square: Square,
  signal?: CancelSignal,
): Promise<SeenMesh | null> {
  const patch = cutPatch(picture, square);
  const [face] = await tools.mesh(patch.picture, [squareInPatch(square, patch)], signal);
  if (!face || face.sure < SURE_OF_A_FACE) return null;
  const points = new Float32Array(FACE_POINTS * 3);
  pointsFromPatch(face.points, patch, points);
  const next = squareOfMesh({ points });
  return Number.isFinite(next.x) && Number.isFinite(next.sidePx) && next.sidePx >= 16
    ? { points, square: next }
    : null;
}

/** How the head is turned, against the person's own mean face in place of any face. */
function withOwnPose(frames: readonly SeenFrame[]): readonly SeenFrame[] {
  const seen = frames.flatMap(({ points }) => (points ? [points] : []));
  if (seen.length < 3) return frames;
  const all = new Float32Array(seen.length * FACE_POINTS * 3);
  seen.forEach((points, i) => {
    all.set(points, i * FACE_POINTS * 3);
  });
  const mean = meanFace(all);
  return frames.map((frame) => {
    if (!frame.points) return frame;
    const { yaw, pitch, roll } = headPose(frame.points, 0, mean);
    return { ...frame, yaw, pitch, roll };
  });
}

function meanThumbnail(all: readonly Thumbnail[]): Thumbnail {
  const mean = new Float32Array(all[0]?.length ?? 0);
  for (const one of all)
    for (let i = 0; i < mean.length; i++) mean[i] = (mean[i] as number) + (one[i] as number) / all.length;
  return mean;
}

/**
 * Whose face it is. Two networks that know nothing of each other look at it: dlib's, at a chip placed by eye corners and
 * nose as its own aligner places it, and HSE-FaceRes, at the level face. How alike two faces are is told in the deviations
 * of people who are not the same: each network's cosine less what strangers have, over how much that varies, and the mean
 * of both. Many pictures become one template: a mean weighed by how good each picture is, from which pictures that do not
 * belong are dropped, so that a blink or a turned head counts for little.
 */
import type { CancelSignal } from '#core/base/errors.ts';
import { loadManifest, type ModelFiles } from '#core/model/files.ts';
import type { ModelRuntime, ModelSession } from '#core/model/runtime.ts';
import { tensor } from '#core/model/tensor.ts';
import { MESH_ROOM, squareOfMesh } from '#core/track/places.ts';
import type { Picture, Square } from '#core/track/ports.ts';
import { cutSquare } from '#core/track/tools/crop.ts';

export const IDENTITY_MODELS = ['face-identity', 'face-features'] as const;
type IdentityModel = (typeof IDENTITY_MODELS)[number];

/** What each network says of a face, of length 1. */
export type Embedding = Readonly<Record<IdentityModel, Float32Array>>;

export interface FaceIdentity {
  /** @param points the face's mesh, in pixels of the picture @throws AppError cancelled | internal */
  embed(picture: Picture, points: Float32Array, signal?: CancelSignal): Promise<Embedding>;
  close(): Promise<void>;
}

/**
 * What cosines strangers have: mean and deviation over the pairs of people of `npm run bench:consent` (3,320 pairs of 82
 * people; pictures from 60 pixels of face up).
 */
const STRANGERS: Readonly<Record<IdentityModel, { readonly mean: number; readonly deviation: number }>> = {
  'face-identity': { mean: 0.839, deviation: 0.038 },
  'face-features': { mean: 0.35, deviation: 0.079 },
};

const CHIP_PX = 150;
/** Outer and inner eye corners and the base of the nose: the mesh's number, and where dlib's aligner puts it (0…1 of a chip without its margin). */
const PLACES = [
  [263, 0.8595674595992, 0.2134981538014],
  [362, 0.6460604764104, 0.2289674387677],
  [33, 0.1205750620789, 0.2137274526848],
  [133, 0.3340850613712, 0.2290642403242],
  [2, 0.4901123135679, 0.6277975316475],
] as const;
const MARGIN = 0.25;
const LEVEL_PX = 224;
/** How much more than the face the level picture shows. */
const LEVEL_ROOM = 1.15;

/** @throws AppError not-found | corrupt-file | cancelled | internal */
export async function openFaceIdentity(
  runtime: ModelRuntime,
  files: ModelFiles,
  signal?: CancelSignal,
): Promise<FaceIdentity> {
  const open = async (id: IdentityModel) =>
    runtime.open(await loadManifest(files, id, signal), signal ? { signal } : {});
  const chips = await open('face-identity');
  const levels = await open('face-features').catch(async (error: unknown) => {
    await chips.close();
    throw error;
  });
  const see = async (
    session: ModelSession,
    picture: Picture,
    square: Square,
    px: number,
    stop?: CancelSignal,
  ) => {
    const answer = await session.run({ image: tensor([1, 3, px, px], cutSquare(picture, square, px)) }, stop);
    return unit(answer['embedding']?.data as Float32Array);
  };
  return {
    async embed(picture, points, stop) {
      const level = squareOfMesh({ points: points as Float32Array<ArrayBuffer> });
      return {
        'face-identity': await see(chips, picture, chipSquare(points), CHIP_PX, stop),
        'face-features': await see(
          levels,
          picture,
          { ...level, sidePx: (level.sidePx / MESH_ROOM) * LEVEL_ROOM },
          LEVEL_PX,
          stop,
        ),
      };
    },
    async close() {
      await chips.close();
      await levels.close();
    },
  };
}

/** The similarity, in the sense of least squares, that takes the chip's places to those of the mesh. */
export function chipSquare(points: Float32Array): Square {
  const pairs = PLACES.map(([point, x, y]) => ({
    chipX: (MARGIN + x) / (1 + 2 * MARGIN) - 0.5,
    chipY: (MARGIN + y) / (1 + 2 * MARGIN) - 0.5,
    x: points[point * 3] as number,
    y: points[point * 3 + 1] as number,
  }));
  const mean = (of: (pair: (typeof pairs)[number]) => number) =>
    pairs.reduce((sum, pair) => sum + of(pair), 0) / pairs.length;
  const [chipX, chipY] = [mean((p) => p.chipX), mean((p) => p.chipY)];
  const [x, y] = [mean((p) => p.x), mean((p) => p.y)];
  let [real, imaginary, spread] = [0, 0, 0];
  for (const pair of pairs) {
    const [cx, cy] = [pair.chipX - chipX, pair.chipY - chipY];
    const [px, py] = [pair.x - x, pair.y - y];
    real += cx * px + cy * py;
    imaginary += cx * py - cy * px;
    spread += cx * cx + cy * cy;
  }
  const [a, b] = [real / spread, imaginary / spread];
  return {
    x: x - a * chipX + b * chipY,
    y: y - b * chipX - a * chipY,
    sidePx: Math.hypot(a, b),
    turn: Math.atan2(b, a),
  };
}

export interface WeighedEmbedding {
  readonly embedding: Embedding;
  /** How much it says, 0…1. */
  readonly weight: number;
}

/** A face as many pictures show it. */
export interface FaceTemplate {
  readonly embedding: Embedding;
  /** Pictures that it rests on. */
  readonly pictures: number;
}

/** A picture so many deviations less alike than the middle one is another view, or no good view, of the face. */
const STRAY = 2;

/** Null where nothing has any weight. */
export function faceTemplate(all: readonly WeighedEmbedding[]): FaceTemplate | null {
  let kept = all.filter(({ weight }) => weight > 0);
  if (kept.length === 0) return null;
  let embedding = weighedMean(kept);
  for (let round = 0; round < 3 && kept.length > 4; round++) {
    const alike = kept.map((one) => faceLikeness(one.embedding, embedding));
    const middle = alike.toSorted((a, b) => a - b)[alike.length >> 1] as number;
    kept = kept.filter((_, i) => (alike[i] as number) >= middle - STRAY);
    embedding = weighedMean(kept);
  }
  return { embedding, pictures: kept.length };
}

function weighedMean(all: readonly WeighedEmbedding[]): Embedding {
  const mean = (id: IdentityModel) => {
    const sum = new Float32Array(all[0]?.embedding[id].length ?? 0);
    for (const { embedding, weight } of all)
      for (let i = 0; i < sum.length; i++)
        sum[i] = (sum[i] as number) + (embedding[id][i] as number) * weight;
    return unit(sum);
  };
  return { 'face-identity': mean('face-identity'), 'face-features': mean('face-features') };
}

/** Deviations of strangers: about 0 for people who are not the same, whoever they are. */
export function faceLikeness(a: Embedding, b: Embedding): number {
  const standing = IDENTITY_MODELS.map(
    (id) => (cosine(a[id], b[id]) - STRANGERS[id].mean) / STRANGERS[id].deviation,
  );
  return standing.reduce((sum, one) => sum + one, 0) / standing.length;
}

/** @param a of length 1, as `b` */
export function cosine(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
}

function unit(values: Float32Array): Float32Array {
  const length = Math.hypot(...values) || 1;
  return values.map((value) => value / length);
}

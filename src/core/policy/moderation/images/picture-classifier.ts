/**
 * Pictures: uploaded ones and sampled frames, in findings of the same shape as those of words. The network (nsfwjs's
 * MobileNet V2, MIT, converted by training/moderation) tells drawings, drawn pornography, neutral pictures, pornography
 * and suggestive ones apart. It sees nudity and sex; it does not see violence, symbols or who somebody is.
 */
import { throwIfCancelled, type CancelSignal } from '../../../base/errors.ts';
import { loadManifest, type ModelFiles } from '../../../model/files.ts';
import type { ModelManifest } from '../../../model/manifest.ts';
import type { ModelRuntime } from '../../../model/runtime.ts';
import { tensor } from '../../../model/tensor.ts';
import { ruleOf } from '../policy.ts';
import { gravest, type Finding, type PieceVerdict } from '../verdict.ts';

export const IMAGE_SAFETY = 'image-safety';
const SIDE_PX = 224;
/** The only one, so that every host answers alike. */
const PRECISION = 'int8';
/** The network's kinds, in its order. */
export const PICTURE_KINDS = ['drawing', 'hentai', 'neutral', 'porn', 'sexy'] as const;
export type PictureKind = (typeof PICTURE_KINDS)[number];
export type PictureShares = Readonly<Record<PictureKind, number>>;

/**
 * From which share on. The network takes faces that fill the picture for more than they are (0.84 of 102 frames that may
 * be shown, `npm run bench:moderation`), so below 0.9 nothing is held up, and only where it hardly doubts is it blocked.
 */
export const PICTURE_THRESHOLDS = { block: 0.98, review: 0.9, suggestive: 0.9 } as const;

/** RGBA, 8 bits, row by row. */
export interface SeenPicture {
  readonly rgba: Uint8Array | Uint8ClampedArray;
  readonly widthPx: number;
  readonly heightPx: number;
}

/** Whoever opened it closes it. */
export interface PictureClassifier {
  readonly revision: string;
  look(picture: SeenPicture, signal?: CancelSignal): Promise<PictureShares>;
  close(): Promise<void>;
}

/** Changes whenever the same picture could be judged otherwise. */
export function pictureRevisionOf({ id, version }: ModelManifest): string {
  return `${id} ${version} ${PRECISION}`;
}

/** @throws AppError network | not-found | corrupt-file | cancelled | internal */
export async function openPictureClassifier(
  runtime: ModelRuntime,
  files: ModelFiles,
  signal?: CancelSignal,
): Promise<PictureClassifier> {
  const manifest = await loadManifest(files, IMAGE_SAFETY, signal);
  const session = await runtime.open(manifest, {
    ...(signal ? { signal } : {}),
    // The same verdict everywhere is worth more than the milliseconds of a graphics card.
    providers: ['wasm', 'cpu'],
    precisions: [PRECISION],
  });
  return {
    revision: pictureRevisionOf(manifest),
    async look(picture, stop) {
      throwIfCancelled(stop);
      const { kinds } = await session.run(
        { picture: tensor([1, 3, SIDE_PX, SIDE_PX], squeeze(picture, SIDE_PX)) },
        stop,
      );
      return Object.fromEntries(
        PICTURE_KINDS.map((kind, i) => [kind, Math.round((kinds?.data[i] ?? 0) * 1000) / 1000]),
      ) as Record<PictureKind, number>;
    },
    close: () => session.close(),
  };
}

/** @param id where it stands: an asset's, a layer's, `frame 120` @throws AppError as the classifier */
export async function moderateImage(
  id: string,
  picture: SeenPicture,
  classifier: PictureClassifier,
  signal?: CancelSignal,
): Promise<PieceVerdict> {
  const findings = judgeShares(await classifier.look(picture, signal));
  return { pieceId: id, decision: gravest(findings.map(({ decision }) => decision)), findings };
}

/** What shares of the kinds mean under the policy. */
export function judgeShares({ porn, hentai, sexy }: PictureShares): Finding[] {
  const explicit = porn + hentai;
  const { block, review, suggestive } = PICTURE_THRESHOLDS;
  if (explicit >= review) return [finding('S1', explicit >= block ? 'block' : 'review', explicit)];
  // A part of each is as good as much of one.
  if (sexy + explicit >= suggestive) return [finding('S4', 'review', sexy + explicit)];
  return [];
}

function finding(id: 'S1' | 'S4', decision: Finding['decision'], share: number): Finding {
  const rule = ruleOf(id);
  return {
    category: rule.category,
    rule: rule.id,
    decision,
    source: 'image',
    score: Math.min(1, Math.round(share * 1000) / 1000),
    span: null,
    reason:
      id === 'S1'
        ? 'This picture looks like explicit sexual content.'
        : 'This picture looks sexually suggestive.',
    way: 'Choose another picture, or wait until a person has looked.',
  };
}

/** Mean of each cell's pixels, both sides stretched to the same length. @returns planes of red, green and blue, 0…1 */
export function squeeze({ rgba, widthPx, heightPx }: SeenPicture, sidePx: number): Float32Array<ArrayBuffer> {
  const plane = sidePx * sidePx;
  const out = new Float32Array(3 * plane);
  const spanOf = (cell: number, length: number): readonly [from: number, to: number] => {
    const from = Math.min(length - 1, Math.floor((cell * length) / sidePx));
    return [from, Math.min(length, Math.max(from + 1, Math.ceil(((cell + 1) * length) / sidePx)))];
  };
  for (let row = 0; row < sidePx; row++) {
    const [top, bottom] = spanOf(row, heightPx);
    for (let column = 0; column < sidePx; column++) {
      const [left, right] = spanOf(column, widthPx);
      let [red, green, blue] = [0, 0, 0];
      for (let y = top; y < bottom; y++)
        for (let x = left; x < right; x++) {
          const at = 4 * (y * widthPx + x);
          red += rgba[at] as number;
          green += rgba[at + 1] as number;
          blue += rgba[at + 2] as number;
        }
      const scale = 1 / (255 * (bottom - top) * (right - left));
      const cell = row * sidePx + column;
      out[cell] = red * scale;
      out[plane + cell] = green * scale;
      out[2 * plane + cell] = blue * scale;
    }
  }
  return out;
}

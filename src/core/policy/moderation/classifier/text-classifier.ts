/**
 * The learned layer on any host: a sentence is cut into pieces, a small network of Orator's own reads them
 * (training/moderation) and says for each category how likely the sentence breaks it. Sentences are read one by one, so
 * that what stands beside one cannot change its score.
 */
import { AppError, throwIfCancelled, type CancelSignal } from '../../../base/errors.ts';
import { loadJsonAsset, loadManifest, type ModelFiles } from '../../../model/files.ts';
import type { ModelManifest } from '../../../model/manifest.ts';
import type { ModelRuntime } from '../../../model/runtime.ts';
import { tensor } from '../../../model/tensor.ts';
import { CATEGORIES, type TextClassifier } from '../verdict.ts';
import { createPieceTable, type PieceTable } from './pieces.ts';

export const MODERATION = 'moderation';
/** The asset that lists the pieces. */
const PIECES = 'pieces.json';

/** The only one, so that every host answers alike. */
const PRECISION = 'int8';

/** Changes whenever the same sentence could be scored otherwise. */
export function revisionOf({ id, version }: ModelManifest): string {
  return `${id} ${version} ${PRECISION}`;
}

/** Whoever opened it closes it. */
export interface OpenTextClassifier extends TextClassifier {
  close(): Promise<void>;
}

/** @throws AppError network | not-found | corrupt-file | cancelled | internal */
export async function openTextClassifier(
  runtime: ModelRuntime,
  files: ModelFiles,
  signal?: CancelSignal,
): Promise<OpenTextClassifier> {
  const manifest = await loadManifest(files, MODERATION, signal);
  const pieces = pieceTable(await loadJsonAsset(files, manifest, PIECES, signal));
  const session = await runtime.open(manifest, {
    ...(signal ? { signal } : {}),
    // Each sentence has another length, which a graphics card compiles anew; and a verdict must not depend on the card.
    providers: ['wasm', 'cpu'],
    precisions: [PRECISION],
  });
  return {
    revision: revisionOf(manifest),
    async classify(sentences, stop) {
      const answers: Float32Array[] = [];
      for (const sentence of sentences) {
        throwIfCancelled(stop);
        const ids = pieces.encode(sentence);
        const { categories } = await session.run(
          { pieces: tensor([1, ids.length], Float32Array.from(ids)) },
          stop,
        );
        if (categories?.data.length !== CATEGORIES.length)
          throw new AppError(
            'internal',
            'The moderation model answered with other categories than the policy’s.',
          );
        answers.push(Float32Array.from(categories.data, (value) => Math.round(value * 1000) / 1000));
      }
      return answers;
    },
    close: () => session.close(),
  };
}

/** @throws AppError corrupt-file */
export function pieceTable(json: unknown): PieceTable {
  const { pieces, scores } = (json ?? {}) as { readonly pieces?: unknown; readonly scores?: unknown };
  if (
    !Array.isArray(pieces) ||
    !Array.isArray(scores) ||
    pieces.length !== scores.length ||
    !pieces.every((piece) => typeof piece === 'string') ||
    !scores.every((score) => Number.isSafeInteger(score))
  )
    throw new AppError('corrupt-file', 'The moderation model’s list of pieces is damaged.', {
      way: 'Reload, so that it is fetched anew.',
    });
  return createPieceTable(pieces, scores as readonly number[]);
}

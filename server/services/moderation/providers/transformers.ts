/**
 * A text classifier that the operator brings, run in this process by transformers.js: no word leaves the machine. Neither
 * the model nor the package comes with Orator (the package weighs 475 MB); who wants it installs it beside the others.
 */
import { existsSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { AppError } from '#core/base/errors.ts';
import type { Category } from '#core/policy/moderation/verdict.ts';
import { categoryOfLabel } from './labels.ts';
import type { ModerationProvider, ProviderFinding } from './provider.ts';

/** A name that is no literal: where the package is not installed, nothing asks for it. */
const PACKAGE: string = '@huggingface/transformers';
const INSTALL = 'npm install --no-save --ignore-scripts @huggingface/transformers@4.3.2';

/** The part of the package that is used. */
interface Transformers {
  readonly env: { allowRemoteModels: boolean; allowLocalModels: boolean; localModelPath: string };
  pipeline(
    task: 'text-classification',
    model: string,
    options: { readonly dtype?: string; readonly local_files_only: true },
  ): Promise<Classify>;
}
type Classify = (
  texts: string[],
  options: { readonly top_k: number },
) => Promise<readonly (readonly { readonly label: string; readonly score: number }[])[]>;

export interface TransformersModel {
  /** A folder as the Hub lays it out: config.json, tokenizer.json, onnx/model.onnx or one of its smaller forms. */
  readonly folder: string;
}

/** The forms of a model's weights, the smallest first, and what the package calls them. */
const FORMS = [
  ['model_quantized.onnx', 'q8'],
  ['model_int8.onnx', 'int8'],
  ['model_fp16.onnx', 'fp16'],
  ['model.onnx', 'fp32'],
] as const;
/** More at once takes more memory and no less time. */
const AT_ONCE = 16;

/**
 * @param load how the package is had; what Node finds by default
 * @throws AppError invalid-input where the folder holds no model
 */
export function transformersModel(
  { folder }: TransformersModel,
  load: () => Promise<unknown> = () => import(PACKAGE),
): ModerationProvider {
  const place = resolve(folder);
  const form = FORMS.find(([file]) => existsSync(join(place, 'onnx', file)));
  const missing = ['config.json', 'tokenizer.json'].find((file) => !existsSync(join(place, file)));
  if (missing !== undefined || !form)
    throw new AppError('invalid-input', `There is no text classifier in ${place}.`, {
      way: `Set MODERATION_TRANSFORMERS to a folder with config.json, tokenizer.json and onnx/model.onnx; ${missing ?? 'onnx/model.onnx'} is missing.`,
    });
  let opened: Promise<Classify> | null = null;
  const open = async (): Promise<Classify> => {
    const { env, pipeline } = await packageOf(load);
    // What is not in the folder is not fetched from anywhere.
    Object.assign(env, { allowRemoteModels: false, allowLocalModels: true, localModelPath: dirname(place) });
    return pipeline('text-classification', basename(place), { dtype: form[1], local_files_only: true });
  };
  return {
    name: `the model in ${basename(place)}`,
    async judge(pieces, signal) {
      opened ??= open().catch((error: unknown) => {
        opened = null;
        throw error;
      });
      const classify = await opened;
      const found: ProviderFinding[][] = [];
      for (let i = 0; i < pieces.length; i += AT_ONCE) {
        signal.throwIfAborted();
        const texts = pieces.slice(i, i + AT_ONCE).map(({ text }) => text);
        for (const labels of await classify(texts, { top_k: 100 })) found.push(findingsOf(labels));
      }
      return found;
    },
  };
}

function findingsOf(
  labels: readonly { readonly label: string; readonly score: number }[],
): ProviderFinding[] {
  const best = new Map<Category, number>();
  for (const { label, score } of labels) {
    const category = categoryOfLabel(label);
    if (category !== null) best.set(category, Math.max(best.get(category) ?? 0, score));
  }
  return [...best].map(([category, score]) => ({ category, score, quote: null }));
}

async function packageOf(load: () => Promise<unknown>): Promise<Transformers> {
  try {
    // The operator's own package; a wrong one fails at its first call.
    return (await load()) as Transformers;
  } catch (cause) {
    if ((cause as { readonly code?: unknown }).code !== 'ERR_MODULE_NOT_FOUND') throw cause;
    throw new AppError(
      'invalid-input',
      'MODERATION_TRANSFORMERS is set, and transformers.js is not installed.',
      {
        way: `Run ${INSTALL} in this folder, or unset it.`,
        cause,
      },
    );
  }
}

/** A model that exists only here: it doubles its input. Its files are bytes in memory. */
import { AppError } from '#core/base/errors.ts';
import { sha256Hex } from '#core/base/hashing.ts';
import type { ModelFiles } from '#core/model/files.ts';
import type { ModelManifest, ModelVariant } from '#core/model/manifest.ts';
import type { ModelPrecision } from '#core/model/runtime.ts';

export const NO_HASH = '0'.repeat(64);

export function variantOf(precision: ModelPrecision, tolerance = 0.01): ModelVariant {
  return { precision, file: `double.${precision}.onnx`, bytes: 3, sha256: NO_HASH, tolerance };
}

export function exampleManifest(change: Partial<ModelManifest> = {}): ModelManifest {
  return {
    id: 'double',
    version: '1',
    description: 'Doubles.',
    licence: 'Apache-2.0',
    inputs: [{ name: 'x', dtype: 'float32', shape: [1, 'length'], meaning: 'any number' }],
    outputs: [{ name: 'y', dtype: 'float32', shape: [1, 'length'], meaning: 'twice as much' }],
    variants: [variantOf('int8'), variantOf('fp16'), variantOf('fp32')],
    golden: { file: 'golden.json', sha256: NO_HASH },
    assets: [],
    ...change,
  };
}

export function filesOf(files: Readonly<Record<string, string | Uint8Array<ArrayBuffer>>>): ModelFiles {
  return {
    async read(modelId, file) {
      const content = files[`${modelId}/${file}`];
      if (content === undefined) throw new AppError('not-found', `There is no ${file}.`);
      return typeof content === 'string' ? new TextEncoder().encode(content) : content;
    },
  };
}

export function hashOf(content: string): Promise<string> {
  return sha256Hex(new TextEncoder().encode(content));
}

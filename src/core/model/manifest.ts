/** What stands beside each model's weights in `static/models/<id>/manifest.json`. */

export interface TensorSpec {
  readonly name: string;
  readonly dtype: 'float32';
  /** A number, or the name of an axis that may have any length. */
  readonly shape: readonly (number | string)[];
  /** What one value is, in words, with its unit. */
  readonly meaning: string;
}

export interface ModelVariant {
  /** Of the weights as stored; inputs and outputs are float32 in every variant. */
  readonly precision: 'fp32' | 'fp16' | 'int8';
  /** Beside the manifest, or an absolute URL. */
  readonly file: string;
  readonly bytes: number;
  /** Hex. */
  readonly sha256: string;
  /** Largest absolute difference from the golden output that is still right. */
  readonly tolerance: number;
}

/** A file that belongs to a model besides its weights, such as a vocabulary. */
export interface ModelAsset {
  /** Beside the manifest, or an absolute URL. */
  readonly file: string;
  readonly bytes: number;
  /** Hex. */
  readonly sha256: string;
}

export interface ModelManifest {
  readonly id: string;
  /** Part of every cache key that the model's answers stand under. */
  readonly version: string;
  readonly description: string;
  readonly licence: string;
  readonly inputs: readonly TensorSpec[];
  readonly outputs: readonly TensorSpec[];
  /** The smallest first. */
  readonly variants: readonly ModelVariant[];
  /** A file beside the manifest: JSON of `{ inputs, outputs }`, each name → { shape, data } or, for pictures, { shape, bytes, low, high }. */
  readonly golden: { readonly file: string; readonly sha256: string };
  /** Empty for most. */
  readonly assets: readonly ModelAsset[];
}

/** The port behind which models run: onnxruntime-web in a worker, onnxruntime-node on the server. */
import type { CancelSignal } from '../base/errors.ts';
import type { ModelManifest, ModelVariant } from './manifest.ts';
import type { Tensor } from './tensor.ts';

export type Tensors = Readonly<Record<string, Tensor>>;

/**
 * In a browser, `webgpu` is the graphics card and `wasm` the processor; in Node, `cuda` is an NVIDIA card and `cpu` the
 * processor.
 */
export type ModelProvider = 'webgpu' | 'wasm' | 'cuda' | 'cpu';
export type ModelPrecision = ModelVariant['precision'];

/** How one provider did on the model's golden input, or why it was not even tried. */
export interface ModelTrial {
  readonly provider: ModelProvider;
  /** Null where the provider was passed over before any weights were chosen. */
  readonly precision: ModelPrecision | null;
  /** It answers rightly. The chosen one does, and so may others that are slower. */
  readonly ok: boolean;
  /** For the golden input, the fastest of a few runs; null when it was not timed. */
  readonly ms: number | null;
  /** A sentence for the person who asks: why it was taken, or why not. */
  readonly reason: string;
}

/** Where a model runs and why there. Plain data: it crosses from workers to the app. */
export interface ModelPlacement {
  readonly provider: ModelProvider;
  readonly precision: ModelPrecision;
  /** Of the processor, for it; else null. */
  readonly threads: number | null;
  /**
   * How runs of `OpenOptions.steadyShapes` go on a graphics card: `captured` and replayed as one, `bound` to buffers
   * that stay there, or (null) as any other, which is what the processor does.
   */
  readonly steady: 'captured' | 'bound' | null;
  /** One plain line. */
  readonly summary: string;
  /** In order of preference. */
  readonly tried: readonly ModelTrial[];
}

/** A model that is ready to run. Whoever opened it closes it. */
export interface ModelSession {
  readonly provider: ModelProvider;
  readonly variant: ModelVariant;
  readonly placement: ModelPlacement;
  /**
   * Runs are chained by the runtime, so callers need not wait for each other. A run that is under way is finished even
   * when its signal fires: cut long work into several.
   * @throws AppError cancelled | device-lost | invalid-input | internal
   */
  run(inputs: Tensors, signal?: CancelSignal): Promise<Tensors>;
  close(): Promise<void>;
}

export interface OpenOptions {
  readonly signal?: CancelSignal;
  /**
   * Which precisions may be used, the most wanted first, in place of the runtime's own order: on a graphics card fp16
   * (where it computes in that), then int8, then fp32; in the browser's processor int8, then fp32; in Node fp32, then
   * int8, and on its card fp16. Precisions that the manifest has no variant of are passed over.
   */
  readonly precisions?: readonly ModelPrecision[];
  /** Which providers may be used; all that the host has, unless told. */
  readonly providers?: readonly ModelProvider[];
  /**
   * Shapes that most runs will have, by input. On a graphics card such runs keep their buffers there and are captured
   * once and replayed, where that holds; other shapes still run.
   */
  readonly steadyShapes?: Readonly<Record<string, readonly number[]>>;
}

export interface ModelRuntime {
  /**
   * Loads a variant of the model and tries it on its golden input; a provider that answers wrongly or more slowly
   * than the next one is passed over.
   * @throws AppError cancelled | network | not-found | corrupt-file | internal
   */
  open(manifest: ModelManifest, options?: OpenOptions): Promise<ModelSession>;
  close(): Promise<void>;
}

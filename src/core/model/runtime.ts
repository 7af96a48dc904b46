/** The port behind which models run: onnxruntime-web in a worker, onnxruntime-node on the server. */
import type { CancelSignal } from '../base/errors.ts';
import type { ModelManifest, ModelVariant } from './manifest.ts';
import type { Tensor } from './tensor.ts';

export type Tensors = Readonly<Record<string, Tensor>>;

/** A model that is ready to run. Whoever opened it closes it. */
export interface ModelSession {
  /** Where it runs and why there, for the person who asks: `wasm`, `webgpu`, `cpu`. */
  readonly provider: 'webgpu' | 'wasm' | 'cpu';
  readonly variant: ModelVariant;
  /**
   * Runs are chained by the runtime, so callers need not wait for each other.
   * @throws AppError cancelled | device-lost | internal
   */
  run(inputs: Tensors, signal?: CancelSignal): Promise<Tensors>;
  close(): Promise<void>;
}

export interface ModelRuntime {
  /**
   * Loads a variant of the model and tries it on its golden input; a provider that answers wrongly or more slowly
   * than the next one is passed over.
   * @throws AppError network | corrupt-file | internal
   */
  open(manifest: ModelManifest, signal?: CancelSignal): Promise<ModelSession>;
  close(): Promise<void>;
}

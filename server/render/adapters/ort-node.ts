/**
 * Models in Node: onnxruntime-node, on the processor. The package's own CPU library does it; what its postinstall would
 * fetch (CUDA) is never needed. The library is loaded when the first model is opened, because it is large.
 */
import { availableParallelism } from 'node:os';
import { AppError, throwIfCancelled } from '#core/base/errors.ts';
import { createChain } from '#core/model/chain.ts';
import { loadGolden, loadVariant, type ModelFiles } from '#core/model/files.ts';
import type { ModelVariant } from '#core/model/manifest.ts';
import { placeModel, variantsInOrder, type Opened } from '#core/model/place.ts';
import type { ModelPrecision, ModelRuntime, ModelSession } from '#core/model/runtime.ts';
import { checkInputs, mapped, tensor } from '#core/model/tensor.ts';

export interface OrtNodeOptions {
  readonly files: ModelFiles;
  /** One a core unless told. */
  readonly threads?: number;
}

/** Nobody waits for a download here: the weights as they were trained come first, where they are. */
const OWN_ORDER: readonly ModelPrecision[] = ['fp32', 'int8', 'fp16'];

export function ortNodeRuntime({ files, threads = availableParallelism() }: OrtNodeOptions): ModelRuntime {
  const sessions = new Set<ModelSession>();
  const chain = createChain();

  const create = async (weights: Uint8Array): Promise<Opened> => {
    const ort = await import('onnxruntime-node');
    const session = await ort.InferenceSession.create(weights, {
      executionProviders: ['cpu'],
      intraOpNumThreads: threads,
      logSeverityLevel: 3,
    });
    return {
      run: (inputs, stop) =>
        chain(async () => {
          throwIfCancelled(stop);
          const feeds = mapped(inputs, ({ data, shape }) => new ort.Tensor(data, shape));
          const answer = await session.run(feeds);
          return mapped(answer, ({ data, dims }) => tensor(dims, data as Float32Array<ArrayBuffer>));
        }),
      close: () => chain(() => session.release()),
    };
  };

  return {
    async open(manifest, options = {}) {
      const { signal, providers = ['cpu'] } = options;
      const golden = await loadGolden(files, manifest, signal);
      const variants = providers.includes('cpu') ? variantsInOrder(manifest, OWN_ORDER, options) : [];
      const { opened, variant, placement } = await placeModel(
        variants.map((candidate) => ({ provider: 'cpu', variant: candidate })),
        {
          golden,
          threads,
          signal,
          now: () => performance.now(),
          open: async (_, candidate: ModelVariant) =>
            create(await loadVariant(files, manifest, candidate, signal)),
        },
      );
      const session: ModelSession = {
        provider: 'cpu',
        variant,
        placement,
        async run(inputs, stop) {
          throwIfCancelled(stop);
          if (!sessions.has(session)) throw new AppError('internal', 'This model has been closed.');
          checkInputs(inputs, manifest.inputs);
          return opened.run(inputs, stop);
        },
        async close() {
          if (sessions.delete(session)) await opened.close();
        },
      };
      sessions.add(session);
      return session;
    },
    async close() {
      await Promise.all([...sessions].map((session) => session.close()));
    },
  };
}

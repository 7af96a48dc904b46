/**
 * Models in Node: onnxruntime-node, on an NVIDIA card where its CUDA library was put beside it, else on the processor. The
 * package brings the processor's alone, and what its postinstall would fetch is never needed. The library is loaded when
 * the first model is opened, because it is large.
 */
import { readdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { AppError, throwIfCancelled } from '#core/base/errors.ts';
import { createChain } from '#core/model/chain.ts';
import { loadGolden, loadVariant, type ModelFiles } from '#core/model/files.ts';
import type { ModelManifest, ModelVariant } from '#core/model/manifest.ts';
import { placeModel, variantsInOrder, type Candidate, type Opened } from '#core/model/place.ts';
import type {
  ModelPrecision,
  ModelProvider,
  ModelRuntime,
  ModelSession,
  OpenOptions,
} from '#core/model/runtime.ts';
import { checkInputs, mapped, tensor } from '#core/model/tensor.ts';

export interface OrtNodeOptions {
  readonly files: ModelFiles;
  /** One a core unless told. */
  readonly threads?: number;
  /** What is tried where a model's opener does not say. */
  readonly own?: readonly (keyof typeof OWN_ORDER)[];
  /** What the library can run models on here, by its own names. */
  readonly backends?: () => Promise<readonly string[]>;
}

/**
 * Nobody waits for a download here: the weights as they were trained come first, where they are. There are no integer
 * convolutions on the card.
 */
const OWN_ORDER = {
  cuda: ['fp32', 'fp16'],
  cpu: ['fp32', 'int8', 'fp16'],
} as const satisfies Partial<Record<ModelProvider, readonly ModelPrecision[]>>;

export function ortNodeRuntime({
  files,
  threads = availableParallelism(),
  own = ['cuda', 'cpu'],
  backends = installedBackends,
}: OrtNodeOptions): ModelRuntime {
  const sessions = new Set<ModelSession>();
  const chain = createChain();

  const create = async (weights: Uint8Array, provider: ModelProvider): Promise<Opened> => {
    const ort = await import('onnxruntime-node');
    const session = await ort.InferenceSession.create(weights, {
      executionProviders: [provider],
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
      const { signal, providers = own } = options;
      const golden = await loadGolden(files, manifest, signal);
      const candidates = [
        ...(providers.includes('cuda') ? onCard(manifest, options, await backends()) : []),
        ...(providers.includes('cpu') ? variantsOn('cpu', manifest, options) : []),
      ];
      const { opened, variant, placement } = await placeModel(candidates, {
        golden,
        threads,
        signal,
        now: () => performance.now(),
        open: async (provider, candidate: ModelVariant) =>
          create(await loadVariant(files, manifest, candidate, signal), provider),
      });
      const session: ModelSession = {
        provider: placement.provider,
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

function variantsOn(
  provider: keyof typeof OWN_ORDER,
  manifest: ModelManifest,
  options: OpenOptions,
): readonly Candidate[] {
  return variantsInOrder(manifest, OWN_ORDER[provider], options).map((variant) => ({ provider, variant }));
}

function onCard(
  manifest: ModelManifest,
  options: OpenOptions,
  backends: readonly string[],
): readonly Candidate[] {
  if (backends.includes('cuda')) return variantsOn('cuda', manifest, options);
  return [{ provider: 'cuda', variant: null, reason: 'CUDA’s library is not beside onnxruntime-node.' }];
}

/** The library also names what it could run on if more were there: that counts once it lies beside it. */
const BESIDE = ['libonnxruntime_providers_cuda.so', 'onnxruntime_providers_cuda.dll'];
let installed: Promise<readonly string[]> | null = null;

function installedBackends(): Promise<readonly string[]> {
  return (installed ??= findBackends());
}

async function findBackends(): Promise<readonly string[]> {
  const { listSupportedBackends } = await import('onnxruntime-node');
  const bin = join(dirname(createRequire(import.meta.url).resolve('onnxruntime-node/package.json')), 'bin');
  const files = await readdir(bin, { recursive: true }).catch(() => []);
  const ours = files.filter((file) => file.includes(join(process.platform, process.arch)));
  const hasCuda = BESIDE.some((name) => ours.some((file) => file.endsWith(name)));
  return listSupportedBackends()
    .filter(({ name, bundled }) => bundled || (name === 'cuda' && hasCuda))
    .map(({ name }) => name);
}

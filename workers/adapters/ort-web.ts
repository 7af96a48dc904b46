/**
 * Models in a browser's worker: onnxruntime-web. One program serves both ways, the graphics card (its native
 * WebGPU provider, on the worker's one device) and the processor (WASM, with threads where the page is isolated). The
 * library suspends itself while it waits for the card and must not be entered again meanwhile, so everything that this
 * realm asks of it is chained.
 */
import * as ort from 'onnxruntime-web/webgpu';
import asyncifyGlueUrl from 'onnxruntime-web/ort-wasm-simd-threaded.asyncify.mjs?url';
import asyncifyUrl from 'onnxruntime-web/ort-wasm-simd-threaded.asyncify.wasm?url';
import jspiGlueUrl from 'onnxruntime-web/ort-wasm-simd-threaded.jspi.mjs?url';
import jspiUrl from 'onnxruntime-web/ort-wasm-simd-threaded.jspi.wasm?url';
import { AppError, throwIfCancelled, toAppError } from '#core/base/errors.ts';
import { createChain } from '#core/model/chain.ts';
import { loadGolden, loadVariant, type ModelFiles } from '#core/model/files.ts';
import { compareTensors } from '#core/model/golden.ts';
import type { ModelManifest, ModelVariant } from '#core/model/manifest.ts';
import { placeModel, variantsInOrder, type Candidate, type Opened } from '#core/model/place.ts';
import type {
  ModelPrecision,
  ModelProvider,
  ModelRuntime,
  ModelSession,
  OpenOptions,
  Tensors,
} from '#core/model/runtime.ts';
import { areOfShapes, checkInputs, mapped, noise, tensor, type Tensor } from '#core/model/tensor.ts';
import { nextTask } from '#shared/next-task.ts';
import type { Gpu } from './gpu.ts';

export interface OrtWebOptions {
  readonly files: ModelFiles;
  /** The worker's one device; asked for when the first model is opened. It stays the caller's. */
  readonly gpu: () => Promise<Gpu | null>;
  /**
   * Threads of the processor; unless told up to four but one core less than there are, which stays for drawing (waiting
   * threads spin: on a busy pair of cores two of them were slower than one); one where the page is not isolated. The
   * first model opened in a realm decides for all of them.
   */
  readonly threads?: number;
  /**
   * Compiles the library for this realm alone; the first model opened in a realm decides. Realms that load the same bytes
   * share one compiled module and what V8 counts of it, and the program's start runs through one function of 1.2 MB: the
   * third time V8 thinks it worth optimising, which costs twenty seconds of a core and a gigabyte. So no more than two
   * realms may share.
   */
  readonly ownModule?: boolean;
  /** Tries graphics cards that are the processor pretending, too: they lose, but tests have no other. */
  readonly trySoftwareGpu?: boolean;
}

/** What is wanted first, by provider. Half precision is only for cards that compute in it. */
const OWN_ORDER = {
  webgpu: ['fp16', 'int8', 'fp32'],
  wasm: ['int8', 'fp32', 'fp16'],
} as const satisfies Partial<Record<ModelProvider, readonly ModelPrecision[]>>;
const MOST_THREADS = 4;

/** Where the browser itself can let a program wait (JSPI), its code need not be able to: smaller by a third, and quicker. */
const [glueUrl, wasmUrl] =
  'Suspending' in WebAssembly ? [jspiGlueUrl, jspiUrl] : [asyncifyGlueUrl, asyncifyUrl];
const ERRORS_ALONE = 3;
/** How much later than a failure of a lost device its loss is told, at most. */
const LOSS_TOLD_MS = 100;

/** Runs on the processor never wait for anything; after so long the worker reads its messages, cancels among them. */
const BREATHE_AFTER_MS = 30;

const inRealm = createChain();
let breathedMs = -Infinity;
let threadsInRealm: number | null = null;
let loadedAlone: Promise<void> | null = null;

/** The threads that models here run on. */
function setUp(threads: number | undefined): number {
  if (threadsInRealm !== null) return threadsInRealm;
  const cores = navigator.hardwareConcurrency;
  const most = crossOriginIsolated ? Math.min(MOST_THREADS, cores) : 1;
  threadsInRealm = Math.max(1, Math.min(threads ?? cores - 1, most));
  ort.env.logLevel = 'error';
  ort.env.wasm.numThreads = threadsInRealm;
  ort.env.wasm.wasmPaths = {
    mjs: new URL(glueUrl, location.origin).href,
    wasm: new URL(wasmUrl, location.origin).href,
  };
  return threadsInRealm;
}

/** The program with a few bytes at its end that mean nothing and are nobody else's. */
async function loadAlone(): Promise<void> {
  const response = await fetch(wasmUrl).catch(() => null);
  // What cannot be fetched here is told where it is loaded otherwise.
  if (!response?.ok) return;
  const program = new Uint8Array(await response.arrayBuffer());
  const mark = new TextEncoder().encode(crypto.randomUUID());
  // A section of its own kind: 0, its length, its name (and its length), nothing in it.
  const section = [0, mark.length + 1, mark.length, ...mark];
  const own = new Uint8Array(program.length + section.length);
  own.set(program);
  own.set(section, program.length);
  ort.env.wasm.wasmBinary = own;
}

/** The worker's device, and whether it is still there: what is asked of one that is gone may never end. */
class Card {
  readonly gpu: Gpu;
  lost = false;
  readonly whenLost: Promise<void>;

  constructor(gpu: Gpu) {
    this.gpu = gpu;
    this.whenLost = gpu.device.lost.then(() => void (this.lost = true));
  }

  /** @throws AppError device-lost */
  check(cause?: unknown): void {
    if (!this.lost) return;
    throw new AppError('device-lost', 'The graphics card went away while a model ran on it.', {
      cause,
      way: 'Try again: it runs on the processor then.',
    });
  }
}

export function ortWebRuntime({
  files,
  gpu,
  threads,
  ownModule = false,
  trySoftwareGpu = false,
}: OrtWebOptions): ModelRuntime {
  const sessions = new Set<ModelSession>();
  let card: Promise<Card | null> | null = null;

  return {
    async open(manifest, options = {}) {
      const { signal, providers = ['webgpu', 'wasm'], steadyShapes } = options;
      if (ownModule) await (loadedAlone ??= loadAlone());
      const golden = await loadGolden(files, manifest, signal);
      if (providers.includes('webgpu')) card ??= gpu().then((found) => found && new Card(found));
      const found = await card;
      const weights = onceEach((variant: ModelVariant) => loadVariant(files, manifest, variant, signal));
      const candidates = [
        ...(providers.includes('webgpu') ? onCard(manifest, options, found, trySoftwareGpu) : []),
        ...(providers.includes('wasm') ? onProcessor(manifest, options) : []),
      ];
      const { opened, variant, placement } = await placeModel<Opened>(candidates, {
        golden,
        threads: setUp(threads),
        signal,
        now: () => performance.now(),
        open: async (provider, chosen) => create(await weights(chosen), provider === 'webgpu' ? found : null),
      });
      const steady =
        found && steadyShapes && placement.provider === 'webgpu'
          ? await steadyOn(
              found,
              await weights(variant),
              manifest,
              steadyShapes,
              opened,
              variant.tolerance,
            ).catch(async (error: unknown) => {
              await opened.close().catch(() => undefined);
              throw error;
            })
          : null;
      const session: ModelSession = {
        provider: placement.provider,
        variant,
        placement: { ...placement, steady: steady?.kind ?? null },
        async run(inputs, stop) {
          throwIfCancelled(stop);
          // Closed or not: that the device is gone says more, and what to do.
          if (placement.provider === 'webgpu') found?.check();
          if (!sessions.has(session)) throw new AppError('internal', 'This model has been closed.');
          checkInputs(inputs, manifest.inputs);
          const way = steady && areOfShapes(inputs, steady.shapes) ? steady : opened;
          return way.run(inputs, stop);
        },
        async close() {
          if (sessions.delete(session)) await Promise.all([steady?.close(), opened.close()]);
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

function onProcessor(manifest: ModelManifest, options: OpenOptions): readonly Candidate[] {
  return variantsInOrder(manifest, OWN_ORDER.wasm, options).map((variant) => ({ provider: 'wasm', variant }));
}

function onCard(
  manifest: ModelManifest,
  options: OpenOptions,
  card: Card | null,
  trySoftwareGpu: boolean,
): readonly Candidate[] {
  const pass = (reason: string) => [{ provider: 'webgpu', variant: null, reason }] as const;
  if (!card) return pass('This browser cannot use a graphics card.');
  if (card.lost) return pass('The graphics card went away earlier.');
  if (card.gpu.software && !trySoftwareGpu) return pass('There is no graphics card to use here.');
  const inHalf = card.gpu.device.features.has('shader-f16');
  const variants = variantsInOrder(manifest, OWN_ORDER.webgpu, options).filter(
    ({ precision }) => precision !== 'fp16' || inHalf,
  );
  return variants.map((variant) => ({ provider: 'webgpu', variant }));
}

/** @param card null for the processor */
function create(weights: Uint8Array, card: Card | null): Promise<Opened> {
  return inRealm(async () => {
    card?.check();
    const session = await ort.InferenceSession.create(weights, {
      executionProviders: card ? [{ name: 'webgpu', device: card.gpu.device }] : ['wasm'],
      logSeverityLevel: ERRORS_ALONE,
    });
    return {
      run: (inputs, signal) =>
        inRealm(async () => {
          await breathe();
          throwIfCancelled(signal);
          return guarded(card, async () => {
            const answer = await session.run(
              mapped(inputs, ({ data, shape }) => new ort.Tensor(data, shape)),
            );
            return mapped(answer, ({ data, dims }) => tensor(dims, data as Float32Array<ArrayBuffer>));
          });
        }),
      close: () => released(session, card),
    };
  });
}

interface Steady extends Opened {
  readonly kind: 'captured' | 'bound';
  readonly shapes: Readonly<Record<string, readonly number[]>>;
}

/**
 * The same model for inputs of one size: they are written into buffers that stay on the card, and the card's work is
 * captured once and replayed, or, where the library cannot, only bound to the buffers. It is held to what the loose
 * form answers to the same noise; null where not even that holds.
 */
async function steadyOn(
  card: Card,
  weights: Uint8Array,
  manifest: ModelManifest,
  shapes: Readonly<Record<string, readonly number[]>>,
  loose: Opened,
  tolerance: number,
): Promise<Steady | null> {
  const trial = mapped(shapes, (shape) => noise(shape));
  checkInputs(trial, manifest.inputs);
  const wanted = await loose.run(trial);
  for (const kind of ['captured', 'bound'] as const) {
    let steady: Steady | null = null;
    try {
      steady = await createSteady(card, weights, manifest, shapes, kind);
      // The first run is the one that is captured; only later ones are replays.
      for (let round = 0; round < 2; round++) await steady.run(mapped(trial, silence));
      if (compareTensors(await steady.run(trial), wanted, tolerance).ok) return steady;
    } catch (error) {
      card.check(error);
    }
    await steady?.close().catch(() => undefined);
  }
  return null;
}

function createSteady(
  card: Card,
  weights: Uint8Array,
  { inputs: specs }: ModelManifest,
  shapes: Steady['shapes'],
  kind: Steady['kind'],
): Promise<Steady> {
  const { device } = card.gpu;
  const axes = specs.flatMap(({ name, shape }) =>
    shape.flatMap((axis, i) => (typeof axis === 'string' ? [[axis, shapes[name]?.[i] as number]] : [])),
  );
  return inRealm(async () => {
    card.check();
    const session = await ort.InferenceSession.create(weights, {
      executionProviders: [{ name: 'webgpu', device }],
      logSeverityLevel: ERRORS_ALONE,
      enableGraphCapture: kind === 'captured',
      preferredOutputLocation: 'gpu-buffer',
      freeDimensionOverrides: Object.fromEntries(axes) as Record<string, number>,
    });
    const buffers = mapped(shapes, (dims) => {
      const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST | GPUBufferUsage.COPY_SRC;
      const buffer = device.createBuffer({ size: roomFor(dims), usage });
      return { buffer, bound: ort.Tensor.fromGpuBuffer(buffer, { dataType: 'float32', dims }) };
    });
    return {
      kind,
      shapes,
      run: (inputs, signal) =>
        inRealm(async () => {
          throwIfCancelled(signal);
          return guarded(card, async () => {
            for (const [name, { buffer }] of Object.entries(buffers))
              device.queue.writeBuffer(buffer, 0, (inputs[name] as Tensor).data);
            // The library puts the answers where they were last time. Buffers of our own it takes only by luck.
            const answer = await session.run(mapped(buffers, ({ bound }) => bound));
            try {
              return await readBack(device, answer);
            } finally {
              for (const value of Object.values(answer)) value.dispose();
            }
          });
        }),
      close: async () => {
        await released(session, card);
        for (const { buffer } of Object.values(buffers)) buffer.destroy();
      },
    };
  });
}

/** All answers in one copy and one wait. */
async function readBack(device: GPUDevice, answer: ort.InferenceSession.ReturnType): Promise<Tensors> {
  let bytes = 0;
  const places = Object.entries(answer).map(([name, { dims, gpuBuffer }]) => {
    const from = bytes;
    bytes += roomFor(dims);
    return { name, dims, gpuBuffer: gpuBuffer, from };
  });
  const staging = device.createBuffer({
    size: bytes,
    usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST,
  });
  try {
    const encoder = device.createCommandEncoder();
    for (const { gpuBuffer, dims, from } of places)
      encoder.copyBufferToBuffer(gpuBuffer, 0, staging, from, 4 * sizeOf(dims));
    device.queue.submit([encoder.finish()]);
    await staging.mapAsync(GPUMapMode.READ);
    const all = staging.getMappedRange();
    return Object.fromEntries(
      places.map(({ name, dims, from }) => [
        name,
        tensor(dims, new Float32Array(all.slice(from, from + 4 * sizeOf(dims)))),
      ]),
    );
  } finally {
    staging.destroy();
  }
}

async function breathe(): Promise<void> {
  if (performance.now() - breathedMs < BREATHE_AFTER_MS) return;
  await nextTask();
  breathedMs = performance.now();
}

/** @throws AppError device-lost | internal */
async function guarded<T>(card: Card | null, work: () => Promise<T>): Promise<T> {
  card?.check();
  try {
    return await work();
  } catch (error) {
    // A lost device fails what runs on it first, and says that it is lost then.
    if (card)
      await Promise.race([card.whenLost, new Promise((resolve) => setTimeout(resolve, LOSS_TOLD_MS))]);
    card?.check(error);
    throw toAppError(error);
  }
}

/** What belongs to a lost device is gone with it, and must not be asked for. */
function released(session: ort.InferenceSession, card: Card | null): Promise<void> {
  return inRealm(async () => {
    if (!card?.lost) await session.release();
  });
}

function silence({ shape, data }: Tensor): Tensor {
  return tensor(shape, new Float32Array(data.length));
}

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}

/** The library reads four values at a time, the last ones too. */
function roomFor(shape: readonly number[]): number {
  return Math.ceil(sizeOf(shape) / 4) * 16;
}

/** Weights are fetched once, however many providers try them. */
function onceEach<K, V>(make: (key: K) => Promise<V>): (key: K) => Promise<V> {
  const made = new Map<K, Promise<V>>();
  return (key) => {
    const promise = made.get(key) ?? make(key);
    made.set(key, promise);
    return promise;
  };
}

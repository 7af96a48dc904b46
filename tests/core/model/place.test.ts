/** The choice between providers, with providers that are as right, as quick and as broken as a test wants them. */
import { describe, expect, test } from 'vitest';
import { AppError } from '#core/base/errors.ts';
import { createChain } from '#core/model/chain.ts';
import { placeModel, variantsInOrder, type Candidate } from '#core/model/place.ts';
import type { ModelPrecision, ModelProvider, Tensors } from '#core/model/runtime.ts';
import { checkInputs, tensor } from '#core/model/tensor.ts';
import { exampleManifest, variantOf } from './examples.ts';

const GOLDEN = {
  inputs: { x: tensor([1, 2], Float32Array.of(1, 2)) },
  outputs: { y: tensor([1, 2], Float32Array.of(2, 4)) },
};
const CARD = { provider: 'webgpu', variant: variantOf('fp16') } as const;
const CARD_INT8 = { provider: 'webgpu', variant: variantOf('int8') } as const;
const PROCESSOR = { provider: 'wasm', variant: variantOf('int8') } as const;

interface Behaviour {
  /** Of every run, or of one after another. */
  readonly ms?: number | readonly number[];
  readonly onOpen?: () => void;
  readonly factor?: number;
  readonly openFails?: AppError;
  readonly runFails?: AppError;
}
type Behaviours = Partial<Record<`${ModelProvider} ${ModelPrecision}`, Behaviour>>;

/** Providers under a clock of their own. */
function bench(behaviours: Behaviours) {
  let nowMs = 0;
  const opened: string[] = [];
  const closed: string[] = [];
  return {
    opened,
    closed,
    place: (candidates: readonly Candidate[], signal?: { aborted: boolean }) =>
      placeModel(candidates, {
        golden: GOLDEN,
        threads: 2,
        signal,
        now: () => nowMs,
        async open(provider, variant) {
          const name = `${provider} ${variant.precision}` as const;
          const { ms = 10, factor = 2, openFails, runFails, onOpen } = behaviours[name] ?? {};
          if (openFails) throw openFails;
          let round = 0;
          onOpen?.();
          opened.push(name);
          return {
            name,
            async run({ x }: Tensors) {
              if (runFails) throw runFails;
              nowMs += typeof ms === 'number' ? ms : (ms[round++] as number);
              return {
                y: tensor(
                  x?.shape ?? [],
                  (x?.data ?? new Float32Array(0)).map((v) => v * factor),
                ),
              };
            },
            async close() {
              closed.push(name);
            },
          };
        },
      }),
  };
}

describe('the graphics card', () => {
  test('is taken when it is right and not slower, and the others are closed', async () => {
    const given = bench({ 'webgpu fp16': { ms: 3 }, 'wasm int8': { ms: 9 } });
    const { placement, opened, variant } = await given.place([CARD, CARD_INT8, PROCESSOR]);
    expect(placement).toMatchObject({ provider: 'webgpu', precision: 'fp16', threads: null });
    expect(placement.summary).toBe('Runs on the graphics card (fp16).');
    expect(placement.tried).toEqual([
      {
        provider: 'webgpu',
        precision: 'fp16',
        ok: true,
        ms: 3,
        reason: 'The graphics card answered rightly, in 3 ms.',
      },
      {
        provider: 'wasm',
        precision: 'int8',
        ok: true,
        ms: 9,
        reason: 'The processor was slower: 9 ms for a test that takes the graphics card 3.',
      },
    ]);
    expect(opened.name).toBe('webgpu fp16');
    expect(variant.precision).toBe('fp16');
    expect(given.closed).toEqual(['wasm int8']);
  });

  test('that answers wrongly in half precision is tried in another, then passed over', async () => {
    const half = bench({ 'webgpu fp16': { factor: 2.1 }, 'webgpu int8': { ms: 4 } });
    expect((await half.place([CARD, CARD_INT8, PROCESSOR])).placement).toMatchObject({
      provider: 'webgpu',
      precision: 'int8',
    });
    expect(half.closed).toContain('webgpu fp16');

    const both = bench({ 'webgpu fp16': { factor: 2.1 }, 'webgpu int8': { factor: NaN } });
    const { placement } = await both.place([CARD, CARD_INT8, PROCESSOR]);
    expect(placement.provider).toBe('wasm');
    expect(placement.summary).toBe(
      'Runs on the processor (int8, 2 threads). The graphics card answered a test wrongly: “y” is off by no number, where 0.01 is allowed.',
    );
    expect(placement.tried.map(({ ok }) => ok)).toEqual([false, false, true]);
    expect(both.closed).toEqual(['webgpu fp16', 'webgpu int8']);
  });

  test('of a server is one as well', async () => {
    const given = bench({ 'cuda fp32': { ms: 1 }, 'cpu fp32': { ms: 5 } });
    const { placement } = await given.place([
      { provider: 'cuda', variant: variantOf('fp32') },
      { provider: 'cpu', variant: variantOf('fp32') },
    ]);
    expect(placement).toMatchObject({ provider: 'cuda', threads: null });
    expect(placement.summary).toBe('Runs on the graphics card (fp32).');
    expect(given.closed).toEqual(['cpu fp32']);
  });

  test('that is slower than the processor is passed over', async () => {
    const given = bench({ 'webgpu fp16': { ms: 33 }, 'wasm int8': { ms: 4.25 } });
    const { placement } = await given.place([CARD, PROCESSOR]);
    expect(placement.provider).toBe('wasm');
    expect(placement.summary).toBe(
      'Runs on the processor (int8, 2 threads). The graphics card was slower: 33 ms for a test that takes the processor 4.3.',
    );
    expect(given.closed).toEqual(['webgpu fp16']);
  });

  test('that fails is passed over with its own words, and so is one that was never tried', async () => {
    const runFails = new AppError('device-lost', 'The graphics card went away.');
    const { placement } = await bench({ 'webgpu fp16': { runFails } }).place([CARD, PROCESSOR]);
    expect(placement.tried[0]?.reason).toBe(
      'The graphics card could not run it: The graphics card went away.',
    );

    const absent = {
      provider: 'webgpu',
      variant: null,
      reason: 'There is no graphics card to use here.',
    } as const;
    const without = await bench({}).place([absent, PROCESSOR]);
    expect(without.placement.summary).toMatch(
      /^Runs on the processor .* There is no graphics card to use here\.$/,
    );
    expect(without.placement.tried[0]).toMatchObject({ precision: null, ok: false, ms: null });
  });
});

test('the first run is not timed; of the others the fastest counts, over a tenth of a second or three runs', async () => {
  const msOf = async (ms: readonly number[]) =>
    (await bench({ 'wasm int8': { ms } }).place([PROCESSOR])).placement.tried[0]?.ms;
  expect(await msOf([1, 50, 40, 20, 15, 2])).toBe(15);
  expect(await msOf([1, 900, 800, 700, 2])).toBe(700);
  expect(await msOf(Array.from({ length: 30 }, (_, i) => (i > 20 ? 0 : 1)))).toBe(1);
});

describe('when nothing runs it', () => {
  test('weights that could not be fetched are told as that', async () => {
    const openFails = new AppError('network', 'No network.');
    const given = bench({ 'wasm int8': { openFails } });
    await expect(given.place([PROCESSOR])).rejects.toBe(openFails);
  });

  test('a device that is always wrong is told with what was tried', async () => {
    const given = bench({ 'wasm int8': { factor: 3 } });
    const problem = await given.place([PROCESSOR]).catch((error: unknown) => error as AppError);
    expect(problem).toMatchObject({ code: 'internal' });
    expect((problem as AppError).cause).toMatchObject({
      message: expect.stringContaining('answered a test wrongly') as string,
    });
    await expect(bench({}).place([])).rejects.toMatchObject({ code: 'internal' });
  });

  test('missing half-precision weights cost nothing where others are there', async () => {
    const openFails = new AppError('network', 'No network.');
    const { placement } = await bench({ 'webgpu fp16': { openFails } }).place([CARD, CARD_INT8, PROCESSOR]);
    expect(placement).toMatchObject({ provider: 'webgpu', precision: 'int8' });
  });
});

test('stopping half-way closes what was opened', async () => {
  const signal = { aborted: false };
  const given = bench({ 'wasm int8': { onOpen: () => (signal.aborted = true) } });
  await expect(given.place([CARD, PROCESSOR], signal)).rejects.toMatchObject({ code: 'cancelled' });
  expect(given.opened).toEqual(['webgpu fp16', 'wasm int8']);
  expect(new Set(given.closed)).toEqual(new Set(given.opened));
});

test('precisions come in the runtime’s order, or in the caller’s', () => {
  const manifest = exampleManifest({ variants: [variantOf('int8'), variantOf('fp32')] });
  const names = (options: Parameters<typeof variantsInOrder>[2]) =>
    variantsInOrder(manifest, ['fp16', 'int8', 'fp32'], options).map(({ precision }) => precision);
  expect(names({})).toEqual(['int8', 'fp32']);
  expect(names({ precisions: ['fp32'] })).toEqual(['fp32']);
});

test('inputs that a model does not take are refused by name', () => {
  const { inputs } = exampleManifest();
  const x = tensor([1, 2], Float32Array.of(1, 2));
  expect(() => checkInputs({ x }, inputs)).not.toThrow();
  expect(() => checkInputs({}, inputs)).toThrow('needs an input “x”');
  expect(() => checkInputs({ x, z: x }, inputs)).toThrow('no input “z”');
  expect(() => checkInputs({ x: tensor([2, 1], Float32Array.of(1, 2)) }, inputs)).toThrow(
    '1×length, not 2×1',
  );
});

test('what is chained runs one after another, in order, whatever fails', async () => {
  const chain = createChain();
  const log: string[] = [];
  let inside = 0;
  const work = (name: string, fails = false) =>
    chain(async () => {
      expect(++inside).toBe(1);
      await new Promise((resolve) => setTimeout(resolve, name === 'a' ? 20 : 1));
      inside--;
      log.push(name);
      if (fails) throw new Error(name);
      return name;
    });
  const results = await Promise.allSettled([work('a'), work('b', true), work('c')]);
  expect(log).toEqual(['a', 'b', 'c']);
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
});

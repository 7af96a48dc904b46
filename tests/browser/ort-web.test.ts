/**
 * onnxruntime-web in real Chromium: the tiny model of tests/golden/models on the processor and on WebGPU (SwiftShader
 * here, which pretends to be a card and is much slower: what is tested is that it answers the same).
 */
import { afterAll, describe, expect, test } from 'vitest';
import { AppError } from '#core/base/errors.ts';
import { loadGolden, loadManifest, type ModelFiles } from '#core/model/files.ts';
import { compareTensors } from '#core/model/golden.ts';
import type { ModelManifest } from '#core/model/manifest.ts';
import type { OpenOptions, Tensors } from '#core/model/runtime.ts';
import { noise, tensor } from '#core/model/tensor.ts';
import { openGpu } from '#workers/adapters/gpu.ts';
import { fetchModelFiles } from '#workers/adapters/model-files.ts';
import { ortWebRuntime } from '#workers/adapters/ort-web.ts';

const files = fetchModelFiles('/tests/golden/');
const manifest = await loadManifest(files, 'tiny');
const golden = await loadGolden(files, manifest);
/** What two ways of adding up the same single-precision numbers may differ by. */
const SAME_NUMBERS = 2e-5;

const processor = ortWebRuntime({ files, gpu: () => Promise.resolve(null) });
afterAll(() => processor.close());

/** A runtime on a device of its own, which a test may lose. */
async function withCard() {
  const gpu = await openGpu();
  if (!gpu) throw new Error('These tests need WebGPU; vitest.config.ts starts Chromium with one.');
  return { gpu, runtime: ortWebRuntime({ files, gpu: () => Promise.resolve(gpu), trySoftwareGpu: true }) };
}

function onCard(options: OpenOptions = {}): OpenOptions {
  return { providers: ['webgpu'], precisions: ['int8'], ...options };
}

function mel(frames: number): Tensors {
  return { mel: noise([1, 12, frames]) };
}

function differ(a: Tensors, b: Tensors): number {
  const verdict = compareTensors(a, b, Infinity);
  if (!verdict.ok) throw new Error(verdict.reason);
  return verdict.worst;
}

describe('on the processor', () => {
  test('each variant answers the golden input within its tolerance', async () => {
    for (const { precision, tolerance } of manifest.variants) {
      const session = await processor.open(manifest, { precisions: [precision] });
      expect(compareTensors(await session.run(golden.inputs), golden.outputs, tolerance)).toMatchObject({
        ok: true,
      });
      expect(session.variant.precision).toBe(precision);
      await session.close();
    }
  });

  test('eight-bit weights are what it takes by itself, and it says where it runs', async () => {
    const session = await processor.open(manifest);
    expect(session.placement).toMatchObject({ provider: 'wasm', precision: 'int8', steady: null });
    expect(crossOriginIsolated).toBe(true);
    expect(session.placement.threads).toBe(Math.max(1, Math.min(4, navigator.hardwareConcurrency - 1)));
    expect(session.placement.summary).toMatch(
      /^Runs on the processor \(int8, .*\)\. This browser cannot use/,
    );
    await session.close();
  });

  test('takes any length of the axes that have a name, and no other shapes', async () => {
    const session = await processor.open(manifest);
    for (const frames of [8, 9, 200])
      expect((await session.run(mel(frames)))['mouth']?.shape).toEqual([
        1,
        Math.floor((frames - 8) / 2) + 1,
        6,
      ]);
    await expect(session.run({ mel: noise([1, 13, 64]) })).rejects.toMatchObject({ code: 'invalid-input' });
    await session.close();
  });

  test('runs asked for at once are chained: each gets its own answer', async () => {
    const [one, other] = [
      await processor.open(manifest),
      await processor.open(manifest, { precisions: ['fp32'] }),
    ];
    const inputs = [8, 64, 20, 33, 150, 64].map(mel);
    const alone: Tensors[] = [];
    for (const [i, input] of inputs.entries()) alone.push(await (i % 2 ? one : other).run(input));
    const together = await Promise.all(inputs.map((input, i) => (i % 2 ? one : other).run(input)));
    for (const [i, answer] of together.entries()) expect(differ(answer, alone[i] as Tensors)).toBe(0);
    await Promise.all([one.close(), other.close()]);
  });

  test('what was stopped before its turn does not run, and the next does', async () => {
    const session = await processor.open(manifest);
    const stop = new AbortController();
    const first = session.run(mel(3000));
    const stopped = session.run(mel(64), stop.signal);
    const next = session.run(golden.inputs);
    stop.abort();
    await expect(stopped).rejects.toMatchObject({ code: 'cancelled' });
    expect((await first)['mouth']?.shape[1]).toBe(1497);
    expect(differ(await next, golden.outputs)).toBeLessThan(0.02);
    await expect(session.run(mel(64), stop.signal)).rejects.toMatchObject({ code: 'cancelled' });
    await session.close();
  });

  test('a closed model runs no more, closing again is nothing', async () => {
    const session = await processor.open(manifest);
    await session.close();
    await session.close();
    await expect(session.run(golden.inputs)).rejects.toBeInstanceOf(AppError);
    const left = await processor.open(manifest);
    const runtime = ortWebRuntime({ files, gpu: () => Promise.resolve(null) });
    const own = await runtime.open(manifest);
    await runtime.close();
    await expect(own.run(golden.inputs)).rejects.toThrow('closed');
    expect(differ(await left.run(golden.inputs), golden.outputs)).toBeLessThan(0.02);
    await left.close();
  });
});

describe('on a graphics card', () => {
  test('it answers as the processor does, with weights of 32 and of 8 bits', async () => {
    const { runtime, gpu } = await withCard();
    for (const precision of ['fp32', 'int8'] as const) {
      const [card, cpu] = [
        await runtime.open(manifest, onCard({ precisions: [precision] })),
        await processor.open(manifest, { precisions: [precision] }),
      ];
      expect(card.placement).toMatchObject({ provider: 'webgpu', precision, threads: null });
      for (const frames of [64, 9])
        expect(differ(await card.run(mel(frames)), await cpu.run(mel(frames)))).toBeLessThan(SAME_NUMBERS);
      await Promise.all([card.close(), cpu.close()]);
    }
    gpu.device.destroy();
  });

  test('runs of one shape are captured, replayed, and the same; other shapes still run', async () => {
    const { runtime, gpu } = await withCard();
    const session = await runtime.open(manifest, onCard({ steadyShapes: { mel: [1, 12, 50] } }));
    const loose = await runtime.open(manifest, onCard());
    expect(session.placement.steady).toBe('captured');
    expect(loose.placement.steady).toBeNull();
    const random = noise([1, 12, 300]).data;
    for (let i = 0; i < 5; i++) {
      const input = { mel: tensor([1, 12, 50], random.slice(i * 600, (i + 1) * 600)) };
      expect(differ(await session.run(input), await loose.run(input))).toBeLessThan(SAME_NUMBERS);
      expect(differ(await session.run(mel(31 + i)), await loose.run(mel(31 + i)))).toBeLessThan(SAME_NUMBERS);
    }
    await Promise.all([session.close(), loose.close()]);
    gpu.device.destroy();
  });

  test('half precision is used only where the card computes in it', async () => {
    const { runtime, gpu } = await withCard();
    const half = gpu.device.features.has('shader-f16');
    const { placement } = await runtime.open(manifest, { providers: ['webgpu'] });
    expect(placement.precision).toBe(half ? 'fp16' : 'int8');
    gpu.device.destroy();
  });

  test('one that answers the golden input wrongly is passed over, and the reason is told', async () => {
    const { runtime, gpu } = await withCard();
    // The card is right here; so a manifest that asks for more than eight bits can give makes it wrong.
    const strict: ModelManifest = {
      ...manifest,
      variants: manifest.variants.map((v) => (v.precision === 'int8' ? { ...v, tolerance: 1e-5 } : v)),
    };
    const session = await runtime.open(strict, { precisions: ['int8', 'fp32'] });
    const reasons = session.placement.tried.map(
      ({ provider, precision, ok }) => `${provider} ${precision} ${ok}`,
    );
    expect(reasons).toEqual(['webgpu int8 false', 'webgpu fp32 true', 'wasm int8 false', 'wasm fp32 true']);
    expect(session.placement.tried[0]?.reason).toMatch(/answered a test wrongly: “mouth” is off by 0\.0\d+/);
    await session.close();
    gpu.device.destroy();
  });

  test('one that is slower than the processor is passed over, and one that pretends is not even tried', async () => {
    const { runtime, gpu } = await withCard();
    const session = await runtime.open(manifest);
    const [card, cpu] = session.placement.tried;
    expect([card?.provider, cpu?.provider]).toEqual(['webgpu', 'wasm']);
    expect(card?.ok && cpu?.ok).toBe(true);
    expect(session.provider).toBe((card?.ms ?? 0) <= (cpu?.ms ?? 0) ? 'webgpu' : 'wasm');
    expect(gpu.software).toBe(true);
    const careful = ortWebRuntime({ files, gpu: () => Promise.resolve(gpu) });
    const { placement } = await careful.open(manifest);
    expect(placement.provider).toBe('wasm');
    expect(placement.tried[0]).toMatchObject({
      ok: false,
      ms: null,
      reason: 'There is no graphics card to use here.',
    });
    gpu.device.destroy();
  });

  test('when it is lost, the run says so, and the next model opens on the processor', async () => {
    const { runtime, gpu } = await withCard();
    const session = await runtime.open(manifest, onCard({ steadyShapes: { mel: [1, 12, 64] } }));
    const running = session.run(mel(65));
    gpu.device.destroy();
    await expect(running).rejects.toMatchObject({ code: 'device-lost', way: expect.any(String) as string });
    // Asked again, and in its captured form, it answers at once rather than never.
    for (const frames of [65, 64, 65])
      await expect(session.run(mel(frames))).rejects.toMatchObject({ code: 'device-lost' });
    await session.close();
    const next = await runtime.open(manifest);
    expect(next.placement).toMatchObject({ provider: 'wasm' });
    expect(next.placement.summary).toContain('The graphics card went away earlier.');
    expect(differ(await next.run(golden.inputs), golden.outputs)).toBeLessThan(0.02);
    await next.close();
  });
});

describe('files', () => {
  const changed: ModelFiles = {
    async read(id, file, signal) {
      const bytes = await files.read(id, file, signal);
      if (file.endsWith('.onnx')) bytes[100] = (bytes[100] as number) ^ 1;
      return bytes;
    },
  };

  test('weights that are not what the manifest says are not run', async () => {
    const runtime = ortWebRuntime({ files: changed, gpu: () => Promise.resolve(null) });
    await expect(runtime.open(manifest)).rejects.toMatchObject({ code: 'corrupt-file' });
  });

  test('a model that is not here is told from a network that is not', async () => {
    await expect(loadManifest(files, 'nobody')).rejects.toMatchObject({ code: 'not-found' });
    const stop = new AbortController();
    stop.abort();
    await expect(loadManifest(files, 'tiny', stop.signal)).rejects.toMatchObject({ code: 'cancelled' });
  });
});

/** The lip-sync model that ships, in Chromium, held to its golden example and to what Node makes of the same weights. */
import { afterAll, expect, test } from 'vitest';
import { commands } from 'vitest/browser';
import { loadGolden, loadManifest } from '#core/model/files.ts';
import { compareTensors } from '#core/model/golden.ts';
import { mapped, tensor } from '#core/model/tensor.ts';
import { openGpu } from '#workers/adapters/gpu.ts';
import { fetchModelFiles } from '#workers/adapters/model-files.ts';
import { ortWebRuntime } from '#workers/adapters/ort-web.ts';
import type {} from './commands.ts';

const files = fetchModelFiles('/static/');
const manifest = await loadManifest(files, 'lipsync');
const golden = await loadGolden(files, manifest);
const processor = ortWebRuntime({ files, gpu: () => Promise.resolve(null) });
afterAll(() => processor.close());

/** The same weights in single precision, added up in another order; pitch is in octaves and counts up to 3. */
const SAME_WEIGHTS = 2e-3;

test('each variant that ships answers the golden example within its tolerance', async () => {
  expect(manifest.variants.map(({ precision }) => precision)).toEqual(['int8', 'fp16']);
  for (const { precision, tolerance } of manifest.variants) {
    const session = await processor.open(manifest, { precisions: [precision] });
    const verdict = compareTensors(await session.run(golden.inputs), golden.outputs, tolerance);
    expect(verdict).toMatchObject({ ok: true });
    await session.close();
  }
});

test('Chromium and Node give the same, with the same weights', async () => {
  const inputs = mapped(golden.inputs, ({ shape, data }) => ({ shape, data: [...data] }));
  for (const precision of ['int8', 'fp16'] as const) {
    const session = await processor.open(manifest, { precisions: [precision] });
    const inNode = mapped(await commands.lipsyncInNode(precision, inputs), ({ shape, data }) =>
      tensor(shape, Float32Array.from(data)),
    );
    const verdict = compareTensors(await session.run(golden.inputs), inNode, SAME_WEIGHTS);
    expect(verdict).toMatchObject({ ok: true });
    expect(SAME_WEIGHTS).toBeLessThanOrEqual(session.variant.tolerance);
    await session.close();
  }
});

test('and so does WebGPU', { timeout: 240_000 }, async () => {
  const gpu = await openGpu();
  if (!gpu) throw new Error('This test needs WebGPU; vitest.config.ts starts Chromium with one.');
  const frames = 120;
  const runtime = ortWebRuntime({ files, gpu: () => Promise.resolve(gpu), trySoftwareGpu: true });
  // Opening compares with the golden example; that it is open says that it is right.
  const session = await runtime.open(manifest, {
    providers: ['webgpu'],
    precisions: ['int8'],
    steadyShapes: { mel: [1, 48, frames] },
  });
  expect(session.placement).toMatchObject({ provider: 'webgpu', precision: 'int8', steady: 'captured' });
  const cpu = await processor.open(manifest);
  const mel = (golden.inputs['mel'] as (typeof golden.inputs)[string]).data;
  const length = mel.length / 48;
  const inputs = {
    mel: tensor(
      [1, 48, frames],
      Float32Array.from(
        { length: 48 * frames },
        (_, i) => mel[Math.floor(i / frames) * length + (i % frames)] as number,
      ),
    ),
  };
  const verdict = compareTensors(await session.run(inputs), await cpu.run(inputs), SAME_WEIGHTS);
  expect(verdict).toMatchObject({ ok: true });
  await Promise.all([session.close(), cpu.close()]);
  gpu.device.destroy();
});

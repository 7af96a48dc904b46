/**
 * Models in a browser that cannot let a program wait (no `WebAssembly.Suspending`): the other build of onnxruntime-web,
 * on the processor and on WebGPU.
 */
import { expect, test } from 'vitest';
import { loadGolden, loadManifest } from '#core/model/files.ts';
import { compareTensors } from '#core/model/golden.ts';
import { openGpu } from '#workers/adapters/gpu.ts';
import { fetchModelFiles } from '#workers/adapters/model-files.ts';

const files = fetchModelFiles('/tests/golden/');
const manifest = await loadManifest(files, 'tiny');
const golden = await loadGolden(files, manifest);

// As in such a browser: before the adapter is loaded, which looks once.
expect('Suspending' in WebAssembly).toBe(true);
Reflect.deleteProperty(WebAssembly, 'Suspending');
const { ortWebRuntime } = await import('#workers/adapters/ort-web.ts');

/** Programs, not the modules that only say where they are. */
function fetched(): string[] {
  return performance
    .getEntriesByType('resource')
    .map(({ name }) => name)
    .filter((name) => !new URL(name).searchParams.has('url'));
}

test('the processor answers as it should, and only that build is fetched', async () => {
  const runtime = ortWebRuntime({ files, gpu: () => Promise.resolve(null) });
  const session = await runtime.open(manifest, { precisions: ['int8'] });
  const tolerance = manifest.variants.find(({ precision }) => precision === 'int8')?.tolerance ?? 0;
  expect(compareTensors(await session.run(golden.inputs), golden.outputs, tolerance)).toMatchObject({
    ok: true,
  });
  await session.close();
  await runtime.close();
  expect(fetched().some((name) => /threaded\.asyncify.*\.wasm/.test(name))).toBe(true);
  expect(fetched().some((name) => /threaded\.jspi.*\.wasm/.test(name))).toBe(false);
});

test('so does the card', async () => {
  const gpu = await openGpu();
  if (!gpu) throw new Error('These tests need WebGPU; vitest.config.ts starts Chromium with one.');
  const runtime = ortWebRuntime({ files, gpu: () => Promise.resolve(gpu), trySoftwareGpu: true });
  const session = await runtime.open(manifest, { providers: ['webgpu'], precisions: ['int8'] });
  const tolerance = manifest.variants.find(({ precision }) => precision === 'int8')?.tolerance ?? 0;
  expect(compareTensors(await session.run(golden.inputs), golden.outputs, tolerance)).toMatchObject({
    ok: true,
  });
  expect(session.placement.provider).toBe('webgpu');
  await session.close();
  await runtime.close();
});

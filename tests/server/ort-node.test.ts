/** onnxruntime-node on the tiny model of tests/golden/models, whose golden output no runtime has made. */
import { existsSync, globSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadGolden, loadManifest } from '#core/model/files.ts';
import { compareTensors } from '#core/model/golden.ts';
import { noise } from '#core/model/tensor.ts';
import { diskModelFiles } from '#server/render/adapters/model-files.ts';
import { ortNodeRuntime } from '#server/render/adapters/ort-node.ts';
import { ROOT } from '#server/setup/place.js';

const files = diskModelFiles([join(ROOT, 'tests/golden/models')]);
const manifest = await loadManifest(files, 'tiny');
const golden = await loadGolden(files, manifest);

describe('a model in Node', () => {
  test('answers its golden input within the tolerance, in each precision', async () => {
    const runtime = ortNodeRuntime({ files });
    for (const { precision, tolerance } of manifest.variants) {
      const session = await runtime.open(manifest, { precisions: [precision] });
      expect(session.variant.precision).toBe(precision);
      const verdict = compareTensors(await session.run(golden.inputs), golden.outputs, tolerance);
      expect(verdict).toMatchObject({ ok: true });
      await session.close();
    }
  });

  test('runs with its full weights where they are, and says so', async () => {
    const session = await ortNodeRuntime({ files, threads: 1 }).open(manifest);
    expect(session.placement).toMatchObject({ provider: 'cpu', precision: 'fp32', threads: 1, steady: null });
    expect(session.placement.summary).toBe(
      'Runs on the processor (fp32, one thread). CUDA’s library is not beside onnxruntime-node.',
    );
    await session.close();
  });

  test('is not tried on a card whose library is not there, and that is said', async () => {
    const session = await ortNodeRuntime({ files }).open(manifest);
    expect(session.placement.tried).toMatchObject([
      {
        provider: 'cuda',
        precision: null,
        ok: false,
        ms: null,
        reason: expect.stringContaining('CUDA') as string,
      },
      { provider: 'cpu', precision: 'fp32', ok: true },
    ]);
    await session.close();
    const alone = await ortNodeRuntime({ files, own: ['cpu'] }).open(manifest);
    expect(alone.placement.tried.map(({ provider }) => provider)).toEqual(['cpu']);
    await alone.close();
  });

  test('runs on the processor where the card’s library is said to be there and does not open', async () => {
    const backends = () => Promise.resolve(['cpu', 'cuda']);
    const session = await ortNodeRuntime({ files, backends }).open(manifest);
    expect(session.provider).toBe('cpu');
    const [full, half, processor] = session.placement.tried;
    for (const [trial, precision] of [
      [full, 'fp32'],
      [half, 'fp16'],
    ] as const)
      expect(trial).toMatchObject({
        ...{ provider: 'cuda', precision, ok: false, ms: null },
        reason: expect.stringMatching(/^The graphics card could not run it: .*library/i) as string,
      });
    expect(processor).toMatchObject({ provider: 'cpu', precision: 'fp32', ok: true });
    expect(session.placement.summary).toContain('The graphics card could not run it');
    expect(compareTensors(await session.run(golden.inputs), golden.outputs, 1e-4).ok).toBe(true);
    await session.close();
    // Where nothing else may be tried, it is an error.
    await expect(ortNodeRuntime({ files, backends, own: ['cuda'] }).open(manifest)).rejects.toMatchObject({
      code: 'internal',
    });
  });

  test('a golden output that is not its own is found out', async () => {
    const strict = { ...manifest, variants: manifest.variants.map((v) => ({ ...v, tolerance: 1e-9 })) };
    await expect(ortNodeRuntime({ files }).open(strict)).rejects.toMatchObject({
      code: 'internal',
      cause: { message: expect.stringContaining('answered a test wrongly') as string },
    });
  });

  test('is stopped before its turn, chained, closed with its runtime', async () => {
    const runtime = ortNodeRuntime({ files });
    const session = await runtime.open(manifest);
    const stop = new AbortController();
    const first = session.run({ mel: noise([1, 12, 4000]) });
    const second = session.run({ mel: noise([1, 12, 10]) }, stop.signal);
    const third = session.run(golden.inputs);
    stop.abort();
    await expect(second).rejects.toMatchObject({ code: 'cancelled' });
    expect((await first)['mouth']?.shape).toEqual([1, 1997, 6]);
    expect(compareTensors(await third, golden.outputs, 1e-4).ok).toBe(true);
    await expect(session.run({ mel: noise([1, 3, 10]) })).rejects.toMatchObject({ code: 'invalid-input' });
    await runtime.close();
    await expect(session.run(golden.inputs)).rejects.toThrow('closed');
  });

  test('whose files are not there is told as that', async () => {
    await expect(loadManifest(files, 'nobody')).rejects.toMatchObject({ code: 'not-found' });
    const elsewhere = diskModelFiles([join(ROOT, 'tests/fixtures')]);
    await expect(ortNodeRuntime({ files: elsewhere }).open(manifest)).rejects.toMatchObject({
      code: 'not-found',
    });
  });
});

test('nothing that the library’s postinstall would fetch is needed', async () => {
  const npmrc = await readFile(join(ROOT, '.npmrc'), 'utf8');
  expect(npmrc).toContain('onnxruntime-node-install=skip');
  const bin = join(ROOT, 'node_modules/onnxruntime-node/bin');
  expect(existsSync(bin)).toBe(true);
  expect(globSync('**/*cuda*', { cwd: bin })).toEqual([]);
});

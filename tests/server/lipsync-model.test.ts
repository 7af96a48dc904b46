/** The lip-sync model that ships, in Node: what its manifest says of it is so. */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { sha256Hex } from '#core/base/hashing.ts';
import { loadGolden, loadManifest } from '#core/model/files.ts';
import { compareTensors } from '#core/model/golden.ts';
import { HEARD_MOUTH } from '#core/speech/listen/heard.ts';
import { LIPSYNC } from '#core/speech/listen/lipsync-model.ts';
import { PHONES } from '#core/speech/phone.ts';
import { diskModelFiles, FULL_MODELS } from '#server/render/adapters/model-files.ts';
import { ortNodeRuntime } from '#server/render/adapters/ort-node.ts';
import { openPrepareHost } from '#server/render/prepare-host.ts';
import { ROOT } from '#server/setup/place.js';
import { storeInMemory } from '../golden/parity/draw.ts';

const files = diskModelFiles();
const manifest = await loadManifest(files, 'lipsync');
const golden = await loadGolden(files, manifest);
const runtime = ortNodeRuntime({ files });

test('inputs and outputs are what the listener reads', () => {
  const shapes = Object.fromEntries(
    [...manifest.inputs, ...manifest.outputs].map(({ name, shape }) => [name, shape]),
  );
  expect(shapes).toEqual({
    mel: [1, 48, 'columns'],
    mouth: [1, 'steps', HEARD_MOUTH.length],
    phones: [1, 'steps', PHONES.length],
    prosody: [1, 'steps', 4],
  });
  const [, , columns = 0] = golden.inputs['mel']?.shape ?? [];
  const { leftColumns, rightColumns, columnsPerStep } = LIPSYNC;
  expect(golden.outputs['mouth']?.shape[1]).toBe((columns - leftColumns - rightColumns) / columnsPerStep);
});

test('what a device loads is at most five megabytes, runtime aside', async () => {
  for (const { file, bytes } of manifest.variants) {
    expect((await stat(join(ROOT, 'static/models/lipsync', file))).size).toBe(bytes);
    expect(bytes).toBeLessThan(5e6);
  }
});

test('each variant answers the golden example within its tolerance', async () => {
  for (const { precision, tolerance } of manifest.variants) {
    const session = await runtime.open(manifest, { precisions: [precision] });
    expect(compareTensors(await session.run(golden.inputs), golden.outputs, tolerance)).toMatchObject({
      ok: true,
    });
    await session.close();
  }
});

describe('on the server', () => {
  const fullFiles = diskModelFiles(FULL_MODELS);

  test('it is the same model, with its full weights beside the variants that are shipped', async () => {
    const full = await loadManifest(fullFiles, 'lipsync');
    const [first, ...rest] = full.variants;
    expect(first).toMatchObject({ precision: 'fp32', tolerance: 1e-3 });
    expect({ ...full, variants: rest }).toEqual(manifest);
    expect(manifest.variants.map(({ precision }) => precision)).not.toContain('fp32');
  });

  test('the full weights give the golden example itself, and what renders there listens with them', async () => {
    const session = await ortNodeRuntime({ files: fullFiles }).open(await loadManifest(fullFiles, 'lipsync'));
    expect(session.placement).toMatchObject({ provider: 'cpu', precision: 'fp32' });
    await session.close();
    const { store, file } = await storeInMemory([], sha256Hex);
    const host = await openPrepareHost(store, { file });
    expect((await host.recordings?.listener())?.version).toMatch(/fp32$/);
    await host.close();
  });
});

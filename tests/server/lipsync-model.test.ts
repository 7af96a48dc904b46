/** The lip-sync model that ships, in Node: what its manifest says of it is so. */
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { loadGolden, loadManifest } from '#core/model/files.ts';
import { compareTensors } from '#core/model/golden.ts';
import { HEARD_MOUTH } from '#core/speech/listen/heard.ts';
import { LIPSYNC } from '#core/speech/listen/lipsync-model.ts';
import { PHONES } from '#core/speech/phone.ts';
import { diskModelFiles } from '#server/render/adapters/model-files.ts';
import { ortNodeRuntime } from '#server/render/adapters/ort-node.ts';
import { ROOT } from '#server/setup/place.js';

const REFERENCE = join(ROOT, 'tests/golden/lipsync');
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

test('the full-precision reference gives the golden example itself, and Node prefers it', async () => {
  const file = 'lipsync.fp32.onnx';
  const bytes = await readFile(join(REFERENCE, file));
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const full = { precision: 'fp32', file, bytes: bytes.length, sha256, tolerance: 1e-3 } as const;
  const elsewhere = {
    read: async (id: string, name: string) =>
      name === file ? new Uint8Array(bytes) : await files.read(id, name),
  };
  const session = await ortNodeRuntime({ files: elsewhere }).open({
    ...manifest,
    variants: [...manifest.variants, full],
  });
  expect(session.variant.precision).toBe('fp32');
  await session.close();
});

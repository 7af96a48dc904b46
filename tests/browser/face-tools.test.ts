/** The networks that see, in Chromium: held to their golden examples, and asked together about the drawn person in them. */
import { afterAll, expect, test } from 'vitest';
import { loadGolden, loadManifest } from '#core/model/files.ts';
import { compareTensors } from '#core/model/golden.ts';
import type { Picture } from '#core/track/ports.ts';
import { INNER_MOUTH } from '#core/track/tools/inner-mouth.ts';
import { FACE_MODELS, openFaceTools } from '#core/track/tools/open.ts';
import { openGpu } from '#workers/adapters/gpu.ts';
import { fetchModelFiles } from '#workers/adapters/model-files.ts';
import { ortWebRuntime } from '#workers/adapters/ort-web.ts';

const files = fetchModelFiles('/static/');
const processor = ortWebRuntime({ files, gpu: () => Promise.resolve(null) });
afterAll(() => processor.close());

test.each([...FACE_MODELS, INNER_MOUTH])('%s answers its golden example on the processor', async (id) => {
  const manifest = await loadManifest(files, id);
  const golden = await loadGolden(files, manifest);
  for (const { precision, tolerance } of manifest.variants) {
    const session = await processor.open(manifest, { precisions: [precision] });
    const verdict = compareTensors(await session.run(golden.inputs), golden.outputs, tolerance);
    expect(verdict).toMatchObject({ ok: true });
    await session.close();
  }
});

test('the face finder answers it on a graphics card too', { timeout: 240_000 }, async () => {
  const gpu = await openGpu();
  if (!gpu) throw new Error('This test needs WebGPU; vitest.config.ts starts Chromium with one.');
  const runtime = ortWebRuntime({ files, gpu: () => Promise.resolve(gpu), trySoftwareGpu: true });
  const manifest = await loadManifest(files, 'face-detector');
  // This card is the processor pretending, without half precision; where the weights are stored in halves that is no matter.
  const session = await runtime.open(
    { ...manifest, variants: manifest.variants.map((variant) => ({ ...variant, precision: 'fp32' })) },
    { providers: ['webgpu'] },
  );
  expect(session.placement.provider).toBe('webgpu');
  await session.close();
  gpu.device.destroy();
});

/** The person in a golden example, as a picture with as much grey around it on the right. */
async function drawnPerson(): Promise<Picture> {
  const { inputs } = await loadGolden(files, await loadManifest(files, 'matte'));
  const { data, shape } = inputs['image'] as (typeof inputs)[string];
  const side = shape[2] as number;
  const rgba = new Uint8ClampedArray(2 * side * side * 4).fill(128);
  for (let y = 0; y < side; y++)
    for (let x = 0; x < side; x++)
      for (let c = 0; c < 3; c++)
        rgba[(y * 2 * side + x) * 4 + c] = 255 * (data[c * side * side + y * side + x] as number);
  return { widthPx: 2 * side, heightPx: side, rgba };
}

test('together they find the drawn person, its eyes and its mouth, and where it ends', async () => {
  const tools = await openFaceTools(processor, files);
  const picture = await drawnPerson();
  const [face, ...others] = await tools.detect(picture);
  expect(others).toEqual([]);
  if (!face) throw new Error('The drawn face was not found.');
  const sidePx = 1.5 * Math.max(face.widthPx, face.heightPx);
  const middle = { x: face.leftPx + face.widthPx / 2, y: face.topPx + face.heightPx / 2 };
  const [seen] = await tools.mesh(picture, [{ ...middle, sidePx, turn: face.turn }]);
  expect(seen?.sure).toBeGreaterThan(0.9);
  const at = (point: number) => [seen?.points[3 * point] ?? NaN, seen?.points[3 * point + 1] ?? NaN] as const;
  // Where training/face/golden_picture.py draws them: middles of the eyes and of the mouth, −1…1 of 256.
  for (const [point, x, y] of [
    [468, -0.17, -0.12],
    [473, 0.17, -0.12],
    [13, 0, 0.28],
  ] as const) {
    expect(Math.abs(at(point)[0] - (x + 1) * 128)).toBeLessThan(5);
    expect(Math.abs(at(point)[1] - (y + 1) * 128)).toBeLessThan(5);
  }
  const matte = await tools.matte(picture);
  const alpha = (x: number, y: number) =>
    matte.alpha[Math.floor(y * matte.heightPx) * matte.widthPx + Math.floor(x * matte.widthPx)] ?? NaN;
  expect(alpha(0.25, 0.5)).toBeGreaterThan(200);
  expect(alpha(0.9, 0.5)).toBeLessThan(60);
  await tools.close();
});

import { describe, expect, test } from 'vitest';
import { loadGolden, loadManifest, loadVariant } from '#core/model/files.ts';
import { compareTensors } from '#core/model/golden.ts';
import { tensor } from '#core/model/tensor.ts';
import { exampleManifest, filesOf, hashOf, variantOf } from './examples.ts';

const WEIGHTS = 'abc';
const GOLDEN = {
  inputs: { x: { shape: [1, 2], data: [1, 2] } },
  outputs: { y: { shape: [1, 2], data: [2, 4] } },
};

async function goldenFrom(golden: unknown) {
  const text = JSON.stringify(golden);
  const manifest = exampleManifest({ golden: { file: 'golden.json', sha256: await hashOf(text) } });
  return loadGolden(filesOf({ 'double/golden.json': text }), manifest);
}

describe('the manifest', () => {
  test('is read from its folder', async () => {
    const files = filesOf({ 'double/manifest.json': JSON.stringify(exampleManifest()) });
    expect(await loadManifest(files, 'double')).toEqual(exampleManifest());
  });

  test('of another model, or no JSON at all, is refused', async () => {
    const stranger = filesOf({ 'other/manifest.json': JSON.stringify(exampleManifest()) });
    await expect(loadManifest(stranger, 'other')).rejects.toMatchObject({ code: 'corrupt-file' });
    const page = filesOf({ 'double/manifest.json': '<!doctype html>' });
    await expect(loadManifest(page, 'double')).rejects.toMatchObject({ code: 'corrupt-file' });
    await expect(loadManifest(filesOf({}), 'double')).rejects.toMatchObject({ code: 'not-found' });
  });
});

describe('weights', () => {
  const files = filesOf({ 'double/double.int8.onnx': WEIGHTS });

  test('of the stated length and hash are taken', async () => {
    const variant = { ...variantOf('int8'), sha256: await hashOf(WEIGHTS) };
    const bytes = await loadVariant(files, exampleManifest(), variant);
    expect(new TextDecoder().decode(bytes)).toBe(WEIGHTS);
  });

  test('that differ in one byte, or are cut short, are refused', async () => {
    const changed = { ...variantOf('int8'), sha256: await hashOf('abd') };
    await expect(loadVariant(files, exampleManifest(), changed)).rejects.toMatchObject({
      code: 'corrupt-file',
      message: expect.stringContaining('SHA-256') as string,
    });
    const longer = { ...variantOf('int8'), sha256: await hashOf(WEIGHTS), bytes: 4 };
    await expect(loadVariant(files, exampleManifest(), longer)).rejects.toThrow('3 bytes instead of 4');
  });
});

describe('the golden example', () => {
  test('is read as tensors', async () => {
    const golden = await goldenFrom(GOLDEN);
    expect(golden.inputs['x']?.shape).toEqual([1, 2]);
    expect([...(golden.outputs['y']?.data ?? [])]).toEqual([2, 4]);
  });

  test('may hold a picture in bytes', async () => {
    // 0, 51, 255 and 102, from −1 to 1.
    const x = { shape: [1, 4], bytes: 'ADP/Zg==', low: -1, high: 1 };
    const golden = await goldenFrom({ ...GOLDEN, inputs: { x } });
    const values = [...(golden.inputs['x']?.data ?? [])].map((value) => Math.round(value * 1000) / 1000);
    expect(values).toEqual([-1, -0.6, 1, -0.2]);
  });

  test.each([
    [
      'bytes that are no base64',
      { ...GOLDEN, inputs: { x: { shape: [1, 1], bytes: 'A*', low: 0, high: 1 } } },
    ],
    ['bytes without a range', { ...GOLDEN, inputs: { x: { shape: [1, 1], bytes: 'AA==' } } }],
    ['an output that is missing', { ...GOLDEN, outputs: {} }],
    ['an input of another shape', { ...GOLDEN, inputs: { x: { shape: [2, 1], data: [1, 2] } } }],
    ['data that does not fill its shape', { ...GOLDEN, inputs: { x: { shape: [1, 3], data: [1, 2] } } }],
    ['something else than numbers', { ...GOLDEN, inputs: { x: { shape: [1, 2], data: [1, 'two'] } } }],
    ['nothing', null],
  ])('with %s is refused', async (_, golden) => {
    await expect(goldenFrom(golden)).rejects.toMatchObject({ code: 'corrupt-file' });
  });

  test('whose file was changed is refused', async () => {
    const files = filesOf({ 'double/golden.json': JSON.stringify(GOLDEN) });
    await expect(loadGolden(files, exampleManifest())).rejects.toThrow('SHA-256');
  });
});

describe('comparing with the golden output', () => {
  const wanted = { y: tensor([1, 2], Float32Array.of(2, 4)) };
  const answer = (...values: number[]) => ({ y: tensor([1, values.length], Float32Array.from(values)) });

  test('lets pass what is within the tolerance, and says how far it was off', () => {
    const verdict = compareTensors(answer(2, 4.005), wanted, 0.01);
    expect(verdict).toMatchObject({ ok: true });
    expect(verdict.ok && verdict.worst).toBeCloseTo(0.005, 4);
  });

  test.each([
    ['off by more', answer(2, 4.02), 'off by 0.02'],
    ['not a number', answer(2, NaN), 'off by no number'],
    ['of another shape', answer(2), '1×1 instead of 1×2'],
    ['not there', {}, 'no output “y”'],
  ])('refuses what is %s', (_, given, reason) => {
    const verdict = compareTensors(given, wanted, 0.01);
    expect(verdict.ok).toBe(false);
    expect(!verdict.ok && verdict.reason).toContain(reason);
  });
});

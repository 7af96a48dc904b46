import { describe, expect, test } from 'vitest';
import { AppError } from '#core/base/errors.ts';
import { parseManifest } from '#core/model/manifest-json.ts';
import { exampleManifest } from './examples.ts';

function problemIn(json: unknown): AppError {
  try {
    parseManifest(json);
  } catch (error) {
    return error as AppError;
  }
  throw new Error('it was accepted');
}

test('a manifest that went through JSON is the same manifest', () => {
  const manifest = exampleManifest();
  expect(parseManifest(JSON.parse(JSON.stringify(manifest)))).toEqual(manifest);
});

test('what nobody asked for is left behind', () => {
  expect(parseManifest({ ...exampleManifest(), context: { leftColumns: 88 } })).toEqual(exampleManifest());
});

describe('refused, with a sentence that names the member:', () => {
  const { variants, inputs, golden } = exampleManifest();
  const [first] = variants;
  const cases: readonly [string, unknown, string][] = [
    ['no object', 'manifest', 'the manifest'],
    ['a list', [], 'the manifest'],
    ['an id that leads elsewhere', { ...exampleManifest(), id: '../other' }, 'id'],
    ['no version', { ...exampleManifest(), version: '' }, 'version'],
    ['no variants', { ...exampleManifest(), variants: [] }, 'variants'],
    ['two variants of one precision', { ...exampleManifest(), variants: [first, first] }, 'variants'],
    [
      'an unknown precision',
      { ...exampleManifest(), variants: [{ ...first, precision: 'int4' }] },
      'variants[0].precision',
    ],
    [
      'a file outside its folder',
      { ...exampleManifest(), variants: [{ ...first, file: '../../x.onnx' }] },
      'variants[0].file',
    ],
    [
      'an address without encryption',
      { ...exampleManifest(), variants: [{ ...first, file: 'http://a.example/x' }] },
      'variants[0].file',
    ],
    ['a half byte', { ...exampleManifest(), variants: [{ ...first, bytes: 0.5 }] }, 'variants[0].bytes'],
    ['a short hash', { ...exampleManifest(), variants: [{ ...first, sha256: 'abc' }] }, 'variants[0].sha256'],
    [
      'a tolerance of nothing',
      { ...exampleManifest(), variants: [{ ...first, tolerance: 0 }] },
      'variants[0].tolerance',
    ],
    [
      'a tolerance without end',
      { ...exampleManifest(), variants: [{ ...first, tolerance: '1e9' }] },
      'variants[0].tolerance',
    ],
    ['doubles', { ...exampleManifest(), inputs: [{ ...inputs[0], dtype: 'float64' }] }, 'inputs[0].dtype'],
    [
      'an axis of no length',
      { ...exampleManifest(), inputs: [{ ...inputs[0], shape: [1, 0] }] },
      'inputs[0].shape',
    ],
    ['a name twice', { ...exampleManifest(), inputs: [inputs[0], inputs[0]] }, 'inputs'],
    [
      'a golden file without a hash',
      { ...exampleManifest(), golden: { file: golden.file } },
      'golden.sha256',
    ],
  ];
  test.each(cases)('%s', (_, json, member) => {
    const problem = problemIn(json);
    expect(problem).toBeInstanceOf(AppError);
    expect(problem.code).toBe('corrupt-file');
    expect(problem.message).toContain(`${member} should be`);
    expect(problem.way).toBeTruthy();
  });
});

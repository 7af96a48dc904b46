/**
 * A model that the operator brings, asked in this process. transformers.js does not come with Orator (475 MB): where
 * `ORATOR_TRANSFORMERS` names the folder it was installed in, the model is really run; without it that is skipped.
 */
import { createRequire } from 'node:module';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { toAppError, type AppError } from '#core/base/errors.ts';
import { moderate } from '#core/policy/moderation/moderate.ts';
import { withSecondOpinions } from '#server/services/moderation/providers/provider.ts';
import { providersOf } from '#server/services/moderation/providers/switched-on.ts';
import { transformersModel } from '#server/services/moderation/providers/transformers.ts';

const MODEL = join(import.meta.dirname, 'fixtures', 'tiny-classifier');
const installed = process.env['ORATOR_TRANSFORMERS'];
if (!installed) console.log('skipped: ORATOR_TRANSFORMERS names no folder with @huggingface/transformers.');

const pieces = ['An odd sentence.', 'Nothing at all.', 'A grim one.'].map((text, i) => ({
  ...{ id: String(i), kind: 'script' as const, text },
}));

test('a folder without a model is told at the start', () => {
  const empty = mkdtempSync(join(tmpdir(), 'orator-no-model-'));
  try {
    expect(() => providersOf({ MODERATION_TRANSFORMERS: empty })).toThrow(
      /^There is no text classifier in .+/,
    );
  } finally {
    rmSync(empty, { recursive: true });
  }
});

test('without the package Orator’s own verdict stands, and says so', async () => {
  const own = await moderate(pieces, { classifier: null });
  const absent = () =>
    Promise.reject(Object.assign(new Error('no such package'), { code: 'ERR_MODULE_NOT_FOUND' }));
  const model = transformersModel({ folder: MODEL }, absent);
  const refusal = await model.judge(pieces, new AbortController().signal).catch(toAppError);
  expect((refusal as AppError).way).toMatch(/npm install --no-save/);
  const { verdict, notices, failed } = await withSecondOpinions(own, pieces, [model], { timeoutMs: 20_000 });
  expect(verdict).toEqual(own);
  expect(failed).toEqual(['the model in tiny-classifier']);
  expect(notices).toHaveLength(1);
});

if (installed)
  test('what the model finds goes to a person, as its category', async () => {
    const found = createRequire(join(installed, 'package.json')).resolve('@huggingface/transformers');
    const model = transformersModel({ folder: MODEL }, () => import(pathToFileURL(found).href));
    const findings = await model.judge(pieces, new AbortController().signal);
    expect(
      findings.map((list) => list.filter(({ score }) => score > 0.4).map(({ category }) => category)),
    ).toEqual([['hate'], [], ['threats']]);
    const own = await moderate(pieces, { classifier: null });
    expect(own.decision).toBe('allow');
    const { verdict, notices } = await withSecondOpinions(own, pieces, [model], { timeoutMs: 60_000 });
    expect(notices).toEqual([]);
    expect(verdict.decision).toBe('review');
    expect(verdict.pieces.map(({ findings: all }) => all.map(({ category }) => category))).toEqual([
      ['hate'],
      [],
      ['threats'],
    ]);
  });

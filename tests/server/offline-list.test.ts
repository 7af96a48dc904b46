/** What the app keeps for times without a network: everything of a build, but for weights that few devices use. */
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { offlineList } from '#server/setup/offline-list.js';
import { ROOT } from '#server/setup/place.js';

async function listOf(paths: readonly string[]): Promise<readonly string[]> {
  return (await filesOf(paths)).map(({ path }) => path);
}

async function filesOf(paths: readonly string[]) {
  const folder = await mkdtemp(join(tmpdir(), 'orator-list-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  for (const path of paths) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), path);
  }
  return offlineList(folder).files;
}

test('all of the lip-sync model is kept that the processor needs, and nothing of it that it does not', async () => {
  const names = await readdir(join(ROOT, 'static/models/lipsync'));
  const listed = await listOf(names.map((name) => `models/lipsync/${name}`));
  expect(listed).toEqual([
    'models/lipsync/golden.json',
    'models/lipsync/lipsync.int8.onnx',
    'models/lipsync/manifest.json',
  ]);
  expect(names).toContain('lipsync.fp16.onnx');
});

test('pages, workers and WASM are kept; maps and the service worker are not', async () => {
  const listed = await listOf([
    'index.html',
    'service-worker.js',
    '_app/version.json',
    '_app/immutable/workers/speech.worker-1.js',
    '_app/immutable/workers/assets/ort-wasm-simd-threaded.asyncify-1.wasm',
    '_app/immutable/workers/assets/ort-wasm-simd-threaded.asyncify-1.mjs',
    '_app/immutable/chunks/1.js.map',
  ]);
  expect(listed).toEqual([
    '_app/immutable/workers/assets/ort-wasm-simd-threaded.asyncify-1.mjs',
    '_app/immutable/workers/assets/ort-wasm-simd-threaded.asyncify-1.wasm',
    '_app/immutable/workers/speech.worker-1.js',
    '',
  ]);
});

test('the two builds of what runs models say for whom they are', async () => {
  const files = await filesOf([
    '_app/immutable/workers/assets/ort-wasm-simd-threaded.asyncify-1.wasm',
    '_app/immutable/workers/assets/ort-wasm-simd-threaded.jspi-1.wasm',
    '_app/immutable/workers/assets/ort-wasm-simd-threaded.jspi-1.mjs',
    '_app/immutable/workers/speech.worker-1.js',
  ]);
  expect(files.map(({ only }) => only)).toEqual(['asyncify', 'jspi', 'jspi', undefined]);
});

import { strToU8, zipSync, type Zippable } from 'fflate';
import { describe, expect, test } from 'vitest';
import { AppError } from '#core/base/errors.ts';
import type { AssetHash } from '#core/base/ids.ts';
import { newProject, newVoice } from '#core/document/create.ts';
import { encodeProject } from '#shared/project-codec.ts';
import { readOratorFile, writeOratorFile } from '#shared/orator-file.ts';
import { fuzzOratorFiles } from './orator-file-fuzz.ts';
import { mediaProject, type MediaProject } from './orator-file-samples.ts';

async function packed({ project, media }: MediaProject): Promise<Uint8Array<ArrayBuffer>> {
  const blob = await writeOratorFile(project, (hash) => Promise.resolve(media.get(hash) ?? null));
  return new Uint8Array(await blob.arrayBuffer());
}

function zip(files: Zippable): Uint8Array<ArrayBuffer> {
  return zipSync(files).slice();
}

async function refusal(work: Promise<unknown>): Promise<AppError> {
  const error: unknown = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof AppError)) throw new Error(`expected a refusal, got ${String(error)}`);
  return error;
}

test('a project and its media come out as they went in', async () => {
  const sample = await mediaProject();
  const file = await readOratorFile(await packed(sample));
  expect(file.project).toEqual(sample.project);
  expect([...file.media].sort()).toEqual([...sample.media].sort());
  expect(file.notes).toEqual([]);
});

test('the same project gives the same bytes, at any time of day', async () => {
  const sample = await mediaProject();
  const first = await packed(sample);
  await new Promise((done) => setTimeout(done, 2100)); // zip times count in two seconds
  expect(await packed(sample)).toEqual(first);
});

test('what nothing in the project uses stays behind', async () => {
  const sample = await mediaProject();
  const plain = { ...sample.project, scenes: sample.project.scenes.slice(0, 1) };
  const stranger = newVoice({ name: 'Not needed' });
  const bytes = await packed({ ...sample, project: { ...plain, voices: [...plain.voices, stranger] } });
  const file = await readOratorFile(bytes);
  expect(file.media.size).toBe(1);
  expect(file.project.voices.map((voice) => voice.name)).not.toContain('Not needed');
});

test('a medium that is gone stops the file from being written, by name', async () => {
  const { project } = await mediaProject();
  const error = await refusal(packed({ project, media: new Map() }));
  expect([error.code, error.message]).toEqual(['not-found', expect.stringContaining('../medium 0')]);
});

test('a damaged medium is left out and told, and the rest opens', async () => {
  const sample = await mediaProject();
  const bytes = await packed(sample);
  const [hash, content] = [...sample.media][0] as [AssetHash, Uint8Array];
  const at = indexOf(bytes, content);
  bytes[at + 100] = (bytes[at + 100] as number) ^ 1;
  const file = await readOratorFile(bytes);
  expect(file.media.has(hash)).toBe(false);
  expect(file.media.size).toBe(1);
  expect(file.project.scenes[0]?.background.kind).toBe('gradient');
  expect(file.notes[0]).toBe('One media file in it is damaged and was left out.');
});

test('a project that was changed inside its file is called damaged', async () => {
  const project = newProject();
  const bytes = zip({
    'manifest.json': strToU8(
      JSON.stringify({ kind: 'orator', format: 1, project: '0'.repeat(64), media: [] }),
    ),
    'project.json': strToU8(encodeProject(project)),
  });
  expect((await refusal(readOratorFile(bytes))).code).toBe('corrupt-file');
});

test('a file of a later format is told so', async () => {
  const bytes = zip({
    'manifest.json': strToU8(JSON.stringify({ format: 2 })),
    'project.json': strToU8('{}'),
  });
  expect((await refusal(readOratorFile(bytes))).code).toBe('newer-version');
});

test('files that are not ours, whatever path they claim, are passed over', async () => {
  const project = newProject();
  const bytes = zip({
    'project.json': strToU8(encodeProject(project)),
    '../../evil.sh': strToU8('rm'),
    'C:\\evil.exe': strToU8('MZ'),
    'media/../project.json': strToU8('{}'),
    __proto__: strToU8('x'),
  });
  const file = await readOratorFile(bytes);
  expect(file.project).toEqual(project);
  expect(file.media.size).toBe(0);
  expect(file.notes[0]).toMatch(/not Orator’s/);
});

describe('what cannot be opened says why', () => {
  test.each([
    ['nothing', () => new Uint8Array(), 'invalid-input', 'This is not an .orator file.'],
    [
      'a picture',
      () => Uint8Array.of(0x89, 0x50, 0x4e, 0x47),
      'invalid-input',
      'This is not an .orator file.',
    ],
    ['a zip of other things', () => zip({ 'a.txt': strToU8('a') }), 'corrupt-file', /holds no project/],
    ['a project that is not JSON', () => zip({ 'project.json': strToU8('hi') }), 'corrupt-file', /not JSON/],
  ])('%s', async (_, make, code, sentence) => {
    const error = await refusal(readOratorFile(make()));
    expect(error.code).toBe(code);
    expect(error.message).toMatch(sentence);
  });

  test('a file that ends early, wherever it ends', async () => {
    const bytes = await packed(await mediaProject());
    for (const part of [0.1, 0.5, 0.9, 0.99]) {
      const error = await refusal(readOratorFile(bytes.slice(0, bytes.length * part)));
      expect(error.code).toBe('corrupt-file');
    }
  });
});

test('a project whose file could not be opened again is not saved as one', async () => {
  const sample = await mediaProject();
  const media = sample.project.media.map((entry) => ({ ...entry, bytes: 1_000_000_000 }));
  const saved = writeOratorFile({ ...sample.project, media }, () => {
    throw new Error('nothing is read for it');
  });
  const error = await refusal(saved);
  expect([error.code, error.message]).toEqual(['invalid-input', expect.stringMatching('1.5 GB')]);
});

test('a bomb is refused before it goes off', async () => {
  const zeros = new Uint8Array(70_000_000);
  const error = await refusal(readOratorFile(zip({ 'project.json': zeros })));
  expect(error.message).toMatch('unpacks to more than it may');
});

test('an entry that lies about its size is refused', async () => {
  const bytes = zip({ 'project.json': [strToU8(encodeProject(newProject())), { level: 0 }] });
  // The size unpacked, in the central directory (APPNOTE 4.3.12: 24 bytes into the record).
  const directory = indexOf(bytes, Uint8Array.of(0x50, 0x4b, 1, 2));
  new DataView(bytes.buffer).setUint32(directory + 24, 50_000_000, true);
  expect((await refusal(readOratorFile(bytes))).message).toMatch('size of “project.json” is wrong');
});

test('hundreds of damaged files are refused with a sentence or open whole', async () => {
  const opened = await fuzzOratorFiles(300);
  expect(opened).toBeGreaterThan(5);
  expect(opened).toBeLessThan(295);
});

function indexOf(bytes: Uint8Array, part: Uint8Array): number {
  return Buffer.from(bytes).indexOf(part);
}

test('a medium that was packed smaller than media can be is a bomb, and is not unpacked', async () => {
  const hash = '0'.repeat(64);
  const document = strToU8(encodeProject(newProject()));
  const bomb = zip({ 'project.json': document, [`media/${hash}`]: new Uint8Array(8 << 20) });
  expect(bomb.byteLength).toBeLessThan(100_000);
  const error = await refusal(readOratorFile(bomb));
  expect([error.code, error.message]).toEqual([
    'invalid-input',
    expect.stringContaining('unpacks to more than it may'),
  ]);
});

test('a medium that someone deflated again is opened', async () => {
  const { project, media } = await mediaProject();
  const files: Zippable = { 'project.json': strToU8(encodeProject(project)) };
  for (const [hash, bytes] of media) files[`media/${hash}`] = [bytes, { level: 9 }];
  expect((await readOratorFile(zip(files))).media.size).toBe(media.size);
});

/** Answers with files of the app, where the reading goes wrong or is broken off. */
import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { answerWith, openAppFiles, type AppFile } from '#server/services/app-files.ts';

const DESCRIPTORS = '/proc/self/fd';
let folder = '';
let path = '';
let file: AppFile;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'orator-app-files-'));
  path = join(folder, 'large.txt');
  writeFileSync(join(folder, 'index.html'), '<!doctype html>');
  writeFileSync(path, randomBytes(4 << 20).toString('base64'));
  const found = openAppFiles(folder).find('/large.txt');
  if (!found) throw new Error('the file is not served');
  file = found;
});
afterEach(() => rmSync(folder, { recursive: true }));

function answer(acceptEncoding: string | null): Response {
  const none = { head: false, ifNoneMatch: null, range: null, ifRange: null };
  return answerWith(file, { ...none, acceptEncoding }, true);
}

function isOpen(): boolean {
  return readdirSync(DESCRIPTORS).some((fd) => {
    try {
      return readlinkSync(join(DESCRIPTORS, fd)) === path;
    } catch {
      return false; // closed between listing and looking
    }
  });
}

describe.each(['br', 'gzip', null])('as %s', (encoding) => {
  // Only Linux tells which files a process holds open.
  test.runIf(existsSync(DESCRIPTORS))('a visitor who leaves in the middle frees the file', async () => {
    const reader = answer(encoding).body?.getReader();
    expect((await reader?.read())?.value?.byteLength).toBeGreaterThan(0);
    expect(isOpen()).toBe(true);
    await reader?.cancel();
    await expect.poll(isOpen).toBe(false);
  });

  test('a file that went away breaks the answer off', async () => {
    rmSync(path);
    await expect(answer(encoding).arrayBuffer()).rejects.toThrow(/ENOENT/);
  });
});

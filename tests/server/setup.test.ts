/** Set-up notices what has changed and nothing else, and says what went wrong in words. */
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { sourceHash } from '#server/setup/build.js';
import { explainInstall, isInstalled } from '#server/setup/install.js';
import { whileLocked } from '#server/setup/lock.js';
import { checkNode, ROOT } from '#server/setup/place.js';
import { count } from '../run/vitest.ts';

const folder = mkdtempSync(join(tmpdir(), 'orator-setup-'));
afterAll(() => rmSync(folder, { recursive: true }));

function put(path: string, content: string | object): string {
  const full = join(folder, path);
  mkdirSync(dirname(full), { recursive: true });
  writeFileSync(full, typeof content === 'string' ? content : JSON.stringify(content));
  return full;
}

describe('packages count as installed', () => {
  const locked = { version: '1.0.0', integrity: 'sha512-a' };
  const house = (name: string, lock: object, hidden: object | null) => {
    put(`${name}/package-lock.json`, { packages: { '': {}, ...lock } });
    if (hidden) put(`${name}/node_modules/.package-lock.json`, { packages: hidden });
    put(`${name}/node_modules/node/bin/node`, '');
    return join(folder, name);
  };
  test('when all are there', () => {
    expect(isInstalled(house('same', { 'node_modules/a': locked }, { 'node_modules/a': locked }))).toBe(true);
  });
  test('when only packages of other systems are missing', () => {
    const lock = { 'node_modules/a': locked, 'node_modules/mac': { ...locked, optional: true } };
    expect(isInstalled(house('other', lock, { 'node_modules/a': locked }))).toBe(true);
  });
  test('but not when one is missing', () => {
    expect(
      isInstalled(
        house(
          'missing',
          { 'node_modules/a': locked, 'node_modules/b': locked },
          { 'node_modules/a': locked },
        ),
      ),
    ).toBe(false);
  });
  test('but not when one is of another version', () => {
    expect(
      isInstalled(
        house('stale', { 'node_modules/a': { ...locked, version: '1.0.1' } }, { 'node_modules/a': locked }),
      ),
    ).toBe(false);
  });
  test('but not when an install broke off before npm wrote its list', () => {
    expect(isInstalled(house('broken', { 'node_modules/a': locked }, null))).toBe(false);
  });
});

describe('the sources hash', () => {
  const file = put('sources/src/a.ts', 'one');
  put('sources/src/b.ts', 'two');
  const before = sourceHash(join(folder, 'sources'), ['src']);
  test('stays when only dates change', () => {
    utimesSync(file, new Date(), new Date());
    expect(sourceHash(join(folder, 'sources'), ['src'])).toBe(before);
  });
  test('changes with content, with a name, and with a file more', () => {
    const hashes = new Set([before]);
    writeFileSync(file, 'changed');
    hashes.add(sourceHash(join(folder, 'sources'), ['src']));
    put('sources/src/c.ts', '');
    hashes.add(sourceHash(join(folder, 'sources'), ['src']));
    rmSync(join(folder, 'sources/src/c.ts'));
    put('sources/src/d.ts', '');
    hashes.add(sourceHash(join(folder, 'sources'), ['src']));
    expect(hashes.size).toBe(4);
  });
});

test.each([
  ['npm error code ENOTFOUND\nnpm error getaddrinfo', /no network/],
  ['npm error code ENOSPC', /disk is full/],
  ['npm error code EACCES', /permissions/],
  ['npm error something new', /something new/],
])('an install that fails with “%s” is explained', (stderr, sentence) => {
  expect(explainInstall(stderr)).toMatch(sentence);
});

test('an old Node is told so, in a sentence', () => {
  expect(() => checkNode('18.19.0')).toThrow(/Node 20 or newer.*Node 18\.19\.0/);
  expect(() => checkNode('20.0.0')).not.toThrow();
});

test('a lock whose owner has died is taken over, and given back', () => {
  // No process has this number: it is above the kernel's largest.
  put('locks/work.lock', String(2 ** 22 + 1));
  expect(whileLocked('work', () => 'done', join(folder, 'locks'))).toBe('done');
  expect(whileLocked('work', () => 'again', join(folder, 'locks'))).toBe('again');
});

describe('the runner counts as failed', () => {
  const report = (status: string, tests: string[], retried = false) => ({
    numPassedTests: tests.filter((one) => one === 'passed').length,
    numFailedTests: tests.filter((one) => one === 'failed').length,
    numPendingTests: tests.filter((one) => one === 'pending').length,
    numTodoTests: 0,
    testResults: [
      {
        name: join(ROOT, 'tests/a.test.ts'),
        status,
        message: status === 'failed' ? 'Cannot find it' : '',
        assertionResults: tests.map((one, i) => ({
          status: one,
          fullName: `does ${i}`,
          failureMessages: one === 'failed' || retried ? ['expected 1 to be 2\nat a line'] : [],
        })),
      },
    ],
  });
  test('each test that failed, once', () => {
    expect(count(report('failed', ['passed', 'failed', 'pending']), 1)).toEqual({
      passed: 1,
      failed: 1,
      skipped: 1,
      failures: ['tests/a.test.ts: does 1\n    expected 1 to be 2\n    at a line'],
      unsteady: [],
    });
  });
  test('a file that did not load', () => {
    expect(count(report('failed', []), 1)).toEqual({
      passed: 0,
      failed: 1,
      skipped: 0,
      failures: ['tests/a.test.ts: (the file itself)\n    Cannot find it'],
      unsteady: [],
    });
  });
  test('a run that ended badly after every test passed', () => {
    expect(count(report('passed', ['passed']), 1)).toEqual({
      passed: 1,
      failed: 1,
      skipped: 0,
      failures: ['every test passed, and Vitest ended with 1'],
      unsteady: [],
    });
  });
  test('not a test that passed when it was tried again, which is told all the same', () => {
    expect(count(report('passed', ['passed'], true), 0)).toEqual({
      passed: 1,
      failed: 0,
      skipped: 0,
      failures: [],
      unsteady: ['tests/a.test.ts: does 0\n    expected 1 to be 2\n    at a line'],
    });
  });
  test('a run that left no report', () => {
    expect(count(null, 0)).toEqual({
      passed: 0,
      failed: 1,
      skipped: 0,
      failures: ['Vitest wrote no report'],
      unsteady: [],
    });
  });
});

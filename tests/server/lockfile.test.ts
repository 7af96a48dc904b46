/** The lockfile installs anywhere: whole for every system, exact, and without a registry's address. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { ROOT } from '#server/setup/place.js';

interface Entry {
  readonly version?: string;
  readonly resolved?: string;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}
const text = readFileSync(`${ROOT}/package-lock.json`, 'utf8');
const { packages } = JSON.parse(text) as { packages: Record<string, Entry> };

test('it carries no address', () => {
  expect(text).not.toMatch(/"resolved"|\.tgz/);
});

test('the binaries of every system are in it, not only those of the one it was made on', () => {
  const missing = Object.entries(packages).flatMap(([path, entry]) =>
    Object.keys(entry.optionalDependencies ?? {}).filter(
      (name) => !packages[`node_modules/${name}`] && !packages[`${path}/node_modules/${name}`],
    ),
  );
  expect(missing).toEqual([]);
});

test('every direct dependency is pinned to one version, and that version is locked', () => {
  const manifest = JSON.parse(readFileSync(`${ROOT}/package.json`, 'utf8')) as Entry;
  for (const [name, wanted] of Object.entries({ ...manifest.dependencies, ...manifest.devDependencies }))
    expect([name, wanted]).toEqual([name, packages[`node_modules/${name}`]?.version]);
});

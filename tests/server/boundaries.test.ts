/** DESIGN.md's rules 1 to 5 hold in this tree, and the check that says so can fail. */
import { globSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { ROOT } from '#server/setup/place.js';
import { findViolations } from './boundaries.ts';

function tree(files: Record<string, string>): Map<string, string> {
  return new Map(Object.entries(files));
}

test('every import in this repository follows an arrow that the design draws', () => {
  const paths = globSync(
    ['src/**/*.{ts,js,svelte}', 'workers/**/*.{ts,js}', 'server/**/*.{ts,js}', 'tests/**/*.{ts,js}'],
    {
      cwd: ROOT,
    },
  );
  const files = new Map(
    paths.map((path) => [path.replaceAll('\\', '/'), readFileSync(`${ROOT}/${path}`, 'utf8')]),
  );
  expect(files.size).toBeGreaterThan(30);
  expect(findViolations(files)).toEqual([]);
});

describe('a made-up tree is caught when', () => {
  const cases: readonly [string, Record<string, string>, RegExp][] = [
    [
      'an early layer of core sees a later one',
      { 'src/core/speech/a.ts': `import { x } from '../motion/b.ts';` },
      /speech stands before motion/,
    ],
    [
      'two layers of one rank see each other, by type too',
      { 'src/core/model/a.ts': `import type { X } from '../output/b.ts';` },
      /model stands before output/,
    ],
    [
      'core re-exports a library',
      { 'src/core/base/a.ts': `export * from 'valibot';` },
      /core imports only core/,
    ],
    [
      'core reads a file',
      { 'src/core/base/a.ts': `import fs from 'node:fs';` },
      /only the server runs in Node/,
    ],
    [
      'core reaches shared through an import type',
      { 'src/core/base/a.ts': `type X = import('#shared/zip.ts').Zip;` },
      /core imports only core/,
    ],
    [
      'a file stands in core outside every layer',
      { 'src/core/helpers.ts': `import { x } from './base/a.ts';` },
      /stands in no layer/,
    ],
    ['shared sees the app', { 'src/shared/a.ts': `import { x } from '#lib/b.ts';` }, /shared imports core/],
    [
      'a worker sees the server',
      { 'workers/a.ts': `import { x } from '#server/b.ts';` },
      /workers imports core/,
    ],
    [
      'the server imports a worker lazily',
      { 'server/a.ts': `const x = await import('../workers/b.ts');` },
      /server imports core/,
    ],
    ['a worker knows Dexie', { 'workers/a.ts': `import Dexie from 'dexie';` }, /neither Svelte nor Dexie/],
    [
      'the app imports a worker instead of naming its URL',
      { 'src/lib/a.ts': `import { x } from '../../workers/b.worker.ts';` },
      /reaches workers by URL/,
    ],
    [
      'a component uses a value of the server',
      {
        'src/routes/+page.svelte': `<p>hi</p>\n<script lang="ts">\n  import { x } from '#server/b.ts';\n</script>`,
      },
      /\+page\.svelte:3 .*types alone/,
    ],
    [
      'two files name one library',
      { 'workers/a.ts': `import 'comlink';`, 'src/lib/b.ts': `import type { X } from 'comlink/dist';` },
      /“comlink” is named in 2 files.*src\/lib\/b\.ts, workers\/a\.ts/,
    ],
    [
      'the app borrows from its tests',
      { 'src/lib/a.ts': `import x from '#tests/b.ts';` },
      /nothing of its tests/,
    ],
  ];
  test.each(cases)('%s', (_, files, message) => {
    const found = findViolations(tree(files));
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(message);
  });
});

test('the arrows that the design does draw pass', () => {
  expect(
    findViolations(
      tree({
        'src/core/pipeline/a.ts': `import { x } from '../base/b.ts'; import type { Y } from './c.ts';`,
        'src/shared/a.ts': `import { zip } from 'fflate'; import { x } from '#core/base/b.ts';`,
        'workers/a.worker.ts': `import * as c from 'comlink'; import { x } from '#shared/a.ts';`,
        'server/a.ts': `import { x } from '#shared/a.ts'; import 'node:fs'; import 'hono';`,
        'src/lib/a.ts': `const w = new Worker(new URL('../../workers/a.worker.ts', import.meta.url));`,
        'src/lib/b.ts': `import url from '#workers/a.worker.ts?worker&url'; import type { X } from '#server/a.ts';`,
        'src/lib/c.svelte': `<script>import { Dialog } from 'bits-ui'; import { goto } from '$app/navigation';</script>`,
        'src/lib/d.svelte': `<script>import { Select } from 'bits-ui';</script>`,
      }),
    ),
  ).toEqual([]);
});

/** What ships is named, with the licence that it states itself. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { licencesDocument, shippedPackages } from '#server/setup/licences.js';
import { ROOT } from '#server/setup/place.js';

const notice = readFileSync(`${ROOT}/NOTICE`, 'utf8');
const manifest = JSON.parse(readFileSync(`${ROOT}/package.json`, 'utf8')) as {
  dependencies: Record<string, string>;
};
const direct = [...Object.keys(manifest.dependencies), 'svelte', '@sveltejs/kit'];

/** The entry of NOTICE that names a package: from its name to the next entry. */
function entryOf(name: string): string | undefined {
  return notice.split(/\n(?= {2}\S)|\n\n/).find((entry) => entry.split(/[\s,:(]+/).includes(name));
}

test.each(direct)('NOTICE names %s with the licence its package states', (name) => {
  const stated = shippedPackages().find((entry) => entry.name === name)?.licence ?? 'nothing';
  expect(entryOf(name)).toContain(stated);
});

test('GPL parts stand first in NOTICE, and nowhere else', () => {
  const gpl = shippedPackages().filter((entry) => /GPL/.test(entry.licence) && !/MPL/.test(entry.licence));
  expect(gpl.map((entry) => entry.name)).toEqual(['@ffmpeg/core']);
  const firstOther = Math.min(
    ...direct
      .filter((name) => name !== '@ffmpeg/core')
      .map((name) => notice.indexOf(`  ${name}`))
      .filter((at) => at >= 0),
  );
  expect(notice.indexOf('  @ffmpeg/core')).toBeLessThan(firstOther);
});

test('the licences document carries a text for every package that has one', () => {
  const document = licencesDocument();
  const shipped = shippedPackages();
  expect(shipped.length).toBeGreaterThan(40);
  for (const { name, version, texts } of shipped) {
    expect(document).toContain(`${name} ${version}: `);
    for (const text of texts) expect(document).toContain(text);
  }
  expect(document).toContain('GNU GENERAL PUBLIC LICENSE');
  expect(document).toContain('Permission is hereby granted, free of charge');
});

test('the whole of Apache-2.0 is in LICENSE', () => {
  const licence = readFileSync(`${ROOT}/LICENSE`, 'utf8');
  expect(licence).toContain('Version 2.0, January 2004');
  expect(licence).toContain('END OF TERMS AND CONDITIONS');
});

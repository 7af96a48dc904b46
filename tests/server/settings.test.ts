/** Settings: each documented, each with a default, each told by name when it is wrong; secrets kept to their owner. */
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { keptSecret, readSettings, SETTINGS, settingsTable } from '#server/settings.ts';

const folder = mkdtempSync(join(tmpdir(), 'orator-settings-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('an empty environment is enough', () => {
  const settings = readSettings({});
  expect(settings).toMatchObject({ HOST: '127.0.0.1', PORT: 4400, database: { kind: 'folder' } });
  expect(settings.dataFolder).toMatch(/\.orator.data$/);
});

test('PostgreSQL is used where it is named', () => {
  expect(readSettings({ DATABASE_URL: 'postgres://a@b/c', DATABASE_CONNECTIONS: '3' }).database).toEqual({
    kind: 'postgres',
    url: 'postgres://a@b/c',
    connections: 3,
  });
});

test('the public address is taken as browsers say it, who else are refused every change', () => {
  for (const told of ['https://studio.example', 'https://studio.example:443/', 'HTTPS://Studio.Example'])
    expect(readSettings({ ORATOR_ORIGIN: told }).ORATOR_ORIGIN).toBe('https://studio.example');
  expect(readSettings({ ORATOR_ORIGIN: 'http://box.lan:4400' }).ORATOR_ORIGIN).toBe('http://box.lan:4400');
});

test.each([
  ['PORT', 'http'],
  ['PORT', '70000'],
  ['ORATOR_ORIGIN', 'studio.example'],
  ['ORATOR_ORIGIN', 'https://studio.example/path'],
  ['ORATOR_ORIGIN', 'https://me@studio.example'],
  ['ORATOR_ORIGIN', 'https://studio.example:port'],
  ['DATABASE_URL', 'mysql://a'],
  ['ORATOR_SECRET', 'short'],
  ['LOG_LEVEL', 'loud'],
  ['RENDER_ENCODER', 'vaapi'],
])('%s=%s is told by name, and its value is not repeated', (name, value) => {
  expect(() => readSettings({ [name]: value })).toThrow(new RegExp(`^${name} `));
  if (name === 'ORATOR_SECRET') expect(() => readSettings({ [name]: value })).not.toThrow(value);
});

test('server/README.md has the table of all of them', () => {
  const readme = readFileSync('server/README.md', 'utf8');
  const table = /<!-- settings:[^>]*-->\n([\s\S]*?)\n<!-- \/settings -->/.exec(readme)?.[1];
  expect(table).toBe(settingsTable());
  for (const name of Object.keys(SETTINGS)) expect(table).toContain(`\`${name}\``);
});

test('a secret is made once, and only its owner reads it', () => {
  const made = keptSecret(folder, 'secret');
  expect(made.length).toBeGreaterThan(40);
  expect(keptSecret(folder, 'secret')).toBe(made);
  expect(statSync(join(folder, 'secret')).mode & 0o077).toBe(0);
});

/** Indices that claim what cannot be are refused before anybody counts through them; those of real files are not. */
import { readFileSync, readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { requireSaneIndex } from '#shared/mp4-index.ts';
import { VideoFile } from '#shared/pictures/video-source.ts';
import { readSoundFacts } from '#shared/sound-file.ts';

const FIXTURES = new URL('../fixtures/', import.meta.url);
const films = readdirSync(FIXTURES).filter((name) => name.endsWith('.mp4'));
const DAMAGED = { code: 'corrupt-file', message: 'The index of this file is damaged.' };

/** Sets a number in the first row of every such table, `at` bytes after its name. */
function claiming(table: string, at: number, value: number): Blob {
  const file = readFileSync(new URL('steps.mp4', FIXTURES));
  for (let found = file.indexOf(table); found >= 0; found = file.indexOf(table, found + 4))
    file.writeUInt32BE(value, found + at);
  return new Blob([file]);
}

test.each([
  // After the name: version, how many rows, and then the row.
  ['frames in a chunk', claiming('stsc', 16, 0xff_ff_ff_ff)],
  ['frames of one length', claiming('stts', 12, 0x7f_ff_ff_ff)],
])('%s: more than there are', async (_what, file) => {
  await expect(readSoundFacts(file)).rejects.toMatchObject(DAMAGED);
  await expect(VideoFile.open(file, () => Promise.reject(new Error('never')))).rejects.toMatchObject(DAMAGED);
});

test.each(films)('%s is taken', async (name) => {
  await requireSaneIndex(new Blob([readFileSync(new URL(name, FIXTURES))]));
});

test.each([0, 4, 7, 8, 12, 40])('%s bytes of a film are no index', async (bytes) => {
  const start = readFileSync(new URL('steps.mp4', FIXTURES)).subarray(0, bytes);
  await requireSaneIndex(new Blob([Uint8Array.from(start)]));
});

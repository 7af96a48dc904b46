/** On a server a film's speech is read from the store when its sound is made: the memory does not grow with the film. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { sha256Hex } from '#core/base/hashing.ts';
import { masterFilm } from '#core/pipeline/render.ts';
import { FilmMemory, type Film, type PrepareHost } from '#core/pipeline/prepare.ts';
import { openPrepareHost } from '#server/render/prepare-host.ts';
import { ROOT } from '#server/setup/place.js';
import { readOratorFile } from '#shared/orator-file.ts';
import { prepareParityFilm, storeInMemory } from '../golden/parity/draw.ts';

async function sound(film: Film): Promise<number[]> {
  const { chunks } = await masterFilm(film, () => Promise.resolve());
  const out: number[] = [];
  for await (const [left] of chunks()) for (const sample of left ?? []) out.push(sample);
  return out;
}

test('speech is not held, is had again from the store, or spoken anew, and sounds the same', async () => {
  const bytes = new Uint8Array(readFileSync(`${ROOT}/static/examples/welcome.orator`));
  const { project, media } = await readOratorFile(bytes);
  const { store, file } = await storeInMemory(media.values(), sha256Hex);
  const host = await openPrepareHost(store, { file });
  try {
    const prepare = (part: Partial<PrepareHost>) =>
      prepareParityFilm(project, { ...host, memory: new FilmMemory(), ...part });
    const film = await prepare({});
    expect(film.shots.length).toBeGreaterThan(1);
    for (const { speech, pcm } of film.shots) {
      expect(speech.pcm.length).toBe(0);
      expect((await pcm()).length).toBe(Math.round(speech.durationS * speech.sampleRateHz));
    }
    const heard = await sound(film);
    const held = await prepare({ holdsSound: true });
    expect(held.shots.every(({ speech }) => speech.pcm.length > 0)).toBe(true);
    expect(heard).toEqual(await sound(held));
    // Products may be swept at any time.
    const forgetful = { ...store, getProduct: () => Promise.resolve(null) };
    expect(await sound(await prepare({ store: forgetful }))).toEqual(heard);
  } finally {
    await host.close();
  }
});

/** The networks that tell people apart: what their manifests say of them is so, and one person is one. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { loadGolden, loadManifest } from '#core/model/files.ts';
import { compareTensors } from '#core/model/golden.ts';
import { findFaces } from '#core/track/faces.ts';
import type { Picture } from '#core/track/ports.ts';
import { openFaceTools } from '#core/track/tools/open.ts';
import { diskModelFiles, SERVER_MODELS } from '#server/render/adapters/model-files.ts';
import { ortNodeRuntime } from '#server/render/adapters/ort-node.ts';
import {
  faceLikeness,
  faceTemplate,
  IDENTITY_MODELS,
  openFaceIdentity,
  type Embedding,
} from '#server/services/consent/checks/pictures/identity.ts';
import { offlineList } from '#server/setup/offline-list.js';
import { ROOT } from '#server/setup/place.js';
import { frameOf } from '../film-frame.ts';
import { drawnPerson } from './drawn-person.ts';

const MEDIA = join(ROOT, '../shared/media');
const files = diskModelFiles([SERVER_MODELS, join(ROOT, 'static/models')]);
const runtime = ortNodeRuntime({ files });
const tools = await openFaceTools(runtime, files);
const identity = await openFaceIdentity(runtime, files);
afterAll(async () => {
  await identity.close();
  await tools.close();
});

async function who(picture: Picture): Promise<Embedding> {
  const [square] = await findFaces(tools, picture);
  const [face] = square ? await tools.mesh(picture, [square]) : [];
  if (!face) throw new Error('There is no face.');
  return identity.embed(picture, face.points);
}

test.each(IDENTITY_MODELS)('%s answers its golden example within its tolerance', async (id) => {
  const manifest = await loadManifest(files, id);
  const golden = await loadGolden(files, manifest);
  for (const { precision, tolerance, bytes } of manifest.variants) {
    expect(bytes).toBeLessThan(7e6);
    const session = await runtime.open(manifest, { precisions: [precision] });
    expect(compareTensors(await session.run(golden.inputs), golden.outputs, tolerance)).toMatchObject({
      ok: true,
    });
    await session.close();
  }
});

test('the app is not handed the networks that tell people apart', () => {
  const listed = offlineList(join(ROOT, 'static')).files.map(({ path }) => path);
  expect(listed.some((path) => path.startsWith('models/face-mesh/'))).toBe(true);
  for (const id of IDENTITY_MODELS) expect(listed.filter((path) => path.includes(id))).toEqual([]);
});

test('a face is itself in worse light, and with strangers among its pictures', async () => {
  const person = await drawnPerson();
  const dim = { ...person, rgba: person.rgba.map((value, i) => (i % 4 === 3 ? value : 0.6 * value)) };
  const [seen, seenDim] = [await who(person), await who(dim)];
  expect(faceLikeness(seen, seen)).toBeGreaterThan(faceLikeness(seen, seenDim));
  expect(faceLikeness(seen, seenDim)).toBeGreaterThan(3.5);
  const noise: Embedding = {
    'face-identity': seen['face-identity'].map((_, i) => (i % 2 === 0 ? 1 : -1) / Math.sqrt(128)),
    'face-features': seen['face-features'].map((_, i) => (i % 2 === 0 ? 1 : -1) / 32),
  };
  const pictures = [seen, seenDim, seen, seenDim, seen, noise].map((embedding) => ({ embedding, weight: 1 }));
  const template = faceTemplate(pictures);
  expect(template?.pictures).toBe(5);
  expect(template && faceLikeness(template.embedding, seen)).toBeGreaterThan(3.5);
  expect(faceTemplate([{ embedding: seen, weight: 0 }])).toBeNull();
});

const there = existsSync(MEDIA);
if (!there) console.log(`${MEDIA} is not here: whether real people are told apart is not tried.`);

describe.skipIf(!there)('on real people', () => {
  const film = (name: string) => frameOf(join(MEDIA, 'speaking', `${name}.mpg`), 1);

  test('one man in two films is himself, and nobody else is', async () => {
    const man = await who(await film('pwij3p'));
    const again = await who(await film('swwp2s'));
    expect(faceLikeness(man, again)).toBeGreaterThan(4.5);
    for (const other of ['lbax4n', 'bbaf2n', 'swiz3n', 'lrwp9a'])
      expect(faceLikeness(man, await who(await film(other)))).toBeLessThan(2.5);
  });
});

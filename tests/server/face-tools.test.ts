/** The networks that see, in Node: what their manifests say of them is so, and they see people. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { loadGolden, loadManifest } from '#core/model/files.ts';
import { compareTensors } from '#core/model/golden.ts';
import { BODY_POINTS, type BodyPoint } from '#core/track/ports.ts';
import { FACE_MODELS, openFaceTools } from '#core/track/tools/open.ts';
import { diskModelFiles } from '#server/render/adapters/model-files.ts';
import { ortNodeRuntime } from '#server/render/adapters/ort-node.ts';
import { ROOT } from '#server/setup/place.js';
import { frameOf } from './film-frame.ts';

const MEDIA = join(ROOT, '../shared/media');
const files = diskModelFiles();
const runtime = ortNodeRuntime({ files });
const tools = await openFaceTools(runtime, files);
afterAll(() => tools.close());

test.each(FACE_MODELS)('%s answers its golden example within its tolerance', async (id) => {
  const manifest = await loadManifest(files, id);
  const golden = await loadGolden(files, manifest);
  for (const { precision, tolerance, bytes } of manifest.variants) {
    expect(bytes).toBeLessThan(5e6);
    const session = await runtime.open(manifest, { precisions: [precision] });
    expect(compareTensors(await session.run(golden.inputs), golden.outputs, tolerance)).toMatchObject({
      ok: true,
    });
    await session.close();
  }
});

test('nobody is seen where nobody is', async () => {
  const grey = { widthPx: 640, heightPx: 360, rgba: new Uint8ClampedArray(640 * 360 * 4).fill(128) };
  expect(await tools.detect(grey)).toEqual([]);
  expect(await tools.body(grey)).toBeNull();
  const [face] = await tools.mesh(grey, [{ x: 320, y: 180, sidePx: 200, turn: 0 }]);
  expect(face?.sure).toBeLessThan(0.5);
});

const there = existsSync(MEDIA);
if (!there) console.log(`${MEDIA} is not here: whether real people are seen is not tried.`);

describe.skipIf(!there)('on real pictures', () => {
  test.each([
    ['footage/standing-man.mp4', 3],
    ['footage/seated-woman.mp4', 3],
    ['footage/synthetic-man.mp4', 1],
    ['footage/synthetic-woman.mp4', 1],
    ['portraits/painted-adult.png', 0],
    ['portraits/synthetic-full-body.png', 0],
    ['speaking/bbaf2n.mpg', 1],
  ])('one face is seen on %s, with its mesh, its matte and its shoulders', async (name, atS) => {
    const picture = await frameOf(join(MEDIA, name), atS);
    const faces = await tools.detect(picture);
    expect(faces).toHaveLength(1);
    const [face] = faces;
    if (!face) return;
    const sidePx = 1.5 * Math.max(face.widthPx, face.heightPx);
    const square = {
      x: face.leftPx + face.widthPx / 2,
      y: face.topPx + face.heightPx / 2,
      sidePx,
      turn: face.turn,
    };
    const [mesh] = await tools.mesh(picture, [square]);
    expect(mesh?.sure).toBeGreaterThan(0.9);
    const at = (i: number) => [mesh?.points[3 * i] ?? NaN, mesh?.points[3 * i + 1] ?? NaN] as const;
    // Brow above nose above lips above chin; each iris between the corners of its eye.
    const heights = [at(9), at(4), at(13), at(152)].map(([, y]) => y);
    expect(heights).toEqual(heights.toSorted((a, b) => a - b));
    for (const [iris, outer, inner] of [
      [468, 33, 133],
      [473, 263, 362],
    ] as const) {
      const [low = 0, high = 0] = [at(outer)[0], at(inner)[0]].toSorted((a, b) => a - b);
      expect(at(iris)[0]).toBeGreaterThan(low);
      expect(at(iris)[0]).toBeLessThan(high);
    }
    const matte = await tools.matte(picture);
    const [noseX, noseY] = at(4);
    const alphaAt = (x: number, y: number) =>
      matte.alpha[
        Math.floor((y / picture.heightPx) * matte.heightPx) * matte.widthPx +
          Math.floor((x / picture.widthPx) * matte.widthPx)
      ];
    expect(alphaAt(noseX, noseY)).toBeGreaterThan(200);
    expect(alphaAt(2, 2)).toBeLessThan(60);
    const body = await tools.body(picture);
    const joint = (point: BodyPoint) => body?.points[BODY_POINTS.indexOf(point) * 3 + 1] ?? NaN;
    expect(joint('leftShoulder')).toBeGreaterThan(at(152)[1]);
    expect(joint('rightShoulder')).toBeGreaterThan(at(152)[1]);
  });

  test('two people are two', async () => {
    const picture = await frameOf(join(MEDIA, 'footage/synthetic-man.mp4'), 1, 'split[a][b];[a][b]hstack');
    expect(await tools.detect(picture)).toHaveLength(2);
  });

  test('a small face in a large picture is found', async () => {
    const small = await frameOf(
      join(MEDIA, 'footage/standing-man.mp4'),
      3,
      'scale=540:-2,pad=3840:2160:2900:900:gray',
    );
    expect(await tools.detect(small)).toHaveLength(1);
  });
});

/** The Canvas2D compositor on Skia paints the committed pictures, and lets its canvases go. */
import { readFileSync, writeFileSync } from 'node:fs';
import { createCanvas, loadImage } from '@napi-rs/canvas';
import { beforeAll, expect, test } from 'vitest';
import { createCanvas2DCompositor } from '#core/compose/canvas2d.ts';
import type { ImageProvider } from '#core/compose/ports.ts';
import type { DrawLayer } from '#core/draw/draw-list.ts';
import type { TextShaper } from '#core/frame/text.ts';
import { skiaCanvases } from '#server/render/adapters/skia.ts';
import { createHarfBuzzShaper } from '#shared/harfbuzz.ts';
import { difference } from '../golden/compare.ts';
import { goldenLists, HEIGHT, WIDTH } from '../golden/draw-lists.ts';
import { flagMesh } from '../golden/mesh-lists.ts';
import { PICTURE, PICTURE_HEIGHT, PICTURE_WIDTH, pictureBytes } from '../golden/pictures.ts';

const font = (name: string) =>
  new Uint8Array(readFileSync(new URL(`../../static/fonts/${name}`, import.meta.url)));

let shaper: TextShaper;
let images: ImageProvider;
beforeAll(async () => {
  shaper = await createHarfBuzzShaper({
    regular: [font('inter-regular.ttf')],
    bold: [font('inter-semibold.ttf')],
  });
  const canvas = createCanvas(PICTURE_WIDTH, PICTURE_HEIGHT);
  const ctx = canvas.getContext('2d');
  const data = ctx.createImageData(PICTURE_WIDTH, PICTURE_HEIGHT);
  data.data.set(pictureBytes());
  ctx.putImageData(data, 0, 0);
  const host = { source: canvas, widthPx: PICTURE_WIDTH, heightPx: PICTURE_HEIGHT };
  images = { load: () => Promise.resolve(), get: () => host, close: () => undefined };
});

async function committed(name: string): Promise<Uint8ClampedArray> {
  const image = await loadImage(readFileSync(new URL(`../golden/skia/${name}.png`, import.meta.url)));
  const ctx = createCanvas(WIDTH, HEIGHT).getContext('2d');
  ctx.drawImage(image, 0, 0);
  return ctx.getImageData(0, 0, WIDTH, HEIGHT).data;
}

const names = [
  'fills',
  'strokes',
  'groups',
  'blends',
  'clips',
  'pictures',
  'text',
  'fade',
  'bounds',
  'meshes',
  'meshReads',
  'meshFade',
  'meshUnmix',
  'meshDissolve',
];

test.each(names)('Skia paints “%s” as it was committed', async (name) => {
  const list = goldenLists(shaper)[name];
  if (list === undefined) throw new Error(`No golden list “${name}”`);
  const compositor = createCanvas2DCompositor({ canvases: skiaCanvases, widthPx: WIDTH, heightPx: HEIGHT });
  compositor.draw(list, images);
  const pixels = await compositor.readPixels();
  if (process.env['UPDATE_DRAW_GOLDEN'] === '1') {
    const canvas = createCanvas(WIDTH, HEIGHT);
    const data = canvas.getContext('2d').createImageData(WIDTH, HEIGHT);
    data.data.set(pixels);
    canvas.getContext('2d').putImageData(data, 0, 0);
    writeFileSync(new URL(`../golden/skia/${name}.png`, import.meta.url), canvas.toBuffer('image/png'));
  }
  const { mean, maxSurface, maxEdge } = difference(pixels, await committed(name), WIDTH, HEIGHT);
  expect(Math.max(maxSurface, maxEdge)).toBeLessThanOrEqual(1);
  expect(mean).toBeLessThan(0.01);
  compositor.close();
});

test('a picture that dissolves into itself is as clear as it was', async () => {
  const { image, mesh, matte, blurTexels } = {
    image: { asset: PICTURE, kind: 'image', timeS: 0 } as const,
    mesh: flagMesh(8, 6, 120, 70),
    matte: [0.5, 0, 0, 1, 0.5, 0] as const,
    blurTexels: 0,
  };
  const side = { image, mesh, matte, blurTexels };
  const drawn = async (layer: DrawLayer) => {
    const compositor = createCanvas2DCompositor({
      canvases: skiaCanvases,
      widthPx: WIDTH,
      heightPx: HEIGHT,
    });
    const white = { kind: 'solid', color: [1, 1, 1, 1] } as const;
    const ground = { kind: 'fill', name: 'ground', opacity: 1, paint: white } as const;
    compositor.draw({ widthPx: WIDTH, heightPx: HEIGHT, layers: [ground, layer] }, images);
    const pixels = await compositor.readPixels();
    compositor.close();
    return pixels;
  };
  const place = { name: 'picture', opacity: 1, transform: [1, 0, 0, 1, 20, 8] } as const;
  const alone = await drawn({ ...side, ...place, kind: 'mesh' });
  const mixed = await drawn({ ...place, kind: 'dissolve', from: side, to: side, share: 0.4 });
  const over = await drawn({
    ...{ kind: 'group', name: 'over', opacity: 1 },
    layers: [
      { ...side, ...place, kind: 'mesh' },
      { ...side, ...place, kind: 'mesh', opacity: 0.4 },
    ],
  });
  const off = (a: Uint8ClampedArray) => a.reduce((most, v, k) => Math.max(most, Math.abs(v - alone[k]!)), 0);
  expect(off(mixed)).toBeLessThanOrEqual(3);
  // What painting one over the other comes to.
  expect(off(over)).toBeGreaterThan(15);
});

test('every golden list has its committed picture', () => {
  expect(Object.keys(goldenLists(shaper)).sort()).toEqual([...names].sort());
});

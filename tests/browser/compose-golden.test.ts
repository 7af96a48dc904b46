/**
 * In real Chromium: the two compositors paint the same draw lists alike, and Canvas2D paints what Skia painted in
 * Node. Tolerances, in steps of 255. Between compositors in one browser all vector art goes through the same canvas,
 * so only fills, pictures (mip pyramids differ), meshes and rounding can differ. A canvas that Chromium keeps on the CPU is
 * Skia's own work, as in Node; one that it keeps on the GPU weighs edges in its own way.
 */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { createCanvas2DCompositor } from '#core/compose/canvas2d.ts';
import type { CanvasFactory, Compositor, ImageProvider } from '#core/compose/ports.ts';
import { createWebGpuCompositor } from '#core/compose/webgpu/compositor.ts';
import type { DrawList } from '#core/draw/draw-list.ts';
import { createHarfBuzzShaper } from '#shared/harfbuzz.ts';
import regularUrl from '../../static/fonts/inter-regular.ttf?url';
import boldUrl from '../../static/fonts/inter-semibold.ttf?url';
import { difference, type Difference } from '../golden/compare.ts';
import { goldenLists, HEIGHT, WIDTH } from '../golden/draw-lists.ts';
import { PICTURE_HEIGHT, PICTURE_WIDTH, pictureBytes } from '../golden/pictures.ts';

const canvases: CanvasFactory = { create: (widthPx, heightPx) => new OffscreenCanvas(widthPx, heightPx) };
const committed = import.meta.glob<string>('../golden/skia/*.png', {
  query: '?url',
  import: 'default',
  eager: true,
});
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

/** What the device objected to: nothing, ever. */
const complaints: string[] = [];
let device: GPUDevice;
let images: ImageProvider;
let lists: Readonly<Record<string, DrawList>>;

beforeAll(async () => {
  const bytes = async (url: string) => new Uint8Array(await (await fetch(url)).arrayBuffer());
  const shaper = await createHarfBuzzShaper({
    regular: [await bytes(regularUrl)],
    bold: [await bytes(boldUrl)],
  });
  lists = goldenLists(shaper);
  const adapter = await navigator.gpu.requestAdapter();
  if (adapter === null) throw new Error('This Chromium was started without WebGPU');
  device = await adapter.requestDevice();
  device.onuncapturederror = (event) => complaints.push(event.error.message);
  const source = await createImageBitmap(new ImageData(pictureBytes(), PICTURE_WIDTH, PICTURE_HEIGHT));
  const host = { source, widthPx: PICTURE_WIDTH, heightPx: PICTURE_HEIGHT };
  images = { load: () => Promise.resolve(), get: () => host, close: () => source.close() };
});
afterEach(() => {
  expect(complaints.splice(0)).toEqual([]);
});
afterAll(() => {
  images.close();
  device.destroy();
});

async function paint(compositor: Compositor, name: string): Promise<Uint8ClampedArray> {
  const list = lists[name];
  if (list === undefined) throw new Error(`No golden list “${name}”`);
  try {
    compositor.draw(list, images);
    return await compositor.readPixels();
  } finally {
    compositor.close();
  }
}
function canvas2d(scale = 1): Compositor {
  return createCanvas2DCompositor({ canvases, widthPx: WIDTH * scale, heightPx: HEIGHT * scale });
}
function webGpu(scale = 1): Compositor {
  return createWebGpuCompositor({ device, canvases, widthPx: WIDTH * scale, heightPx: HEIGHT * scale });
}

/** On canvases that Chromium keeps on the CPU. */
function softCanvas2d(): Compositor {
  return createCanvas2DCompositor({
    canvases: { ...canvases, onCpu: true },
    widthPx: WIDTH,
    heightPx: HEIGHT,
  });
}

async function skiaPixels(name: string): Promise<ArrayLike<number>> {
  const url = committed[`../golden/skia/${name}.png`];
  if (url === undefined) throw new Error(`No committed picture “${name}”`);
  const bitmap = await createImageBitmap(await (await fetch(url)).blob(), { colorSpaceConversion: 'none' });
  const ctx = new OffscreenCanvas(WIDTH, HEIGHT).getContext('2d', {
    willReadFrequently: true,
  }) as OffscreenCanvasRenderingContext2D;
  ctx.drawImage(bitmap, 0, 0);
  return ctx.getImageData(0, 0, WIDTH, HEIGHT).data;
}

interface Tolerance {
  readonly mean: number;
  readonly maxSurface: number;
  readonly maxEdge: number;
}
function expectWithin(off: Difference, tolerance: Tolerance): void {
  expect(off.mean).toBeLessThanOrEqual(tolerance.mean);
  expect(off.maxSurface).toBeLessThanOrEqual(tolerance.maxSurface);
  expect(off.maxEdge).toBeLessThanOrEqual(tolerance.maxEdge);
}

/** Measured: mean ≤ 0.24, surfaces ≤ 9 and edges ≤ 37 in shrunken pictures, 3 and 11 elsewhere. */
const SAME_BROWSER: Tolerance = { mean: 0.4, maxSurface: 12, maxEdge: 44 };

test.each(names)('WebGPU and Canvas2D agree on “%s”', async (name) => {
  const off = difference(await paint(webGpu(), name), await paint(canvas2d(), name), WIDTH, HEIGHT);
  expectWithin(off, SAME_BROWSER);
});

test.each(['groups', 'pictures', 'text'])('they still agree on “%s” at twice its size', async (name) => {
  const off = difference(await paint(webGpu(2), name), await paint(canvas2d(2), name), WIDTH * 2, HEIGHT * 2);
  expectWithin(off, SAME_BROWSER);
});

/** Measured: mean ≤ 0.24, surfaces ≤ 3, edges ≤ 5. Meshes are the rasteriser's arithmetic on the one, the shader's on the other. */
test.each(['meshes', 'meshReads', 'meshFade', 'meshUnmix', 'meshDissolve'])(
  'both read and place “%s” by the same rules',
  async (name) => {
    const off = difference(await paint(webGpu(), name), await paint(softCanvas2d(), name), WIDTH, HEIGHT);
    // Both sides of a dissolve are rounded to bytes before they are added: measured 0.42.
    const mean = name === 'meshDissolve' ? 0.5 : 0.35;
    expectWithin(off, { mean, maxSurface: 5, maxEdge: 8 });
    const twice = difference(
      await paint(webGpu(2), name),
      await paint(canvas2d(2), name),
      WIDTH * 2,
      HEIGHT * 2,
    );
    expectWithin(twice, { mean, maxSurface: 8, maxEdge: 12 });
  },
);

/** Measured: mean ≤ 0.37; surfaces ≤ 3 (6 in shrunken pictures), edges ≤ 3 (36 in pictures, 29 along clips). */
test.each(names)('Canvas2D on Chromium’s CPU paints “%s” as Skia does in Node', async (name) => {
  const off = difference(await paint(softCanvas2d(), name), await skiaPixels(name), WIDTH, HEIGHT);
  expectWithin(off, { mean: 0.5, maxSurface: 8, maxEdge: 44 });
});

/** Measured: mean ≤ 0.99 and edges ≤ 105 on small text, half of that elsewhere. */
test.each(names)('Canvas2D on Chromium’s GPU paints “%s” like it, but for edges', async (name) => {
  const off = difference(await paint(canvas2d(), name), await skiaPixels(name), WIDTH, HEIGHT);
  expectWithin(off, { mean: 1.4, maxSurface: 10, maxEdge: 128 });
});

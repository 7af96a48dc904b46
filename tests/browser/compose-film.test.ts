/**
 * A film's frame on meshes: both compositors read the same parts of it alike, and a patch laid into its own place cannot
 * be told from the frame itself. What a twin's mouth relies on.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AssetHash } from '#core/base/ids.ts';
import { createCanvas2DCompositor } from '#core/compose/canvas2d.ts';
import type { CanvasFactory, Compositor, ImageProvider } from '#core/compose/ports.ts';
import { createWebGpuCompositor } from '#core/compose/webgpu/compositor.ts';
import { IDENTITY, type Affine, type DrawLayer, type DrawList, type Mesh } from '#core/draw/draw-list.ts';
import { quadMesh } from '#core/draw/mesh.ts';
import { difference } from '../golden/compare.ts';
import { flagMesh } from '../golden/mesh-lists.ts';

const WIDTH = 96;
const HEIGHT = 64;
/** The film holds its colours above and its matte below. */
const FILM_WIDTH = 120;
const FILM_HEIGHT = 160;
const canvases: CanvasFactory = { create: (widthPx, heightPx) => new OffscreenCanvas(widthPx, heightPx) };

const kinds = ['webgpu', 'canvas2d', 'canvas2d on the CPU'] as const;
function compositorOf(kind: (typeof kinds)[number]): Compositor {
  const size = { canvases, widthPx: WIDTH, heightPx: HEIGHT };
  if (kind === 'webgpu') return createWebGpuCompositor({ device, ...size });
  const onCpu = kind === 'canvas2d on the CPU';
  return createCanvas2DCompositor({ ...size, canvases: { ...canvases, onCpu } });
}

let device: GPUDevice;
let frames: VideoFrame[];
let images: ImageProvider;
let shown = 0;

beforeAll(async () => {
  const adapter = await navigator.gpu.requestAdapter();
  if (adapter === null) throw new Error('This Chromium was started without WebGPU');
  device = await adapter.requestDevice();
  frames = [0, 1].map(filmFrame);
  images = {
    load: () => Promise.resolve(),
    get: () => ({ source: frames[shown] as VideoFrame, widthPx: FILM_WIDTH, heightPx: FILM_HEIGHT }),
    close: () => undefined,
  };
});
afterAll(() => {
  for (const frame of frames) frame.close();
  device.destroy();
});

function filmFrame(i: number): VideoFrame {
  const data = new ImageData(FILM_WIDTH, FILM_HEIGHT);
  for (let y = 0; y < FILM_HEIGHT; y++)
    for (let x = 0; x < FILM_WIDTH; x++) {
      const grey = 255 * Math.min(1, Math.max(0, (36 - Math.hypot(x - 60, y - 120)) / 10));
      const grain = ((x * 13 + y * 7) % 9) * 5;
      const color = [
        108 + 100 * Math.sin(x / 6 + i) + grain,
        120 + 90 * Math.cos(y / 7) + grain,
        100 + x,
        255,
      ];
      data.data.set(y < 80 ? color : [grey, grey, grey, 255], 4 * (y * FILM_WIDTH + x));
    }
  const canvas = new OffscreenCanvas(FILM_WIDTH, FILM_HEIGHT);
  canvas.getContext('2d')?.putImageData(data, 0, 0);
  return new VideoFrame(canvas, { timestamp: i * 40_000 });
}

type MeshLayer = Extract<DrawLayer, { kind: 'mesh' }>;
function layer(mesh: Mesh, transform: Affine = IDENTITY, more: Partial<MeshLayer> = {}): MeshLayer {
  const image = { asset: 'film' as AssetHash, kind: 'video', timeS: shown / 25 } as const;
  return {
    kind: 'mesh',
    name: 'film',
    opacity: 1,
    image,
    mesh,
    matte: null,
    blurTexels: 0,
    transform,
    ...more,
  };
}
function part(mesh: Mesh, x: number, y: number, width: number, height: number): Mesh {
  return { ...mesh, uvs: mesh.uvs.map((value, i) => (i % 2 === 0 ? x + value * width : y + value * height)) };
}

async function paint(compositor: Compositor, layers: DrawLayer[]): Promise<Uint8ClampedArray> {
  const ground: DrawLayer = {
    kind: 'fill',
    name: 'ground',
    opacity: 1,
    paint: { kind: 'solid', color: [0.2, 0.4, 0.3, 1] },
  };
  const list: DrawList = { widthPx: WIDTH, heightPx: HEIGHT, layers: [ground, ...layers] };
  compositor.draw(list, images);
  return compositor.readPixels();
}

test('all compositors read the parts of a film’s frame alike, frame after frame', async () => {
  const [card, ...canvas] = kinds.map(compositorOf) as [Compositor, Compositor, Compositor];
  const flag = { ...flagMesh(5, 4, 40, 30), opacity: null, gain: null };
  for (shown of [0, 1, 1, 0]) {
    const layers = [
      layer(part(flag, 0, 0, 1, 0.5), [1, 0, 0, 1, 3, 4]),
      layer(part(flag, 0.3, 0.1, 0.2, 0.15), [1, 0, 0, 1, 50, 4]),
      layer(part(flag, 0.1, 0.1, 0.8, 0.35), [0.5, 0, 0, 0.5, 4, 40], { blurTexels: 1.5 }),
      layer(part(flag, 0.1, 0.1, 0.8, 0.35), [0.5, 0, 0, 0.5, 4, 60], { blurTexels: [3, 0.5] }),
      layer(part(flag, 0.1, 0.1, 0.8, 0.35), [1, 0, 0, 1, 60, 60], { blurTexels: [0, 2.2] }),
      layer(part(flag, 0, 0, 1, 0.5), [1, 0, 0, 0.75, 46, 36], { matte: [1, 0, 0, 1, 0, 0.5] }),
    ];
    const drawn = await paint(card, layers);
    for (const compositor of canvas) {
      const off = difference(drawn, await paint(compositor, layers), WIDTH, HEIGHT);
      // Measured: mean ≤ 0.3, surfaces ≤ 4, edges ≤ 5.
      expect(off.mean).toBeLessThanOrEqual(0.45);
      expect(Math.max(off.maxSurface, off.maxEdge)).toBeLessThanOrEqual(9);
    }
  }
  for (const compositor of [card, ...canvas]) compositor.close();
});

test.each(kinds)('a patch of a frame, laid into its own place on %s, leaves no seam', async (kind) => {
  shown = 0;
  const compositor = compositorOf(kind);
  for (const scale of [1, 0.7, 1.6]) {
    const transform: Affine = [scale, 0, 0, scale, 1.25, 2.5];
    const whole = layer(
      quadMesh({ x: 0, y: 0, width: 120, height: 80 }, { x: 0, y: 0, width: 1, height: 0.5 }),
      transform,
    );
    const sheet = flagMesh(4, 4, 1, 1);
    const square = sheet.uvs.map((value, i) => (i % 2 === 0 ? 20 + 40 * value : 16 + 30 * value));
    const patch: Mesh = {
      ...sheet,
      positions: square,
      uvs: square.map((value, i) => value / (i % 2 === 0 ? FILM_WIDTH : FILM_HEIGHT)),
      gain: null,
    };
    const without = await paint(compositor, [whole]);
    const withPatch = await paint(compositor, [whole, layer(patch, transform)]);
    const off = difference(withPatch, without, WIDTH, HEIGHT);
    // Measured: 1 at the frame's own size. Else canvases and cards read upright rectangles in ways of their own
    // (bicubic, other pyramids): 10 in the grain, 0.08 on average.
    expect(Math.max(off.maxSurface, off.maxEdge)).toBeLessThanOrEqual(scale === 1 ? 2 : 14);
    expect(off.mean).toBeLessThan(0.15);
    // The patch is really there: alone on the ground it is seen.
    const alone = await paint(compositor, [layer(patch, transform)]);
    expect(difference(alone, await paint(compositor, []), WIDTH, HEIGHT).mean).toBeGreaterThan(1.5);
  }
  compositor.close();
});

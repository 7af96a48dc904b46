/** What the WebGPU compositor takes it gives back, and a lost device is an error that a caller can act on. */
import { expect, test } from 'vitest';
import type { AssetHash } from '#core/base/ids.ts';
import { createCanvas2DCompositor } from '#core/compose/canvas2d.ts';
import type { CanvasFactory, ImageProvider } from '#core/compose/ports.ts';
import { createWebGpuCompositor } from '#core/compose/webgpu/compositor.ts';
import { IDENTITY, type DrawLayer, type DrawList } from '#core/draw/draw-list.ts';
import { ellipsePath } from '#core/draw/path.ts';
import { flagMesh } from '../golden/mesh-lists.ts';

const WIDTH = 64;
const HEIGHT = 36;
const canvases: CanvasFactory = { create: (widthPx, heightPx) => new OffscreenCanvas(widthPx, heightPx) };

/** A device that knows which of its textures and buffers are alive. */
async function countingDevice(): Promise<{ device: GPUDevice; alive: () => string[] }> {
  const adapter = await navigator.gpu.requestAdapter();
  if (adapter === null) throw new Error('This Chromium was started without WebGPU');
  const device = await adapter.requestDevice();
  const alive = new Set<{ label: string; destroy(): undefined }>();
  const count = <R extends { label: string; destroy(): undefined }>(made: R): R => {
    alive.add(made);
    const destroy = made.destroy.bind(made);
    made.destroy = () => {
      alive.delete(made);
      return destroy();
    };
    return made;
  };
  const createTexture = device.createTexture.bind(device);
  const createBuffer = device.createBuffer.bind(device);
  device.createTexture = (descriptor) => count(createTexture(descriptor));
  device.createBuffer = (descriptor) => count(createBuffer(descriptor));
  return { device, alive: () => [...alive].map(({ label }) => label) };
}

function picture(): { images: ImageProvider; close: () => void } {
  const canvas = new OffscreenCanvas(80, 60);
  canvas.getContext('2d')?.fillRect(10, 10, 30, 30);
  const source = canvas.transferToImageBitmap();
  const host = { source, widthPx: 80, heightPx: 60 };
  const images: ImageProvider = {
    load: () => Promise.resolve(),
    get: () => host,
    close: () => undefined,
  };
  return { images, close: () => source.close() };
}

function busyFrame(i: number): DrawList {
  const all = { x: 0, y: 0, width: WIDTH, height: HEIGHT };
  const art = (key: string | null): DrawLayer => ({
    kind: 'vector',
    name: 'art',
    opacity: 1,
    key,
    transform: IDENTITY,
    bounds: all,
    nodes: [
      {
        kind: 'group',
        opacity: 0.5,
        children: [0, 6].map((dx) => ({
          kind: 'path',
          path: ellipsePath(20 + dx + (i % 7), 18, 12, 12),
          fill: { kind: 'solid', color: [1, 0.5, 0, 1] },
        })),
      },
    ],
  });
  const image = (kind: 'image' | 'video'): DrawLayer => ({
    kind: 'image',
    name: kind,
    opacity: 1,
    image: { asset: kind as string as AssetHash, kind, timeS: i / 25 },
    source: { x: 0, y: 0, width: 1, height: 1 },
    target: { x: 4, y: 4, width: 20, height: 15 },
    clip: all,
  });
  const mesh = (kind: 'packed' | 'video', opacity: number): DrawLayer => ({
    kind: 'mesh',
    name: 'mesh',
    opacity,
    image: { asset: kind as string as AssetHash, kind, timeS: i / 25 },
    mesh: flagMesh(3 + (i % 3), 4, 30, 20),
    matte: null,
    blurTexels: i % 2,
    transform: [1, 0, 0, 1, 20 + i, 8],
  });
  const layers = [
    image('video'),
    art(null),
    art(`word ${i}`),
    image('image'),
    mesh('packed', 1),
    mesh('video', 0.5),
  ];
  return {
    widthPx: WIDTH,
    heightPx: HEIGHT,
    layers: [...layers, { kind: 'group', name: 'fade', opacity: 0.5, layers }],
  };
}

test('after close nothing of the compositor is left on the device, and the device lives on', async () => {
  const { device, alive } = await countingDevice();
  const { images, close } = picture();
  const compositor = createWebGpuCompositor({ device, canvases, widthPx: WIDTH, heightPx: HEIGHT });
  for (let i = 0; i < 3; i++) compositor.draw(busyFrame(i), images);
  await compositor.readPixels();
  expect(alive().length).toBeGreaterThan(3);
  compositor.close();
  expect(alive()).toEqual([]);
  const buffer = device.createBuffer({ size: 16, usage: GPUBufferUsage.COPY_DST });
  device.queue.writeBuffer(buffer, 0, new Uint8Array(16));
  await device.queue.onSubmittedWorkDone();
  device.destroy();
  close();
});

test('a long film of ever new rasters stays within its bound', async () => {
  const { device, alive } = await countingDevice();
  const { images, close } = picture();
  const bytes = WIDTH * HEIGHT * 4;
  const compositor = createWebGpuCompositor({
    device,
    canvases,
    widthPx: WIDTH,
    heightPx: HEIGHT,
    rasterBytes: 4 * bytes,
  });
  let most = 0;
  for (let i = 0; i < 40; i++) {
    compositor.draw(busyFrame(i), images);
    if (i >= 10) most = Math.max(most, alive().length);
    else if (i === 9) most = alive().length;
  }
  expect(alive().filter((label) => label === 'art').length).toBeLessThanOrEqual(4);
  expect(most).toBe(alive().length);
  compositor.close();
  device.destroy();
  close();
});

test('a long film of ever new mouths keeps no more than their bound, on either compositor', async () => {
  const { device, alive } = await countingDevice();
  const size = { canvases, widthPx: WIDTH, heightPx: HEIGHT };
  const made = { canvases: 0 };
  const counting: CanvasFactory = {
    create: (widthPx, heightPx) => {
      made.canvases++;
      return new OffscreenCanvas(widthPx, heightPx);
    },
  };
  const mouthBytes = (64 * 48 * 4 * 4) / 3;
  const gpu = createWebGpuCompositor({ device, ...size, pictureBytes: 3 * mouthBytes });
  const cpu = createCanvas2DCompositor({ ...size, canvases: counting });
  const mouth = (x: number): ImageBitmap => {
    const canvas = new OffscreenCanvas(64, 48);
    canvas.getContext('2d')?.fillRect(x, 4, 20, 30);
    return canvas.transferToImageBitmap();
  };
  let source = mouth(0);
  const images: ImageProvider = {
    load: () => Promise.resolve(),
    get: () => ({ source, widthPx: 64, heightPx: 48 }),
    close: () => undefined,
  };
  let canvasesEarly = 0;
  for (let i = 0; i < 30; i++) {
    source.close();
    source = mouth(i);
    const list: DrawList = {
      widthPx: WIDTH,
      heightPx: HEIGHT,
      layers: busyFrame(i).layers.filter(({ kind }) => kind === 'mesh'),
    };
    for (const compositor of [gpu, cpu]) compositor.draw(list, images);
    if (i === 4) canvasesEarly = made.canvases;
  }
  expect(alive().filter((label) => label === 'picture').length).toBeLessThanOrEqual(3 + 1);
  expect(made.canvases).toBe(canvasesEarly);
  gpu.close();
  cpu.close();
  expect(alive()).toEqual([]);
  source.close();
  device.destroy();
});

test('when the device is lost the next draw says so', async () => {
  const { device } = await countingDevice();
  const { images, close } = picture();
  const compositor = createWebGpuCompositor({ device, canvases, widthPx: WIDTH, heightPx: HEIGHT });
  compositor.draw(busyFrame(0), images);
  device.destroy();
  await device.lost;
  expect(() => compositor.draw(busyFrame(1), images)).toThrow(
    expect.objectContaining({ code: 'device-lost' }),
  );
  await expect(compositor.readPixels()).rejects.toMatchObject({ code: 'device-lost' });
  compositor.close();
  close();
});

test('a frame is drawn on the surface it was given, for all to see', async () => {
  const { device } = await countingDevice();
  const { images, close } = picture();
  const surface = new OffscreenCanvas(8, 8);
  const compositor = createWebGpuCompositor({ device, canvases, widthPx: WIDTH, heightPx: HEIGHT, surface });
  compositor.draw(
    {
      widthPx: 2 * WIDTH,
      heightPx: 2 * HEIGHT,
      layers: [
        { kind: 'fill', name: 'red', opacity: 1, paint: { kind: 'solid', color: [0.8, 0.2, 0.4, 1] } },
      ],
    },
    images,
  );
  const shown = new VideoFrame(surface, { timestamp: 0 });
  const ctx = new OffscreenCanvas(WIDTH, HEIGHT).getContext('2d');
  ctx?.drawImage(shown, 0, 0);
  const [r, g, b, a] = ctx?.getImageData(WIDTH - 1, HEIGHT - 1, 1, 1).data ?? [];
  expect([r, g, b, a]).toEqual([204, 51, 102, 255]);
  shown.close();
  compositor.close();
  device.destroy();
  close();
});

test('a gradient of forty colours is drawn alike by both compositors', async () => {
  const { device } = await countingDevice();
  const { images, close } = picture();
  const list: DrawList = {
    widthPx: WIDTH,
    heightPx: HEIGHT,
    layers: [
      {
        kind: 'fill',
        name: 'rainbow',
        opacity: 1,
        paint: {
          kind: 'linear',
          from: [0, 0],
          to: [WIDTH, 0],
          stops: Array.from({ length: 40 }, (_, i) => ({
            at: i / 39,
            color: [i / 39, (i % 8) / 8, 1 - i / 39, 1] as const,
          })),
        },
      },
    ],
  };
  const size = { canvases, widthPx: WIDTH, heightPx: HEIGHT };
  const pair = [createWebGpuCompositor({ device, ...size }), createCanvas2DCompositor(size)];
  const [gpu, cpu] = await Promise.all(
    pair.map((compositor) => {
      compositor.draw(list, images);
      return compositor.readPixels();
    }),
  );
  let most = 0;
  gpu?.forEach((value, i) => (most = Math.max(most, Math.abs(value - (cpu?.[i] ?? 0)))));
  expect(most).toBeLessThanOrEqual(2);
  for (const compositor of pair) compositor.close();
  device.destroy();
  close();
});

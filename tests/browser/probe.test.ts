import { afterEach, describe, expect, test } from 'vitest';
import type { CacheKey } from '#core/base/ids.ts';
import { RATE_25 } from '#core/base/time.ts';
import { pixelsAgree } from '#core/compose/agree.ts';
import { createCanvas2DCompositor } from '#core/compose/canvas2d.ts';
import type { CanvasFactory, Compositor } from '#core/compose/ports.ts';
import { createWebGpuCompositor } from '#core/compose/webgpu/compositor.ts';
import { encodingFor } from '#core/output/encoding.ts';
import { openOpfsStore } from '#shared/opfs.ts';
import { checkColors } from '#workers/adapters/color-check.ts';
import type { Gpu } from '#workers/adapters/gpu.ts';
import { keepProbe, readKeptProbe } from '#workers/adapters/kept-probe.ts';
import { withPicture } from '#workers/adapters/probe-picture.ts';
import { probeDevice } from '#workers/adapters/probe.ts';
import type { Probe } from '#workers/adapters/probe.ts';
import { canvasCompositor, NO_IMAGES, syntheticFilm } from './synthetic-film.ts';

const canvases: CanvasFactory = { create: (widthPx, heightPx) => new OffscreenCanvas(widthPx, heightPx) };

const folders: string[] = [];
afterEach(async () => {
  const top = await navigator.storage.getDirectory();
  for (const folder of folders.splice(0))
    await top.removeEntry(folder, { recursive: true }).catch(() => undefined);
});

/** A card that is never touched: the compositor that would use it is made by the test. */
const CARD = { name: 'test card', software: false } as Gpu;

interface Bench {
  /** Milliseconds each compositor dawdles, and whether the card draws something else. */
  readonly cpuMs?: number;
  readonly gpuMs?: number;
  readonly gpuWrong?: boolean;
  readonly gpuFails?: boolean;
  /** Pictures are not there on the card. */
  readonly gpuBlind?: boolean;
  readonly gpu?: Gpu | null;
  readonly forced?: Compositor['kind'];
}

async function probe(bench: Bench, folder = `test-probe-${crypto.randomUUID()}`): Promise<Probe> {
  folders.push(folder);
  return probeDevice({
    gpu: bench.gpu === undefined ? CARD : bench.gpu,
    store: await openOpfsStore(folder),
    list: syntheticFilm({ shots: [5] }).plan.at(2),
    images: NO_IMAGES,
    forced: bench.forced,
    createCompositor: (kind, widthPx, heightPx) => {
      if (kind === 'webgpu' && bench.gpuFails) throw new Error('no context');
      const inner = canvasCompositor(widthPx, heightPx);
      const delayMs = (kind === 'webgpu' ? bench.gpuMs : bench.cpuMs) ?? 0;
      return {
        kind,
        widthPx,
        heightPx,
        surface: inner.surface,
        draw: (list, images) => {
          const blind = kind === 'webgpu' && bench.gpuBlind === true;
          const layers = blind ? list.layers.filter((layer) => layer.kind !== 'mesh') : list.layers;
          inner.draw({ ...list, layers }, images);
        },
        readPixels: async () => {
          await new Promise((resolve) => setTimeout(resolve, delayMs));
          const pixels = await inner.readPixels();
          return kind === 'webgpu' && bench.gpuWrong ? pixels.map((value) => 255 - value) : pixels;
        },
        close: () => inner.close(),
      };
    },
  });
}

describe('the start-up probe', () => {
  test('chooses the graphics card when it draws rightly and quickly', async () => {
    const { report } = await probe({ cpuMs: 60 });
    expect(report.compositor).toBe('webgpu');
    expect(report.summary).toMatch(/on your graphics card/);
  });

  test('a card that draws another picture loses, and the line says so', async () => {
    const { report } = await probe({ cpuMs: 60, gpuWrong: true });
    expect(report.compositor).toBe('canvas2d');
    expect(report.summary).toMatch(/wrongly, so the processor draws/);
  });

  test('a card that draws all but pictures loses', async () => {
    const { report } = await probe({ cpuMs: 60, gpuBlind: true });
    expect(report.compositor).toBe('canvas2d');
    expect(report.summary).toMatch(/wrongly, so the processor draws/);
  });

  test('a real device draws the picture of the probe alike on card and processor', async () => {
    const device = await (await navigator.gpu.requestAdapter())?.requestDevice();
    if (device === undefined) throw new Error('This Chromium was started without WebGPU');
    const { list, images, close } = await withPicture({ widthPx: 320, heightPx: 180, layers: [] }, NO_IMAGES);
    const size = { canvases, widthPx: 320, heightPx: 180 };
    const pair = [createWebGpuCompositor({ device, ...size }), createCanvas2DCompositor(size)];
    const [card, processor] = await Promise.all(
      pair.map((compositor) => {
        compositor.draw(list, images);
        return compositor.readPixels();
      }),
    );
    expect(pixelsAgree(card as Uint8ClampedArray, processor as Uint8ClampedArray)).toBe(true);
    expect(processor?.some((value, i) => i % 4 !== 3 && value > 100)).toBe(true);
    for (const compositor of pair) compositor.close();
    close();
    device.destroy();
  });

  test('a card that is slower than the processor loses', async () => {
    const { report } = await probe({ gpuMs: 120 });
    expect(report.compositor).toBe('canvas2d');
    expect(report.summary).toMatch(/slower than the processor/);
  });

  test('a card that fails loses, and the details keep the reason', async () => {
    const { report } = await probe({ gpuFails: true });
    expect(report.compositor).toBe('canvas2d');
    expect(report.details.map(({ value }) => value)).toContain('no context');
  });

  test('without a card there is still a preview and an export', async () => {
    const { report, encoder } = await probe({ gpu: null });
    expect(report.compositor).toBe('canvas2d');
    expect(encoder?.codec).toBe('avc');
    expect(report.summary).toMatch(/cannot use a graphics card.*MP4 export/);
  });

  test('what is forced wins over what was measured', async () => {
    expect((await probe({ gpuMs: 120, forced: 'webgpu' })).report.compositor).toBe('webgpu');
    expect((await probe({ cpuMs: 60, forced: 'canvas2d' })).report.compositor).toBe('canvas2d');
  });

  test('a slow device previews smaller than a quick one', async () => {
    const slow = await probe({ cpuMs: 100, gpu: null });
    expect(slow.report.previewHeightPx).toBe(360);
  });

  test('answers the same on the next start, so that an interrupted export finds its segments', async () => {
    const folder = `test-probe-${crypto.randomUUID()}`;
    const first = await probe({ cpuMs: 60 }, folder);
    expect(await probe({ gpuMs: 120 }, folder)).toEqual(first);
  });
});

describe('a kept probe', () => {
  const DAY_MS = 24 * 3600 * 1000;
  const key = '0'.repeat(64) as CacheKey;
  const found: Probe = {
    report: {
      compositor: 'canvas2d',
      codec: 'avc',
      hardwareEncoder: false,
      summary: 'The processor draws.',
      previewHeightPx: 360,
      details: [{ name: 'Graphics card', ok: false, value: 'None' }],
    },
    encoder: { codec: 'avc', color: 'i420', hardware: false },
  };
  async function emptyStore() {
    const folder = `test-probe-${crypto.randomUUID()}`;
    folders.push(folder);
    return openOpfsStore(folder);
  }

  test('is believed for a week, and a newer one takes its place', async () => {
    const store = await emptyStore();
    await keepProbe(store, key, found, 1000);
    expect(await readKeptProbe(store, key, 1000 + 6 * DAY_MS)).toEqual(found);
    expect(await readKeptProbe(store, key, 1000 + 8 * DAY_MS)).toBeNull();
    await keepProbe(store, key, found, 2000);
    expect(await readKeptProbe(store, key, 1500 + 7 * DAY_MS)).toEqual(found);
  });

  test('of another shape is not believed', async () => {
    const store = await emptyStore();
    const wrong = { ...found, report: { ...found.report, previewHeightPx: 'large' } };
    for (const kept of ['{', 'null', '{}', JSON.stringify({ measuredMs: 1000, probe: wrong })]) {
      await store.removeProduct('probe', key);
      await store.putProduct('probe', key, new TextEncoder().encode(kept));
      expect(await readKeptProbe(store, key, 2000)).toBeNull();
    }
  });

  test('is gone once it was asked to be measured again', async () => {
    const store = await emptyStore();
    await keepProbe(store, key, found, 1000);
    await store.removeProductsOf('probe');
    expect(await readKeptProbe(store, key, 2000)).toBeNull();
    await store.removeProductsOf('probe');
  });
});

describe('colours through the encoder', () => {
  test.each(['i420', 'rgbx'] as const)(
    'come back within 2/255 in H.264 when converted as %s',
    async (color) => {
      const encoding = encodingFor('avc', { widthPx: 640, heightPx: 360, rate: RATE_25 });
      const { worst } = await checkColors(encoding, { color, hardware: false }, 3);
      expect(worst).toBeLessThanOrEqual(2);
    },
  );
});

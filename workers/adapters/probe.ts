/**
 * What does this device really do? Nothing is believed that was not tried: each compositor draws the same real frame
 * and must agree; each encoder's colours are decoded and compared; whatever answers wrongly or slowly loses. The
 * answer is kept, because segments of an interrupted export fit only the same choices.
 */
import { cacheKey } from '#core/base/hashing.ts';
import { RATE_25 } from '#core/base/time.ts';
import { pixelsAgree } from '#core/compose/agree.ts';
import type { Compositor, ImageProvider } from '#core/compose/ports.ts';
import type { DrawList } from '#core/draw/draw-list.ts';
import { encodingFor } from '#core/output/encoding.ts';
import type { AssetStore, VideoCodec } from '#core/output/ports.ts';
import type { DeviceReport } from '#core/pipeline/worker-api.ts';
import { checkColors } from './color-check.ts';
import type { ColorCheck } from './color-check.ts';
import type { Gpu } from './gpu.ts';
import { withPicture } from './probe-picture.ts';
import { keepProbe, readKeptProbe } from './kept-probe.ts';
import { COLOR_PATHS, supportedConfig } from './webcodecs.ts';
import type { ColorPath, WebCodecsChoice } from './webcodecs.ts';

/** Raise it when the probe would choose otherwise. */
const PROBE_VERSION = 5;
const CODECS: readonly VideoCodec[] = ['avc', 'vp9', 'av1'];
/** Largest difference of a patch, of 255: as asked of films; and what quantisation alone explains. */
const TOLERANCE = 2;
const COARSE = 6;
/** A frame at 30 fps, less what the rest of the app needs. */
const PREVIEW_BUDGET_MS = 22;
const PREVIEW_HEIGHTS = [1080, 720, 540, 360] as const;
const PROBE_HEIGHT_PX = 360;
/** The card must not be slower than this times the processor to be worth its start-up. */
const GPU_WORTH = 1.25;
export interface EncoderChoice extends WebCodecsChoice {
  readonly codec: VideoCodec;
}
export interface Probe {
  readonly report: DeviceReport;
  /** Null where nothing here encodes: the preview works, export says so. */
  readonly encoder: EncoderChoice | null;
}

export interface ProbeTools {
  readonly gpu: Gpu | null;
  readonly store: AssetStore;
  /** A real frame: what a film of this app looks like. */
  readonly list: DrawList;
  readonly images: ImageProvider;
  createCompositor(kind: Compositor['kind'], widthPx: number, heightPx: number): Compositor;
  /** Wins over what was measured. */
  readonly forced: Compositor['kind'] | undefined;
}

type Detail = DeviceReport['details'][number];

export async function probeDevice(tools: ProbeTools): Promise<Probe> {
  const key = await cacheKey(`probe@${PROBE_VERSION}`, {
    browser: navigator.userAgent,
    gpu: tools.gpu?.name ?? null,
    forced: tools.forced ?? null,
  });
  const kept = await readKeptProbe(tools.store, key, Date.now());
  if (kept) return kept;
  const probe = await measure(tools);
  // A machine that was too busy to encode may not be so tomorrow: only what works is kept.
  if (probe.encoder?.codec !== CODECS[0]) return probe;
  // A device without room can still work; it will be probed again.
  await keepProbe(tools.store, key, probe, Date.now()).catch(() => undefined);
  return probe;
}

async function measure(tools: ProbeTools): Promise<Probe> {
  const details: Detail[] = [];
  const drawing = await chooseCompositor(tools, details);
  const encoder = await chooseEncoder(details);
  const previewHeightPx = previewHeight(drawing.msPerFrame);
  const report: DeviceReport = {
    compositor: drawing.kind,
    codec: encoder?.codec ?? null,
    hardwareEncoder: encoder?.hardware ?? null,
    summary: summarise(tools, drawing, encoder, previewHeightPx),
    previewHeightPx,
    details,
  };
  return { report, encoder };
}

interface Drawing {
  readonly kind: Compositor['kind'];
  readonly msPerFrame: number;
  readonly why: 'forced' | 'no-gpu' | 'gpu-wrong' | 'gpu-slow' | 'gpu-software' | 'gpu-best';
}

async function chooseCompositor(tools: ProbeTools, details: Detail[]): Promise<Drawing> {
  const { gpu, forced } = tools;
  details.push({
    name: 'Graphics card',
    ok: gpu !== null,
    value: gpu ? gpu.name : 'No WebGPU in this browser',
  });
  const cpu = await tryDrawing('canvas2d', tools);
  details.push(drawingDetail('Drawing on the processor', cpu));
  if (forced === 'canvas2d' || !gpu)
    return { kind: 'canvas2d', msPerFrame: cpu.msPerFrame, why: gpu ? 'forced' : 'no-gpu' };
  const card = await tryDrawing('webgpu', tools);
  const agrees = card.pixels !== null && cpu.pixels !== null && pixelsAgree(card.pixels, cpu.pixels);
  details.push(drawingDetail('Drawing on the graphics card', card));
  details.push({
    name: 'Both draw the same picture',
    ok: agrees,
    value: agrees ? 'Yes' : (card.error ?? 'No'),
  });
  if (forced === 'webgpu') return { kind: 'webgpu', msPerFrame: card.msPerFrame, why: 'forced' };
  if (!agrees) return { kind: 'canvas2d', msPerFrame: cpu.msPerFrame, why: 'gpu-wrong' };
  if (card.msPerFrame > cpu.msPerFrame * GPU_WORTH)
    return { kind: 'canvas2d', msPerFrame: cpu.msPerFrame, why: gpu.software ? 'gpu-software' : 'gpu-slow' };
  return { kind: 'webgpu', msPerFrame: card.msPerFrame, why: 'gpu-best' };
}

interface Trial {
  readonly msPerFrame: number;
  readonly pixels: Uint8ClampedArray | null;
  readonly error: string | null;
}

async function tryDrawing(
  kind: Compositor['kind'],
  { list: drawn, images: provided, createCompositor }: ProbeTools,
): Promise<Trial> {
  const { list, images, close } = await withPicture(drawn, provided);
  const scale = PROBE_HEIGHT_PX / Math.min(list.widthPx, list.heightPx);
  const size = [list.widthPx, list.heightPx].map((px) => Math.round((px * scale) / 2) * 2) as [
    number,
    number,
  ];
  let compositor: Compositor | null = null;
  try {
    compositor = createCompositor(kind, ...size);
    const times: number[] = [];
    let pixels: Uint8ClampedArray | null = null;
    // The first frame pays for fonts, pipelines and canvases.
    for (let round = 0; round < 4; round++) {
      const from = performance.now();
      compositor.draw(list, images);
      pixels = await compositor.readPixels();
      times.push(performance.now() - from);
    }
    return { msPerFrame: median(times.slice(1)), pixels, error: null };
  } catch (error) {
    return {
      msPerFrame: Infinity,
      pixels: null,
      error: error instanceof Error ? error.message : String(error),
    };
  } finally {
    compositor?.close();
    close();
  }
}

async function chooseEncoder(details: Detail[]): Promise<EncoderChoice | null> {
  for (const codec of CODECS)
    for (const hardware of [true, false]) {
      const encoding = encodingFor(codec, { widthPx: 640, heightPx: 360, rate: RATE_25 });
      const name = `${CODEC_NAMES[codec]} in ${hardware ? 'hardware' : 'software'}`;
      if (!(await supportedConfig(encoding, hardware))) {
        details.push({ name, ok: false, value: 'Not in this browser' });
        continue;
      }
      const checks = new Map<ColorPath, ColorCheck>();
      for (const color of COLOR_PATHS) {
        if (exactPath(checks)) break;
        await checkColors(encoding, { color, hardware }, 3).then(
          (check) => checks.set(color, check),
          () => undefined, // an encoder that fails is one that is not there
        );
      }
      const color = choosePath(checks);
      details.push({ name, ok: color !== null, value: describe(checks, color) });
      if (color) return { codec, hardware, color };
    }
  return null;
}

/** The better path that is right. Never by speed alone: it would differ from day to day, and the segments with it. */
function exactPath(checks: ReadonlyMap<ColorPath, ColorCheck>): ColorPath | null {
  return COLOR_PATHS.find((path) => (checks.get(path)?.worst ?? Infinity) <= TOLERANCE) ?? null;
}

/**
 * The exact path, else the nearest that is at most coarse: a rate control that was starved for a moment must not cost
 * the person H.264, which plays everywhere. A wrong matrix or range is off by far more.
 */
function choosePath(checks: ReadonlyMap<ColorPath, ColorCheck>): ColorPath | null {
  const exact = exactPath(checks);
  if (exact) return exact;
  const coarse = [...checks]
    .filter(([, { worst }]) => worst <= COARSE)
    .sort((a, b) => a[1].worst - b[1].worst);
  return coarse[0]?.[0] ?? null;
}

function describe(checks: ReadonlyMap<ColorPath, ColorCheck>, chosen: ColorPath | null): string {
  const parts = [...checks].map(
    ([path, { worst, msPerFrame }]) =>
      `${path === 'i420' ? 'colours converted here' : 'by the browser'}: off by ${worst}, ${msPerFrame.toFixed(1)} ms`,
  );
  if (parts.length === 0) return 'Does not work';
  return `${chosen ? 'Works' : 'Wrong colours'} (${parts.join('; ')})`;
}

const CODEC_NAMES: Readonly<Record<VideoCodec, string>> = {
  avc: 'H.264',
  hevc: 'H.265',
  vp9: 'VP9',
  av1: 'AV1',
  prores: 'ProRes',
};

function previewHeight(msPerFrame: number): number {
  const fits = PREVIEW_HEIGHTS.find(
    (height) => msPerFrame * (height / PROBE_HEIGHT_PX) ** 1.6 <= PREVIEW_BUDGET_MS,
  );
  return fits ?? PREVIEW_HEIGHTS[PREVIEW_HEIGHTS.length - 1] ?? PROBE_HEIGHT_PX;
}

/** One line for someone who makes films, not software. */
function summarise(
  tools: ProbeTools,
  drawing: Drawing,
  encoder: EncoderChoice | null,
  previewPx: number,
): string {
  const where = {
    'gpu-best': 'Drawing on your graphics card',
    forced:
      drawing.kind === 'webgpu'
        ? 'Drawing on your graphics card, as you asked'
        : 'Drawing on the processor, as you asked',
    'no-gpu': 'This browser cannot use a graphics card, so the processor draws',
    'gpu-wrong': 'Your graphics card drew a test picture wrongly, so the processor draws',
    'gpu-slow': 'Your graphics card is slower than the processor here, so the processor draws',
    'gpu-software': 'There is no graphics card to use here, so the processor draws',
  }[drawing.why];
  const preview = `preview at ${previewPx}p`;
  if (!encoder)
    return `${where}; ${preview}. This browser cannot encode video, so films cannot be exported here.`;
  const file = encoder.codec === 'avc' ? 'MP4' : 'WebM';
  const how = encoder.hardware ? `${file} export in hardware` : `${file} export`;
  const slow = tools.gpu === null || drawing.kind === 'canvas2d' ? ', which takes a little longer' : '';
  return `${where}; ${preview}, ${how}${encoder.hardware ? '' : slow}.`;
}

function drawingDetail(name: string, { msPerFrame, error }: Trial): Detail {
  return {
    name,
    ok: error === null,
    value: error ?? `${msPerFrame.toFixed(1)} ms a frame at ${PROBE_HEIGHT_PX}p`,
  };
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? Infinity;
}

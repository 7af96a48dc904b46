/**
 * A frame, pass by pass. The compositors are the app's own and unchanged: where one pass ends is found from outside, by
 * waiting until the canvas or the GPU has done what it was asked (`settled`), and by a watch on the GPU's upload call.
 */
import type { DrawList } from '#core/draw/draw-list.ts';
import { i420Bytes, rgbaToI420 } from '#core/output/color.ts';
import { encodingFor } from '#core/output/encoding.ts';
import { createCompositor } from '#workers/render/compositors.ts';
import { encodeAlone, framesOf } from './encode-alone.ts';
import { filmOf, TEN_SECONDS } from './films.ts';
import { lookAt, makeShot, NO_PICTURES, plan, settled, tools, type TimedShot } from './parts.ts';
import type { FrameFigures, FramePass, FrameWish, Part } from './protocol.ts';
import { FRAME_PASSES, PARTS } from './protocol.ts';

/** Frames drawn before the clock runs: canvases, pipelines and glyphs are made at the first. */
const WARM_UP = 3;

export async function frames({ kind, heightPx, frames: count }: FrameWish): Promise<FrameFigures> {
  const { gpu } = await tools();
  const project = filmOf(TEN_SECONDS, heightPx);
  const shots: TimedShot[] = [];
  for (const paragraph of project.scenes[0]?.script.paragraphs ?? []) {
    if (shots.length === 0) await makeShot(project, { ...paragraph, content: [] }); // the voice wakes up
    shots.push(await makeShot(project, paragraph));
  }
  const planFrom = performance.now();
  const film = await plan(
    project,
    shots.map(({ shot }) => shot),
  );
  const planFilmMs = performance.now() - planFrom;

  const { widthPx } = film;
  const compositor = createCompositor({ kind, gpu, widthPx, heightPx });
  const alone = createCompositor({ kind, gpu, widthPx, heightPx });
  const passes = emptySeries<FramePass>(FRAME_PASSES);
  const parts = emptySeries<Part>(PARTS);
  const watch = kind === 'webgpu' && gpu ? watchUploads(gpu.device, gpu.software) : null;
  const yuv: Uint8Array<ArrayBuffer>[] = [];
  try {
    const first = Math.max(0, Math.floor(film.frameCount / 3) - WARM_UP);
    for (let i = 0; i < count + WARM_UP; i++) {
      const clock = new Clock();
      const list = film.at(Math.min(first + i, film.frameCount - 1));
      clock.lap('plan');
      watch?.reset();
      compositor.draw(list, NO_PICTURES);
      clock.lap('record');
      await settled(compositor, gpu);
      clock.lap(kind === 'webgpu' ? 'gpu' : 'raster');
      const pixels = await compositor.readPixels();
      clock.lap('read');
      const planes = new Uint8Array(i420Bytes(widthPx, heightPx));
      clock.skip();
      rgbaToI420(pixels, widthPx, heightPx, planes);
      clock.lap('i420');
      if (i >= WARM_UP) {
        yuv.push(planes);
        for (const [pass, ms] of clock.laps) passes[pass].push(ms);
        if (watch) {
          passes.raster.push(watch.rasterMs);
          passes.upload.push(watch.uploadMs);
          passes.record.push((passes.record.pop() ?? 0) - watch.rasterMs - watch.uploadMs);
        }
      }
      for (const part of PARTS) {
        const from = performance.now();
        alone.draw(only(list, part), NO_PICTURES);
        await settled(alone, gpu);
        if (i >= WARM_UP) parts[part].push(performance.now() - from);
      }
    }
  } finally {
    watch?.end();
    compositor.close();
    alone.close();
  }
  const encoding = encodingFor('avc', { widthPx, heightPx, rate: project.format.rate });
  const encodeMs = await encodeAlone(framesOf(yuv, encoding), encoding);
  passes.encode.push(...yuv.map(() => encodeMs / yuv.length));
  const perFrame = (ms: (shot: TimedShot) => number) =>
    shots.reduce((sum, shot) => sum + ms(shot), 0) / film.frameCount;
  return {
    widthPx,
    heightPx,
    passes,
    parts,
    beforehand: {
      speak: perFrame((shot) => shot.speakMs),
      animate: perFrame((shot) => shot.animateMs),
      prepare: perFrame((shot) => shot.prepareMs),
    },
    planFilmMs,
    gpu: gpu?.name ?? null,
  };
}

function emptySeries<K extends string>(names: readonly K[]): Record<K, number[]> {
  return Object.fromEntries(names.map((name) => [name, []])) as unknown as Record<K, number[]>;
}

function only(list: DrawList, part: Part): DrawList {
  return { ...list, layers: list.layers.filter(({ name }) => name.startsWith(part)) };
}

class Clock {
  readonly laps: [FramePass, number][] = [];
  #from = performance.now();

  lap(pass: FramePass): void {
    const now = performance.now();
    this.laps.push([pass, now - this.#from]);
    this.#from = now;
  }
  /** What was done since does not count. */
  skip(): void {
    this.#from = performance.now();
  }
}

interface UploadWatch {
  readonly rasterMs: number;
  readonly uploadMs: number;
  reset(): void;
  end(): void;
}

/**
 * Stands between the compositor and the queue. A canvas on the CPU is made to paint before it is uploaded, so that the
 * two are told apart; one on a real GPU is left alone, because looking at it would cost what is to be measured.
 */
function watchUploads(device: GPUDevice, software: boolean): UploadWatch {
  const { queue } = device;
  const original = queue.copyExternalImageToTexture.bind(queue);
  const watch = {
    rasterMs: 0,
    uploadMs: 0,
    reset: () => Object.assign(watch, { rasterMs: 0, uploadMs: 0 }),
    end: () => void (queue.copyExternalImageToTexture = original),
  };
  queue.copyExternalImageToTexture = (source, destination, size) => {
    const from = performance.now();
    if (software && source.source instanceof OffscreenCanvas) lookAt(source.source);
    const painted = performance.now();
    original(source, destination, size);
    watch.rasterMs += painted - from;
    watch.uploadMs += performance.now() - painted;
    return undefined;
  };
  return watch;
}

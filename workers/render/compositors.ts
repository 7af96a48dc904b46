/** Makes compositors of the kind that was chosen, on this worker's GPU where it is that. */
import { AppError } from '#core/base/errors.ts';
import { createCanvas2DCompositor } from '#core/compose/canvas2d.ts';
import type { CanvasFactory, CanvasLike, Compositor } from '#core/compose/ports.ts';
import { createWebGpuCompositor } from '#core/compose/webgpu/compositor.ts';
import type { Gpu } from '../adapters/gpu.ts';

/** Canvases on the GPU, but not on one that is the processor pretending. */
function canvasesFor(gpu: Gpu | null): CanvasFactory {
  return {
    create: (widthPx, heightPx) => new OffscreenCanvas(widthPx, heightPx),
    onCpu: gpu?.software === true,
  };
}

export interface CompositorRequest {
  readonly kind: Compositor['kind'];
  readonly gpu: Gpu | null;
  readonly widthPx: number;
  readonly heightPx: number;
  /** The stage's canvas, where the picture is to be seen. */
  readonly surface?: CanvasLike;
}

/** @throws AppError unsupported-browser | device-lost */
export function createCompositor({ kind, gpu, ...options }: CompositorRequest): Compositor {
  const canvases = canvasesFor(gpu);
  if (kind === 'canvas2d') return createCanvas2DCompositor({ canvases, ...options });
  if (!gpu)
    throw new AppError('unsupported-browser', 'This device has no graphics card that Orator can use.');
  return createWebGpuCompositor({ canvases, device: gpu.device, ...options });
}

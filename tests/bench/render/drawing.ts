/**
 * A frame at 1080p, drawn and read back as a render does it: Skia on the processor against Dawn on the card that is there,
 * else on SwiftShader. The same frames in turn, so that both meet the machine in the same mood.
 */
import { createCanvas2DCompositor } from '#core/compose/canvas2d.ts';
import type { Compositor } from '#core/compose/ports.ts';
import { createWebGpuCompositor } from '#core/compose/webgpu/compositor.ts';
import { imagesIn } from '#core/pipeline/render.ts';
import { openCard } from '#server/render/adapters/dawn.ts';
import { skiaCanvases } from '#server/render/adapters/skia.ts';
import { uploadCanvas } from '#server/render/drawing.ts';
import { openParityFilm } from '../../server/harness/parity.ts';
import { useSoftwareCard } from '../../server/harness/software-card.ts';
import { median, type Row } from '../row.ts';

const FILMS = {
  welcome: 'an illustrated presenter',
  photo: 'a photo',
  footage: 'a film of someone',
} as const;
const SIZE = { widthPx: 1920, heightPx: 1080 };
const FRAMES = 6;
/** They pay for pipelines, canvases and stills. */
const UNCOUNTED = 2;

interface Cost {
  readonly wallMs: number[];
  readonly cpuMs: number[];
}

export async function drawingRows(): Promise<readonly Row[]> {
  const card = (await openCard()) ?? ((await useSoftwareCard()) === null ? null : await openCard());
  const rows: Row[] = [];
  try {
    for (const [name, who] of Object.entries(FILMS) as [keyof typeof FILMS, string][]) {
      const skia = createCanvas2DCompositor({ canvases: skiaCanvases, ...SIZE });
      const dawn =
        card &&
        createWebGpuCompositor({
          ...{ device: card.device, canvases: skiaCanvases, upload: uploadCanvas, surface: null },
          ...SIZE,
        });
      const costs = await costsOf(name, dawn === null ? [skia] : [skia, dawn]);
      const label = [
        'Skia',
        card?.software === true ? 'Dawn on SwiftShader' : `Dawn on ${card?.name ?? 'nothing'}`,
      ];
      for (const [i, { wallMs, cpuMs }] of costs.entries())
        rows.push({
          what: `a frame 1080p, ${who}: ${label[i]}`,
          value: median(wallMs),
          unit: 'ms',
          note: `${median(cpuMs).toFixed(0)} ms of processors; drawn and read back, median of ${FRAMES}`,
        });
    }
  } finally {
    card?.close();
  }
  return rows;
}

/** The compositors are closed. */
async function costsOf(
  name: keyof typeof FILMS,
  compositors: readonly Compositor[],
): Promise<readonly Cost[]> {
  const { film, images, close } = await openParityFilm(name);
  const costs: readonly Cost[] = compositors.map(() => ({ wallMs: [], cpuMs: [] }));
  const first = Math.floor(film.plan.frameCount * 0.3);
  try {
    for (let i = 0; i < FRAMES + UNCOUNTED; i++) {
      const list = film.plan.at(Math.min(first + i, film.plan.frameCount - 1));
      await images.load(imagesIn(list.layers));
      for (const [n, compositor] of compositors.entries()) {
        const [wall, cpu] = [performance.now(), process.cpuUsage()];
        compositor.draw(list, images);
        await compositor.readPixels();
        const { user, system } = process.cpuUsage(cpu);
        if (i < UNCOUNTED) continue;
        costs[n]?.wallMs.push(performance.now() - wall);
        costs[n]?.cpuMs.push((user + system) / 1000);
      }
    }
  } finally {
    for (const compositor of compositors) compositor.close();
    await close();
  }
  return costs;
}

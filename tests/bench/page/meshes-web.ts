/** Meshes in the browser: the rasteriser alone, and through a compositor until the pixels are there. */
import type { AssetHash } from '#core/base/ids.ts';
import type { ImageProvider } from '#core/compose/ports.ts';
import type { DrawList } from '#core/draw/draw-list.ts';
import { createCompositor } from '#workers/render/compositors.ts';
import { casePixels, FRAME, measureRaster, MESH_CASES, type MeshCase } from './mesh-cases.ts';
import { settled, tools } from './parts.ts';
import type { MeshFigures, MeshWish } from './protocol.ts';

const WARM_UP = 3;

export async function meshes({ through, rounds }: MeshWish): Promise<MeshFigures> {
  if (through === 'raster') return measureRaster(rounds);
  const { gpu } = await tools();
  const compositor = createCompositor({ kind: through, gpu, ...FRAME });
  const figures: { name: string; ms: number[] }[] = [];
  for (const { name, picture, shape, transform } of MESH_CASES) {
    const { images, close } = await provide(picture);
    const ms: number[] = [];
    for (let round = -WARM_UP; round < rounds; round++) {
      const list: DrawList = {
        ...FRAME,
        layers: [{ ...shape, kind: 'mesh', name, opacity: 1, image: PICTURE, transform }],
      };
      const from = performance.now();
      compositor.draw(list, images);
      await settled(compositor, gpu);
      if (round >= 0) ms.push(performance.now() - from);
    }
    close();
    figures.push({ name, ms });
  }
  compositor.close();
  return figures;
}

const PICTURE = { asset: 'picture' as AssetHash, kind: 'image', timeS: 0 } as const;

async function provide(picture: MeshCase['picture']): Promise<{ images: ImageProvider; close(): void }> {
  const { widthPx, heightPx } = picture;
  const source = await createImageBitmap(new ImageData(casePixels(picture), widthPx, heightPx));
  const images: ImageProvider = {
    load: () => Promise.resolve(),
    get: () => ({ source, widthPx, heightPx }),
    close: () => undefined,
  };
  return { images, close: () => source.close() };
}

/** A person who never lived, for tests that must see a face and need no film: the picture of the networks' golden examples. */
import { loadGolden, loadManifest } from '#core/model/files.ts';
import type { Picture } from '#core/track/ports.ts';
import { diskModelFiles } from '#server/render/adapters/model-files.ts';

/** 256 × 256, head and shoulders. */
export async function drawnPerson(): Promise<Picture> {
  const files = diskModelFiles();
  const { inputs } = await loadGolden(files, await loadManifest(files, 'matte'));
  const planes = inputs['image']?.data as Float32Array;
  const sidePx = Math.sqrt(planes.length / 3);
  const rgba = new Uint8ClampedArray(sidePx * sidePx * 4);
  for (let i = 0; i < sidePx * sidePx; i++) {
    for (let c = 0; c < 3; c++) rgba[4 * i + c] = 255 * (planes[c * sidePx * sidePx + i] as number);
    rgba[4 * i + 3] = 255;
  }
  return { widthPx: sidePx, heightPx: sidePx, rgba };
}

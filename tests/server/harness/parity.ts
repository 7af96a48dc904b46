/** The golden films of tests/golden/parity, opened as a server opens them. */
import { readFileSync } from 'node:fs';
import { createCanvas, loadImage } from '@napi-rs/canvas';
import { sha256Hex } from '#core/base/hashing.ts';
import type { ImageProvider } from '#core/compose/ports.ts';
import type { Film } from '#core/pipeline/prepare.ts';
import { nativeImages } from '#server/render/pictures.ts';
import { openPrepareHost } from '#server/render/prepare-host.ts';
import { ROOT } from '#server/setup/place.js';
import { readOratorFile } from '#shared/orator-file.ts';
import { prepareParityFilm, storeInMemory, type ParityFilm } from '../../golden/parity/draw.ts';

export const GOLDEN = `${ROOT}/tests/golden/parity`;

export interface OpenedFilm {
  readonly film: Film;
  readonly images: ImageProvider;
  close(): Promise<void>;
}

export async function openParityFilm(name: ParityFilm): Promise<OpenedFilm> {
  const folder = ['photo', 'footage'].includes(name) ? GOLDEN : `${ROOT}/static/examples`;
  const { project, media } = await readOratorFile(new Uint8Array(readFileSync(`${folder}/${name}.orator`)));
  const { store, file } = await storeInMemory(media.values(), sha256Hex);
  const prepare = await openPrepareHost(store, { file });
  const images = nativeImages({ file });
  return {
    film: await prepareParityFilm(project, prepare),
    images,
    async close() {
      images.close();
      await prepare.close();
    },
  };
}

export async function committedFrame(
  name: ParityFilm,
  index: number,
  widthPx: number,
  heightPx: number,
): Promise<Uint8ClampedArray> {
  const ctx = createCanvas(widthPx, heightPx).getContext('2d');
  ctx.drawImage(await loadImage(`${GOLDEN}/${name}/${index}.png`), 0, 0);
  return ctx.getImageData(0, 0, widthPx, heightPx).data;
}

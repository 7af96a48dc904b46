/**
 * Chromium draws the frames that Node drew (tests/golden/parity, made and held by tests/server/parity.test.ts), and makes
 * the same sound: what the preview shows is what the server renders.
 */
import { beforeAll, expect, test } from 'vitest';
import { sha256Hex } from '#core/base/hashing.ts';
import { createCanvas2DCompositor } from '#core/compose/canvas2d.ts';
import type { TextShaper } from '#core/frame/text.ts';
import { FilmMemory } from '#core/pipeline/prepare.ts';
import { PresenterShelf } from '#core/presenter/shelf.ts';
import { readOratorFile } from '#shared/orator-file.ts';
import { fliteWebEngine } from '#workers/adapters/flite-web.ts';
import { createImageProvider } from '#workers/adapters/images.ts';
import { createPictureLooks } from '#workers/adapters/picture-looks.ts';
import { loadShaper } from '#workers/render/fonts.ts';
import { ssim, worstRegion } from '../golden/compare.ts';
import { drawParityFilm, PARITY_FILMS, storeInMemory } from '../golden/parity/draw.ts';

const files = {
  ...import.meta.glob<string>('../golden/parity/**/*.{png,s16,orator}', {
    query: '?url',
    import: 'default',
    eager: true,
  }),
  ...import.meta.glob<string>('../../static/examples/*.orator', {
    query: '?url',
    import: 'default',
    eager: true,
  }),
};
/** Two rasterisers weigh edges otherwise; two decoders of one film differ by a step or two. */
const LEAST_SSIM = 0.98;
/** The mean of any 12 × 12 pixels, in steps of 255. */
const WORST_REGION = 6;
const engine = fliteWebEngine();

let shaper: TextShaper;
beforeAll(async () => {
  shaper = await loadShaper('/static/');
});

async function bytesOf(path: string): Promise<Uint8Array<ArrayBuffer>> {
  const url = files[path];
  if (url === undefined) throw new Error(`There is no ${path}`);
  return new Uint8Array(await (await fetch(url)).arrayBuffer());
}

test.each(PARITY_FILMS)('%s is drawn and sounds as it does in Node', { timeout: 180_000 }, async (name) => {
  const folder = ['photo', 'footage'].includes(name) ? '../golden/parity' : '../../static/examples';
  const { project, media } = await readOratorFile(await bytesOf(`${folder}/${name}.orator`));
  const { store, file } = await storeInMemory(media.values(), sha256Hex);
  const images = createImageProvider({ get: (hash) => store.get(hash), file });
  const drawn = await drawParityFilm(project, {
    prepare: {
      engine: () => engine,
      store,
      shaper,
      memory: new FilmMemory(),
      shelf: new PresenterShelf((hash) => store.get(hash)),
      looks: createPictureLooks(file),
    },
    images,
    compositor: (widthPx, heightPx) =>
      createCanvas2DCompositor({
        canvases: { create: (w, h) => new OffscreenCanvas(w, h), onCpu: true },
        widthPx,
        heightPx,
      }),
  });
  images.close();
  const { widthPx, heightPx } = drawn;
  const found: string[] = [];
  let [least, worst] = [1, 0];
  for (const [i, frame] of drawn.frames.entries()) {
    const committed = await pixels(`../golden/parity/${name}/${i}.png`, widthPx, heightPx);
    const [alike, off] = [
      ssim(frame, committed, widthPx, heightPx),
      worstRegion(frame, committed, widthPx, heightPx),
    ];
    found.push(`frame ${i}: SSIM ${alike.toFixed(4)}, worst region ${off.toFixed(2)}`);
    [least, worst] = [Math.min(least, alike), Math.max(worst, off)];
  }
  const committed = new Int16Array((await bytesOf(`../golden/parity/${name}/sound.s16`)).buffer);
  let loudest = 0;
  for (let n = 0; n < committed.length; n++)
    loudest = Math.max(loudest, Math.abs((drawn.sound[n] as number) - (committed[n] as number) / 32767));
  console.info(`${name}: ${found.join('; ')}; sound off by ${loudest.toExponential(1)}`);
  expect(least, found.join('\n')).toBeGreaterThanOrEqual(LEAST_SSIM);
  expect(worst, found.join('\n')).toBeLessThanOrEqual(WORST_REGION);
  expect(drawn.sound.length).toBe(committed.length);
  expect(loudest).toBeLessThan(1e-3);
});

async function pixels(path: string, widthPx: number, heightPx: number): Promise<Uint8ClampedArray> {
  const bitmap = await createImageBitmap(new Blob([await bytesOf(path)]), { colorSpaceConversion: 'none' });
  const ctx = new OffscreenCanvas(widthPx, heightPx).getContext('2d', { willReadFrequently: true });
  if (ctx === null) throw new Error('no canvas');
  ctx.drawImage(bitmap, 0, 0);
  return ctx.getImageData(0, 0, widthPx, heightPx).data;
}

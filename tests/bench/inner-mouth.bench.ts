/**
 * What it is worth to know what is between the lips: the held-out quarter of each film drawn again as the twin bench does
 * it, once with the inside foretold from the lips' shape, once with the looks that were measured on the held frames.
 */
import { filmFaces } from '#core/presenter/footage/mouth/geometry.ts';
import { chooseMouths } from '#core/presenter/footage/mouth/plan.ts';
import { LOOK_VALUES } from '#core/track/tools/inner-mouth.ts';
import { clipsFolder } from './lipsync/clips.ts';
import { decibels, squareError } from './twin/measures.ts';
import type { Row } from './row.ts';
import { footageFolder, twinClips } from './twin/clips.ts';
import { createDrawer } from './twin/draw.ts';
import { openTools } from './twin/follow.ts';
import { looksOf, openReader } from './twin/inside.ts';
import { fitClip } from './twin/refit.ts';
import { mouthBox } from './twin/score.ts';

export const name = 'twin, what is between the lips foretold and measured';

export async function run(): Promise<readonly Row[]> {
  const clips = twinClips(clipsFolder());
  if (clips.length === 0) {
    console.log(`  skipped: there is no footage in ${footageFolder()}.`);
    return [];
  }
  const tools = await openTools();
  const reader = await openReader();
  const rows: Row[] = [];
  for (const clip of clips) {
    const fitted = await fitClip(tools, clip);
    const { film, held, fit, targets, mouths } = fitted;
    const startedMs = performance.now();
    const looks = await looksOf(reader, film);
    const describeMs = (performance.now() - startedMs) / film.pictures.length;
    const frame = Uint32Array.from({ length: film.track.frameCount - held }, (_, i) => held + i);
    const path = { frame, other: frame, mix: new Float32Array(frame.length) };
    const drawer = createDrawer(film.pictures, mouths, filmFaces(film.track).heads);
    const measured = { film: looks, wanted: looks.subarray(held * LOOK_VALUES) };
    for (const [what, plan] of [
      ['foretold', chooseMouths(fit, targets, path)],
      ['measured', chooseMouths(fit, targets, path, measured)],
    ] as const) {
      const errors = Array.from(frame, (f, i) =>
        decibels(squareError(drawer.draw(plan, i), film.pictures[f]!, mouthBox(fitted, f))),
      );
      const value = errors.reduce((sum, db) => sum + db, 0) / errors.length;
      rows.push({ what: `${clip.name}, inside ${what}`, value, unit: 'dB', note: 'PSNR in the mouth crop' });
    }
    rows.push({ what: `${clip.name}, reading a mouth`, value: describeMs, unit: 'ms' });
  }
  await Promise.all([tools.close(), reader.close()]);
  return rows;
}

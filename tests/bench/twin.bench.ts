/**
 * A twin's mouth, in the manner of self-re-enactment: fitted on the first three quarters of a film, the last quarter is
 * drawn again on its own frames from what its lips were measured to do, and compared with what they really looked like.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { filmFaces } from '#core/presenter/footage/mouth/geometry.ts';
import { lipsOf } from '#core/presenter/footage/mouth/space.ts';
import { likelyShape } from '#core/presenter/footage/style/targets.ts';
import { chooseMouths, planOf, type MouthPlan } from '#core/presenter/footage/mouth/plan.ts';
import { LOOK_VALUES } from '#core/track/tools/inner-mouth.ts';
import { TAPE_VERSION } from '#workers/fit/tape.ts';
import { clipsFolder } from './lipsync/clips.ts';
import type { Row } from './row.ts';
import { footageFolder, twinClips } from './twin/clips.ts';
import { createDrawer } from './twin/draw.ts';
import { openEars, targetsFromSound } from './twin/from-sound.ts';
import { writeFilm, writeStrip } from './twin/films.ts';
import { openTools } from './twin/follow.ts';
import { openIdentity } from './twin/identity.ts';
import { looksOf, openReader } from './twin/inside.ts';
import { fitClip, type FittedClip } from './twin/refit.ts';
import { scoreAll, type Drawn, type Scores } from './twin/score.ts';
import { drawNextFrames } from './twin/next-frame.ts';
import { seenBefore } from './twin/seen-before.ts';
import { inShort, meanRows, scoreRows, timeRows } from './twin/table.ts';

export const name = 'twin, the held-out quarter drawn again';

const OUT = join(import.meta.dirname, 'out', 'twin');
const SEEN = join(OUT, 'seen');

export async function run(): Promise<readonly Row[]> {
  const clips = twinClips(clipsFolder());
  if (clips.length === 0) {
    console.log(`  skipped: there is no footage in ${footageFolder()}.`);
    return [];
  }
  mkdirSync(OUT, { recursive: true });
  const tools = await openTools();
  const describe = await openIdentity();
  const ears = await openEars();
  const reader = await openReader();
  const rows: Row[] = [];
  const all: { clip: string; spoken: boolean; scores: Record<string, Scores> }[] = [];
  for (const clip of clips) {
    const fitted = await fitClip(tools, clip, Infinity, SEEN);
    const heard = clip.spoken ? await targetsFromSound(ears, fitted) : null;
    const about = ['inside', TAPE_VERSION, tools.revision, reader.revision];
    const { value: looks } = await seenBefore(SEEN, clip.path, about, () => looksOf(reader, fitted.film));
    const { drawn: made, cover, drawMs } = redraw(fitted, looks, heard);
    const drawn = [await drawNextFrames(fitted), ...made];
    const scores = await scoreAll(fitted, drawn, cover, tools, describe);
    const real = { name: 'real', pictures: fitted.film.pictures.slice(fitted.held) };
    writeStrip(join(OUT, `${clip.name}.png`), fitted, [real, ...[...drawn].reverse()]);
    await writeFilm(join(OUT, `${clip.name}.mp4`), fitted, [
      real,
      ...[...made].reverse().slice(0, clip.spoken ? 6 : 5),
    ]);
    all.push({ clip: clip.name, spoken: clip.spoken, scores: Object.fromEntries(scores) });
    rows.push(...scoreRows(clip.name, scores), ...timeRows(fitted, drawMs));
    // A long bench is read while it runs.
    writeFileSync(join(OUT, 'scores.json'), `${JSON.stringify(all, null, 2)}\n`);
    console.log(`  ${clip.name}: ${inShort(scores)}`);
  }
  await tools.close();
  await ears.close();
  await reader.close();
  return [...rows, ...meanRows(all)];
}

/**
 * The ways, worst first.
 * @param looks of every frame: what was measured between the lips
 * @param heard what the lips do by their sound; null where that is not theirs
 */
function redraw(
  fitted: FittedClip,
  looks: Float32Array,
  heard: Float32Array<ArrayBuffer> | null,
): {
  readonly drawn: readonly Drawn[];
  readonly cover: readonly Float32Array[];
  readonly drawMs: number;
} {
  const { film, held, fit, targets, bank, mouths } = fitted;
  const frames = film.track.frameCount - held;
  const own = Uint32Array.from({ length: frames }, (_, i) => held + i);
  const path = { frame: own, other: own, mix: new Float32Array(frames) };
  const drawer = createDrawer(film.pictures, mouths, filmFaces(film.track).heads);
  const plan = chooseMouths(fit, targets, path, {
    film: looks,
    wanted: looks.subarray(held * LOOK_VALUES),
  });
  const nearest = nearestOf(fitted, frames);
  const last = bank.kept.length - 1;
  const cover = Array.from(own, () => new Float32Array(film.track.widthPx * film.track.heightPx));
  Array.from(own, (_, i) => drawer.draw(plan, i, cover[i]));
  const startedMs = performance.now();
  const ours = Array.from(own, (_, i) => drawer.draw(plan, i));
  const drawMs = (performance.now() - startedMs) / frames;
  const drawn = (name: string, of: MouthPlan): Drawn => ({
    name,
    pictures: of === plan ? ours : Array.from(own, (_, i) => drawer.draw(of, i)),
    grounds: Array.from(own, (_, i) => drawer.ground(of, i)),
  });
  const paste = (source: (i: number) => number) =>
    Array.from(own, (frame, i) => drawer.paste(frame, bank.kept[source(i)]!, cover[i]!));
  return {
    drawn: [
      { name: 'frozen', pictures: paste(() => last) },
      { name: 'nearest', pictures: paste((i) => nearest[i]!) },
      drawn('nearest warped', planOf(fit, targets, path, nearest)),
      drawn('opening and width', chooseMouths(fit, openingAndWidth(fitted), path)),
      drawn('inside foretold', chooseMouths(fit, targets, path)),
      drawn('ours', plan),
      ...(heard ? [drawn('from sound', chooseMouths(fit, heard, path))] : []),
    ],
    ...{ cover, drawMs },
  };
}

/** Of the held frames' shapes what most motion says of a mouth: this person's likeliest lips of that opening and width. */
function openingAndWidth({ bank, targets }: FittedClip): Float32Array<ArrayBuffer> {
  const dimensions = bank.space.spread.length;
  const out = new Float32Array(targets.length);
  const likely = likelyShape(bank.space);
  for (let i = 0; i * dimensions < targets.length; i++) {
    const { opening, width } = lipsOf(bank.space, targets, i);
    likely(opening, width, out.subarray(i * dimensions, (i + 1) * dimensions));
  }
  return out;
}

/** For every held frame the kept one whose shape is nearest. */
function nearestOf({ bank, targets }: FittedClip, frames: number): number[] {
  const dimensions = bank.space.spread.length;
  return Array.from({ length: frames }, (_, i) => {
    let [best, least] = [0, Infinity];
    bank.kept.forEach((f, k) => {
      let d = 0;
      for (let c = 0; c < dimensions; c++)
        d += (targets[i * dimensions + c]! - bank.coefficients[f * dimensions + c]!) ** 2;
      if (d < least) [best, least] = [k, d];
    });
    return best;
  });
}

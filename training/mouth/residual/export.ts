/**
 * A film → what a per-person network would learn from, for train.py: `node export.ts BUILD`, with ORATOR_CLIPS naming the
 * films as for the bench. Every frame comes with the first tier's own drawing of it by a fit that never saw it: those of
 * the first three quarters by fits that leave their stretch out, the last quarter by the fit that the bench scores.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import { createMouthFitter } from '#core/presenter/footage/mouth/fit-mouths.ts';
import { filmFaces } from '#core/presenter/footage/mouth/geometry.ts';
import { chooseMouths } from '#core/presenter/footage/mouth/plan.ts';
import { fitMouthSpace, measureMouths } from '#core/presenter/footage/mouth/space.ts';
import type { Picture } from '#core/track/ports.ts';
import { clipsFolder } from '../../../tests/bench/lipsync/clips.ts';
import { twinClips, type TwinClip } from '../../../tests/bench/twin/clips.ts';
import { createDrawer, packed } from '../../../tests/bench/twin/draw.ts';
import { followFilm, openTools } from '../../../tests/bench/twin/follow.ts';
import { readFaceFilm, type FaceFilm } from '../../../tests/bench/twin/pictures.ts';
import { FITTED } from '../../../tests/bench/twin/refit.ts';
import { mouthBox } from '../../../tests/bench/twin/score.ts';

/** Stretches that the first three quarters are cut into; each is drawn by a fit on the others. */
const STRETCHES = 6;
const MARGIN_PX = 10;
/** The network halves its input three times. */
const CELL_PX = 8;

const [build] = process.argv.slice(2);
if (!build) throw new Error('node export.ts BUILD');
mkdirSync(build, { recursive: true });
for (const clip of twinClips(clipsFolder())) await exportFilm(build, clip);

async function exportFilm(folder: string, clip: TwinClip): Promise<void> {
  const film = await filmOf(folder, clip);
  const { frameCount, widthPx, heightPx } = film.track;
  const held = Math.ceil(frameCount * FITTED);
  const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);
  const edges = Array.from({ length: STRETCHES + 1 }, (_, s) => Math.round((s * held) / STRETCHES));
  const drawn: Drawn[] = [];
  for (let s = 0; s < STRETCHES; s++) {
    const own = range(edges[s]!, edges[s + 1]!);
    const fitted = range(0, held).filter((f) => f < edges[s]! || f >= edges[s + 1]!);
    drawn.push(...(await redraw(film, fitted, own)));
    console.log(`  ${clip.name}: stretch ${String(s + 1)} of ${String(STRETCHES)}`);
  }
  drawn.push(...(await redraw(film, range(0, held), range(held, frameCount))));

  const boxes = drawn.map((_, f) => mouthBox({ film }, f));
  const [width, height] = (
    [
      ['left', 'right'],
      ['top', 'bottom'],
    ] as const
  ).map(([a, b]) => {
    const largest = Math.max(...boxes.map((box) => box[b] - box[a])) + 2 * MARGIN_PX;
    return CELL_PX * Math.ceil(largest / CELL_PX);
  }) as [number, number];
  const corners = boxes.map(({ left, right, top, bottom }): readonly [number, number] => [
    Math.max(0, Math.min(widthPx - width, Math.round((left + right - width) / 2))),
    Math.max(0, Math.min(heightPx - height, Math.round((top + bottom - height) / 2))),
  ]);
  const colours = (pictures: readonly Picture[]) => {
    const out = Buffer.alloc(pictures.length * width * height * 3);
    let at = 0;
    pictures.forEach(({ rgba }, f) => {
      const [x0, y0] = corners[f]!;
      for (let y = y0; y < y0 + height; y++)
        for (let x = x0; x < x0 + width; x++)
          for (let c = 0; c < 3; c++) out[at++] = rgba[(y * widthPx + x) * 4 + c]!;
    });
    return out;
  };
  const cover = Buffer.alloc(drawn.length * width * height);
  drawn.forEach((one, f) => {
    const [x0, y0] = corners[f]!;
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++)
        cover[(f * height + y) * width + x] = Math.round(255 * one.cover[(y0 + y) * widthPx + x0 + x]!);
  });
  const channels = channelsOf(film, held);
  const path = join(folder, clip.name);
  writeFileSync(`${path}.real`, colours(film.pictures));
  writeFileSync(`${path}.drawn`, colours(drawn.map(({ picture }) => picture)));
  writeFileSync(`${path}.cover`, cover);
  writeFileSync(`${path}.channels`, Buffer.from(channels.buffer));
  writeFileSync(
    `${path}.json`,
    JSON.stringify({ frameCount, held, width, height, channels: channels.length / frameCount, corners }),
  );
  writeFileSync(`${path}.covers`, serialize(drawn.slice(held).map((one) => one.cover)));
}

/** Followed once: that takes longer than the rest. */
async function filmOf(folder: string, { name, path }: TwinClip): Promise<FaceFilm> {
  const file = join(folder, `${name}.film`);
  if (existsSync(file)) return deserialize(readFileSync(file)) as FaceFilm;
  const tools = await openTools();
  const { track } = await followFilm(tools, path);
  await tools.close();
  const film = await readFaceFilm(path, track);
  writeFileSync(file, serialize(film));
  return film;
}

interface Drawn {
  readonly picture: Picture;
  readonly cover: Float32Array;
}

/** The frames `own`, which follow one another, as the first tier draws them that was fitted on `fitted`. */
async function redraw(film: FaceFilm, fitted: readonly number[], own: readonly number[]): Promise<Drawn[]> {
  const { track, pictures } = film;
  const usable = new Uint8Array(track.frameCount);
  for (const f of fitted) usable[f] = 1;
  const fitter = createMouthFitter(track, { usable });
  const kept: Picture[] = [];
  pictures.forEach((picture, i) => {
    const crop = fitter.look(i, picture);
    if (crop) kept.push(crop);
  });
  const bank = fitter.finish();
  const mouths = (await packed(kept)).pictures;
  const dimensions = bank.space.spread.length;
  const targets = bank.coefficients.slice(own[0]! * dimensions, (own.at(-1)! + 1) * dimensions);
  const frame = Uint32Array.from(own);
  const path = { frame, other: frame, mix: new Float32Array(own.length) };
  const plan = chooseMouths({ track, bank, layout: { colourHeight: 1, matte: null } }, targets, path);
  const drawer = createDrawer(pictures, mouths, filmFaces(track).heads);
  return own.map((_, i) => {
    const cover = new Float32Array(track.widthPx * track.heightPx);
    return { picture: drawer.draw(plan, i, cover), cover };
  });
}

/** frames × (coefficients of the space of the first three quarters, in spreads; their speeds; yaw, pitch) */
function channelsOf({ track }: FaceFilm, held: number): Float32Array<ArrayBuffer> {
  const { faces, heads } = filmFaces(track);
  const usable = Uint8Array.from({ length: track.frameCount }, (_, f) => (f < held ? track.seen[f]! : 0));
  const space = fitMouthSpace(faces, heads.turns, usable);
  const coefficients = measureMouths(space, faces, heads.turns);
  const n = space.spread.length;
  const columns = 2 * n + 2;
  const out = new Float32Array(track.frameCount * columns);
  const at = (f: number, d: number) =>
    coefficients[Math.max(0, Math.min(track.frameCount - 1, f)) * n + d]! / space.spread[d]!;
  for (let f = 0; f < track.frameCount; f++) {
    for (let d = 0; d < n; d++) {
      out[f * columns + d] = at(f, d);
      out[f * columns + n + d] = at(f + 1, d) - at(f - 1, d);
    }
    for (let k = 0; k < 2; k++) out[f * columns + 2 * n + k] = 5 * heads.turns[f * 2 + k]!;
  }
  return out;
}

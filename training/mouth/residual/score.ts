/**
 * What train.py made of the held quarter, by the bench's own measures: `node score.ts BUILD FILM [TAG]`. Prints a line
 * for the nearest frame's worth of each way and writes BUILD/FILM.png: the real frames, the first tier, the network's.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { deserialize } from 'node:v8';
import { filmFaces } from '#core/presenter/footage/mouth/geometry.ts';
import { headScalePx } from '#core/presenter/footage/mouth/head.ts';
import type { Picture } from '#core/track/ports.ts';
import { mean } from '../../../tests/bench/lipsync/signal.ts';
import { writeStrip } from '../../../tests/bench/twin/films.ts';
import {
  decibels,
  detailEnergy,
  edgeStep,
  gradientDeviation,
  jitter,
  lumaOf,
  squareError,
  structuralSimilarity,
} from '../../../tests/bench/twin/measures.ts';
import type { FaceFilm } from '../../../tests/bench/twin/pictures.ts';
import { mouthBox, steadyLuma } from '../../../tests/bench/twin/score.ts';

const [build, name, tag = 'made'] = process.argv.slice(2);
if (!build || !name) throw new Error('node score.ts BUILD FILM [TAG]');
const path = join(build, name);
const about = JSON.parse(readFileSync(`${path}.json`, 'utf8')) as {
  readonly held: number;
  readonly width: number;
  readonly height: number;
  readonly corners: readonly (readonly [x: number, y: number])[];
};
const { held, width, height, corners } = about;
const film = deserialize(readFileSync(`${path}.film`)) as FaceFilm;
const covers = deserialize(readFileSync(`${path}.covers`)) as readonly Float32Array[];
const real = film.pictures.slice(held);

/** Part pictures laid over the real frames, from which they were cut. */
function laidOver(bytes: Uint8Array, first: number): Picture[] {
  return real.map((picture, i) => {
    const rgba = picture.rgba.slice();
    const [x0, y0] = corners[held + i]!;
    let at = (first + i) * width * height * 3;
    for (let y = y0; y < y0 + height; y++)
      for (let x = x0; x < x0 + width; x++)
        for (let c = 0; c < 3; c++) rgba[(y * picture.widthPx + x) * 4 + c] = bytes[at++]!;
    return { ...picture, rgba };
  });
}

const ways = [
  { name: 'first tier', pictures: laidOver(readFileSync(`${path}.drawn`), held) },
  { name: 'network', pictures: laidOver(readFileSync(`${path}.${tag}`), 0) },
];
const boxes = real.map((_, i) => mouthBox({ film }, held + i));
const energy = (of: readonly Picture[]) =>
  mean(of.map((picture, i) => detailEnergy(picture, boxes[i]!, covers[i]!)));
const clip = { film, held } as Parameters<typeof steadyLuma>[0];
const steady = (of: readonly Picture[]) => jitter(of.map((p, i) => steadyLuma(clip, p, held + i)));
for (const { name: way, pictures } of ways) {
  const planes = pictures.map((p, i) => [lumaOf(p, boxes[i]!), lumaOf(real[i]!, boxes[i]!)] as const);
  const reach = (i: number) => Math.max(2, 0.04 * headScalePx(filmFaces(film.track).heads, held + i));
  const scores = {
    psnr: mean(pictures.map((p, i) => decibels(squareError(p, real[i]!, boxes[i]!)))),
    made: mean(pictures.map((p, i) => decibels(squareError(p, real[i]!, boxes[i]!, covers[i])))),
    ssim: mean(planes.map(([a, b]) => structuralSimilarity(a, b))),
    gmsd: mean(planes.map(([a, b]) => gradientDeviation(a, b))),
    sharpness: energy(pictures) / energy(real),
    edgeStep: mean(pictures.map((p, i) => edgeStep(p, real[i]!, boxes[i]!, covers[i]!, reach(i)))),
    pixelJitter: steady(pictures) / steady(real),
  };
  const said = Object.entries(scores).map(([score, value]) => `${score} ${value.toFixed(4)}`);
  console.log(`${name}, ${way}: ${said.join(', ')}`);
}
writeStrip(`${path}.png`, clip, [{ name: 'real', pictures: real }, ...ways]);

/** The inner-mouth network in Node: its golden example, what it says of drawn mouths, and of one real film. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { loadGolden, loadManifest } from '#core/model/files.ts';
import { compareTensors } from '#core/model/golden.ts';
import { squareOfFace, squareOfMesh } from '#core/track/places.ts';
import {
  INNER_MOUTH,
  LOOK_VALUES,
  openInnerMouth,
  UNROLLED,
  unrollMouth,
  type SeenInside,
} from '#core/track/tools/inner-mouth.ts';
import { openFaceTools } from '#core/track/tools/open.ts';
import { tensor } from '#core/model/tensor.ts';
import { diskModelFiles } from '#server/render/adapters/model-files.ts';
import { ortNodeRuntime } from '#server/render/adapters/ort-node.ts';
import { ROOT } from '#server/setup/place.js';
import { framesOf } from './film-frame.ts';

const files = diskModelFiles();
const runtime = ortNodeRuntime({ files, threads: 1 });
const manifest = await loadManifest(files, INNER_MOUTH);
const session = await runtime.open(manifest, { precisions: ['int8'] });
afterAll(() => runtime.close());

test('it answers its golden example, and is small', async () => {
  const golden = await loadGolden(files, manifest);
  expect(session.variant.bytes).toBeLessThan(200_000);
  const verdict = compareTensors(await session.run(golden.inputs), golden.outputs, session.variant.tolerance);
  expect(verdict).toMatchObject({ ok: true });
});

/** Lips of one colour, and between them what `inside` says (row between the lips 0…15, column) → red, green, blue. */
function drawn(inside: (row: number, column: number) => readonly [number, number, number], light = 1) {
  const { rows, columns, lipRows } = UNROLLED;
  const data = new Float32Array(3 * rows * columns);
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) {
      const between = row >= lipRows && row < rows - lipRows;
      const colour = between ? inside(row - lipRows, column) : LIPS;
      colour.forEach((value, c) => (data[(c * rows + row) * columns + column] = value * light));
    }
  return tensor([1, 3, rows, columns], data);
}
const LIPS = [0.6, 0.35, 0.33] as const;
const DARK = [0.1, 0.05, 0.05] as const;
const TEETH = [0.75, 0.7, 0.62] as const;
const FLESH = [0.5, 0.27, 0.26] as const;

async function said(mouth: ReturnType<typeof drawn>) {
  const { parts, look } = await session.run({ mouth });
  const [teeth = NaN, flesh = NaN, dark = NaN] = parts?.data ?? [];
  return { teeth, flesh, dark, look: look?.data ?? new Float32Array() };
}
function apart(a: Pick<SeenInside, 'look'>, b: Pick<SeenInside, 'look'>): number {
  return Math.hypot(...Array.from(a.look, (value, i) => value - (b.look[i] as number)));
}

test('teeth, flesh and dark are told apart, in any light', async () => {
  for (const light of [0.5, 1, 1.3]) {
    const dark = await said(drawn(() => DARK, light));
    const teeth = await said(drawn((_, column) => (column % 5 === 0 ? DARK : TEETH), light));
    const flesh = await said(drawn(() => FLESH, light));
    expect(dark.dark).toBeGreaterThan(0.6);
    expect(teeth.teeth).toBeGreaterThan(0.5);
    expect(flesh.flesh).toBeGreaterThan(0.7);
    expect(dark.dark + dark.teeth + dark.flesh).toBeCloseTo(1, 4);
  }
});

test('looks lie apart as mouths differ, not as their light does', async () => {
  const upperTeeth = (rows: number) => (row: number) => (row < rows ? TEETH : DARK);
  const [some, more, most] = [
    await said(drawn(upperTeeth(4))),
    await said(drawn(upperTeeth(6))),
    await said(drawn(upperTeeth(14))),
  ];
  const dim = await said(drawn(upperTeeth(4), 0.6));
  expect(some.look).toHaveLength(LOOK_VALUES);
  expect(apart(some, dim)).toBeLessThan(apart(some, more));
  expect(apart(some, more)).toBeLessThan(apart(some, most) / 2);
});

const FILM = join(ROOT, '../shared/media/footage/standing-man.mp4');
const there = existsSync(FILM);
if (!there) console.log(`${FILM} is not here: whether looks of a real mouth are right is not tried.`);

describe.skipIf(!there)('on a film of somebody it never saw', () => {
  test('mouths whose insides differ more are further apart', async () => {
    const tools = await openFaceTools(runtime, files);
    const reader = await openInnerMouth(runtime, files);
    const seen: { readonly inside: SeenInside; readonly colours: Float32Array }[] = [];
    for (const picture of framesOf(FILM, 20, 2, 720)) {
      const [found] = await tools.detect(picture);
      const [coarse] = found ? await tools.mesh(picture, [squareOfFace(found)]) : [];
      const [face] = coarse ? await tools.mesh(picture, [squareOfMesh(coarse)]) : [];
      if (!face) continue;
      const y = (i: number) => face.points[3 * i + 1] as number;
      if (y(14) - y(13) < 4) continue;
      seen.push({
        inside: await reader.describe(picture, face),
        colours: evened(unrollMouth(picture, face.points)),
      });
    }
    expect(seen.length).toBeGreaterThan(8);
    const pairs = seen.flatMap((a, i) =>
      seen.slice(i + 1).map((b) => ({
        told: apart(a.inside, b.inside),
        truly: Math.hypot(...a.colours.map((value, k) => value - (b.colours[k] as number))),
      })),
    );
    expect(
      rankCorrelation(
        pairs.map(({ told }) => told),
        pairs.map(({ truly }) => truly),
      ),
    ).toBeGreaterThan(0.75);
    await Promise.all([tools.close(), reader.close()]);
  }, 120_000);
});

/** What is between the lips, each colour over the mean of the lips, as training/mouth/data.py has it. */
function evened(planes: Float32Array): Float32Array {
  const { rows, columns, lipRows } = UNROLLED;
  const out: number[] = [];
  for (let c = 0; c < 3; c++) {
    const at = (row: number, column: number) => planes[(c * rows + row) * columns + column] as number;
    let [sum, count] = [0, 0];
    for (let k = 1; k < lipRows; k++)
      for (let column = 4; column < 28; column++, count += 2) sum += at(k, column) + at(rows - 1 - k, column);
    for (let row = lipRows; row < rows - lipRows; row++)
      for (let column = 3; column < 29; column++) out.push(Math.min(2, (at(row, column) * count) / sum));
  }
  return Float32Array.from(out);
}

function rankCorrelation(a: readonly number[], b: readonly number[]): number {
  const ranks = (values: readonly number[]) => {
    const order = values.map((_, i) => i).sort((i, j) => (values[i] as number) - (values[j] as number));
    const out = new Array<number>(values.length);
    order.forEach((i, rank) => (out[i] = rank));
    return out;
  };
  const [x, y] = [ranks(a), ranks(b)];
  const middle = (a.length - 1) / 2;
  const dot = (p: readonly number[], q: readonly number[]) =>
    p.reduce((sum, value, i) => sum + (value - middle) * ((q[i] as number) - middle), 0);
  return dot(x, y) / Math.sqrt(dot(x, x) * dot(y, y));
}

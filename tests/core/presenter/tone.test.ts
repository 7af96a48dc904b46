/** A picture's own shading gives way to what its person's mouths of that shape look like; its detail and older twins do not. */
import { expect, test } from 'vitest';
import { fitLook, foretellLooks } from '#core/presenter/footage/mouth/look.ts';
import { insideAt, INSIDE_SAMPLES, SKIN_SAMPLES } from '#core/presenter/footage/mouth/pixels.ts';
import { MOUTH_MESH, RING, ringPlace } from '#core/presenter/footage/mouth/points.ts';
import { innerLogGains, toned } from '#core/presenter/footage/mouth/tone.ts';

const FRAMES = 200;
const STRIDE = (INSIDE_SAMPLES + SKIN_SAMPLES) * 3;
/** Of a chin's spoke, in the band of the skin's look that its vertex is toned by. */
const CHIN = INSIDE_SAMPLES * 3 + (5 * 20 + 15) * 3;

/** A face whose chin darkens as the mouth opens, each moment in a shading of its own that no shape tells. */
function footage() {
  const open = Array.from({ length: FRAMES }, (_, f) => 0.1 + 0.1 * Math.sin(f * 0.31) * Math.sin(f * 0.07));
  const mood = Array.from({ length: FRAMES }, (_, f) => 14 * Math.sin(f * 1.7) * Math.cos(f * 0.43));
  const chin = (f: number) => 150 - 300 * (open[f] as number);
  const looks = new Float32Array(FRAMES * STRIDE);
  for (let f = 0; f < FRAMES; f++)
    for (let s = 0; s < STRIDE; s++) {
      const below = s >= INSIDE_SAMPLES * 3;
      looks[f * STRIDE + s] = below ? chin(f) + (mood[f] as number) : 90;
    }
  const coefficients = Float32Array.from(open);
  const turns = new Float64Array(FRAMES * 2);
  const look = fitLook(looks, open, coefficients, turns, new Uint8Array(FRAMES).fill(1));
  return { look, looks, chin, foretold: foretellLooks(look, coefficients, turns) };
}

const plain = () => new Float32Array(MOUTH_MESH.length * 3).fill(1);
const place = ringPlace(RING.cheek, 15) * 3;

test('the shading of another moment is taken out, and that of the shape put in', () => {
  const { look, looks, chin, foretold } = footage();
  let [before, after] = [0, 0];
  for (let i = 0; i < FRAMES; i++) {
    const source = (i * 37 + 11) % FRAMES;
    const shown = looks[source * STRIDE + CHIN] as number;
    const gain = toned(plain(), look, source, foretold, i)[place] as number;
    before += (shown - chin(i)) ** 2;
    after += (shown * gain - chin(i)) ** 2;
  }
  expect(after / before).toBeLessThan(0.25);
});

test('gains are multiplied by the tone, and left alone where a twin was fitted without', () => {
  const { look, foretold } = footage();
  const light = Float32Array.from(plain(), () => 0.8);
  const [own, lit] = [toned(plain(), look, 3, foretold, 60), toned(light, look, 3, foretold, 60)];
  expect(Math.abs((own[place] as number) - 1)).toBeGreaterThan(0.01);
  expect(lit[place]).toBeCloseTo(0.8 * (own[place] as number), 5);
  const { tone: _, ...older } = look;
  expect(toned(light, older, 3, foretold, 60)).toEqual(light);
});

test('an inside that was filmed in other light is brought to that of its shape, and older twins’ is left alone', () => {
  // Open throughout: of shut lips the inside is hardly learned.
  const open = Array.from({ length: FRAMES }, (_, f) => 0.2 + 0.1 * Math.sin(f * 0.31) * Math.sin(f * 0.07));
  const mood = Array.from({ length: FRAMES }, (_, f) => 12 * Math.sin(f * 1.7) * Math.cos(f * 0.43));
  const looks = new Float32Array(FRAMES * STRIDE).map((_, k) => {
    const f = Math.floor(k / STRIDE);
    return 80 + 200 * (open[f] as number) + (mood[f] as number);
  });
  const [coefficients, turns] = [Float32Array.from(open), new Float64Array(FRAMES * 2)];
  const look = fitLook(looks, open, coefficients, turns, new Uint8Array(FRAMES).fill(1));
  const foretold = foretellLooks(look, coefficients, turns);
  let [before, after] = [0, 0];
  for (let i = 0; i < FRAMES; i++) {
    const source = (i * 37 + 11) % FRAMES;
    const gains = innerLogGains(look, source, foretold, i) as Float32Array;
    const gain = Math.exp(insideAt(gains, 3, 0, 5, 0.4, 0.1));
    const [shown, wanted] = [looks[source * STRIDE] as number, 80 + 200 * (open[i] as number)];
    before += (shown - wanted) ** 2;
    after += (shown * gain - wanted) ** 2;
  }
  expect(after / before).toBeLessThan(0.5);
  const { innerTone: _, ...older } = look;
  expect(innerLogGains(older, 3, foretold, 60)).toBeNull();
});

test('what was read between the lips is found again at its place', () => {
  const rows = Float32Array.from({ length: INSIDE_SAMPLES }, (_, s) => Math.floor(s / 11));
  // In a gap of 0.3 face heights the rows lie 0.025, 0.065 and 0.12 from either lip.
  expect(insideAt(rows, 1, 0, 5, 0.065 / 0.3, 0.3)).toBeCloseTo(1, 5);
  expect(insideAt(rows, 1, 0, 5, 1 - 0.025 / 0.3, 0.3)).toBeCloseTo(5, 5);
  expect(insideAt(rows, 1, 0, 0, 0, 0.3)).toBe(0);
  const columns = Float32Array.from({ length: INSIDE_SAMPLES }, (_, s) => s % 11);
  expect(insideAt(columns, 1, 0, 5, 0.5, 0.02)).toBeCloseTo(5, 5);
  expect(insideAt(columns, 1, 0, 10, 0.5, 0)).toBe(10);
});

import { expect, test } from 'vitest';
import type { AssetHash } from '#core/base/ids.ts';
import { newProject } from '#core/document/create.ts';
import type { Background, PresenterPlacement } from '#core/document/project.ts';
import { leavesSidesBare } from '#core/frame/backdrop.ts';
import { pictureLook } from '#core/frame/picture-look.ts';
import { planFilm } from '#core/frame/plan.ts';
import { presenterTransform } from '#core/frame/presenter-layers.ts';
import type { PresenterKind } from '#core/presenter/kind.ts';
import { barKind, sketchFilm, tools } from './fakes.ts';

const ASSET = 'b'.repeat(64) as AssetHash;
const WIDE = { widthPx: 1920, heightPx: 1080, rate: { num: 25, den: 1 } };
const TALL = { ...WIDE, widthPx: 1080, heightPx: 1920 };
const PAINT: Background = { kind: 'color', color: '#335577' };

/** Someone filmed at this size, shown whole. */
function filmed(width: number, height: number): PresenterKind {
  const picture = { x: 0, y: 0, width, height };
  return {
    ...barKind,
    framing: () => picture,
    room: () => ({ picture, asset: ASSET, kind: 'video', height: 0.75, ambient: null }),
  };
}

function bare(
  kind: PresenterKind,
  format: typeof WIDE,
  place: Partial<PresenterPlacement>,
  background = PAINT,
) {
  const presenter = newProject().presenters[0]!;
  const placement: PresenterPlacement = {
    ...{ presenter: presenter.id, framing: 'medium', centerX: 0.5, scale: 1, cutOut: false },
    ...place,
  };
  const prepared = { presenter, placement, kind, data: null };
  return leavesSidesBare(prepared, background, presenterTransform(prepared, format), format);
}

test('a picture that fills the frame one way only leaves something bare', () => {
  expect(bare(filmed(1080, 1920), WIDE, {})).toBe(true);
  expect(bare(filmed(1920, 1080), TALL, {})).toBe(true);
  expect(bare(filmed(1920, 1080), WIDE, {})).toBe(false);
  // Moved to the side it leaves the other one.
  expect(bare(filmed(1920, 1080), WIDE, { centerX: 0.7 })).toBe(true);
});

test('nothing is put beside those who were cut out, made small, or have none of their own', () => {
  expect(bare(filmed(1080, 1920), WIDE, { cutOut: true })).toBe(false);
  expect(bare(filmed(1920, 1080), WIDE, { scale: 0.5 })).toBe(false);
  expect(bare(barKind, WIDE, {})).toBe(false);
  const chosen: Background = {
    ...{ kind: 'image', asset: ASSET, fit: 'cover', crop: { x: 0, y: 0, width: 1, height: 1 } },
  };
  expect(bare(filmed(1080, 1920), WIDE, {}, chosen)).toBe(false);
});

test('beside a narrow film are its colours, dark and smooth, and nothing of the matte below it', async () => {
  const [columns, rows] = [16, 32];
  const rgb = new Uint8Array(columns * rows * 3);
  // Red above, blue below; under three quarters of it a white matte.
  for (let r = 0; r < rows; r++)
    for (let c = 0; c < columns; c++)
      rgb.set(r < 12 ? [200, 40, 40] : r < 24 ? [40, 40, 200] : [255, 255, 255], (r * columns + c) * 3);
  const ownLook = await pictureLook({ columns, rows, timesS: [0], rgb });
  const { project, shots } = sketchFilm({
    scenes: [['Hello.']],
    change: (p) => ({ ...p, scenes: p.scenes.map((s) => ({ ...s, background: PAINT })) }),
  });
  const kind = filmed(1080, 1920);
  const beside = shots.map((shot) => ({
    ...shot,
    presenters: shot.presenters.map((prepared) => ({ ...prepared, kind, ownLook })),
  }));
  const plan = await planFilm(project, beside, tools);
  const layers = plan.at(0).layers;
  const backdrop = layers.find(({ name }) => name === 'backdrop-0');
  if (backdrop?.kind !== 'vector') throw new Error('There is a backdrop.');
  expect(layers.findIndex(({ name }) => name === 'presenter-0')).toBe(layers.indexOf(backdrop) + 1);
  const colors = backdrop.nodes.flatMap((node) =>
    node.kind === 'path' && node.fill?.kind === 'linear' ? [node.fill.stops[0]!.color] : [],
  );
  const [top, bottom] = [colors[0]!, colors.at(-1)!];
  expect(top[0]).toBeGreaterThan(1.5 * top[2]);
  expect(bottom[2]).toBeGreaterThan(1.5 * bottom[0]);
  for (const color of colors) expect(Math.max(color[0], color[1], color[2])).toBeLessThan(0.5);
  for (let i = 1; i < colors.length; i++)
    for (const k of [0, 1, 2] as const)
      expect(Math.abs(colors[i]![k] - colors[i - 1]![k])).toBeLessThan(0.02);
  // The same picture is drawn anew by nobody.
  expect(plan.at(1).layers.find(({ name }) => name === 'backdrop-0')).toBe(backdrop);
  const plain = await planFilm(
    project,
    shots.map((shot) => ({ ...shot, presenters: shot.presenters.map((p) => ({ ...p, kind })) })),
    tools,
  );
  expect(plain.shots[0]!.pictureKey).not.toBe(plan.shots[0]!.pictureKey);
});

/** Small frames that between them use everything a draw list can say. Both compositors and both hosts paint them. */
import {
  IDENTITY,
  type Affine,
  type DrawLayer,
  type DrawList,
  type Rgba,
  type VectorNode,
} from '#core/draw/draw-list.ts';
import { ellipsePath, PathBuilder, rectPath } from '#core/draw/path.ts';
import { linePath } from '#core/frame/text-layout.ts';
import type { TextShaper } from '#core/frame/text.ts';
import { meshLists } from './mesh-lists.ts';
import { PICTURE } from './pictures.ts';

export const WIDTH = 160;
export const HEIGHT = 90;

const ALL = { x: 0, y: 0, width: WIDTH, height: HEIGHT };
const NAVY: Rgba = [0.07, 0.12, 0.26, 1];
const CORAL: Rgba = [0.95, 0.42, 0.36, 1];
const MINT: Rgba = [0.4, 0.85, 0.68, 1];
const SUN: Rgba = [1, 0.83, 0.3, 1];

const ground: DrawLayer = {
  kind: 'fill',
  name: 'ground',
  opacity: 1,
  paint: {
    kind: 'linear',
    from: [0, 0],
    to: [WIDTH, HEIGHT],
    stops: [
      { at: 0, color: NAVY },
      { at: 1, color: [0.35, 0.5, 0.7, 1] },
    ],
  },
};

function frame(...layers: DrawLayer[]): DrawList {
  return { widthPx: WIDTH, heightPx: HEIGHT, layers };
}
function solid(path: ReturnType<typeof rectPath>, color: Rgba): VectorNode {
  return { kind: 'path', path, fill: { kind: 'solid', color } };
}
function vector(nodes: VectorNode[], more: Partial<Extract<DrawLayer, { kind: 'vector' }>> = {}): DrawLayer {
  return {
    kind: 'vector',
    name: 'art',
    opacity: 1,
    key: null,
    transform: IDENTITY,
    nodes,
    bounds: ALL,
    ...more,
  };
}
function picture(more: Partial<Extract<DrawLayer, { kind: 'image' }>> = {}): DrawLayer {
  return {
    kind: 'image',
    name: 'picture',
    opacity: 1,
    image: { asset: PICTURE, kind: 'image', timeS: 0 },
    source: { x: 0, y: 0, width: 1, height: 1 },
    target: ALL,
    clip: ALL,
    ...more,
  };
}

/** Two marks that overlap: what a group fades or blends as one. */
const pair: VectorNode[] = [
  solid(ellipsePath(60, 45, 30, 24), CORAL),
  solid(rectPath(62, 26, 44, 40, 9), MINT),
];

export function goldenLists(shaper: TextShaper): Readonly<Record<string, DrawList>> {
  const turned: Affine = [Math.cos(0.5), Math.sin(0.5), -Math.sin(0.5), Math.cos(0.5), 80, 20];
  const run = shaper.shape('Ώρα Да Ågq', 'bold');
  const star = new PathBuilder().moveTo(80, 8);
  for (let i = 1; i < 5; i++) {
    const a = (i * 4 * Math.PI) / 5 - Math.PI / 2;
    star.lineTo(80 + 38 * Math.cos(a), 46 + 38 * Math.sin(a));
  }
  const meshes = meshLists(ground);
  return {
    meshes: frame(...meshes.meshes),
    meshReads: frame(...meshes.meshReads),
    meshFade: frame(...meshes.meshFade),
    meshUnmix: frame(...meshes.meshUnmix),
    meshDissolve: frame(...meshes.meshDissolve),
    fills: frame(
      { kind: 'fill', name: 'base', opacity: 1, paint: { kind: 'solid', color: CORAL } },
      {
        kind: 'fill',
        name: 'glow',
        opacity: 0.8,
        paint: {
          kind: 'radial',
          center: [0, 0],
          radius: 40,
          transform: [1.6, 0.3, -0.2, 0.7, 90, 40],
          stops: [
            { at: 0, color: SUN },
            { at: 0.5, color: [0.2, 0.9, 0.9, 0.7] },
            { at: 1, color: [0, 0, 1, 0] },
          ],
        },
      },
    ),
    strokes: frame(
      ground,
      vector([
        { kind: 'path', path: star.close().build(), fill: { kind: 'solid', color: SUN }, evenOdd: true },
        {
          kind: 'path',
          path: new PathBuilder()
            .moveTo(14, 70)
            .quadTo(40, 10, 66, 70)
            .cubicTo(80, 90, 120, 20, 148, 66)
            .build(),
          stroke: {
            paint: {
              kind: 'linear',
              from: [14, 0],
              to: [148, 0],
              stops: [
                { at: 0, color: MINT },
                { at: 1, color: CORAL },
              ],
            },
            width: 7,
            cap: 'round',
            join: 'round',
          },
        },
        {
          kind: 'path',
          path: new PathBuilder().moveTo(10, 30).lineTo(30, 12).lineTo(44, 32).build(),
          stroke: {
            paint: {
              kind: 'radial',
              center: [0, 0],
              radius: 20,
              transform: [1, 0, 0, 0.5, 28, 20],
              stops: [
                { at: 0, color: SUN },
                { at: 1, color: CORAL },
              ],
            },
            width: 6,
            cap: 'butt',
            join: 'miter',
          },
        },
      ]),
    ),
    groups: frame(
      ground,
      vector([{ kind: 'group', opacity: 0.5, children: pair }]),
      vector(
        [
          {
            kind: 'group',
            transform: turned,
            clip: ellipsePath(30, 20, 30, 16),
            children: [
              solid(rectPath(0, 0, 60, 40), SUN),
              {
                kind: 'group',
                transform: [0.6, 0, 0, 0.6, 4, 2],
                opacity: 0.7,
                children: [...pair, solid(rectPath(20, 40, 80, 8), NAVY)],
              },
            ],
          },
        ],
        { transform: [0.9, 0, 0, 0.9, 20, 6], opacity: 0.85, key: 'turned' },
      ),
    ),
    blends: frame(
      ground,
      vector([
        solid(rectPath(8, 8, 144, 74, 12), [0.9, 0.85, 0.8, 1]),
        { kind: 'group', blend: 'multiply', children: [solid(ellipsePath(45, 45, 26, 26), CORAL)] },
        {
          kind: 'group',
          blend: 'screen',
          opacity: 0.8,
          transform: [0.6, 0, 0, 0.6, 40, 20],
          children: pair,
        },
        { kind: 'group', blend: 'soft-light', children: [solid(rectPath(100, 16, 40, 60, 20), NAVY)] },
      ]),
    ),
    // Blends inside clips still meet what lies beneath the group: the hard case where clips are cut out of glass.
    clips: frame(
      ground,
      vector([
        solid(rectPath(8, 8, 144, 74, 12), [0.9, 0.85, 0.8, 1]),
        {
          kind: 'group',
          clip: ellipsePath(70, 45, 52, 30),
          children: [
            solid(rectPath(0, 0, 60, 90), SUN),
            { kind: 'group', blend: 'multiply', opacity: 0.8, children: pair },
            {
              kind: 'group',
              transform: [1, 0.2, 0, 1, 0, -12],
              clip: rectPath(84, 20, 30, 40, 10),
              children: [
                solid(ellipsePath(90, 30, 12, 12), NAVY),
                { kind: 'group', blend: 'screen', children: [solid(rectPath(80, 34, 50, 12), CORAL)] },
              ],
            },
          ],
        },
      ]),
    ),
    pictures: frame(
      picture({ source: { x: 0.1, y: 0.1, width: 0.8, height: 0.7 } }),
      picture({
        target: { x: 100, y: 50, width: 54, height: 36 },
        clip: { x: 104, y: 54, width: 46, height: 28 },
        opacity: 0.9,
      }),
      picture({ target: { x: 6, y: 60, width: 30, height: 20 }, clip: ALL }),
    ),
    text: frame(
      ground,
      vector(
        [
          solid(rectPath(10, 28, 140, 34, 7), [0, 0, 0, 0.72]),
          solid(linePath(run, { sizePx: 22, trackingEm: 0 }, 20, 52), [1, 1, 1, 1]),
        ],
        { key: 'text', bounds: { x: 9, y: 27, width: 142, height: 36 } },
      ),
    ),
    fade: frame(picture(), {
      kind: 'group',
      name: 'fade',
      opacity: 0.4,
      layers: [ground, vector(pair), picture({ target: { x: 110, y: 8, width: 42, height: 28 }, clip: ALL })],
    }),
    bounds: frame(
      ground,
      vector(pair, { bounds: { x: 50, y: 30, width: 41, height: 21 } }),
      vector([solid(rectPath(-40, -20, 60, 40), SUN), solid(ellipsePath(150, 88, 20, 14), MINT)]),
    ),
  };
}

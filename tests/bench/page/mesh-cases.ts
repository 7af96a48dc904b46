/** Pictures on meshes that are measured, the same in Node and in the browser: sizes as presenters have them. */
import { IDENTITY, type Affine, type Mesh } from '#core/draw/draw-list.ts';
import { quadMesh } from '#core/draw/mesh.ts';
import type { MeshShape } from '#core/draw/mesh-place.ts';
import { paintMesh, pixelTarget } from '#core/draw/raster/mesh-raster.ts';
import { RasterPicture } from '#core/draw/raster/picture.ts';
import { flagMesh } from '../../golden/mesh-lists.ts';
import type { MeshFigures } from './protocol.ts';

export const FRAME = { widthPx: 1920, heightPx: 1080 } as const;

export interface MeshCase {
  readonly name: string;
  readonly picture: { readonly widthPx: number; readonly heightPx: number };
  readonly shape: MeshShape;
  readonly transform: Affine;
}

const ALL = { x: 0, y: 0, width: FRAME.widthPx, height: FRAME.heightPx };
/** A rim of clear vertices, light that differs from corner to corner: 25 × 20 cells are 1000 triangles. */
const face = flagMesh(25, 20, 640, 620);
const patch: Mesh = {
  ...quadMesh({ x: 0, y: 0, width: 256, height: 256 }, { x: 0, y: 0, width: 1, height: 0.5 }),
  opacity: new Float32Array([1, 0.8, 0.9, 1]),
  gain: new Float32Array([1, 1, 1, 1.1, 1, 0.9, 1, 1, 1, 0.9, 1, 1.1]),
};
const BELOW: Affine = [1, 0, 0, 1, 0, 0.5];

export const MESH_CASES: readonly MeshCase[] = [
  {
    name: '1080p quad',
    picture: FRAME,
    shape: { mesh: quadMesh(ALL), matte: null, blurTexels: 0 },
    // A hair askew, so that no host may take it for an image layer.
    transform: [1, 0.001, -0.001, 1, 0.5, -0.5],
  },
  {
    name: '1080p quad of a 4K picture',
    picture: { widthPx: 3840, heightPx: 2160 },
    shape: { mesh: quadMesh(ALL), matte: null, blurTexels: 0 },
    transform: [1, 0.001, -0.001, 1, 0.5, -0.5],
  },
  {
    name: '1080p quad with a matte',
    picture: { widthPx: 1920, heightPx: 2160 },
    shape: {
      mesh: quadMesh(ALL, { x: 0, y: 0, width: 1, height: 0.5 }),
      matte: BELOW,
      blurTexels: 0,
    },
    transform: IDENTITY,
  },
  {
    name: 'face of 1000 triangles and 700 px',
    picture: { widthPx: 700, heightPx: 700 },
    shape: { mesh: { ...face, opacity: null, gain: null }, matte: null, blurTexels: 0 },
    transform: [1, 0, 0, 1, 500, 150],
  },
  {
    name: 'the same with opacity and gain',
    picture: { widthPx: 700, heightPx: 700 },
    shape: { mesh: face, matte: null, blurTexels: 0 },
    transform: [1, 0, 0, 1, 500, 150],
  },
  {
    name: '256 px patch, opacity and gain',
    picture: { widthPx: 256, heightPx: 512 },
    shape: { mesh: patch, matte: null, blurTexels: 0 },
    transform: [1, 0.02, -0.02, 1, 700.3, 500.6],
  },
  {
    name: 'the same with matte and blur',
    picture: { widthPx: 256, heightPx: 512 },
    shape: { mesh: patch, matte: BELOW, blurTexels: 1.2 },
    transform: [1, 0.02, -0.02, 1, 700.3, 500.6],
  },
];

/** Soft colours and fine grain, opaque. */
export function casePixels({ widthPx, heightPx }: MeshCase['picture']): Uint8ClampedArray<ArrayBuffer> {
  const bytes = new Uint8ClampedArray(widthPx * heightPx * 4);
  for (let y = 0, at = 0; y < heightPx; y++)
    for (let x = 0; x < widthPx; x++, at += 4) {
      const grain = (x * 31 + y * 17) % 13;
      bytes[at] = 120 + 100 * Math.sin(x / 50) + grain;
      bytes[at + 1] = 110 + 90 * Math.sin(y / 70) + grain;
      bytes[at + 2] = 100 + 80 * Math.sin((x + y) / 90) + grain;
      bytes[at + 3] = 255;
    }
  return bytes;
}

const WARM_UP = 8;

/** The rasteriser alone: milliseconds, one a round. A picture's pyramid is there, as a still's is. */
export function measureRaster(rounds: number): MeshFigures {
  const { widthPx, heightPx } = FRAME;
  const target = pixelTarget(new Uint8ClampedArray(widthPx * heightPx * 4), widthPx, heightPx);
  return MESH_CASES.map(({ name, picture, shape, transform }) => {
    const source = new RasterPicture(casePixels(picture), picture.widthPx, picture.heightPx);
    const ms: number[] = [];
    for (let round = -WARM_UP; round < rounds; round++) {
      target.words.fill(-1);
      const from = performance.now();
      paintMesh(target, source, shape, transform);
      if (round >= 0) ms.push(performance.now() - from);
    }
    return { name, ms };
  });
}

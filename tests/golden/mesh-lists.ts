/** Small frames of pictures on meshes: turned, warped, shrunk, blurred, lit, cut by a matte, unmixed, faded, dissolved, partly out of sight. */
import { IDENTITY, type Affine, type DrawLayer, type Mesh, type MeshPicture } from '#core/draw/draw-list.ts';
import { quadMesh } from '#core/draw/mesh.ts';
import { PICTURE } from './pictures.ts';

type MeshLayer = Extract<DrawLayer, { kind: 'mesh' }>;

function meshLayer(mesh: Mesh, more: Partial<MeshLayer> = {}): MeshLayer {
  return {
    kind: 'mesh',
    name: 'mesh',
    opacity: 1,
    image: { asset: PICTURE, kind: 'image', timeS: 0 },
    mesh,
    matte: null,
    blurTexels: 0,
    transform: IDENTITY,
    ...more,
  };
}

/**
 * A sheet of cells, bent like a flag, whose rim is clear. It stands on quarters of a pixel, and is carried by quarters:
 * software cards place vertices on sixteenths only, real ones and the rasteriser on 256ths, and which of two pixels a
 * hard rim takes would differ for no other reason.
 */
export function flagMesh(columns: number, rows: number, widthPx: number, heightPx: number): Mesh {
  const positions: number[] = [];
  const uvs: number[] = [];
  const opacity: number[] = [];
  const gain: number[] = [];
  const indices: number[] = [];
  for (let y = 0; y <= rows; y++)
    for (let x = 0; x <= columns; x++) {
      const u = x / columns;
      const v = y / rows;
      positions.push(
        Math.round(4 * (u * widthPx + 0.05 * widthPx * Math.sin(5 * v))) / 4,
        Math.round(4 * (v * heightPx + 0.08 * heightPx * Math.sin(6 * u + v))) / 4,
      );
      uvs.push(u, v);
      opacity.push(x === 0 || y === 0 || x === columns || y === rows ? 0 : 1);
      gain.push(0.7 + 0.6 * u, 1, 1.3 - 0.6 * u);
      if (x === columns || y === rows) continue;
      const at = y * (columns + 1) + x;
      indices.push(at, at + 1, at + columns + 1, at + columns + 1, at + 1, at + columns + 2);
    }
  return {
    positions: new Float32Array(positions),
    uvs: new Float32Array(uvs),
    opacity: new Float32Array(opacity),
    gain: new Float32Array(gain),
    indices: new Uint16Array(indices),
  };
}

export function meshLists(
  ground: DrawLayer,
): Readonly<Record<'meshes' | 'meshReads' | 'meshFade' | 'meshDissolve' | 'meshUnmix', DrawLayer[]>> {
  const turn: Affine = [0.75, 0.25, -0.25, 0.75, 60, -2];
  const flag = flagMesh(8, 6, 120, 70);
  const plain: Mesh = { ...flag, opacity: null, gain: null };
  const half = { x: 0, y: 0, width: 0.5, height: 1 };
  return {
    meshes: [
      ground,
      meshLayer(plain, { transform: [0.5, 0, 0, 0.75, 2, 4] }),
      meshLayer(flag, { transform: turn }),
      meshLayer({ ...flag, opacity: null }, { transform: [0.25, 0, 0, 0.25, 6, 62] }),
      meshLayer(plain, { transform: [-1, 0, 0, 0.5, 200, 62] }),
    ],
    meshReads: [
      ground,
      // The right half of the picture serves as the left half's grey.
      meshLayer(quadMesh({ x: 4, y: 4, width: 60, height: 80 }, half), { matte: [1, 0, 0, 1, 0.5, 0] }),
      meshLayer(plain, { blurTexels: 1.1, transform: [0.75, 0.25, -0.25, 0.5, 80, 0] }),
      meshLayer(plain, { blurTexels: 3.5, transform: [0.5, 0, 0, 0.5, 64, 52] }),
      // And small: the grey of a whole half lies in a quarter of the other, turned over.
      meshLayer(
        { ...plain, uvs: plain.uvs.map((value, i) => (i % 2 === 0 ? value / 2 : value)) },
        {
          matte: [0, 0.5, 0.5, 0, 0.5, 0],
          transform: [0.25, 0, 0, 0.375, 4, 58],
        },
      ),
      meshLayer(quadMesh({ x: 124, y: 50, width: 30, height: 36 }, half), {
        blurTexels: 2,
        matte: [1, 0, 0, 1, 0.5, 0],
      }),
    ],
    meshFade: [
      ground,
      // Upright quads are what image layers are; how those read what shrinks and grows is looked at in “pictures”.
      meshLayer(quadMesh({ x: 0, y: 0, width: 48, height: 32 }), { transform: [2, 0, 0, 2, -8, -14] }),
      meshLayer(quadMesh({ x: 100, y: 6, width: 48, height: 64 }, half), { opacity: 0.5 }),
      // Two sheets in one mesh, one over the other, that fade as one.
      meshLayer(
        {
          positions: new Float32Array([10, 40, 70, 44, 14, 84, 30, 36, 74, 60, 24, 80]),
          uvs: new Float32Array([0, 0, 1, 0, 0, 1, 0.6, 0.1, 0.9, 0.5, 0.4, 0.9]),
          opacity: null,
          gain: null,
          indices: new Uint16Array([0, 1, 2, 3, 4, 5]),
        },
        { opacity: 0.5 },
      ),
      {
        kind: 'group',
        name: 'fade',
        opacity: 0.6,
        layers: [
          meshLayer({ ...flag, gain: null }, { transform: [0.5, 0, 0, 0.5, 80, 44] }),
          meshLayer(plain, { opacity: 0.8, transform: [0.25, 0.25, -0.25, 0.25, 120, 44] }),
        ],
      },
    ],
    meshUnmix: [
      ground,
      // What the right half's greys mix is taken apart: larger, turned and lit, and small.
      meshLayer(quadMesh({ x: 4, y: 4, width: 72, height: 80 }, half), {
        ...{ matte: [1, 0, 0, 1, 0.5, 0], unmix: true },
      }),
      meshLayer(
        { ...flag, opacity: null, uvs: flag.uvs.map((value, i) => (i % 2 === 0 ? value / 2 : value)) },
        { matte: [1, 0, 0, 1, 0.5, 0], unmix: true, transform: [0.5, 0.25, -0.25, 0.5, 98, 0] },
      ),
      meshLayer(quadMesh({ x: 96, y: 62, width: 22, height: 24 }, half), {
        ...{ matte: [0, 0.5, 0.5, 0, 0.5, 0], unmix: true },
      }),
    ],
    meshDissolve: [
      ground,
      // Half clear all over, by the picture's own colours: where both are so, it stays half clear.
      dissolve(quadMesh({ x: 4, y: 4, width: 70, height: 80 }, half), flag, 0.5, [1, 0, 0, 1, 0, 0]),
      dissolve(plain, { ...flag, gain: null }, 0.3, [0.5, 0.25, -0.25, 0.5, 110, 6]),
    ],
  };
}

/** The right half of the picture is the grey of both. */
function dissolve(from: Mesh, to: Mesh, share: number, transform: Affine): DrawLayer {
  const side = (mesh: Mesh): MeshPicture => ({
    image: { asset: PICTURE, kind: 'image', timeS: 0 },
    mesh: { ...mesh, uvs: mesh.uvs.map((value, i) => (i % 2 === 0 ? value / 2 : value)) },
    matte: [1, 0, 0, 1, 0.5, 0],
    blurTexels: 0,
  });
  return { kind: 'dissolve', name: 'dissolve', opacity: 1, from: side(from), to: side(to), share, transform };
}

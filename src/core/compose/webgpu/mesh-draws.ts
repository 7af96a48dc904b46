/**
 * What the mesh shader is given: the vertices of a whole frame in one buffer, three a triangle, because the level at
 * which a triangle reads its picture belongs to it and not to its corners; and each mesh's parameters.
 */
import { multiply } from '../../draw/affine.ts';
import { IDENTITY, type Affine } from '../../draw/draw-list.ts';
import {
  FLAT,
  LEVEL_STEPS,
  placeMesh,
  uvBox,
  type BlurTaps,
  type MeshShape,
  type PlacedMesh,
} from '../../draw/mesh-place.ts';
import { pixelsOf, type MeshLayer, type PixelRect } from '../geometry.ts';
import type { HostImage } from '../ports.ts';

/** x, y; u, v; gain (3), opacity; level. */
const VERTEX_FLOATS = 9;
export const VERTEX_BYTES = VERTEX_FLOATS * 4;
export const MESH_FLOATS = 28;

export const VERTEX_LAYOUT: GPUVertexBufferLayout = {
  arrayStride: VERTEX_BYTES,
  attributes: [
    { shaderLocation: 0, offset: 0, format: 'float32x2' },
    { shaderLocation: 1, offset: 8, format: 'float32x2' },
    { shaderLocation: 2, offset: 16, format: 'float32x4' },
    { shaderLocation: 3, offset: 32, format: 'float32' },
  ],
};

// GPUBufferUsage; the global is not there in every host.
const VERTEX = 32;
const COPY_DST = 8;

/** A run of vertices in the frame's buffer. */
export interface VertexRun {
  readonly first: number;
  readonly count: number;
}

/** The vertices of all meshes of a frame. */
export class MeshVertices {
  readonly #device: GPUDevice;
  #data = new Float32Array(VERTEX_FLOATS * 6 * 64);
  #count = 0;
  #buffer: GPUBuffer | null = null;

  constructor(device: GPUDevice) {
    this.#device = device;
  }

  add({ mesh }: MeshShape, { xy, levels }: PlacedMesh): VertexRun {
    const first = this.#count;
    this.#reserve(first + 3 * levels.length);
    const { uvs, opacity, gain, indices } = mesh;
    const data = this.#data;
    let at = first * VERTEX_FLOATS;
    for (let t = 0; t < levels.length; t++) {
      const level = levels[t] as number;
      if (level === FLAT) continue;
      for (let k = 3 * t; k < 3 * t + 3; k++) {
        const i = indices[k] as number;
        data[at] = xy[2 * i] as number;
        data[at + 1] = xy[2 * i + 1] as number;
        data[at + 2] = uvs[2 * i] as number;
        data[at + 3] = uvs[2 * i + 1] as number;
        data[at + 4] = gain === null ? 1 : (gain[3 * i] as number);
        data[at + 5] = gain === null ? 1 : (gain[3 * i + 1] as number);
        data[at + 6] = gain === null ? 1 : (gain[3 * i + 2] as number);
        data[at + 7] = opacity === null ? 1 : (opacity[i] as number);
        data[at + 8] = level / LEVEL_STEPS;
        at += VERTEX_FLOATS;
      }
    }
    this.#count = at / VERTEX_FLOATS;
    return { first, count: this.#count - first };
  }

  #reserve(vertices: number): void {
    if (vertices * VERTEX_FLOATS <= this.#data.length) return;
    const larger = new Float32Array(Math.max(2 * this.#data.length, vertices * VERTEX_FLOATS));
    larger.set(this.#data);
    this.#data = larger;
  }

  /** The buffer with this frame's vertices in it; null when there are none. */
  upload(): GPUBuffer | null {
    if (this.#count === 0) return null;
    if (this.#buffer === null || this.#buffer.size < this.#data.byteLength) {
      this.#buffer?.destroy();
      this.#buffer = this.#device.createBuffer({
        label: 'meshes',
        size: this.#data.byteLength,
        usage: VERTEX | COPY_DST,
      });
    }
    this.#device.queue.writeBuffer(this.#buffer, 0, this.#data, 0, this.#count * VERTEX_FLOATS);
    return this.#buffer;
  }

  reset(): void {
    this.#count = 0;
  }

  close(): void {
    this.#buffer?.destroy();
    this.#buffer = null;
  }
}

export interface PlacedInFrame {
  readonly placed: PlacedMesh;
  /** All that it may paint. */
  readonly pixels: PixelRect;
  /** Whether it reads more than the picture's first level. */
  readonly shrinks: boolean;
}

/** The mesh placed in the frame, or null where nothing of it is seen. */
export function placeInFrame(
  layer: MeshLayer,
  image: HostImage,
  view: Affine,
  widthPx: number,
  heightPx: number,
): PlacedInFrame | null {
  const placed = placeMesh(layer, multiply(view, layer.transform), image.widthPx, image.heightPx);
  const pixels = pixelsOf(placed.box, widthPx, heightPx);
  if (pixels === null) return null;
  const shift = Math.max(0, placed.greyShift);
  return { placed, pixels, shrinks: placed.levels.some((level) => level !== FLAT && level + shift > 0) };
}

/** As the shader's struct lays them out. */
export function meshParameters(
  { mesh, matte, unmix }: MeshShape,
  { blur, greyShift }: PlacedMesh,
  widthPx: number,
  heightPx: number,
): readonly number[] {
  const own = uvBox(mesh, null);
  const grey = uvBox(mesh, matte);
  return [
    widthPx,
    heightPx,
    ...weights(blur?.across),
    ...(matte ?? IDENTITY),
    matte === null ? 0 : 1,
    blur === null ? 0 : 1,
    ...[own.left, own.top, own.right, own.bottom],
    ...[grey.left, grey.top, grey.right, grey.bottom],
    ...weights(blur?.down),
    ...[blur?.across.step ?? 1, blur?.down.step ?? 1],
    greyShift / LEVEL_STEPS,
    unmix && matte !== null && blur === null ? 1 : 0,
  ];
}

function weights(taps: BlurTaps | undefined): readonly [near: number, far: number] {
  return [(taps?.taps[1] ?? 0) / 256, (taps?.taps[2] ?? 0) / 256];
}

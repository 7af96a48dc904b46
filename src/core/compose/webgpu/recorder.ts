/**
 * A frame as passes and draws, gathered first and encoded at once: parameters of all draws travel in one write, and a
 * group's glass is painted before the pass that lays it down.
 */
import { invert, multiply } from '../../draw/affine.ts';
import type { Affine, Paint, Rect } from '../../draw/draw-list.ts';
import type { MeshShape, PlacedMesh } from '../../draw/mesh-place.ts';
import { MAX_STOPS } from './fill.wgsl.ts';
import { meshParameters, MeshVertices, type VertexRun } from './mesh-draws.ts';
import { FILL_BYTES, MESH_BYTES, QUAD_BYTES, SLOT_BYTES, type Pipelines } from './pipelines.ts';

type Draw =
  | { readonly kind: 'fill'; readonly slot: number }
  | { readonly kind: 'quad'; readonly slot: number; readonly texture: GPUTexture; readonly added: boolean }
  | { readonly kind: 'mesh'; readonly slot: number; readonly texture: GPUTexture; readonly run: VertexRun };
export interface Pass {
  readonly target: GPUTexture;
  /** Opaque black for the frame, clear glass for a group. */
  readonly opaque: boolean;
  /** The part of the target that is the frame, from its top left corner. */
  readonly widthPx: number;
  readonly heightPx: number;
  readonly draws: Draw[];
}

export interface QuadParameters {
  readonly texture: GPUTexture;
  readonly dest: Rect; // output pixels
  readonly part: Rect; // texels
  readonly opacity: number;
  readonly way: number;
  readonly lod: number;
  /** Added to what is there; else laid over it. */
  readonly added?: boolean;
}

export interface MeshDraw {
  readonly texture: GPUTexture;
  readonly shape: MeshShape;
  readonly placed: PlacedMesh;
}

const UNIFORM = 64;
const COPY_DST = 8;

export class Recorder {
  readonly #device: GPUDevice;
  readonly #pipelines: Pipelines;
  #data = new Float32Array((SLOT_BYTES / 4) * 32);
  #slots = 0;
  #buffer: GPUBuffer | null = null;
  #fillGroup: GPUBindGroup | null = null;
  #quadGroup: GPUBindGroup | null = null;
  #meshGroup: GPUBindGroup | null = null;
  readonly #vertices: MeshVertices;
  readonly #pictureGroups = new WeakMap<GPUTexture, GPUBindGroup>();

  constructor(device: GPUDevice, pipelines: Pipelines) {
    this.#device = device;
    this.#pipelines = pipelines;
    this.#vertices = new MeshVertices(device);
  }

  #slot(): number {
    const slot = this.#slots++;
    const floats = SLOT_BYTES / 4;
    if (this.#slots * floats > this.#data.length) {
      const larger = new Float32Array(this.#data.length * 2);
      larger.set(this.#data);
      this.#data = larger;
    }
    return slot;
  }

  #write(slot: number, at: number, values: readonly number[]): void {
    this.#data.set(values, (slot * SLOT_BYTES) / 4 + at);
  }

  /** False when the paint has more stops than the shader holds; nothing is drawn then. */
  fill(pass: Pass, paint: Paint, view: Affine, opacity: number): boolean {
    if (paint.kind !== 'solid' && paint.stops.length > MAX_STOPS) return false;
    const own = paint.kind === 'radial' && paint.transform ? multiply(view, paint.transform) : view;
    const back = invert(own);
    if (back === null || !hasExtent(paint)) return true; // such a paint paints nothing
    const slot = this.#slot();
    const stops = paint.kind === 'solid' ? [{ at: 0, color: paint.color }] : paint.stops;
    this.#write(slot, 0, [...back, paint.kind === 'solid' ? 0 : paint.kind === 'linear' ? 1 : 2, opacity]);
    if (paint.kind === 'linear') this.#write(slot, 8, [...paint.from, ...paint.to]);
    if (paint.kind === 'radial') this.#write(slot, 8, [...paint.center, paint.radius, 0]);
    this.#write(slot, 12, [stops.length]);
    stops.forEach(({ at, color }, i) => {
      this.#write(slot, 16 + i * 4, color);
      this.#write(slot, 16 + MAX_STOPS * 4 + i, [at]);
    });
    pass.draws.push({ kind: 'fill', slot });
    return true;
  }

  quad(pass: Pass, { texture, dest, part, opacity, way, lod, added = false }: QuadParameters): void {
    const slot = this.#slot();
    this.#write(slot, 0, [pass.widthPx, pass.heightPx, opacity, way]);
    this.#write(slot, 4, [dest.x, dest.y, dest.width, dest.height]);
    this.#write(slot, 8, [part.x, part.y, part.width, part.height]);
    this.#write(slot, 12, [lod]);
    pass.draws.push({ kind: 'quad', slot, texture, added });
  }

  mesh(pass: Pass, { texture, shape, placed }: MeshDraw): void {
    const run = this.#vertices.add(shape, placed);
    if (run.count === 0) return;
    const slot = this.#slot();
    this.#write(slot, 0, meshParameters(shape, placed, pass.widthPx, pass.heightPx));
    pass.draws.push({ kind: 'mesh', slot, texture, run });
  }

  /** Encodes the passes in order. */
  encode(encoder: GPUCommandEncoder, passes: readonly Pass[]): void {
    this.#upload();
    const vertices = this.#vertices.upload();
    for (const { target, opaque, widthPx, heightPx, draws } of passes) {
      const pass = encoder.beginRenderPass({
        colorAttachments: [
          {
            view: target.createView(),
            loadOp: 'clear',
            clearValue: opaque ? [0, 0, 0, 1] : [0, 0, 0, 0],
            storeOp: 'store',
          },
        ],
      });
      pass.setViewport(0, 0, widthPx, heightPx, 0, 1);
      pass.setScissorRect(0, 0, widthPx, heightPx);
      for (const draw of draws) this.#encodeDraw(pass, draw, vertices);
      pass.end();
    }
  }

  #encodeDraw(pass: GPURenderPassEncoder, draw: Draw, vertices: GPUBuffer | null): void {
    const offset = [draw.slot * SLOT_BYTES];
    switch (draw.kind) {
      case 'fill':
        pass.setPipeline(this.#pipelines.fill);
        pass.setBindGroup(0, this.#fillGroup, offset);
        pass.draw(3);
        break;
      case 'quad':
        pass.setPipeline(draw.added ? this.#pipelines.quadAdded : this.#pipelines.quad);
        pass.setBindGroup(0, this.#quadGroup, offset);
        pass.setBindGroup(1, this.#pictureGroup(draw.texture));
        pass.draw(4);
        break;
      case 'mesh':
        pass.setPipeline(this.#pipelines.mesh);
        pass.setBindGroup(0, this.#meshGroup, offset);
        pass.setBindGroup(1, this.#pictureGroup(draw.texture));
        pass.setVertexBuffer(0, vertices);
        pass.draw(draw.run.count, 1, draw.run.first);
        break;
    }
  }

  /** Ready for the next frame, whatever became of this one. */
  reset(): void {
    this.#slots = 0;
    this.#vertices.reset();
  }

  #upload(): void {
    const bytes = this.#data.byteLength;
    if (this.#buffer === null || this.#buffer.size < bytes) {
      this.#buffer?.destroy();
      this.#buffer = this.#device.createBuffer({
        label: 'parameters',
        size: bytes,
        usage: UNIFORM | COPY_DST,
      });
      const bind = (layout: GPUBindGroupLayout, size: number) =>
        this.#device.createBindGroup({
          layout,
          entries: [{ binding: 0, resource: { buffer: this.#buffer as GPUBuffer, size } }],
        });
      this.#fillGroup = bind(this.#pipelines.fillParameters, FILL_BYTES);
      this.#quadGroup = bind(this.#pipelines.quadParameters, QUAD_BYTES);
      this.#meshGroup = bind(this.#pipelines.meshParameters, MESH_BYTES);
    }
    if (this.#slots > 0)
      this.#device.queue.writeBuffer(this.#buffer, 0, this.#data, 0, (this.#slots * SLOT_BYTES) / 4);
  }

  #pictureGroup(texture: GPUTexture): GPUBindGroup {
    let group = this.#pictureGroups.get(texture);
    if (group === undefined) {
      group = this.#device.createBindGroup({
        layout: this.#pipelines.picture,
        entries: [
          { binding: 0, resource: texture.createView() },
          { binding: 1, resource: this.#pipelines.smoothly },
        ],
      });
      this.#pictureGroups.set(texture, group);
    }
    return group;
  }

  close(): void {
    this.#buffer?.destroy();
    this.#buffer = null;
    this.#vertices.close();
  }
}

function hasExtent(paint: Paint): boolean {
  if (paint.kind === 'solid') return true;
  if (paint.stops.length === 0) return false;
  if (paint.kind === 'radial') return paint.radius > 0;
  return paint.from[0] !== paint.to[0] || paint.from[1] !== paint.to[1];
}

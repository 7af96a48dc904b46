/** The four programs of the compositor, and the bindings they share. */
import { FILL_SHADER, MAX_STOPS } from './fill.wgsl.ts';
import { MESH_FLOATS, VERTEX_LAYOUT } from './mesh-draws.ts';
import { MESH_SHADER } from './mesh.wgsl.ts';
import { MIPMAP_SHADER } from './mipmap.wgsl.ts';
import { QUAD_SHADER } from './quad.wgsl.ts';

/** Every intermediate: sRGB bytes, premultiplied alpha, mixed as they are, as canvases mix. */
export const PIXEL_FORMAT = 'rgba8unorm';

/** Bytes of one draw's parameters, a multiple of every device's offset alignment. */
export const SLOT_BYTES = 512;
const FILL_FLOATS = 4 + 4 + 4 + 4 + MAX_STOPS * 4 + MAX_STOPS;
const QUAD_FLOATS = 4 + 4 + 4 + 4;

export interface Pipelines {
  readonly fill: GPURenderPipeline;
  readonly quad: GPURenderPipeline;
  /** The same, added to what is there rather than laid over it. */
  readonly quadAdded: GPURenderPipeline;
  readonly mesh: GPURenderPipeline;
  readonly mipmap: GPURenderPipeline;
  readonly fillParameters: GPUBindGroupLayout;
  readonly quadParameters: GPUBindGroupLayout;
  readonly meshParameters: GPUBindGroupLayout;
  readonly picture: GPUBindGroupLayout;
  readonly smoothly: GPUSampler;
}

export const FILL_BYTES = FILL_FLOATS * 4;
export const QUAD_BYTES = QUAD_FLOATS * 4;
export const MESH_BYTES = MESH_FLOATS * 4;

export function createPipelines(device: GPUDevice): Pipelines {
  const parameters = (label: string, minBindingSize: number) =>
    device.createBindGroupLayout({
      label,
      entries: [
        {
          binding: 0,
          visibility: 3, // vertex and fragment
          buffer: { type: 'uniform', hasDynamicOffset: true, minBindingSize },
        },
      ],
    });
  const fillParameters = parameters('fill', FILL_BYTES);
  const quadParameters = parameters('quad', QUAD_BYTES);
  const meshParameters = parameters('mesh', MESH_BYTES);
  const picture = device.createBindGroupLayout({
    label: 'picture',
    entries: [
      { binding: 0, visibility: 2, texture: { sampleType: 'float' } },
      { binding: 1, visibility: 2, sampler: { type: 'filtering' } },
    ],
  });
  const make = (
    label: string,
    code: string,
    layouts: GPUBindGroupLayout[],
    blend: GPUBlendState | null,
    strip: boolean,
    buffers: GPUVertexBufferLayout[] = [],
  ) => {
    const module = device.createShaderModule({ label, code });
    return device.createRenderPipeline({
      label,
      layout: device.createPipelineLayout({ bindGroupLayouts: layouts }),
      vertex: { module, entryPoint: 'corner', buffers },
      fragment: {
        module,
        entryPoint: 'paint',
        targets: [{ format: PIXEL_FORMAT, ...(blend ? { blend } : {}) }],
      },
      primitive: { topology: strip ? 'triangle-strip' : 'triangle-list' },
    });
  };
  return {
    fill: make('fill', FILL_SHADER, [fillParameters], SOURCE_OVER, false),
    quad: make('quad', QUAD_SHADER, [quadParameters, picture], SOURCE_OVER, true),
    quadAdded: make('quad, added', QUAD_SHADER, [quadParameters, picture], ADDED, true),
    mesh: make('mesh', MESH_SHADER, [meshParameters, picture], SOURCE_OVER, false, [VERTEX_LAYOUT]),
    mipmap: make('mipmap', MIPMAP_SHADER, [picture], null, false),
    fillParameters,
    quadParameters,
    meshParameters,
    picture,
    smoothly: device.createSampler({ magFilter: 'linear', minFilter: 'linear', mipmapFilter: 'linear' }),
  };
}

const OVER = { srcFactor: 'one', dstFactor: 'one-minus-src-alpha', operation: 'add' } as const;
const SOURCE_OVER: GPUBlendState = { color: OVER, alpha: OVER };
const SUM = { srcFactor: 'one', dstFactor: 'one', operation: 'add' } as const;
const ADDED: GPUBlendState = { color: SUM, alpha: SUM };

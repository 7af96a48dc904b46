/**
 * Milliseconds that a picture on a mesh takes: the rasteriser alone, in Node and in Chromium, then a whole frame of it
 * through each compositor. On a machine without a graphics card WebGPU is software and says little.
 */
import { openBench } from './host.ts';
import { measureRaster } from './page/mesh-cases.ts';
import type { MeshFigures } from './page/protocol.ts';
import { median, type Row } from './row.ts';

export const name = 'a picture on a mesh';

const ROUNDS = 21;

function rowsOf(label: string, figures: MeshFigures): Row[] {
  return figures.map(({ name: what, ms }) => ({
    what: `${label}, ${what}`,
    value: median(ms),
    unit: 'ms',
    note: `the fastest of ${ms.length}: ${Math.min(...ms).toFixed(2)}`,
  }));
}

export async function run(): Promise<readonly Row[]> {
  const rows = rowsOf('raster in Node', measureRaster(ROUNDS));
  {
    await using host = await openBench({ gpu: false });
    const raster = await host.call('meshes', { through: 'raster', rounds: ROUNDS });
    rows.push(...rowsOf('raster in Chromium', raster));
    const canvas = await host.call('meshes', { through: 'canvas2d', rounds: ROUNDS });
    rows.push(...rowsOf('frame, canvas2d', canvas));
  }
  await using host = await openBench({ gpu: true });
  rows.push(...rowsOf('frame, WebGPU', await host.call('meshes', { through: 'webgpu', rounds: 5 })));
  return rows;
}

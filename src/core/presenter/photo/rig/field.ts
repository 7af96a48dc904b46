/** How far each vertex moves when something is done fully; most move not at all. */
import type { Vec3 } from '../face-frame.ts';
import type { SkinMap } from './skin-map.ts';

export interface Field {
  readonly vertices: Uint16Array;
  /** x, y, z of each, pixels of the picture. */
  readonly steps: Float32Array;
}

/** Steps shorter than this part of a unit are none. */
const NOTHING = 1e-4;

/** @param at left, down and back in units, for a vertex's place on the face; null where it stays */
export function field(map: SkinMap, at: (u: number, v: number, vertex: number) => Vec3 | null): Field {
  const vertices: number[] = [];
  const steps: number[] = [];
  for (let i = 0; i < map.count; i++) {
    const step = at(map.u[i] as number, map.v[i] as number, i);
    if (step === null || Math.abs(step[0]) + Math.abs(step[1]) + Math.abs(step[2]) < NOTHING) continue;
    vertices.push(i);
    steps.push(...map.step(...step));
  }
  return { vertices: Uint16Array.from(vertices), steps: Float32Array.from(steps) };
}

export function addField(out: Float32Array, { vertices, steps }: Field, amount: number): void {
  if (amount === 0) return;
  for (let n = 0; n < vertices.length; n++) {
    const i = 3 * (vertices[n] as number);
    out[i] = (out[i] as number) + amount * (steps[3 * n] as number);
    out[i + 1] = (out[i + 1] as number) + amount * (steps[3 * n + 1] as number);
    out[i + 2] = (out[i + 2] as number) + amount * (steps[3 * n + 2] as number);
  }
}

/**
 * Cloud renders: what two workers do that one does, what an edit costs, what splitting costs, how fast the queue alone is,
 * how memory goes with a film's length, what a frame costs the processor and a card, and what a film costs beyond its
 * encoding. Rows by name in ORATOR_RENDER_ROWS; ratios are within one run.
 */
import type { Row } from './row.ts';
import { drainRows } from './render/drain.ts';
import { drawingRows } from './render/drawing.ts';
import { memoryRows } from './render/memory.ts';
import { nativeRows } from './render/native.ts';
import { splitRows } from './render/split.ts';
import { workerRows } from './render/workers.ts';

export const name = 'render';

const PARTS: Readonly<Record<string, () => Promise<readonly Row[]>>> = {
  workers: workerRows,
  split: splitRows,
  drain: drainRows,
  memory: memoryRows,
  drawing: drawingRows,
  native: nativeRows,
};

export async function run(): Promise<readonly Row[]> {
  const wanted = process.env['ORATOR_RENDER_ROWS']?.split(',') ?? Object.keys(PARTS);
  const rows: Row[] = [];
  for (const part of wanted) rows.push(...(await (PARTS[part]?.() ?? [])));
  return rows;
}

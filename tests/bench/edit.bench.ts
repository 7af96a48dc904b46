/**
 * From an edit to the first new frame on stage, through the real engine: one word typed into a paragraph of three
 * sentences that has never been said so. In short and in long films, because only one paragraph is made anew.
 */
import { openBench } from './host.ts';
import { EDIT_STAGES, type EditFigures } from './page/protocol.ts';
import { median, type Row } from './row.ts';

export const name = 'from an edit to its first frame';

const ROUNDS = 7;

function rowsOf(label: string, { prepared, shown, seen, stages }: EditFigures): Row[] {
  const note = `median of ${shown.length}, ${Math.round(Math.min(...shown))} to ${Math.round(Math.max(...shown))}`;
  return [
    { what: `${label}, film prepared`, value: median(prepared), unit: 'ms' },
    { what: `${label}, frame drawn`, value: median(shown), unit: 'ms', note },
    { what: `${label}, seen on the page`, value: median(seen), unit: 'ms' },
    ...EDIT_STAGES.map((stage) => ({
      what: `${label}, ${stage}`,
      value: median(stages[stage]),
      unit: 'ms',
      note: 'that stage alone',
    })),
  ];
}

export async function run(): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const kind of ['canvas2d', 'webgpu'] as const) {
    await using host = await openBench({ gpu: kind === 'webgpu' });
    for (const paragraphs of [5, 60]) {
      if (kind === 'webgpu' && paragraphs > 5) continue;
      const figures = await host.call('edits', { kind, paragraphs, rounds: ROUNDS });
      rows.push(...rowsOf(`${kind}, ${paragraphs} paragraphs`, figures));
    }
  }
  return rows;
}

/**
 * HeardSpeech as 16-bit numbers, for storing: every column on its own, since one step's columns have little in common
 * and neighbouring steps have much. What is stored is rounded once, by `quantiseHeard`, so that a track is the same
 * before and after it was kept.
 */
import { PHONES } from '../phone.ts';
import { HEARD_MOUTH, type HeardSpeech } from './heard.ts';

/** The largest value of each field that 16 bits can hold. */
const FULL_SCALE = { mouth: 1, phones: 1, voice: 1, pitchSt: 127, energy: 4, emphasis: 1 } as const;
type Field = keyof typeof FULL_SCALE;

/** Columns of each field, in the order they are written in. */
const COLUMNS: readonly (readonly [Field, number])[] = [
  ['mouth', HEARD_MOUTH.length],
  ['phones', PHONES.length],
  ['voice', 1],
  ['pitchSt', 1],
  ['energy', 1],
  ['emphasis', 1],
];
const COLUMN_COUNT = COLUMNS.reduce((sum, [, count]) => sum + count, 0);

export function heardByteLength(steps: number): number {
  return steps * COLUMN_COUNT * 2;
}

/** Little-endian, field by field, step-major. */
export function writeHeard(heard: HeardSpeech, view: DataView, offset: number): void {
  let at = offset;
  for (const [field] of COLUMNS)
    for (const value of heard[field]) {
      view.setUint16(at, toUint16(value, FULL_SCALE[field]), true);
      at += 2;
    }
}

/** @throws RangeError when the view ends too early */
export function readHeard(view: DataView, offset: number, steps: number): HeardSpeech {
  let at = offset;
  const read = (field: Field, columns: number) => {
    const values = new Float32Array(steps * columns);
    for (let i = 0; i < values.length; i++, at += 2)
      values[i] = (view.getUint16(at, true) / 65535) * FULL_SCALE[field];
    return values;
  };
  return {
    steps,
    mouth: read('mouth', HEARD_MOUTH.length),
    phones: read('phones', PHONES.length),
    voice: read('voice', 1),
    pitchSt: read('pitchSt', 1),
    energy: read('energy', 1),
    emphasis: read('emphasis', 1),
  };
}

/** The same, in numbers that are stored without loss. */
export function quantiseHeard(heard: HeardSpeech): HeardSpeech {
  const view = new DataView(new ArrayBuffer(heardByteLength(heard.steps)));
  writeHeard(heard, view, 0);
  return readHeard(view, 0, heard.steps);
}

function toUint16(value: number, fullScale: number): number {
  return Math.max(0, Math.min(65535, Math.round((value / fullScale) * 65535)));
}

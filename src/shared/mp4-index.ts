/**
 * The index of an MP4 or QuickTime file, looked through before it is read: one that claims more frames than it lists sizes of
 * has whoever reads it count for minutes, in one go that nothing can stop.
 */
import { AppError } from '#core/base/errors.ts';

const HEAD_BYTES = 16;
/** The index comes among the first boxes; what goes on and on without one is read in pieces. */
const MOST_BOXES = 64;
/** Of films that last for days it is smaller. */
const MOST_INDEX_BYTES = 256 * 1024 * 1024;
/** A claim that says more than is there does no harm as long as it is small. */
const HARMLESS = 10_000;
const HOLDERS = ['trak', 'mdia', 'minf', 'stbl'];

interface Box {
  readonly type: string;
  /** Its content, without the head. */
  readonly content: DataView;
}

/** Does nothing for files of other kinds. @throws AppError corrupt-file */
export async function requireSaneIndex(file: Blob): Promise<void> {
  const index = await findIndex(file);
  if (index) for (const table of tablesIn(index)) requireSane(table);
}

async function findIndex(file: Blob): Promise<DataView | null> {
  let at = 0;
  for (let boxes = 0; boxes < MOST_BOXES && at + 8 <= file.size; boxes++) {
    const head = new DataView(await file.slice(at, at + HEAD_BYTES).arrayBuffer());
    const type = typeAt(head, 4);
    if (boxes === 0 && !/^[\x20-\x7e]{4}$/.test(type)) return null;
    const short = head.getUint32(0);
    if (short === 1 && head.byteLength < HEAD_BYTES) return null;
    const bytes = short === 1 ? Number(head.getBigUint64(8)) : short === 0 ? file.size - at : short;
    const headBytes = short === 1 ? 16 : 8;
    if (bytes < headBytes) return null;
    if (type === 'moov' && bytes <= MOST_INDEX_BYTES)
      return new DataView(await file.slice(at + headBytes, at + bytes).arrayBuffer());
    at += bytes;
  }
  return null;
}

/** One for each track: its boxes by type. */
function tablesIn(index: DataView): readonly ReadonlyMap<string, DataView>[] {
  const tables: ReadonlyMap<string, DataView>[] = [];
  const walk = (within: DataView): void => {
    for (const { type, content } of boxesIn(within)) {
      if (type === 'stbl')
        tables.push(new Map([...boxesIn(content)].map((box) => [box.type, box.content] as const)));
      else if (HOLDERS.includes(type)) walk(content);
    }
  };
  walk(index);
  return tables;
}

function* boxesIn(within: DataView): Generator<Box> {
  for (let at = 0; at + 8 <= within.byteLength;) {
    const bytes = within.getUint32(at);
    if (bytes < 8) return;
    const end = Math.min(at + bytes, within.byteLength);
    yield {
      type: typeAt(within, at + 4),
      content: new DataView(within.buffer, within.byteOffset + at + 8, end - at - 8),
    };
    at += bytes;
  }
}

function requireSane(boxes: ReadonlyMap<string, DataView>): void {
  const sizes = boxes.get('stsz');
  // Where all are of one size nothing is counted one by one.
  if (!sizes || sizes.byteLength < 12 || sizes.getUint32(4) !== 0) return;
  const listed = Math.min(sizes.getUint32(8), (sizes.byteLength - 12) / 4);
  const most = Math.max(listed, HARMLESS);
  const inChunks = numbersIn(boxes.get('stsc'), 3, 1);
  const ofTimes = sum(numbersIn(boxes.get('stts'), 2, 0));
  const ofOffsets = sum(numbersIn(boxes.get('ctts'), 2, 0));
  if (inChunks.some((claimed) => claimed > most) || ofTimes > most || ofOffsets > most)
    throw new AppError('corrupt-file', 'The index of this file is damaged.', {
      way: 'Choose the original file again, or convert it to an MP4 first.',
    });
}

/** One number of each row of a table. */
function numbersIn(table: DataView | undefined, columns: number, column: number): readonly number[] {
  if (!table || table.byteLength < 8) return [];
  const rows = Math.min(table.getUint32(4), Math.floor((table.byteLength - 8) / (4 * columns)));
  return Array.from({ length: rows }, (_, row) => table.getUint32(8 + 4 * (row * columns + column)));
}

const sum = (numbers: readonly number[]) => numbers.reduce((all, one) => all + one, 0);

function typeAt(view: DataView, at: number): string {
  return String.fromCharCode(...Array.from({ length: 4 }, (_, i) => view.getUint8(at + i)));
}

/**
 * Takes the time of its making out of an MP4 or MOV (ISO/IEC 14496-12: mvhd, tkhd, mdhd): the same film put together twice
 * is then the same bytes, and has one place in the store.
 */
import type { FileHandle } from 'node:fs/promises';

const PARENTS: readonly string[] = ['moov', 'trak', 'mdia'];
const DATED: readonly string[] = ['mvhd', 'tkhd', 'mdhd'];

export async function undate(file: FileHandle): Promise<void> {
  const { size } = await file.stat();
  await undateWithin(file, 0, size);
}

async function undateWithin(file: FileHandle, begin: number, end: number): Promise<void> {
  for (let at = begin; at + 16 <= end;) {
    const head = Buffer.alloc(16);
    await file.read(head, 0, 16, at);
    const short = head.readUInt32BE(0);
    const headBytes = short === 1 ? 16 : 8;
    const size = short === 1 ? Number(head.readBigUInt64BE(8)) : short === 0 ? end - at : short;
    if (size < headBytes) return;
    const name = head.toString('latin1', 4, 8);
    if (PARENTS.includes(name)) await undateWithin(file, at + headBytes, at + size);
    else if (DATED.includes(name)) {
      // A version of 1 has times of eight bytes; after version and flags come creation and modification.
      const times = Buffer.alloc(head[headBytes] === 1 ? 16 : 8);
      await file.write(times, 0, times.length, at + headBytes + 4);
    }
    at += size;
  }
}

/**
 * Many small stills in one file, any of which can be read without the others: the mouths of a twin. "ORp1", how many
 * (u32), where each begins (count + 1 × u32, from the start of the file, ascending), then the stills, each a whole JPEG,
 * PNG or WebP. Little-endian.
 */
import { AppError } from '../base/errors.ts';

const MAGIC = 0x31_70_52_4f;
const MAX_STILLS = 100_000;

export function writePicturePack(stills: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const head = 8 + 4 * (stills.length + 1);
  const bytes = new Uint8Array(head + stills.reduce((sum, still) => sum + still.byteLength, 0));
  const view = new DataView(bytes.buffer);
  view.setUint32(0, MAGIC, true);
  view.setUint32(4, stills.length, true);
  let at = head;
  stills.forEach((still, i) => {
    view.setUint32(8 + 4 * i, at, true);
    bytes.set(still, at);
    at += still.byteLength;
  });
  view.setUint32(8 + 4 * stills.length, at, true);
  return bytes;
}

/** How many bytes of a pack's start say where its stills are. @param start at least the first eight bytes */
export function packHeadBytes(start: Uint8Array): number {
  const view = new DataView(start.buffer, start.byteOffset, start.byteLength);
  if (start.byteLength < 8 || view.getUint32(0, true) !== MAGIC) throw damagedPack();
  const count = view.getUint32(4, true);
  if (count > MAX_STILLS) throw damagedPack();
  return 8 + 4 * (count + 1);
}

/** Where each still is: begin and end. @param head the first `packHeadBytes` bytes. @throws AppError corrupt-file */
export function readPackHead(
  head: Uint8Array,
  fileBytes: number,
): readonly { readonly begin: number; readonly end: number }[] {
  const bytes = packHeadBytes(head);
  if (head.byteLength < bytes) throw damagedPack();
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const count = view.getUint32(4, true);
  return Array.from({ length: count }, (_, i) => {
    const begin = view.getUint32(8 + 4 * i, true);
    const end = view.getUint32(12 + 4 * i, true);
    if (begin < bytes || end < begin || end > fileBytes) throw damagedPack();
    return { begin, end };
  });
}

/** Said of any still of a pack that is not where the head says, or is no picture. */
export function damagedPack(): AppError {
  return new AppError('corrupt-file', 'The mouths of this presenter are damaged.', {
    way: 'Fit the presenter again, or import its file again.',
  });
}

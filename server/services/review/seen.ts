/** Bytes that a reviewer is shown: what kind they are, and any stretch of them. */
import { mediaTypeOf, TELLING_BYTES, type MediaType } from '../media-type.ts';
import { asStoreKey, type FileStore } from '../store.ts';

export interface Seen {
  readonly type: MediaType;
  readonly bytes: number;
  /** From `begin` to before `end`. */
  read(begin: number, end: number): AsyncIterable<Uint8Array>;
}

export async function seenOf(bytes: number, read: Seen['read']): Promise<Seen | null> {
  const head: Uint8Array[] = [];
  for await (const piece of read(0, Math.min(bytes, TELLING_BYTES))) head.push(piece);
  const type = mediaTypeOf(Buffer.concat(head));
  return type && { type, bytes, read };
}

/** The stretch of a recording, from the chunks that carry it and no others. */
export async function* readChunks(
  store: FileStore,
  chunks: readonly { readonly storeKey: string; readonly bytes: number }[],
  begin: number,
  end: number,
): AsyncGenerator<Uint8Array> {
  let at = 0;
  for (const { storeKey, bytes } of chunks) {
    const [from, until] = [Math.max(begin, at), Math.min(end, at + bytes)];
    if (from < until) yield* store.read(asStoreKey(storeKey), from - at, until - at);
    at += bytes;
  }
}

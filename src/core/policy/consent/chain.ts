/**
 * The chain that holds a recording's chunks together: each hash is of the one before and of the chunk's bytes, so the
 * last one stands for all bytes in their order. The browser and the server reckon it alike; only the server's is believed.
 */
import { sha256Hex } from '../../base/hashing.ts';
import type { AssetHash } from '../../base/ids.ts';
import type { ConsentSessionId } from './challenge.ts';

/** What stands before the first chunk. */
export function chainStart(session: ConsentSessionId): Promise<AssetHash> {
  return sha256Hex(new TextEncoder().encode(session));
}

export function chainNext(before: AssetHash, chunk: Uint8Array): Promise<AssetHash> {
  const bytes = new Uint8Array(32 + chunk.length);
  for (let i = 0; i < 32; i++) bytes[i] = Number.parseInt(before.slice(2 * i, 2 * i + 2), 16);
  bytes.set(chunk, 32);
  return sha256Hex(bytes);
}

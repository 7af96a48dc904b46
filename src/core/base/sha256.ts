/**
 * SHA-256 over data that arrives in pieces (FIPS 180-4). The platform's own digest wants all bytes at once, which a
 * long film or video does not fit; this keeps 64 bytes. For short data use `sha256Hex`, which is the platform's.
 */
import type { AssetHash } from './ids.ts';

export interface Sha256 {
  update(bytes: Uint8Array): void;
  /** Ends the sum; 64 lower-case hex digits. Call once. */
  hex(): AssetHash;
  /** The same as 32 bytes. Call one of the two, once. */
  bytes(): Uint8Array<ArrayBuffer>;
}

/** First 32 bits of the fractional parts of the cube roots of the first 64 primes. */
const ROUND = new Uint32Array(64);
/** The same of the square roots of the first eight. */
const INITIAL = new Uint32Array(8);
/** The message schedule of the block at hand; nothing of it outlives the block. */
const SCHEDULE = new Uint32Array(64);
{
  const fraction = (root: number) => ((root - Math.floor(root)) * 2 ** 32) >>> 0;
  for (let n = 2, found = 0; found < 64; n++) {
    let prime = true;
    for (let d = 2; d * d <= n; d++) if (n % d === 0) prime = false;
    if (!prime) continue;
    if (found < 8) INITIAL[found] = fraction(Math.sqrt(n));
    ROUND[found++] = fraction(Math.cbrt(n));
  }
}

export function createSha256(): Sha256 {
  const state = INITIAL.slice();
  const block = new Uint8Array(64);
  const view = new DataView(block.buffer);
  let filled = 0;
  let totalBytes = 0;

  const take = (bytes: Uint8Array): void => {
    let at = 0;
    while (at < bytes.byteLength) {
      const count = Math.min(64 - filled, bytes.byteLength - at);
      block.set(bytes.subarray(at, at + count), filled);
      filled += count;
      at += count;
      if (filled < 64) return;
      compress(state, view);
      filled = 0;
    }
  };

  const end = (): Uint32Array => {
    const bits = totalBytes * 8;
    take(Uint8Array.of(0x80));
    take(new Uint8Array((120 - filled) % 64)); // zeros up to the last eight bytes of a block
    const length = new Uint8Array(8);
    new DataView(length.buffer).setUint32(0, Math.floor(bits / 2 ** 32));
    new DataView(length.buffer).setUint32(4, bits >>> 0);
    take(length);
    return state;
  };

  return {
    update(bytes) {
      totalBytes += bytes.byteLength;
      take(bytes);
    },
    hex: () => Array.from(end(), (word) => word.toString(16).padStart(8, '0')).join('') as AssetHash,
    bytes() {
      const sum = new Uint8Array(32);
      const view = new DataView(sum.buffer);
      end().forEach((word, i) => view.setUint32(4 * i, word));
      return sum;
    },
  };
}

/** The sum of these parts, one after the other, at once. */
export function sha256(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const sum = createSha256();
  for (const part of parts) sum.update(part);
  return sum.bytes();
}

/** The same as 64 hex digits: for short data, where waiting for the platform's digest is in the way. */
export function sha256HexNow(...parts: readonly Uint8Array[]): AssetHash {
  const sum = createSha256();
  for (const part of parts) sum.update(part);
  return sum.hex();
}

/** One block into the state. Indexes are in range by construction, hence the assertions. */
function compress(state: Uint32Array, block: DataView): void {
  const w = SCHEDULE;
  for (let i = 0; i < 16; i++) w[i] = block.getUint32(4 * i);
  for (let i = 16; i < 64; i++) {
    const x = w[i - 15] as number;
    const y = w[i - 2] as number;
    const s0 = rotate(x, 7) ^ rotate(x, 18) ^ (x >>> 3);
    const s1 = rotate(y, 17) ^ rotate(y, 19) ^ (y >>> 10);
    w[i] = ((w[i - 16] as number) + s0 + (w[i - 7] as number) + s1) | 0;
  }
  // By index: taking a typed array apart goes through its iterator, which takes as long as the rounds do.
  let a = state[0] as number;
  let b = state[1] as number;
  let c = state[2] as number;
  let d = state[3] as number;
  let e = state[4] as number;
  let f = state[5] as number;
  let g = state[6] as number;
  let h = state[7] as number;
  for (let i = 0; i < 64; i++) {
    const s1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25);
    const t1 = (h + s1 + ((e & f) ^ (~e & g)) + (ROUND[i] as number) + (w[i] as number)) | 0;
    const s0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22);
    const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + t1) | 0;
    d = c;
    c = b;
    b = a;
    a = (t1 + t2) | 0;
  }
  state[0] = (state[0] as number) + a;
  state[1] = (state[1] as number) + b;
  state[2] = (state[2] as number) + c;
  state[3] = (state[3] as number) + d;
  state[4] = (state[4] as number) + e;
  state[5] = (state[5] as number) + f;
  state[6] = (state[6] as number) + g;
  state[7] = (state[7] as number) + h;
}

function rotate(x: number, bits: number): number {
  return (x >>> bits) | (x << (32 - bits));
}

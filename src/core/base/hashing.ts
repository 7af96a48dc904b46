/**
 * Keys and seeds. Products are cached under SHA-256 of canonical JSON; randomness is seeded from short text so that
 * the same paragraph always moves the same way.
 */
import type { AssetHash, CacheKey } from './ids.ts';

/** JSON with sorted keys; typed arrays become arrays. Undefined members are dropped, as JSON does. */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'null';
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (ArrayBuffer.isView(value)) return canonicalJson(Array.from(value as unknown as ArrayLike<number>));
  const entries = Object.entries(value as Record<string, unknown>)
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return `{${entries.map(([name, member]) => `${JSON.stringify(name)}:${canonicalJson(member)}`).join(',')}}`;
}

export async function sha256Hex(bytes: Uint8Array<ArrayBuffer>): Promise<AssetHash> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  let hex = '';
  for (const byte of digest) hex += byte.toString(16).padStart(2, '0');
  return hex as AssetHash;
}

/**
 * The cache key of one stage's product.
 * @param stage the stage's name and version, such as `speak@3`; raise the version when the answer changes.
 * @param inputs everything else that changes the answer.
 */
export async function cacheKey(stage: string, inputs: unknown): Promise<CacheKey> {
  const bytes = new TextEncoder().encode(`${stage}\n${canonicalJson(inputs)}`);
  return (await sha256Hex(bytes)) as string as CacheKey;
}

/** 32-bit FNV-1a of text: quick and stable, for seeds; never for security or cache keys. */
export function seedOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) {
    hash ^= text.charCodeAt(i);
    hash = Math.imul(hash, 0x01000193);
  }
  return hash >>> 0;
}

/** A seeded generator of numbers in [0, 1). Mulberry32 (Tommy Ettinger, public domain). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

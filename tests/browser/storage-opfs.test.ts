import { afterEach, beforeEach, expect, test } from 'vitest';
import { cacheKey, seededRandom, sha256Hex } from '#core/base/hashing.ts';
import { newId, type AssetHash } from '#core/base/ids.ts';
import { BEGUN, openOpfsStore, type OpfsStore } from '#shared/opfs.ts';
import { setQuota } from './quota.ts';

let store: OpfsStore;
let folder: string;

beforeEach(async () => {
  folder = `test-${newId()}`;
  store = await openOpfsStore(folder);
});
afterEach(async () => {
  await (await navigator.storage.getDirectory()).removeEntry(folder, { recursive: true });
});

function noise(length: number, seed = 1): Uint8Array<ArrayBuffer> {
  const random = seededRandom(seed);
  return Uint8Array.from({ length }, () => Math.floor(random() * 256));
}

test('bytes come back from under their hash', async () => {
  const bytes = noise(100_000);
  const hash = await store.put(bytes);
  expect(hash).toBe(await sha256Hex(bytes));
  expect(await store.get(hash)).toEqual(bytes);
  expect(await store.assets()).toEqual([hash]);
  await store.remove(hash);
  expect(await store.get(hash)).toBeNull();
  expect(await store.has(hash)).toBe(false);
});

test('the same bytes from five writers at once are kept once and whole', async () => {
  const bytes = noise(50_000, 2);
  const hashes = await Promise.all([1, 2, 3, 4, 5].map(() => store.put(bytes)));
  expect(new Set(hashes).size).toBe(1);
  expect(await store.get(hashes[0] as AssetHash)).toEqual(bytes);
  expect(await store.usage()).toEqual({ assetBytes: 50_000, productBytes: 0 });
});

test('a blob is hashed as it streams in', async () => {
  const bytes = noise(300_001, 3);
  expect(await store.putBlob(new Blob([bytes]))).toBe(await sha256Hex(bytes));
});

test('a file whose head is written last has the hash of its final bytes', async () => {
  const bytes = noise(10_000, 4);
  const writer = await store.openWriter();
  await writer.write(new Uint8Array(100), 0);
  await writer.write(bytes.slice(100), 100);
  await writer.write(bytes.slice(0, 100), 0);
  const hash = await writer.finish();
  expect(hash).toBe(await sha256Hex(bytes));
  expect(await store.get(hash)).toEqual(bytes);
});

test('a write that was given up leaves nothing behind', async () => {
  const writer = await store.openWriter();
  await writer.write(noise(1000), 0);
  await writer.discard();
  expect(await store.assets()).toEqual([]);
  const root = await (await navigator.storage.getDirectory()).getDirectoryHandle(folder);
  const left: string[] = [];
  for await (const name of (await root.getDirectoryHandle('temporary')).keys()) left.push(name);
  expect(left).toEqual([]);
});

test('sweeping takes the oldest products first and stops where it was told to', async () => {
  const keys = await Promise.all([1, 2, 3].map((n) => cacheKey('test@1', n)));
  for (const key of keys) {
    await store.putProduct('speech', key, noise(1000));
    await new Promise((done) => setTimeout(done, 20)); // lastModified has milliseconds
  }
  expect(await store.sweepProducts(1500)).toBe(2000);
  const left = await Promise.all(keys.map((key) => store.hasProduct('speech', key)));
  expect(left).toEqual([false, false, true]);
});

test('work that was begun is no cache: sweeping leaves it', async () => {
  const key = await cacheKey('test@1', 'begun');
  await store.putProduct(`${BEGUN}film`, key, noise(1000));
  await store.putProduct('speech', key, noise(1000));
  expect(await store.sweepProducts(0)).toBe(1000);
  expect(await store.getProduct(`${BEGUN}film`, key)).toEqual(noise(1000));
});

test('a product is replaced when the new one is whole, and stays where there is no room for it', async () => {
  const key = await cacheKey('test@1', 'replaced');
  await store.replaceProduct('begun-film', key, noise(1000, 1));
  await store.replaceProduct('begun-film', key, noise(1000, 2));
  expect(await store.getProduct('begun-film', key)).toEqual(noise(1000, 2));
  const { usage = 0 } = await navigator.storage.estimate();
  await setQuota(usage + 100_000);
  try {
    await expect(store.replaceProduct('begun-film', key, noise(1_000_000))).rejects.toMatchObject({
      code: 'storage-full',
    });
  } finally {
    await setQuota(null);
  }
  expect(await store.getProduct('begun-film', key)).toEqual(noise(1000, 2));
});

test('sweeping takes the assets that nothing uses, and leaves those just written alone', async () => {
  const used = await store.put(noise(100, 5));
  const unused = await store.put(noise(200, 6));
  expect(await store.sweepAssets(new Set([used]))).toBe(0);
  expect(await store.sweepAssets(new Set([used]), 0)).toBe(200);
  expect([await store.has(used), await store.has(unused)]).toEqual([true, false]);
});

test('a name that is not a hash never becomes a path', async () => {
  await expect(store.get('../../secret' as AssetHash)).rejects.toThrow('is not a hash');
});

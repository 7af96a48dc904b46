/** An account's part of the store keeps the contract of AssetStore, and holds nothing of another's. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { AssetHash, CacheKey } from '#core/base/ids.ts';
import { accountAssets } from '#server/services/assets/account-assets.ts';
import { accountKey } from '#server/services/store.ts';
import { diskStore } from '#server/stores/disk.ts';

const folder = mkdtempSync(join(tmpdir(), 'orator-assets-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const store = diskStore(folder);

test('what one account put is there for it alone', async () => {
  const [mine, theirs] = [accountAssets(store, 'AbC123'), accountAssets(store, 'xyz')];
  const bytes = new Uint8Array([1, 2, 3]);
  const hash = await mine.put(bytes);
  expect(await mine.put(bytes)).toBe(hash);
  expect(await mine.get(hash)).toEqual(bytes);
  expect(await mine.has(hash)).toBe(true);
  expect(await theirs.has(hash)).toBe(false);
  expect(await theirs.get(hash)).toBeNull();
  const key = hash as string as CacheKey;
  await mine.putProduct('segments', key, bytes);
  expect(await mine.getProduct('segments', key)).toEqual(bytes);
  expect(await theirs.hasProduct('segments', key)).toBe(false);
  expect(await mine.hasProduct('sound', key)).toBe(false);
  await mine.removeProduct('segments', key);
  await mine.remove(hash);
  expect(await mine.has(hash)).toBe(false);
  expect(await mine.getProduct('segments', key)).toBeNull();
});

test('no name leads out of an account', async () => {
  const assets = accountAssets(store, 'AbC123');
  for (const bad of ['../xyz/assets/a', 'a'.repeat(63), 'A'.repeat(64), '..'])
    await expect((async () => assets.get(bad as AssetHash))()).rejects.toMatchObject({
      code: 'invalid-input',
    });
  for (const account of ['..', '', 'a/b'])
    expect(() => accountKey(account)).toThrow('no part of a store key');
  await expect((async () => assets.getProduct('../assets', 'a'.repeat(64) as CacheKey))()).rejects.toThrow(
    'no kind',
  );
});

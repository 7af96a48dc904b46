import { expect, test } from 'vitest';
import { seededRandom } from '#core/base/hashing.ts';
import { sha256Hex } from '#core/base/hashing.ts';
import { createSha256 } from '#core/base/sha256.ts';

test('the sum of “abc” is the one FIPS 180-4 prints', () => {
  const sum = createSha256();
  sum.update(new TextEncoder().encode('abc'));
  expect(sum.hex()).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
});

test('bytes in pieces of any size sum to what the platform says of the whole', async () => {
  const random = seededRandom(11);
  for (let length = 0; length < 300; length += 1 + Math.floor(random() * 7)) {
    const bytes = Uint8Array.from({ length }, () => Math.floor(random() * 256));
    const sum = createSha256();
    for (let at = 0; at < length;) {
      const next = Math.min(length, at + 1 + Math.floor(random() * 90));
      sum.update(bytes.subarray(at, next));
      at = next;
    }
    expect(sum.hex()).toBe(await sha256Hex(bytes));
  }
});

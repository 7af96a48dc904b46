import { expect, test } from 'vitest';
import {
  concatBytes,
  equalBytes,
  fromBase64,
  fromBase64Url,
  fromHex,
  toBase64,
  toBase64Url,
  toHex,
} from '#core/base/bytes.ts';

const text = (bytes: string) => new TextEncoder().encode(bytes);

/** RFC 4648 §10. */
test.each([
  ['', ''],
  ['f', 'Zg=='],
  ['fo', 'Zm8='],
  ['foo', 'Zm9v'],
  ['foob', 'Zm9vYg=='],
  ['fooba', 'Zm9vYmE='],
  ['foobar', 'Zm9vYmFy'],
])('“%s” in base64 is “%s”', (plain, coded) => {
  expect(toBase64(text(plain))).toBe(coded);
  expect(fromBase64(coded)).toEqual(text(plain));
  expect(toBase64Url(text(plain))).toBe(coded.replaceAll('=', ''));
  expect(fromBase64Url(coded.replaceAll('=', ''))).toEqual(text(plain));
});

test('all bytes come back, in every spelling', () => {
  const all = Uint8Array.from({ length: 256 }, (_, i) => i);
  expect(fromHex(toHex(all))).toEqual(all);
  for (let end = 0; end <= 256; end++) {
    const part = all.subarray(0, end);
    expect(fromBase64(toBase64(part))).toEqual(new Uint8Array(part));
    expect(fromBase64Url(toBase64Url(part))).toEqual(new Uint8Array(part));
  }
});

test('another spelling of the same bytes is no spelling', () => {
  for (const bad of ['Zh==', 'Zg=', 'Zg', 'Zm9', 'Zm9=', 'Zm-v', 'Z===', '====', 'Zm9v\n'])
    expect(fromBase64(bad), bad).toBeNull();
  for (const bad of ['Zh', 'Zg==', 'Z', 'Zm+v', 'Zm9v ']) expect(fromBase64Url(bad), bad).toBeNull();
  for (const bad of ['a', 'AB', '0x', 'zz']) expect(fromHex(bad), bad).toBeNull();
});

test('bytes are joined and compared', () => {
  expect(concatBytes(text('a'), text(''), text('bc'))).toEqual(text('abc'));
  expect(equalBytes(text('ab'), text('ab'))).toBe(true);
  expect(equalBytes(text('ab'), text('abc'))).toBe(false);
  expect(equalBytes(text('ab'), text('ac'))).toBe(false);
});

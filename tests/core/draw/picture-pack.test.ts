import { expect, test } from 'vitest';
import { packHeadBytes, readPackHead, writePicturePack } from '#core/draw/picture-pack.ts';

const stills = [5, 0, 300].map((length, i) => new Uint8Array(length).fill(i + 1));

test('each still is found again by the head alone', () => {
  const pack = writePicturePack(stills);
  const head = pack.slice(0, packHeadBytes(pack.slice(0, 8)));
  const places = readPackHead(head, pack.byteLength);
  expect(places.map(({ begin, end }) => pack.slice(begin, end))).toEqual(stills);
  expect(readPackHead(writePicturePack([]), 12)).toEqual([]);
});

test('a head is read wherever it lies in its buffer', () => {
  const pack = writePicturePack(stills);
  const moved = new Uint8Array(pack.byteLength + 3);
  moved.set(pack, 3);
  expect(readPackHead(moved.subarray(3), pack.byteLength)).toEqual(readPackHead(pack, pack.byteLength));
});

test.each<[string, (pack: Uint8Array) => Uint8Array]>([
  ['too short to have a head', (pack) => pack.slice(0, 7)],
  ['of another kind', (pack) => pack.map((byte, i) => (i === 0 ? byte ^ 1 : byte))],
  ['of more stills than there can be', (pack) => pack.map((byte, i) => (i === 7 ? 255 : byte))],
  ['cut off in its head', (pack) => pack.slice(0, 14)],
  ['cut off in its stills', (pack) => pack.slice(0, -1)],
  ['out of order', (pack) => pack.map((byte, i) => (i === 13 ? 9 : byte))],
])('a pack that is %s is refused', (_, damage) => {
  const pack = damage(writePicturePack(stills));
  const read = () => {
    packHeadBytes(pack.subarray(0, 8));
    return readPackHead(pack, pack.byteLength);
  };
  expect(read).toThrow(expect.objectContaining({ code: 'corrupt-file', way: expect.any(String) as unknown }));
});

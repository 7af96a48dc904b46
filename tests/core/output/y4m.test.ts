import { expect, test } from 'vitest';
import { Y4mReader, type Y4mFrame } from '#shared/y4m.ts';

const text = (line: string) => [...new TextEncoder().encode(line)];
/** Two frames of 4 × 2: eight bytes of luma, two of each chroma. */
const planes = (value: number) => Array.from({ length: 12 }, (_, i) => value + i);
const STREAM = Uint8Array.from([
  ...text('YUV4MPEG2 W4 H2 F25:1 Ip A1:1 C420mpeg2 XYSCSS=420MPEG2\n'),
  ...text('FRAME\n'),
  ...planes(10),
  ...text('FRAME Ip\n'),
  ...planes(100),
]);

function read(bytes: Uint8Array, cut: number): Y4mFrame[] {
  const frames: Y4mFrame[] = [];
  const reader = new Y4mReader((frame) => frames.push(frame));
  for (let at = 0; at < bytes.length; at += cut) reader.push(bytes.subarray(at, at + cut));
  return frames;
}

test.each([1, 5, 17, 1000])('frames come out whole, however the bytes are cut (%i at a time)', (cut) => {
  const frames = read(STREAM, cut);
  expect(frames.map(({ widthPx, heightPx }) => [widthPx, heightPx])).toEqual([
    [4, 2],
    [4, 2],
  ]);
  expect(frames.map((frame) => [...frame.planes])).toEqual([planes(10), planes(100)]);
});

test('a frame that is not whole is not given', () => {
  expect(read(STREAM.subarray(0, STREAM.length - 1), 7)).toHaveLength(1);
});

test.each([
  ['another format', 'RIFF....AVI W4 H2\n'],
  ['no size', 'YUV4MPEG2 F25:1\n'],
  ['a size beyond all cameras', 'YUV4MPEG2 W400000 H2\n'],
  ['chroma of another kind', 'YUV4MPEG2 W4 H2 C444\n'],
  ['no frame where one begins', 'YUV4MPEG2 W4 H2\nNONSENSE\n'],
  ['a line without an end', `YUV4MPEG2 W4 H2 ${'x'.repeat(400)}`],
])('%s is refused', (_, head) => {
  expect(() => read(Uint8Array.from(text(head)), 9)).toThrow(/could not be read/);
});

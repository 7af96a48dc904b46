import { expect, test } from 'vitest';
import { decodeRecord, encodeRecord } from '#core/base/records.ts';

test('records come back as they were: numbers, texts, nulls, and arrays of every kind', () => {
  const record = {
    kind: 'photo',
    list: [1, null, 'é', { deep: new Float32Array([0.5, -1]) }],
    f64: new Float64Array([Math.PI]),
    i8: new Int8Array([-128, 127]),
    i16: new Int16Array([-32_768]),
    i32: new Int32Array([2 ** 31 - 1]),
    u8: new Uint8Array([0, 255, 7]),
    u8c: new Uint8ClampedArray([3, 255]),
    u16: new Uint16Array([65_535]),
    u32: new Uint32Array([2 ** 32 - 1]),
    empty: new Float32Array(0),
  };
  const back = decodeRecord(encodeRecord(record)) as typeof record;
  expect(back).toEqual(record);
  expect(back.u8c).toBeInstanceOf(Uint8ClampedArray);
});

test('what was cut short or is something else is refused', () => {
  const bytes = encodeRecord({ points: new Float32Array(100) });
  expect(() => decodeRecord(bytes.subarray(0, bytes.length - 8))).toThrow(/damaged/);
  expect(() => decodeRecord(new TextEncoder().encode('{"kind":"photo"}'))).toThrow(/damaged/);
  expect(() => decodeRecord(new Uint8Array(0))).toThrow(/damaged/);
});

/**
 * Plain records with typed arrays in them, as bytes: a JSON head that names each array's place, then the arrays. For
 * data of our own making that is too large for JSON; readers still check what they were given.
 */
import { AppError } from './errors.ts';

const MAGIC = 0x31_63_52_4f; // "ORc1"
const ALIGN = 8;

const ARRAYS = {
  f32: Float32Array,
  f64: Float64Array,
  i8: Int8Array,
  i16: Int16Array,
  i32: Int32Array,
  u8: Uint8Array,
  u8c: Uint8ClampedArray,
  u16: Uint16Array,
  u32: Uint32Array,
} as const;
type ArrayName = keyof typeof ARRAYS;
type AnyArray = InstanceType<(typeof ARRAYS)[ArrayName]>;

/** How an array is written in the head. A plain object with exactly this key does not occur in records of ours. */
interface Place {
  readonly $array: readonly [kind: ArrayName, offset: number, length: number];
}

/** Little-endian, as every machine that runs WebAssembly is. `record` may hold anything JSON can, and typed arrays. */
export function encodeRecord(record: unknown): Uint8Array<ArrayBuffer> {
  const arrays: { readonly at: number; readonly bytes: Uint8Array }[] = [];
  let end = 0;
  const head = JSON.stringify(record, (_, value: unknown) => {
    const kind = kindOf(value);
    if (kind === null) return value;
    const array = value as AnyArray;
    const at = end;
    end = Math.ceil((end + array.byteLength) / ALIGN) * ALIGN;
    arrays.push({ at, bytes: new Uint8Array(array.buffer, array.byteOffset, array.byteLength) });
    return { $array: [kind, at, array.length] } satisfies Place;
  });
  const text = new TextEncoder().encode(head);
  const start = Math.ceil((8 + text.length) / ALIGN) * ALIGN;
  const bytes = new Uint8Array(start + end);
  new DataView(bytes.buffer).setUint32(0, MAGIC, true);
  new DataView(bytes.buffer).setUint32(4, text.length, true);
  bytes.set(text, 8);
  for (const array of arrays) bytes.set(array.bytes, start + array.at);
  return bytes;
}

/** The caller checks the shape of what it gets. @throws AppError corrupt-file */
export function decodeRecord(bytes: Uint8Array): unknown {
  try {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (view.getUint32(0, true) !== MAGIC) throw new Error('another magic number');
    const length = view.getUint32(4, true);
    const start = Math.ceil((8 + length) / ALIGN) * ALIGN;
    const text = new TextDecoder().decode(bytes.subarray(8, 8 + length));
    return JSON.parse(text, (_, value: unknown) => {
      if (!isPlace(value)) return value;
      const [kind, offset, count] = value.$array;
      const size = count * ARRAYS[kind].BYTES_PER_ELEMENT;
      if (!(offset >= 0 && count >= 0) || start + offset + size > bytes.byteLength)
        throw new Error('an array ends after the file');
      // A copy of its own: aligned, and free of the file it came from. (Node's Buffer would not copy in its `slice`.)
      return new ARRAYS[kind](new Uint8Array(bytes.subarray(start + offset, start + offset + size)).buffer);
    });
  } catch (cause) {
    throw new AppError('corrupt-file', 'This data is damaged.', { cause });
  }
}

function kindOf(value: unknown): ArrayName | null {
  if (!ArrayBuffer.isView(value)) return null;
  for (const [name, array] of Object.entries(ARRAYS)) if (value instanceof array) return name as ArrayName;
  throw new AppError('internal', 'A record holds an array of a kind that is not stored.');
}

function isPlace(value: unknown): value is Place {
  if (typeof value !== 'object' || value === null || !('$array' in value)) return false;
  const place = value.$array;
  return (
    Array.isArray(place) &&
    place.length === 3 &&
    typeof place[0] === 'string' &&
    place[0] in ARRAYS &&
    Number.isSafeInteger(place[1]) &&
    Number.isSafeInteger(place[2])
  );
}

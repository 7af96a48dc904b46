/** A model's golden input and output: what every provider must come close to before it is used. */
import { AppError } from '../base/errors.ts';
import type { ModelManifest, TensorSpec } from './manifest.ts';
import type { Tensors } from './runtime.ts';
import { fits, tensor, type Tensor } from './tensor.ts';

export interface Golden {
  readonly inputs: Tensors;
  readonly outputs: Tensors;
}

/** How one tensor is written: as numbers, or, for pictures, as a byte a value in base64 (0 is `low`, 255 is `high`). */
interface WrittenTensor {
  readonly shape?: unknown;
  readonly data?: unknown;
  readonly bytes?: unknown;
  readonly low?: unknown;
  readonly high?: unknown;
}

/**
 * @param json `{ inputs, outputs }`, each name → `{ shape, data }` or `{ shape, bytes, low, high }`
 * @throws AppError corrupt-file when it does not fit the manifest
 */
export function parseGolden(json: unknown, { inputs, outputs }: ModelManifest): Golden {
  const top = json as { readonly inputs?: unknown; readonly outputs?: unknown } | null;
  return { inputs: tensors(top?.inputs, inputs), outputs: tensors(top?.outputs, outputs) };
}

function tensors(json: unknown, specs: readonly TensorSpec[]): Tensors {
  const found = (json ?? {}) as Readonly<Record<string, WrittenTensor>>;
  return Object.fromEntries(specs.map((spec) => [spec.name, tensorOf(found[spec.name], spec)]));
}

function tensorOf(json: WrittenTensor | undefined, spec: TensorSpec): Tensor {
  const { shape } = json ?? {};
  const data = valuesOf(json ?? {});
  if (!isNumbers(shape) || !data || !fits(shape, spec))
    throw notGolden(`“${spec.name}” is missing or of another shape`);
  try {
    return tensor(shape, data);
  } catch (cause) {
    throw notGolden(`“${spec.name}” does not fill its shape`, cause);
  }
}

function valuesOf({ data, bytes, low, high }: WrittenTensor): Float32Array<ArrayBuffer> | null {
  if (isNumbers(data)) return Float32Array.from(data);
  if (typeof bytes !== 'string' || !isNumbers([low, high])) return null;
  const levels = fromBase64(bytes);
  const step = (Number(high) - Number(low)) / 255;
  return levels && Float32Array.from(levels, (level) => Number(low) + level * step);
}

const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** Null where it is not base64. (The hosts have `atob`; core knows no hosts.) */
function fromBase64(text: string): Uint8Array | null {
  const digits = text.replace(/=+$/, '');
  const bytes = new Uint8Array(Math.floor((digits.length * 3) / 4));
  const values = new Map(Array.from(BASE64, (digit, value) => [digit, value]));
  let [bits, held, at] = [0, 0, 0];
  for (const digit of digits) {
    const value = values.get(digit);
    if (value === undefined) return null;
    bits = ((bits << 6) | value) & 0xffff;
    held += 6;
    if (held >= 8) {
      held -= 8;
      bytes[at++] = (bits >> held) & 0xff;
    }
  }
  return bytes;
}

function isNumbers(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((entry) => typeof entry === 'number' && Number.isFinite(entry));
}

function notGolden(what: string, cause: unknown = new Error(what)): AppError {
  return new AppError('corrupt-file', `A model’s golden example cannot be used: ${what}.`, {
    cause,
    way: 'Reload, so that it is fetched anew.',
  });
}

export type GoldenVerdict =
  /** `worst` is the largest absolute difference. */
  { readonly ok: true; readonly worst: number } | { readonly ok: false; readonly reason: string };

/** Every value of every golden output must be there, and within the tolerance. */
export function compareTensors(answer: Tensors, golden: Tensors, tolerance: number): GoldenVerdict {
  let worst = 0;
  for (const [name, wanted] of Object.entries(golden)) {
    const found = answer[name];
    if (!found) return { ok: false, reason: `there is no output “${name}”` };
    if (found.shape.join() !== wanted.shape.join())
      return {
        ok: false,
        reason: `“${name}” has the shape ${found.shape.join('×')} instead of ${wanted.shape.join('×')}`,
      };
    for (let i = 0; i < wanted.data.length; i++) {
      const difference = Math.abs((found.data[i] as number) - (wanted.data[i] as number));
      // Not a number is no small difference.
      if (!(difference <= tolerance))
        return {
          ok: false,
          reason: `“${name}” is off by ${number(difference)}, where ${number(tolerance)} is allowed`,
        };
      worst = Math.max(worst, difference);
    }
  }
  return { ok: true, worst };
}

function number(value: number): string {
  return Number.isFinite(value) ? String(Number(value.toPrecision(2))) : 'no number';
}

/** A model's golden input and output: what every provider must come close to before it is used. */
import { AppError } from '../base/errors.ts';
import type { ModelManifest, TensorSpec } from './manifest.ts';
import type { Tensors } from './runtime.ts';
import { fits, tensor, type Tensor } from './tensor.ts';

export interface Golden {
  readonly inputs: Tensors;
  readonly outputs: Tensors;
}

/**
 * @param json `{ inputs, outputs }`, each name → `{ shape, data }`
 * @throws AppError corrupt-file when it does not fit the manifest
 */
export function parseGolden(json: unknown, { inputs, outputs }: ModelManifest): Golden {
  const top = json as { readonly inputs?: unknown; readonly outputs?: unknown } | null;
  return { inputs: tensors(top?.inputs, inputs), outputs: tensors(top?.outputs, outputs) };
}

function tensors(json: unknown, specs: readonly TensorSpec[]): Tensors {
  const found = (json ?? {}) as Readonly<
    Record<string, { readonly shape?: unknown; readonly data?: unknown }>
  >;
  return Object.fromEntries(specs.map((spec) => [spec.name, tensorOf(found[spec.name], spec)]));
}

function tensorOf(
  json: { readonly shape?: unknown; readonly data?: unknown } | undefined,
  spec: TensorSpec,
): Tensor {
  const { shape, data } = json ?? {};
  if (!isNumbers(shape) || !isNumbers(data) || !fits(shape, spec))
    throw notGolden(`“${spec.name}” is missing or of another shape`);
  try {
    return tensor(shape, Float32Array.from(data));
  } catch (cause) {
    throw notGolden(`“${spec.name}” does not fill its shape`, cause);
  }
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

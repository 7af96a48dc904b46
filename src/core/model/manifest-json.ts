/** From JSON that anybody may have written to a ModelManifest, or to a sentence that says what is wrong with it. */
import { AppError } from '../base/errors.ts';
import type { ModelAsset, ModelManifest, ModelVariant, TensorSpec } from './manifest.ts';

const PRECISIONS: readonly string[] = ['fp32', 'fp16', 'int8'] satisfies readonly ModelVariant['precision'][];
/** A name or path beside the manifest: nothing that leads out of its folder. */
const BESIDE = /^[\w-]+(\.[\w-]+)*$/;
const HEX_256 = /^[0-9a-f]{64}$/;

/** @throws AppError corrupt-file, naming the member that is wrong */
export function parseManifest(json: unknown): ModelManifest {
  const top = record(json, 'the manifest');
  const id = text(top['id'], 'id');
  if (!BESIDE.test(id)) throw wrong('id', 'a name that can be a folder’s', id);
  const golden = record(top['golden'], 'golden');
  const variants = list(top['variants'], 'variants').map(variant);
  if (variants.length === 0) throw wrong('variants', 'at least one variant', []);
  const twice = variants.find(({ precision }, i) => variants.findIndex((v) => v.precision === precision) < i);
  if (twice) throw wrong('variants', 'one variant a precision', twice.precision);
  return {
    id,
    version: text(top['version'], 'version'),
    description: text(top['description'], 'description'),
    licence: text(top['licence'], 'licence'),
    inputs: specs(top['inputs'], 'inputs'),
    outputs: specs(top['outputs'], 'outputs'),
    variants,
    golden: { file: file(golden['file'], 'golden.file'), sha256: hash(golden['sha256'], 'golden.sha256') },
    assets: top['assets'] === undefined ? [] : list(top['assets'], 'assets').map(asset),
  };
}

function variant(value: unknown, i: number): ModelVariant {
  const at = `variants[${i}]`;
  const { precision, file: name, bytes, sha256, tolerance } = record(value, at);
  if (typeof precision !== 'string' || !PRECISIONS.includes(precision))
    throw wrong(`${at}.precision`, PRECISIONS.join(' or '), precision);
  if (typeof tolerance !== 'number' || !(tolerance > 0 && tolerance < Infinity))
    throw wrong(`${at}.tolerance`, 'a number above zero', tolerance);
  return {
    precision: precision as ModelVariant['precision'],
    file: file(name, `${at}.file`),
    bytes: wholeNumber(bytes, `${at}.bytes`),
    sha256: hash(sha256, `${at}.sha256`),
    tolerance,
  };
}

function asset(value: unknown, i: number): ModelAsset {
  const at = `assets[${i}]`;
  const { file: name, bytes, sha256 } = record(value, at);
  return {
    file: file(name, `${at}.file`),
    bytes: wholeNumber(bytes, `${at}.bytes`),
    sha256: hash(sha256, `${at}.sha256`),
  };
}

function wholeNumber(value: unknown, at: string): number {
  if (Number.isSafeInteger(value) && Number(value) > 0) return Number(value);
  throw wrong(at, 'a whole number', value);
}

function specs(value: unknown, at: string): readonly TensorSpec[] {
  const all = list(value, at).map((spec, i) => tensorSpec(spec, `${at}[${i}]`));
  if (all.length === 0) throw wrong(at, 'at least one tensor', []);
  const twice = all.find(({ name }, i) => all.findIndex((spec) => spec.name === name) < i);
  if (twice) throw wrong(at, 'every name once', twice.name);
  return all;
}

function tensorSpec(value: unknown, at: string): TensorSpec {
  const { name, dtype, shape, meaning } = record(value, at);
  if (dtype !== 'float32') throw wrong(`${at}.dtype`, 'float32', dtype);
  const axes = list(shape, `${at}.shape`).map((axis) => {
    if (typeof axis === 'string' && axis !== '') return axis;
    if (typeof axis === 'number' && Number.isSafeInteger(axis) && axis > 0) return axis;
    throw wrong(`${at}.shape`, 'lengths and names of axes', axis);
  });
  return { name: text(name, `${at}.name`), dtype, shape: axes, meaning: text(meaning, `${at}.meaning`) };
}

function file(value: unknown, at: string): string {
  const name = text(value, at);
  if (BESIDE.test(name) || /^https:\/\/[^\s]+$/.test(name)) return name;
  throw wrong(at, 'a file beside the manifest or an https address', name);
}

function hash(value: unknown, at: string): string {
  if (typeof value === 'string' && HEX_256.test(value)) return value;
  throw wrong(at, '64 lower-case hex digits', value);
}

function text(value: unknown, at: string): string {
  if (typeof value === 'string' && value !== '') return value;
  throw wrong(at, 'text', value);
}

function list(value: unknown, at: string): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw wrong(at, 'a list', value);
}

function record(value: unknown, at: string): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return value as Record<string, unknown>;
  throw wrong(at, 'an object', value);
}

function wrong(at: string, wanted: string, found: unknown): AppError {
  const seen = (JSON.stringify(found) ?? 'nothing').slice(0, 80);
  return new AppError(
    'corrupt-file',
    `A model’s manifest cannot be used: ${at} should be ${wanted}, and is ${seen}.`,
    { way: 'Reload, so that it is fetched anew.' },
  );
}

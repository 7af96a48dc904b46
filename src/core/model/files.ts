/** Where a model's files come from, and why they can be believed: each is checked against the manifest's SHA-256. */
import { AppError, type CancelSignal } from '../base/errors.ts';
import { sha256Hex } from '../base/hashing.ts';
import { parseGolden, type Golden } from './golden.ts';
import { parseManifest } from './manifest-json.ts';
import type { ModelAsset, ModelManifest, ModelVariant } from './manifest.ts';

/** A host's way to the files of models: `static/models/<id>/<file>`, or an absolute URL in `file`. */
export interface ModelFiles {
  /** @throws AppError not-found | network | cancelled */
  read(modelId: string, file: string, signal?: CancelSignal): Promise<Uint8Array<ArrayBuffer>>;
}

/** @throws AppError not-found | network | corrupt-file */
export async function loadManifest(
  files: ModelFiles,
  modelId: string,
  signal?: CancelSignal,
): Promise<ModelManifest> {
  const manifest = parseManifest(parseJson(await files.read(modelId, 'manifest.json', signal), modelId));
  if (manifest.id !== modelId) throw damaged(modelId, `its manifest is that of “${manifest.id}”`);
  return manifest;
}

/** The weights, as onnxruntime takes them. @throws AppError not-found | network | corrupt-file */
export async function loadVariant(
  files: ModelFiles,
  { id }: ModelManifest,
  variant: ModelVariant,
  signal?: CancelSignal,
): Promise<Uint8Array<ArrayBuffer>> {
  return readChecked(files, id, variant, signal);
}

/** A JSON file among the manifest's assets. @throws AppError not-found | network | corrupt-file */
export async function loadJsonAsset(
  files: ModelFiles,
  { id, assets }: ModelManifest,
  name: string,
  signal?: CancelSignal,
): Promise<unknown> {
  const asset = assets.find(({ file }) => file === name);
  if (!asset) throw damaged(id, `its manifest names no ${name}`);
  return parseJson(await readChecked(files, id, asset, signal), id);
}

async function readChecked(
  files: ModelFiles,
  id: string,
  { file, bytes, sha256 }: ModelAsset,
  signal?: CancelSignal,
): Promise<Uint8Array<ArrayBuffer>> {
  const found = await files.read(id, file, signal);
  if (found.length !== bytes) throw damaged(id, `${file} has ${found.length} bytes instead of ${bytes}`);
  await checkHash(id, file, found, sha256);
  return found;
}

/** @throws AppError not-found | network | corrupt-file */
export async function loadGolden(
  files: ModelFiles,
  manifest: ModelManifest,
  signal?: CancelSignal,
): Promise<Golden> {
  const { file, sha256 } = manifest.golden;
  const bytes = await files.read(manifest.id, file, signal);
  await checkHash(manifest.id, file, bytes, sha256);
  return parseGolden(parseJson(bytes, manifest.id), manifest);
}

async function checkHash(
  id: string,
  file: string,
  bytes: Uint8Array<ArrayBuffer>,
  wanted: string,
): Promise<void> {
  const found: string = await sha256Hex(bytes);
  if (found !== wanted) throw damaged(id, `the SHA-256 of ${file} is ${found}, and should be ${wanted}`);
}

function parseJson(bytes: Uint8Array, id: string): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch (cause) {
    throw damaged(id, 'a file of it is not JSON', cause);
  }
}

function damaged(id: string, what: string, cause: unknown = new Error(what)): AppError {
  return new AppError('corrupt-file', `The model “${id}” is damaged: ${what}.`, {
    cause,
    way: 'Reload, so that it is fetched anew.',
  });
}

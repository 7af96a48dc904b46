/** Documents that an issuer publishes, read from files: its keys and its revocation list. Nothing of them is verified. */
import { readFile, stat } from 'node:fs/promises';
import { extname } from 'node:path';
import { AppError } from '#core/base/errors.ts';

const MOST_BYTES = 256 << 20;

/** @throws AppError not-found | corrupt-file */
export async function published<T>(
  file: string,
  read: (json: unknown) => T | null,
  what: 'keys' | 'revocations',
): Promise<T> {
  const found = read(jsonIn(await bytesOf(file), file));
  if (found !== null) return found;
  throw new AppError(
    'corrupt-file',
    `${file} is no list of ${what === 'keys' ? 'keys' : 'revoked receipts'}.`,
    { way: `Fetch it anew from https://ISSUER/.well-known/orator/${what}.json.` },
  );
}

/** @throws AppError not-found | invalid-input */
export async function bytesOf(file: string): Promise<Uint8Array<ArrayBuffer>> {
  const found = await stat(file).catch(() => null);
  if (!found?.isFile()) throw new AppError('not-found', `There is no file ${file}.`);
  if (extname(file).toLowerCase() !== '.presenter' && found.size > MOST_BYTES)
    throw new AppError('invalid-input', `${file} is too large to be a receipt.`);
  return new Uint8Array(await readFile(file));
}

/** @throws AppError corrupt-file */
export function jsonIn(bytes: Uint8Array, file: string): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes)) as unknown;
  } catch (cause) {
    throw new AppError('corrupt-file', `${file} is no JSON.`, { cause });
  }
}

/**
 * The secrets this server signs with: from the setting, the newest first, or kept in a file of the data folder that only
 * its owner reads, made at the first start. Earlier ones stay: they sign the key list too, so that whoever knew one of them
 * follows to the next.
 */
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fromBase64Url, toBase64Url } from '#core/base/bytes.ts';
import { AppError } from '#core/base/errors.ts';
import type { SigningKey } from '#core/policy/signing.ts';
import { ed25519Key, ED25519_SECRET_BYTES, newEd25519Secret } from '#shared/ed25519.ts';

export interface SigningKeys {
  /** The newest first; at least one. */
  list(): readonly SigningKey[];
  /** Makes a newer one. @throws AppError refused where the keys come from the settings */
  add(): SigningKey;
}

const FILE = 'signing-keys';

/** @param given the setting: secrets in base64url, the newest first, with commas between */
export function openSigningKeys(folder: string, given: string | undefined): SigningKeys {
  return given === undefined ? keysInFile(join(folder, FILE), folder) : keysGiven(given);
}

function keysGiven(given: string): SigningKeys {
  const keys = given.split(',').map((text) => keyOf(text.trim(), 'ORATOR_SIGNING_KEYS'));
  return {
    list: () => keys,
    add() {
      throw new AppError('refused', 'The signing keys of this server come from its settings.', {
        way: 'Put a new one in front in ORATOR_SIGNING_KEYS and start every process again.',
      });
    },
  };
}

function keysInFile(file: string, folder: string): SigningKeys {
  const write = (secrets: readonly string[]) => {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const partial = `${file}.part`;
    writeFileSync(partial, `${secrets.join('\n')}\n`, { mode: 0o600 });
    chmodSync(partial, 0o600);
    renameSync(partial, file);
  };
  if (!existsSync(file)) write([toBase64Url(newEd25519Secret())]);
  if ((statSync(file).mode & 0o077) !== 0) chmodSync(file, 0o600);
  let secrets = readFileSync(file, 'utf8').split('\n').filter(Boolean);
  let keys = secrets.map((text) => keyOf(text, file));
  return {
    list: () => keys,
    add() {
      const secret = newEd25519Secret();
      secrets = [toBase64Url(secret), ...secrets];
      write(secrets);
      const key = ed25519Key(secret);
      keys = [key, ...keys];
      return key;
    },
  };
}

function keyOf(text: string, where: string): SigningKey {
  const secret = fromBase64Url(text);
  if (secret?.byteLength === ED25519_SECRET_BYTES) return ed25519Key(secret);
  throw new AppError('invalid-input', `A signing key in ${where} is not right.`, {
    way: 'Each is 32 random bytes in base64url, 43 characters.',
  });
}

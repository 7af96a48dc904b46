/** The files of models on this machine's disk; a model that is not shipped is fetched from the URL in its manifest. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError, isCancelled, throwIfCancelled } from '#core/base/errors.ts';
import type { ModelFiles } from '#core/model/files.ts';
import { ROOT } from '../../setup/place.js';

/** Models that the app is handed: everything in `static` is. */
const SHIPPED_MODELS = join(ROOT, 'static', 'models');

/** What only the server uses: models of its own, and a manifest with larger variants of one that is shipped. */
export const SERVER_MODELS = join(ROOT, 'server', 'models');

/** Each model in the largest variant that there is, for whoever renders on this machine. */
export const FULL_MODELS: readonly string[] = [SERVER_MODELS, SHIPPED_MODELS];

/** @param folders with a folder for each model; the first that has a file gives it */
export function diskModelFiles(folders: readonly string[] = [SHIPPED_MODELS]): ModelFiles {
  return {
    async read(modelId, file, signal) {
      throwIfCancelled(signal);
      if (file.startsWith('https://')) return fetched(file, signal);
      for (const folder of folders) {
        const bytes = await readFile(join(folder, modelId, file)).catch(absent);
        if (bytes) return new Uint8Array(bytes);
      }
      throw new AppError('not-found', `There is no file “${file}” of the model “${modelId}” here.`);
    },
  };
}

function absent(error: unknown): null {
  if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
  throw error;
}

async function fetched(url: string, signal: unknown): Promise<Uint8Array<ArrayBuffer>> {
  const failed = (cause: unknown): never => {
    if (isCancelled(cause)) throw new AppError('cancelled', 'Stopped.', { cause });
    throw unreachable(url, cause);
  };
  const response = await fetch(url, signal instanceof AbortSignal ? { signal } : {}).catch(failed);
  if (!response.ok) throw unreachable(url, new Error(`the server answered ${response.status}`));
  return new Uint8Array(await response.arrayBuffer().catch(failed));
}

function unreachable(url: string, cause: unknown): AppError {
  return new AppError('network', `The model at ${url} could not be fetched.`, {
    cause,
    way: 'Check the connection and try again.',
  });
}

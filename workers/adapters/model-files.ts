/** The files of models over HTTP: beside the app, where the service worker keeps them, or at the URL in a manifest. */
import { AppError, isCancelled, throwIfCancelled } from '#core/base/errors.ts';
import type { ModelFiles } from '#core/model/files.ts';

/** @param baseUrl where static files are served from, such as `/` */
export function fetchModelFiles(baseUrl: string): ModelFiles {
  return {
    async read(modelId, file, signal) {
      throwIfCancelled(signal);
      const url = new URL(file, new URL(`${baseUrl}models/${modelId}/`, location.origin));
      const failed = (cause: unknown): never => {
        if (isCancelled(cause)) throw new AppError('cancelled', 'Stopped.', { cause });
        throw unreachable(cause);
      };
      const response = await fetch(url, signal instanceof AbortSignal ? { signal } : {}).catch(failed);
      // An app of one page answers with that page where there is no file.
      const page = response.headers.get('content-type')?.startsWith('text/html') === true;
      if (response.status === 404 || (response.ok && page))
        throw new AppError('not-found', `There is no file “${file}” of the model “${modelId}” here.`);
      if (!response.ok) throw unreachable(new Error(`the server answered ${response.status}`));
      return new Uint8Array(await response.arrayBuffer().catch(failed));
    },
  };
}

function unreachable(cause: unknown): AppError {
  return new AppError('network', 'A model that Orator needs could not be loaded.', {
    cause,
    way: 'Connect to the network once; afterwards it works offline.',
  });
}

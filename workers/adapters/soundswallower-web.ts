/**
 * SoundSwallower's files in a browser: ten megabytes a language under `models/aligner/`, fetched when a recording is
 * first followed in it and kept from then on, whatever the network does.
 */
import { AppError } from '#core/base/errors.ts';
import type { SpeechAligner } from '#core/speech/align/ports.ts';
import type { StressedPhone } from '#core/speech/phone.ts';
import { nextTask } from '#shared/next-task.ts';
import {
  SOUNDSWALLOWER_VERSION,
  soundswallowerAligner,
  type AlignModelFiles,
} from '#shared/soundswallower.ts';

const FILES: AlignModelFiles = {
  featparams: 'feat_params.json',
  mdef: 'mdef',
  mean: 'means',
  var: 'variances',
  sendump: 'sendump',
  tmat: 'transition_matrices',
  dict: 'dict.txt',
  fdict: 'noisedict.txt',
};

const CACHE = 'orator-aligner';

/** @param baseUrl where static files are served from */
export function soundswallowerWebAligner(
  baseUrl: string,
  pronounce: (words: readonly string[]) => Promise<readonly (readonly StressedPhone[])[]>,
): SpeechAligner {
  const address = (path: string) =>
    new URL(
      `${baseUrl}models/aligner/${path}?${encodeURIComponent(SOUNDSWALLOWER_VERSION)}`,
      self.location.href,
    ).href;
  return soundswallowerAligner({
    program: async () => (await fetchKept(address('soundswallower.wasm'))).arrayBuffer(),
    async model(language) {
      const files = Object.entries(FILES).map(async ([name, file]: [string, string]) => {
        const blob = await (await fetchKept(address(`${language}/${file}`))).blob();
        return [name, URL.createObjectURL(blob)] as const;
      });
      return Object.fromEntries(await Promise.all(files)) as unknown as AlignModelFiles;
    },
    pronounce,
    breathe: nextTask,
  });
}

/** An address holds the version of what it leads to, so what was kept once stays right. */
async function fetchKept(url: string): Promise<Response> {
  const cache = await caches.open(CACHE).catch(() => null);
  const kept = await cache?.match(url);
  if (kept) return kept;
  let response: Response;
  try {
    response = await fetch(url);
  } catch (cause) {
    throw unreachable(cause);
  }
  if (!response.ok || response.headers.get('content-type')?.startsWith('text/html'))
    throw unreachable(new Error(`${url} was answered with ${response.status}`));
  // Without room it works all the same, as long as there is a network.
  await cache?.put(url, response.clone()).catch(() => undefined);
  return response;
}

function unreachable(cause: unknown): AppError {
  return new AppError('network', 'What follows a recording word by word could not be loaded.', {
    cause,
    way: 'Connect to the network once; afterwards it works offline.',
  });
}

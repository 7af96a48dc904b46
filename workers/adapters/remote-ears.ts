/**
 * The ears of another worker: speech.worker aligns and listens, because its models live there; render.worker asks. Both
 * ends of the port are here, so that they cannot drift apart.
 */
import type { CancelSignal } from '#core/base/errors.ts';
import type { AlignedWord, AlignRequest } from '#core/speech/align/ports.ts';
import type { Ears } from '#core/speech/listen/ears.ts';
import type { HeardSpeech } from '#core/speech/listen/heard.ts';
import { remoteCalls, serveCalls, type CallContext } from './remote-calls.ts';

interface ListenRequest {
  readonly pcm: Float32Array<ArrayBuffer>;
  readonly sampleRateHz: number;
}

/** Offers both on `port`; they stay the caller's to close. */
export function serveEars(port: MessagePort, ears: Ears): void {
  serveCalls(port, {
    aligner: () => Promise.resolve(ears.aligner.version),
    listener: async () => (await ears.listener()).version,
    align: (request: AlignRequest, { signal, onProgress }: CallContext) =>
      ears.aligner.align(request, onProgress, signal),
    listen: async ({ pcm, sampleRateHz }: ListenRequest, { signal }: CallContext) =>
      (await ears.listener()).listen(pcm, sampleRateHz, signal),
  });
}

/** Connects to the ears served on `port`. */
export async function remoteEars(port: MessagePort): Promise<Ears> {
  const remote = remoteCalls(port);
  const aligner = (await remote.call('aligner', null)) as string;
  return {
    aligner: {
      version: aligner,
      align: async (request, onProgress, signal) =>
        (await remote.call('align', request, { signal, onProgress })) as readonly (AlignedWord | null)[],
      close: () => undefined,
    },
    async listener() {
      const version = (await remote.call('listener', null)) as string;
      return {
        version,
        listen: async (pcm: Float32Array<ArrayBuffer>, sampleRateHz: number, signal?: CancelSignal) =>
          (await remote.call('listen', { pcm, sampleRateHz }, { signal })) as HeardSpeech,
      };
    },
  };
}

/**
 * The ears of another worker: speech.worker aligns and listens, because its models live there; render.worker asks. Both
 * ends of the port are here, so that they cannot drift apart.
 */
import type { CancelSignal } from '#core/base/errors.ts';
import type { AlignedWord, AlignRequest, SpeechAligner } from '#core/speech/align/ports.ts';
import type { HeardSpeech, SpeechListener } from '#core/speech/listen/heard.ts';
import { remoteCalls, serveCalls, type CallContext } from './remote-calls.ts';

interface ListenRequest {
  readonly pcm: Float32Array<ArrayBuffer>;
  readonly sampleRateHz: number;
}
interface EarsDescription {
  readonly aligner: string;
  readonly listener: string | null;
}

export interface Ears {
  readonly aligner: SpeechAligner;
  readonly listener: Pick<SpeechListener, 'version' | 'listen'> | null;
}

/** Offers both on `port`; they stay the caller's to close. */
export function serveEars(port: MessagePort, { aligner, listener }: Ears): void {
  serveCalls(port, {
    describe: (): Promise<EarsDescription> =>
      Promise.resolve({ aligner: aligner.version, listener: listener?.version ?? null }),
    align: (request: AlignRequest, { signal, onProgress }: CallContext) =>
      aligner.align(request, onProgress, signal),
    listen: ({ pcm, sampleRateHz }: ListenRequest, { signal }: CallContext) =>
      listener ? listener.listen(pcm, sampleRateHz, signal) : Promise.resolve(null),
  });
}

/** Connects to the ears served on `port`. */
export async function remoteEars(port: MessagePort): Promise<Ears> {
  const remote = remoteCalls(port);
  const described = (await remote.call('describe', null)) as EarsDescription;
  return {
    aligner: {
      version: described.aligner,
      align: async (request, onProgress, signal) =>
        (await remote.call('align', request, { signal, onProgress })) as readonly (AlignedWord | null)[],
      close: () => undefined,
    },
    listener:
      described.listener === null
        ? null
        : {
            version: described.listener,
            listen: async (pcm: Float32Array<ArrayBuffer>, sampleRateHz: number, signal?: CancelSignal) =>
              (await remote.call('listen', { pcm, sampleRateHz }, { signal })) as HeardSpeech,
          },
  };
}

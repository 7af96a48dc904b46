/**
 * The ears of another worker: speech.worker aligns and listens, because its models live there; render.worker asks. Both
 * ends of the port are here, so that they cannot drift apart. The listener's model is large, and opened at the other
 * end when it is first asked for.
 */
import type { CancelSignal } from '#core/base/errors.ts';
import type { AlignedWord, AlignRequest } from '#core/speech/align/ports.ts';
import type { Ears } from '#core/speech/listen/ears.ts';
import type { HeardSpeech, ListenStream, SpeechListener } from '#core/speech/listen/heard.ts';
import { remoteCalls, serveCalls, type CallContext, type RemoteCalls } from './remote-calls.ts';

interface ListenRequest {
  readonly pcm: Float32Array<ArrayBuffer>;
  readonly sampleRateHz: number;
}
/** Streams are known by a number that the asking end gives. */
type StreamRequest =
  | { readonly stream: number; readonly type: 'open'; readonly sampleRateHz: number }
  | { readonly stream: number; readonly type: 'push'; readonly pcm: Float32Array<ArrayBuffer> }
  | { readonly stream: number; readonly type: 'finish' | 'close' };

/** Ears that hear streams, too. */
export interface StreamingEars extends Ears {
  listener(): Promise<SpeechListener>;
}

/** Offers both on `port`; they stay the caller's to close. */
export function serveEars(port: MessagePort, { aligner, listener }: StreamingEars): void {
  const streams = new Map<number, ListenStream>();
  serveCalls(port, {
    aligner: () => Promise.resolve(aligner.version),
    align: (request: AlignRequest, { signal, onProgress }: CallContext) =>
      aligner.align(request, onProgress, signal),
    listener: async () => (await listener()).version,
    listen: async ({ pcm, sampleRateHz }: ListenRequest, { signal }: CallContext) =>
      (await listener()).listen(pcm, sampleRateHz, signal),
    stream: async (request: StreamRequest) => {
      if (request.type === 'open')
        return void streams.set(request.stream, (await listener()).open(request.sampleRateHz));
      const stream = streams.get(request.stream);
      if (request.type === 'push') return stream?.push(request.pcm);
      streams.delete(request.stream);
      return request.type === 'finish' ? stream?.finish() : stream?.close();
    },
  });
}

/** Connects to the ears served on `port`. */
export async function remoteEars(port: MessagePort): Promise<StreamingEars> {
  const remote = remoteCalls(port);
  const version = (await remote.call('aligner', null)) as string;
  let streams = 0;
  return {
    aligner: {
      version,
      align: async (request, onProgress, signal) =>
        (await remote.call('align', request, { signal, onProgress })) as readonly (AlignedWord | null)[],
      close: () => undefined,
    },
    // Asked each time: the other end may hear with other weights by now, when its graphics card has gone.
    listener: () => remoteListener(remote, () => ++streams),
  };
}

async function remoteListener(remote: RemoteCalls, nextStream: () => number): Promise<SpeechListener> {
  const version = (await remote.call('listener', null)) as string;
  return {
    version,
    listen: async (pcm: Float32Array<ArrayBuffer>, sampleRateHz: number, signal?: CancelSignal) =>
      (await remote.call('listen', { pcm, sampleRateHz }, { signal })) as HeardSpeech,
    open(sampleRateHz) {
      const stream = nextStream();
      const ask = (request: StreamRequest, parts: Transferable[] = []) =>
        remote.call('stream', request, { transfer: parts });
      const opened = ask({ stream, type: 'open', sampleRateHz });
      opened.catch(() => undefined); // told to the first push
      return {
        push: async (pcm) => {
          await opened;
          return (await ask({ stream, type: 'push', pcm })) as HeardSpeech;
        },
        finish: async () => {
          await opened;
          return (await ask({ stream, type: 'finish' })) as HeardSpeech;
        },
        close: () => void opened.then(() => ask({ stream, type: 'close' })).catch(() => undefined),
      };
    },
    close: () => Promise.resolve(), // it is the other end's
  };
}

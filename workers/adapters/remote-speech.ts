/**
 * A SpeechEngine at the other end of a MessagePort: speech.worker serves it, render.worker speaks through it. Requests
 * carry an id, so that each can be cancelled by it; sound is transferred, errors cross as data.
 */
import {
  AppError,
  errorFromWire,
  errorToWire,
  type CancelSignal,
  type ErrorWire,
} from '#core/base/errors.ts';
import type { EngineSpeech, EngineVoiceInfo, SpeechEngine, SpeechRequest } from '#core/speech/ports.ts';
import { watch } from './remote-calls.ts';

type ToEngine =
  | { readonly type: 'speak'; readonly id: number; readonly request: SpeechRequest }
  | { readonly type: 'cancel'; readonly id: number };

type FromEngine =
  | { readonly type: 'ready'; readonly engine: EngineDescription }
  | { readonly type: 'spoken'; readonly id: number; readonly speech: EngineSpeech }
  | { readonly type: 'failed'; readonly id: number; readonly error: ErrorWire };

interface EngineDescription {
  readonly id: string;
  readonly version: string;
  readonly withoutPhones: boolean;
  readonly voices: readonly EngineVoiceInfo[];
}

/** Offers `engine` on `port`; the engine stays the caller's to close. */
export function serveSpeech(port: MessagePort, engine: SpeechEngine): void {
  const running = new Map<number, { aborted: boolean }>();
  port.onmessage = ({ data }: MessageEvent<ToEngine>) => {
    if (data.type === 'cancel') {
      const signal = running.get(data.id);
      if (signal) signal.aborted = true;
      return;
    }
    const { id, request } = data;
    const signal = { aborted: false };
    running.set(id, signal);
    engine
      .speak(request, signal)
      .then(
        (speech) =>
          port.postMessage({ type: 'spoken', id, speech } satisfies FromEngine, [speech.pcm.buffer]),
        (error: unknown) =>
          port.postMessage({ type: 'failed', id, error: errorToWire(error) } satisfies FromEngine),
      )
      .finally(() => running.delete(id));
  };
  port.postMessage({
    type: 'ready',
    engine: {
      id: engine.id,
      version: engine.version,
      withoutPhones: engine.withoutPhones ?? false,
      voices: engine.voices(),
    },
  } satisfies FromEngine);
}

interface Waiting {
  readonly resolve: (speech: EngineSpeech) => void;
  readonly reject: (error: unknown) => void;
  readonly stopWatching: () => void;
}

/** Connects to the engine served on `port`; ready when the other end has said which engine it is. */
export async function remoteSpeechEngine(port: MessagePort): Promise<SpeechEngine> {
  const waiting = new Map<number, Waiting>();
  let described: (engine: EngineDescription) => void = () => {};
  const description = new Promise<EngineDescription>((resolve) => (described = resolve));
  port.onmessage = ({ data }: MessageEvent<FromEngine>) => {
    if (data.type === 'ready') {
      described(data.engine);
      return;
    }
    const job = waiting.get(data.id);
    if (!job) return; // cancelled in the meantime
    waiting.delete(data.id);
    job.stopWatching();
    if (data.type === 'spoken') job.resolve(data.speech);
    else job.reject(errorFromWire(data.error));
  };
  const { id, version, withoutPhones, voices } = await description;
  let nextId = 1;
  return {
    id,
    version,
    withoutPhones,
    voices: () => voices,
    speak(request: SpeechRequest, signal?: CancelSignal): Promise<EngineSpeech> {
      const job = nextId++;
      return new Promise((resolve, reject) => {
        const cancel = () => {
          waiting.get(job)?.stopWatching();
          waiting.delete(job);
          port.postMessage({ type: 'cancel', id: job } satisfies ToEngine);
          reject(new AppError('cancelled', 'Stopped.'));
        };
        waiting.set(job, { resolve, reject, stopWatching: watch(signal, cancel) });
        if (signal?.aborted) cancel();
        else port.postMessage({ type: 'speak', id: job, request } satisfies ToEngine);
      });
    },
    close() {
      for (const [job, { reject, stopWatching }] of waiting) {
        stopWatching();
        port.postMessage({ type: 'cancel', id: job } satisfies ToEngine);
        reject(new AppError('cancelled', 'Stopped.'));
      }
      waiting.clear();
      port.close();
    },
  };
}

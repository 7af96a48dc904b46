/**
 * Verifies known words in a thread of its own. A search takes seconds and nothing comes between: in the server's thread,
 * what arrives meanwhile would be stamped late, and a person who records consent be told that they held it back.
 */
import { Worker } from 'node:worker_threads';
import {
  AppError,
  errorFromWire,
  throwIfCancelled,
  type CancelSignal,
  type ErrorWire,
} from '#core/base/errors.ts';
import type { SpotRequest, SpottedWords, WordSpotter } from '#core/speech/spot.ts';
import { soundswallowerNodeSpotter } from './soundswallower-node.ts';

type Asked =
  { readonly request: SpotRequest } | { readonly language: string; readonly words: readonly string[] };
export type SpotQuestion = Asked & { readonly number: number };
type Answer = SpottedWords | null | readonly boolean[];
export type SpotAnswer =
  | { readonly number: number; readonly answer: Answer }
  | { readonly number: number; readonly error: ErrorWire };

interface Waiting {
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: unknown) => void;
}

export function threadedSpotter(): WordSpotter {
  // Says what it serves; its program is loaded by nobody here.
  const { version, serves } = soundswallowerNodeSpotter();
  const waiting = new Map<number, Waiting>();
  let worker: Worker | null = null;
  let asked = 0;
  const end = (error: unknown): void => {
    worker = null;
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
  };
  const start = (): Worker => {
    const started = new Worker(new URL('./spotter-program.ts', import.meta.url));
    started.on('message', (answer: SpotAnswer) => {
      const asker = waiting.get(answer.number);
      waiting.delete(answer.number);
      // The process may end while nothing is asked.
      if (waiting.size === 0) started.unref();
      if ('error' in answer) asker?.reject(errorFromWire(answer.error));
      else asker?.resolve(answer.answer);
    });
    const broke = (cause: unknown) =>
      worker === started && end(new AppError('internal', 'What listens for words has stopped.', { cause }));
    started.on('error', broke);
    started.on('exit', broke);
    return started;
  };
  const ask = async (question: Asked, signal?: CancelSignal): Promise<Answer> => {
    throwIfCancelled(signal);
    worker ??= start();
    const to = worker;
    const number = asked++;
    const answer = await new Promise<Answer>((resolve, reject) => {
      waiting.set(number, { resolve, reject });
      to.ref();
      to.postMessage({ number, ...question } satisfies SpotQuestion);
    });
    throwIfCancelled(signal);
    return answer;
  };
  return {
    version,
    serves,
    spot: async (request, signal) => (await ask({ request }, signal)) as SpottedWords | null,
    knows: async (language, words, signal) => (await ask({ language, words }, signal)) as readonly boolean[],
    close() {
      void worker?.terminate();
      end(new AppError('cancelled', 'Stopped.'));
    },
  };
}

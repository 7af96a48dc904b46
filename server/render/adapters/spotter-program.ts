/** The thread behind `threadedSpotter`: one question after the other, each answered by its number. */
import { parentPort } from 'node:worker_threads';
import { errorToWire } from '#core/base/errors.ts';
import { soundswallowerNodeSpotter } from './soundswallower-node.ts';
import type { SpotAnswer, SpotQuestion } from './spotter-thread.ts';

const spotter = soundswallowerNodeSpotter();

async function answer({ number, ...asked }: SpotQuestion): Promise<SpotAnswer> {
  try {
    if ('request' in asked) return { number, answer: await spotter.spot(asked.request) };
    return { number, answer: await spotter.knows(asked.language, asked.words) };
  } catch (error) {
    return { number, error: errorToWire(error) };
  }
}

let last: Promise<unknown> = Promise.resolve();
parentPort?.on('message', (question: SpotQuestion) => {
  last = last.then(async () => parentPort?.postMessage(await answer(question)));
});

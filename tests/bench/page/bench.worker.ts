/**
 * The bench's own worker: the same parts as in render.worker, taken through their paces one by one. It says when it is
 * there (its modules load asynchronously, and what is said to it before is lost), is asked once, and answers once.
 */
import { editStages } from './edit-stages.ts';
import { floor } from './floor.ts';
import { follow } from './follow-web.ts';
import { frames } from './frame-passes.ts';
import { listen } from './listen-web.ts';
import { meshes } from './meshes-web.ts';
import type { WorkerApi } from './protocol.ts';

const api: WorkerApi = { frames, floor, editStages, listen, meshes, follow };

interface Call {
  readonly name: keyof WorkerApi;
  readonly argument: never;
}

self.onmessage = ({ data }: MessageEvent<Call>) => {
  const { name, argument } = data;
  const work: Promise<unknown> = api[name](argument);
  work.then(
    (value) => self.postMessage({ value }),
    (error: unknown) =>
      self.postMessage({
        error: error instanceof Error ? (error.stack ?? error.message) : String(error),
      }),
  );
};
self.postMessage('ready');

/**
 * A render's own process. It decodes what strangers made and draws for minutes, so it may be killed at any moment; all
 * that it knows came over the channel, and all that it makes goes to the store. Run by open-process.ts.
 */
import { errorToWire, type CancelSignal } from '#core/base/errors.ts';
import type { RenderStep } from './process.ts';
import { openStoreAt } from './store-place.ts';
import type { FromChild, ToChild } from './wire.ts';
import { RenderWork } from './work.ts';

const PROGRESS_EVERY_MS = 200;
const MEMORY_EVERY_MS = 500;

const running = new Map<number, { aborted: boolean }>();
let work: Promise<RenderWork> | null = null;

function tell(message: FromChild): void {
  process.send?.(message);
}

process.on('message', (message: ToChild) => {
  switch (message.type) {
    case 'open':
      work = RenderWork.open(message.spec, {
        store: openStoreAt(message.place),
        scratch: message.scratch,
        encodedBy: message.encodedBy,
        drawing: {
          wish: message.wish,
          known: message.known,
          tell: (kindOfFilm, drawing) => tell({ type: 'drawing', kindOfFilm, drawing }),
        },
      });
      work.then(
        () => tell({ type: 'opened' }),
        (error: unknown) => tell({ type: 'failed', id: null, error: errorToWire(error) }),
      );
      break;
    case 'run':
      void run(message.id, message.step);
      break;
    case 'cancel': {
      const signal = running.get(message.id);
      if (signal) signal.aborted = true;
      break;
    }
    default:
      message satisfies never;
  }
});
// Nobody is left to render for.
process.on('disconnect', () => process.exit(0));
setInterval(() => tell({ type: 'memory', rssBytes: process.memoryUsage.rss() }), MEMORY_EVERY_MS).unref();

async function run(id: number, step: RenderStep): Promise<void> {
  const signal = { aborted: false };
  running.set(id, signal);
  try {
    const opened = await work;
    if (!opened) throw new Error('a step came before its film');
    const result = await opened.run(step, throttled(id), signal satisfies CancelSignal);
    tell({ type: 'done', id, result });
  } catch (error) {
    tell({ type: 'failed', id, error: errorToWire(error) });
  } finally {
    running.delete(id);
  }
}

function throttled(id: number): (progress: { fraction: number; secondsLeft: number | null }) => void {
  let toldMs = -Infinity;
  return (progress) => {
    const nowMs = performance.now();
    if (progress.fraction < 1 && nowMs - toldMs < PROGRESS_EVERY_MS) return;
    toldMs = nowMs;
    tell({ type: 'progress', id, progress });
  };
}

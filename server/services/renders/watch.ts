/**
 * Who watches a render is told of each change. One look a moment for all that are watched here, whichever process made the
 * change; a watcher that is slow gets the newest state and misses only what is past.
 */
import { renderRepository } from '../../repositories/renders.ts';
import { viewsOf, type ShowParts } from './show.ts';
import { hasEnded, type RenderView } from './view.ts';

export interface Watching {
  /** Each newer state from `after` on, until the render has ended or the signal fires. */
  watch(renderId: string, after: number, signal: AbortSignal): AsyncIterable<RenderView>;
  /** Something changed here: look at once. */
  poke(): void;
  close(): void;
}

const LOOK_MS = 500;
/** What waits changes without a change of its own: others come and go. */
const WAITING_LOOK_MS = 5000;

interface Watcher {
  readonly renderId: string;
  seen: number;
  shownMs: number;
  waiting: boolean;
  /** The state that is new to them, until they take it. */
  next: RenderView | null;
  wake: () => void;
}

export function openWatching(parts: ShowParts): Watching {
  const { queries } = parts.database;
  const watchers = new Set<Watcher>();
  let timer: ReturnType<typeof setTimeout> | null = null;
  let looking = false;
  let closed = false;

  const look = async (): Promise<void> => {
    if (looking || closed) return;
    looking = true;
    try {
      const renders = renderRepository(queries);
      const ids = [...new Set([...watchers].map(({ renderId }) => renderId))];
      const versions = new Map((await renders.versionsOf(ids)).map(({ id, version }) => [id, version]));
      const nowMs = performance.now();
      const behind = [...watchers].filter(
        (watcher) =>
          (versions.get(watcher.renderId) ?? 0) > watcher.seen ||
          (watcher.waiting && nowMs - watcher.shownMs > WAITING_LOOK_MS),
      );
      // All of them at once: where they stand is worked out from the whole queue, whose length is anybody's.
      const rows = await renders.findAll([...new Set(behind.map(({ renderId }) => renderId))]);
      const views = new Map((await viewsOf(parts, rows)).map((view) => [view.id, view]));
      for (const watcher of behind) {
        const view = views.get(watcher.renderId);
        if (!view) continue;
        Object.assign(watcher, {
          seen: view.version,
          shownMs: nowMs,
          next: view,
          waiting: view.state === 'queued',
        });
        watcher.wake();
      }
    } catch {
      // The database is away; those who watch are told when it is back.
    } finally {
      looking = false;
    }
  };
  const schedule = (): void => {
    if (timer !== null || watchers.size === 0 || closed) return;
    timer = setTimeout(() => {
      timer = null;
      void look().finally(schedule);
    }, LOOK_MS);
    timer.unref();
  };

  return {
    async *watch(renderId, after, signal) {
      let wake = (): void => undefined;
      const watcher: Watcher = {
        renderId,
        seen: after,
        shownMs: 0,
        waiting: false,
        next: null,
        wake: () => wake(),
      };
      const stop = () => wake();
      watchers.add(watcher);
      signal.addEventListener('abort', stop);
      try {
        void look().finally(schedule);
        while (!signal.aborted && !closed) {
          const { next } = watcher;
          if (!next) {
            await new Promise<void>((resolve) => (wake = resolve));
            continue;
          }
          watcher.next = null;
          yield next;
          if (hasEnded(next.state)) return;
        }
      } finally {
        signal.removeEventListener('abort', stop);
        watchers.delete(watcher);
      }
    },
    poke: () => void look().finally(schedule),
    close() {
      closed = true;
      if (timer) clearTimeout(timer);
      for (const watcher of watchers) watcher.wake();
    },
  };
}

/**
 * How a cloud render goes on, as the server tells it: server-sent events, which a browser takes up again by itself where the
 * connection broke off. Where the server itself was away it does not, so that is done here.
 */
import type { Render } from './client.ts';
import { pause } from './uploads.ts';

const AGAIN_MS = 2000;

export interface RenderWatch {
  onRender(render: Render): void;
  /** Whether anything is heard; false while the connection is lost. */
  onConnected(connected: boolean): void;
  /** It has ended and was told, or is not to be had: ask by the ordinary way. */
  onOver(): void;
}

/** @returns ends it */
export function watchRender(id: string, watch: RenderWatch): () => void {
  const stop = new AbortController();
  let last = -1;
  let source: EventSource | null = null;
  const open = () => {
    if (stop.signal.aborted) return;
    const events = (source = new EventSource(`/api/renders/${encodeURIComponent(id)}/events`));
    events.onopen = () => watch.onConnected(true);
    events.addEventListener('render', (event: MessageEvent<string>) => {
      const render = JSON.parse(event.data) as Render;
      watch.onConnected(true);
      if (render.version <= last) return;
      last = render.version;
      watch.onRender(render);
      if (!hasEnded(render)) return;
      stop.abort();
      events.close();
      watch.onOver();
    });
    events.onerror = () => {
      watch.onConnected(false);
      // While the browser tries again by itself, it says CONNECTING.
      if (events.readyState !== EventSource.CLOSED || stop.signal.aborted) return;
      events.close();
      void pause(AGAIN_MS, stop.signal).then(open);
    };
  };
  open();
  return () => {
    stop.abort();
    source?.close();
  };
}

const ENDED: readonly Render['state'][] = ['done', 'failed', 'cancelled', 'stopped'];
export function hasEnded({ state }: Pick<Render, 'state'>): boolean {
  return ENDED.includes(state);
}

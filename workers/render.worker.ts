/**
 * The worker that draws, encodes and assembles: see render/service.ts. Part of what that imports (HarfBuzz) begins with
 * a top-level await, and what is said to a worker before anyone listens is lost; so this listens first, and hands on
 * what came early.
 */
import * as Comlink from '#shared/comlink.ts';

const early: MessageEvent[] = [];
const keep = (event: MessageEvent) => void early.push(event);
addEventListener('message', keep);

const { RenderService } = await import('./render/service.ts');
Comlink.expose(new RenderService());

removeEventListener('message', keep);
for (const { data, ports } of early)
  dispatchEvent(new MessageEvent('message', { data: data as unknown, ports: [...ports] }));

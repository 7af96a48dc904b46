/**
 * Server-sent events (WHATWG HTML, 9.2): one line of JSON an event, with an id by which a browser that was cut off says
 * what it has seen. A comment now and then keeps proxies from thinking that nobody is there.
 */

export interface SentEvent {
  readonly id: string;
  readonly event: string;
  readonly data: unknown;
}

const KEEP_ALIVE_MS = 15_000;
/** How soon a browser that was cut off comes back. */
const RETRY_MS = 1000;

export function eventStream<T>(source: AsyncIterable<T>, toEvent: (item: T) => SentEvent): Response {
  const encoder = new TextEncoder();
  const iterator = source[Symbol.asyncIterator]();
  let timer: ReturnType<typeof setInterval> | undefined;
  const stream = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(encoder.encode(`retry: ${RETRY_MS}\n\n`));
      timer = setInterval(() => controller.enqueue(encoder.encode(': still here\n\n')), KEEP_ALIVE_MS);
      timer.unref();
    },
    async pull(controller) {
      const next = await iterator.next().catch(() => null);
      if (next === null || next.done) {
        clearInterval(timer);
        controller.close();
        return;
      }
      const { id, event, data } = toEvent(next.value);
      controller.enqueue(encoder.encode(`id: ${id}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`));
    },
    async cancel() {
      clearInterval(timer);
      await iterator.return?.();
    },
  });
  return new Response(stream, {
    headers: {
      'Content-Type': 'text/event-stream',
      'Cache-Control': 'no-store',
      // Proxies that collect answers before passing them on would hold events back.
      'X-Accel-Buffering': 'no',
    },
  });
}

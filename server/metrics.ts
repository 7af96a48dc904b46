/** The one place that names the Prometheus client. Labels are routes' patterns, methods and statuses: never a person's. */
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

export interface Metrics {
  request(route: string, method: string, status: number, seconds: number): void;
  /** Something that is counted, such as `consent_granted`. */
  count(what: string, by?: number): void;
  /** Something that is read when asked, such as the length of a queue. */
  watch(what: string, help: string, read: () => Promise<number> | number): void;
  text(): Promise<string>;
}

export function newMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const requests = new Histogram({
    name: 'orator_request_seconds',
    help: 'How long requests took',
    labelNames: ['route', 'method', 'status'],
    buckets: [0.005, 0.02, 0.1, 0.5, 2, 10],
    registers: [registry],
  });
  const events = new Counter({
    name: 'orator_events_total',
    help: 'What happened, by name',
    labelNames: ['event'],
    registers: [registry],
  });
  return {
    request: (route, method, status, seconds) => requests.observe({ route, method, status }, seconds),
    count: (event, by = 1) => events.inc({ event }, by),
    watch(what, help, read) {
      new Gauge({
        name: `orator_${what}`,
        help,
        registers: [registry],
        async collect() {
          this.set(await read());
        },
      });
    },
    text: () => registry.metrics(),
  };
}

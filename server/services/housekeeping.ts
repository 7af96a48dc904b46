/** What is done now and once an hour: files and counts that nobody needs any more go. */
import { errorFields, type Logger } from '../logger.ts';

export interface Housekeeping {
  /** Everything once. */
  run(): Promise<void>;
  close(): Promise<void>;
}

const HOUR_MS = 3_600_000;

/** @param chores by name; one that fails keeps no other from being done */
export function openHousekeeping(
  log: Logger,
  chores: Readonly<Record<string, () => Promise<unknown>>>,
): Housekeeping {
  let running: Promise<void> | null = null;
  const all = async (): Promise<void> => {
    for (const [chore, work] of Object.entries(chores))
      try {
        await work();
      } catch (error) {
        log.error({ chore, ...errorFields(error) }, 'a chore stopped half-way');
      }
  };
  const run = (): Promise<void> => (running ??= all().finally(() => (running = null)));
  const timer = setInterval(() => void run(), HOUR_MS);
  timer.unref();
  void run();
  return {
    run,
    async close() {
      clearInterval(timer);
      await running;
    },
  };
}

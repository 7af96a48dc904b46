import { describe, expect, test } from 'vitest';
import type { JobId } from '#core/base/ids.ts';
import { JobQueue } from '#workers/render/job-queue.ts';

const id = (name: string) => name as JobId;

/** A job of many small steps that notes each in `log`. */
function steps(
  queue: JobQueue,
  name: string,
  priority: 'prepare' | 'thumbnail' | 'export',
  log: string[],
  count = 5,
) {
  return queue.run(id(name), priority, async ({ breathe }) => {
    for (let i = 0; i < count; i++) {
      await breathe();
      log.push(`${name}${i}`);
    }
    return name;
  });
}

describe('a queue of jobs', () => {
  test('runs jobs of one urgency one after another, in the order they came', async () => {
    const queue = new JobQueue();
    const log: string[] = [];
    await Promise.all([steps(queue, 'a', 'thumbnail', log, 2), steps(queue, 'b', 'thumbnail', log, 2)]);
    expect(log).toEqual(['a0', 'a1', 'b0', 'b1']);
  });

  test('lets a more urgent job through between two steps of a running one, which then goes on', async () => {
    const queue = new JobQueue();
    const log: string[] = [];
    const exported = queue.run(id('export'), 'export', async ({ breathe }) => {
      for (let i = 0; i < 4; i++) {
        await breathe();
        log.push(`export${i}`);
        if (i === 1) void steps(queue, 'prepare', 'prepare', log, 3);
      }
    });
    await exported;
    expect(log).toEqual(['export0', 'export1', 'prepare0', 'prepare1', 'prepare2', 'export2', 'export3']);
  });

  test('a less urgent job waits for the more urgent one to end', async () => {
    const queue = new JobQueue();
    const log: string[] = [];
    await Promise.all([steps(queue, 'prepare', 'prepare', log, 2), steps(queue, 'export', 'export', log, 1)]);
    expect(log).toEqual(['prepare0', 'prepare1', 'export0']);
  });

  test('ends a running job at its next step when it is cancelled, and a waiting one before its first', async () => {
    const queue = new JobQueue();
    const log: string[] = [];
    const running = queue.run(id('a'), 'export', async ({ breathe }) => {
      for (;;) {
        await breathe();
        log.push('a');
        if (log.length === 3) {
          queue.cancel(id('b'));
          queue.cancel(id('a'));
        }
      }
    });
    const waiting = steps(queue, 'b', 'export', log);
    await expect(running).rejects.toMatchObject({ code: 'cancelled' });
    await expect(waiting).rejects.toMatchObject({ code: 'cancelled' });
    expect(log).toEqual(['a', 'a', 'a']);
  });

  test('cancels an export even while it gives way to something more urgent', async () => {
    const queue = new JobQueue();
    let release: () => void = () => undefined;
    const exported = queue.run(id('export'), 'export', async ({ breathe }) => {
      void queue.run(id('prepare'), 'prepare', () => new Promise<void>((resolve) => (release = resolve)));
      for (;;) await breathe();
    });
    queue.cancel(id('export'));
    await expect(exported).rejects.toMatchObject({ code: 'cancelled' });
    release();
  });

  test('a newer prepare supersedes the older one', async () => {
    const queue = new JobQueue();
    const log: string[] = [];
    const older = steps(queue, 'old', 'prepare', log);
    queue.supersede('prepare');
    const newer = steps(queue, 'new', 'prepare', log, 1);
    await expect(older).rejects.toMatchObject({ code: 'cancelled' });
    expect(await newer).toBe('new');
    expect(log).toEqual(['new0']);
  });
});

/**
 * The queue alone: ten thousand films of one segment whose drawing takes no time, asked for, begun, drawn, assembled and
 * given out, on each database. Everything is real but the pictures: permits, verdicts, the log, the transactions.
 */
import type { CacheKey } from '#core/base/ids.ts';
import { sha256Hex } from '#core/base/hashing.ts';
import type { OpenRenderProcess, RenderStep, StepResults } from '#server/render/process.ts';
import { accountAssets } from '#server/services/assets/account-assets.ts';
import { SCOPES, type AccountCaller } from '#server/services/accounts/caller.ts';
import type { FileStore } from '#server/services/store.ts';
import { bothDatabases } from '../../server/harness/places.ts';
import { filmOf } from '../../server/harness/renders/films.ts';
import { openTrust } from '../../server/harness/trust.ts';
import type { Row } from '../row.ts';
import { SMALL } from './films.ts';

const JOBS = Number(process.env['ORATOR_DRAIN_JOBS'] ?? 10_000);
/** One of the databases alone, by a part of its name. */
const ON = process.env['ORATOR_DRAIN_ON'] ?? '';
const SLOTS = 8;
const ACCOUNTS = 10;

export async function drainRows(): Promise<readonly Row[]> {
  const places = await bothDatabases();
  const rows: Row[] = [];
  try {
    for (const [database, fresh] of places.all.filter(([name]) => name.includes(ON))) {
      let store: FileStore | null = null;
      const trust = await openTrust({
        place: await fresh(),
        env: {
          RENDER_SLOTS: String(SLOTS),
          VERDICTS_PER_DAY: '1000000',
          RENDERS_QUEUED: '1000000',
          RENDER_SECONDS_PER_DAY: '100000000',
        },
        render: { openProcess: instant(() => store as FileStore) },
      });
      store = trust.services.store;
      const people = await Promise.all(Array.from({ length: ACCOUNTS }, () => trust.person()));
      const callers = people.map(({ accountId }): AccountCaller => ({
        ...{ kind: 'account', accountId, via: 'session', scopes: SCOPES, memberships: [], ban: null },
      }));
      const project = filmOf(['Hello.']);
      const startedMs = performance.now();
      const ids = new Set<string>();
      for (let i = 0; i < JOBS; i++) {
        const caller = callers[i % ACCOUNTS] as AccountCaller;
        const wish = { project, grade: 'final', output: SMALL, priority: 'normal' } as const;
        ids.add((await trust.services.renders.submit(caller, wish)).id);
      }
      const askedMs = performance.now();
      let done = 0;
      while (done < JOBS) {
        await new Promise((resolve) => setTimeout(resolve, 500));
        done = await countDone(trust.services.database.statement);
      }
      const drainedMs = performance.now();
      const note = `${database}, ${ids.size} asked for, ${done} given out, ${SLOTS} hands, one process`;
      rows.push(
        {
          what: `queue: asking, ${database}`,
          value: JOBS / ((askedMs - startedMs) / 1000),
          unit: 'films/s',
          note,
        },
        {
          what: `queue: all through, ${database}`,
          value: JOBS / ((drainedMs - startedMs) / 1000),
          unit: 'films/s',
          note,
        },
        { what: `queue: lost, ${database}`, value: ids.size - done, unit: 'films', note },
      );
      await trust.close();
    }
  } finally {
    await places.stop();
  }
  return rows;
}

async function countDone(
  statement: (text: string) => Promise<{ readonly rows: readonly unknown[] }>,
): Promise<number> {
  const { rows } = await statement(`select count(*)::integer as all from render where state = 'done'`);
  const [row] = rows as { readonly all: number }[];
  return row?.all ?? 0;
}

/** One segment of one frame, each key its account's own; in this process. */
function instant(store: () => FileStore): OpenRenderProcess {
  return async ({ accountId, project }) => {
    const assets = accountAssets(store(), accountId);
    const key = (await sha256Hex(new TextEncoder().encode(project.id))) as string as CacheKey;
    const segment = { index: 0, key, frameCount: 1, stored: false };
    const answer = async (kind: RenderStep['kind']): Promise<StepResults[RenderStep['kind']]> => {
      switch (kind) {
        case 'prepare':
          return { segments: [segment], frameCount: 1, durationS: 0.04 };
        case 'draw':
          return { segments: [segment], cpuS: 0.001, drawing: null };
        case 'sound':
          return { key };
        case 'assemble': {
          const film = await assets.put(new TextEncoder().encode(key));
          return { film, bytes: key.length, mime: 'video/mp4', extension: 'mp4', captions: null };
        }
      }
    };
    return {
      ended: false,
      encodedBy: 'software',
      run: async (step) => (await answer(step.kind)) as never,
      close: () => Promise.resolve(),
    };
  };
}

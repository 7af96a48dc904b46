/**
 * Makes Orator ready to work without a network, from the page's side. The service worker keeps files; this decides
 * when: after the first paint, in idle time, one file at a time, going on where an earlier visit stopped. A newer
 * version is fetched in full before the person is asked, so that saying yes never needs the network.
 */
import { errorFromWire, toAppError, type AppError } from '#core/base/errors.ts';
import type { OfflineAnswer, OfflineInventory, OfflineRequest } from './protocol.ts';
import { sparesData } from './spares-data.ts';

export interface OfflineState {
  /**
   * unsupported: no service workers here (or a development server). on-request: this device spares data, so nothing is kept
   * until somebody asks. failed: it will be tried again.
   */
  readonly phase: 'unsupported' | 'waiting' | 'on-request' | 'fetching' | 'ready' | 'failed';
  readonly doneBytes: number;
  readonly totalBytes: number;
  readonly problem: AppError | null;
  /** A newer version is kept in full, and takes over when asked to. */
  readonly updateReady: boolean;
}

export interface OfflineOptions {
  /** Where the app is served from, such as `/`. */
  readonly base: string;
  readonly onChange: (state: OfflineState) => void;
  /** True while the network and the processor are wanted for something better, such as an export. */
  readonly busy?: () => boolean;
  /** This device spares data: a hundred megabytes that nobody asked for are not fetched. Default: what the browser says. */
  readonly sparesData?: boolean;
}

export interface OfflineKeeper {
  /** Fetches what is missing now rather than in an idle moment. */
  fetchNow(): Promise<void>;
  /** Lets the newer version take over and reloads. Save first. */
  applyUpdate(): Promise<void>;
  stop(): void;
}

const FIRST_PAUSE_MS = 3000;
const IDLE_WITHIN_MS = 5000;
const BUSY_PAUSE_MS = 2000;
const RETRY_MS = 60_000;
const LOOK_FOR_UPDATES_MS = 3_600_000;
/** Files of less than this together are one step: a pause before each would take longer than fetching them. */
const STEP_BYTES = 500_000;
/** The largest file is 32 MB; on a slow line that takes a while. */
const ANSWER_WITHIN_MS = 15 * 60_000;

const INITIAL: OfflineState = {
  phase: 'waiting',
  doneBytes: 0,
  totalBytes: 0,
  problem: null,
  updateReady: false,
};

export function keepOffline(options: OfflineOptions): OfflineKeeper {
  let state = INITIAL;
  const change = (part: Partial<OfflineState>) => {
    state = { ...state, ...part };
    options.onChange(state);
  };
  if (!('serviceWorker' in navigator)) {
    change({ phase: 'unsupported' });
    return { fetchNow: () => Promise.resolve(), applyUpdate: () => Promise.resolve(), stop: () => undefined };
  }

  const container = navigator.serviceWorker;
  const stopping = new AbortController();
  const { signal } = stopping;
  let hurry = false;
  let registration: ServiceWorkerRegistration | null = null;
  let running: Promise<void> | null = null;
  /** The first worker claims a page that had none; any later change of worker is an update. */
  let controlled = container.controller !== null;
  let applying = false;

  container.addEventListener(
    'controllerchange',
    () => {
      if (applying) location.reload();
      else if (controlled) change({ updateReady: true }); // another tab agreed: reloading is all that is left
      controlled = true;
    },
    { signal },
  );

  /** Until the next idle moment; slower, but never for ever, while something better is going on. */
  const idle = async () => {
    if (!hurry && options.busy?.() === true) await pause(BUSY_PAUSE_MS);
    if (hurry || signal.aborted) return;
    await new Promise<void>((resolve) => {
      if ('requestIdleCallback' in window) requestIdleCallback(() => resolve(), { timeout: IDLE_WITHIN_MS });
      else setTimeout(resolve, 200);
    });
  };

  /** Asks the worker to keep all it does not keep yet. @returns whether all is there */
  const fill = async (target: ServiceWorker, report: boolean): Promise<boolean> => {
    const { files } = await inventoryOf(target);
    const totalBytes = files.reduce((sum, file) => sum + file.bytes, 0);
    let doneBytes = files.reduce((sum, file) => sum + (file.kept ? file.bytes : 0), 0);
    const missing = files.filter((file) => !file.kept).sort((a, b) => a.bytes - b.bytes);
    if (report)
      change({ phase: missing.length === 0 ? 'ready' : 'fetching', doneBytes, totalBytes, problem: null });
    for (const step of stepsOf(missing)) {
      await idle();
      if (signal.aborted) return false;
      await Promise.all(step.map((file) => ask(target, { type: 'keep', path: file.path })));
      doneBytes += step.reduce((sum, file) => sum + file.bytes, 0);
      if (report) change({ doneBytes });
    }
    if (report) change({ phase: 'ready' });
    return true;
  };

  const run = async (): Promise<void> => {
    try {
      registration ??= await container.register(`${options.base}service-worker.js`, { scope: options.base });
      const active = (await container.ready).active;
      if (active !== null) await fill(active, true);
      const { waiting } = registration;
      if (waiting !== null && active !== null && (await fill(waiting, false))) change({ updateReady: true });
    } catch (error) {
      // A newer worker may have replaced the one that was asked; either way the next try finds out.
      change(state.phase === 'ready' ? {} : { phase: 'failed', problem: toAppError(error, 'network') });
      setTimeout(start, RETRY_MS);
    }
  };
  const start = () => {
    if (signal.aborted || state.phase === 'on-request') return;
    running ??= run().finally(() => (running = null));
  };

  const look = () =>
    void registration?.update().then(
      () => watchInstalling(),
      () => undefined,
    );
  const watchInstalling = () => {
    registration?.installing?.addEventListener('statechange', function () {
      if (this.state === 'installed' && container.controller !== null) start();
    });
  };
  const looking = setInterval(look, LOOK_FOR_UPDATES_MS);
  addEventListener('online', () => (start(), look()), { signal });
  document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && look(), {
    signal,
  });
  void pause(FIRST_PAUSE_MS)
    .then(idle)
    .then(async () => {
      // What was asked for once is kept up to date: without that, an old version would be opened for ever.
      const asked = hurry || controlled || (await container.getRegistration(options.base)) !== undefined;
      if ((options.sparesData ?? sparesData()) && !asked) change({ phase: 'on-request' });
    })
    .then(() => {
      start();
      return running;
    })
    .then(() => registration?.addEventListener('updatefound', watchInstalling, { signal }));

  return {
    fetchNow: async () => {
      hurry = true;
      if (state.phase === 'on-request') change({ phase: 'waiting' });
      start();
      await running;
      hurry = false;
    },
    applyUpdate: async () => {
      const waiting = registration?.waiting ?? null;
      if (waiting === null) return location.reload();
      applying = true;
      await ask(waiting, { type: 'take-over' });
    },
    stop: () => {
      stopping.abort();
      clearInterval(looking);
    },
  };
}

function stepsOf<F extends { readonly bytes: number }>(files: readonly F[]): readonly (readonly F[])[] {
  const steps: F[][] = [];
  let room = 0;
  for (const file of files) {
    room -= file.bytes;
    if (room < 0 || steps.length === 0) {
      steps.push([]);
      room = STEP_BYTES - file.bytes;
    }
    steps.at(-1)?.push(file);
  }
  return steps;
}

async function inventoryOf(target: ServiceWorker): Promise<OfflineInventory> {
  const answer = await ask(target, { type: 'inventory' });
  if (answer.type !== 'inventory') throw new Error('the service worker answered something else');
  return answer.inventory;
}

/** @throws AppError what the worker said, or network when it says nothing */
function ask(target: ServiceWorker, request: OfflineRequest): Promise<OfflineAnswer> {
  return new Promise((resolve, reject) => {
    const { port1, port2 } = new MessageChannel();
    const timer = setTimeout(() => {
      port1.close();
      reject(toAppError(new Error('the service worker did not answer'), 'network'));
    }, ANSWER_WITHIN_MS);
    port1.onmessage = ({ data }: MessageEvent<OfflineAnswer>) => {
      clearTimeout(timer);
      port1.close();
      if (data.type === 'failed') reject(errorFromWire(data.error));
      else resolve(data);
    };
    target.postMessage(request, [port2]);
  });
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

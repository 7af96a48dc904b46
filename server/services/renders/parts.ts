/** What the queue of renders stands on, in every process that works on it. */
import type { Database } from '../../database/open.ts';
import type { Logger } from '../../logger.ts';
import type { ProcessLimits } from '../../render/process.ts';
import type { Settings } from '../../settings.ts';
import type { Host } from '../services.ts';
import type { FileStore } from '../store.ts';
import type { StepQueue } from './queue.ts';

export interface RenderParts {
  readonly database: Database;
  readonly store: FileStore;
  readonly queue: StepQueue;
  readonly host: Host;
  readonly log: Logger;
  /** Seconds of film that an account may have drawn a day. */
  readonly secondsPerDay: number;
  readonly patience: Patience;
  /** Whoever works in this process looks into the queue at once. */
  readonly wake: () => void;
}

/** For how long a film waits for a store that fails, before it is given up. */
export interface Patience {
  readonly failingS: number;
  readonly fullS: number;
  /** For how long a film may be begun or given out, before whatever does not answer counts as away; 300 unless said. */
  readonly deskS?: number;
}
export const PATIENCE: Patience = { failingS: 600, fullS: 120 };

/** What one step may take. */
export function renderLimits(settings: Settings): ProcessLimits {
  return {
    wallS: settings.RENDER_STEP_MINUTES * 60,
    memoryMiB: settings.RENDER_MEMORY_MB,
    diskMiB: settings.RENDER_DISK_MB,
  };
}

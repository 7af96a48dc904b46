/** A render as its maker sees it, and what it would be before it is one. */
import type { ErrorWire } from '#core/base/errors.ts';
import type { Grade } from '#core/policy/permit.ts';
import type { CaseClaim } from '../../database/schema/moderation.ts';
import type { FilmRecord, RenderState } from '../../database/schema/render.ts';
import type { OutputSpec } from '../../render/process.ts';

export const RENDER_STATES = [
  'queued',
  'preparing',
  'drawing',
  'finishing',
  'done',
  'failed',
  'cancelled',
  'stopped',
] as const satisfies readonly RenderState[];
/** Nothing follows on these. */
export const ENDED = ['done', 'failed', 'cancelled', 'stopped'] as const satisfies readonly RenderState[];
export const hasEnded = (state: RenderState): boolean => (ENDED as readonly RenderState[]).includes(state);

export interface RenderView {
  readonly id: string;
  readonly projectId: string;
  readonly projectName: string;
  readonly permitId: string;
  readonly grade: Grade;
  readonly output: OutputSpec;
  readonly priority: 'normal' | 'low';
  readonly state: RenderState;
  /** Grows with every change; the id of an event. */
  readonly version: number;
  readonly createdAt: Date;
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
  /** Guessed from the script until it is prepared. */
  readonly durationS: number;
  /** Null until it is prepared. `reused` of them lay in the store already. */
  readonly segments: { readonly total: number; readonly done: number; readonly reused: number } | null;
  /** 0…1. */
  readonly progress: number;
  /** Until its first step begins; null once it has, or while no worker runs. */
  readonly waitS: number | null;
  /** Until the film is there, waiting included; null while nobody can say. */
  readonly secondsLeft: number | null;
  /** Since when the server’s storage is away or full, while that is waited out. */
  readonly troubleSince: Date | null;
  readonly cpuS: number;
  readonly error: ErrorWire | null;
  /** Null, too, where it is not given out any more. */
  readonly film: FilmRecord | null;
  /** Until then the film can be fetched; each time it is, from then on anew. Null where it is not there (any more). */
  readonly keptUntil: Date | null;
  /** Of one that was done: since when it is not given out, because someone in it took back their consent. No event tells it. */
  readonly withdrawnAt: Date | null;
}

export interface MissingAsset {
  readonly hash: string;
  readonly bytes: number;
}

export interface RenderEstimate {
  readonly durationS: number;
  /** Until its first step would begin; null while no worker runs. */
  readonly waitS: number | null;
  /** From then on, with the workers there are; null while none runs. */
  readonly renderS: number | null;
  /** What it costs the server. */
  readonly cpuS: number;
  readonly workers: number;
  /** What of the project’s media the account’s store lacks. */
  readonly missing: readonly MissingAsset[];
  readonly missingBytes: number;
  /** Seconds of film that the account may still have drawn today. */
  readonly quotaLeftS: number;
  /** At whom a reviewer looks before more than a draft is made; `waiting` where that was asked for already. */
  readonly looks: readonly {
    readonly name: string;
    readonly claim: CaseClaim;
    readonly waiting: boolean;
  }[];
}

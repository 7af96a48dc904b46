/**
 * A worker: draws, mixes and assembles in processes of their own. A hand keeps the process of the film it last worked on,
 * because opening a film takes seconds and the next step is often of the same one.
 */
import { AppError, isCancelled, toAppError } from '#core/base/errors.ts';
import { renderRepository, type RenderRow } from '../../repositories/renders.ts';
import type { OpenRenderProcess, ProcessLimits, RenderProcess } from '../../render/process.ts';
import { failStep, finishStep, putBack, whileHeld, type Done, type HeldStep } from './flow.ts';
import type { RenderParts } from './parts.ts';
import { planAgainWith } from './plan-again.ts';
import { openRunner, persist, type Runner, type Work } from './runner.ts';

export interface WorkerOptions {
  readonly parts: RenderParts;
  /** Steps at once. */
  readonly slots: number;
  readonly openProcess: OpenRenderProcess;
  readonly limits: ProcessLimits;
}

/** How long a film stays open with nothing to do. */
const IDLE_MS = 10_000;
/** Beyond its own limit a process is given so long to say that it met it. */
const GRACE_MS = 15_000;

interface OpenFilm {
  readonly renderId: string;
  readonly process: RenderProcess;
  idle: ReturnType<typeof setTimeout> | null;
}

export function openWorker({ parts, slots, openProcess, limits }: WorkerOptions): Runner {
  const open = new Map<number, OpenFilm>();

  const closeFilm = async (slot: number): Promise<void> => {
    const film = open.get(slot);
    if (!film) return;
    open.delete(slot);
    if (film.idle) clearTimeout(film.idle);
    await film.process.close().catch(() => undefined);
  };
  const openFilm = async (slot: number, film: RenderRow, signal: AbortSignal): Promise<OpenFilm> => {
    const kept = open.get(slot);
    // One that died with nothing to do is no fault of the step that comes next.
    const fits = film.encodedBy === null || kept?.process.encodedBy === film.encodedBy;
    if (kept?.renderId === film.id && !kept.process.ended && fits) {
      if (kept.idle) clearTimeout(kept.idle);
      return kept;
    }
    await closeFilm(slot);
    const renders = renderRepository(parts.database.queries);
    const sources = await persist(parts, () => renders.sourcesOf(film.id), signal);
    if (!sources?.receipts) throw new AppError('internal', 'A film was drawn before it was begun.');
    const { project, receipts } = sources;
    const { grade, output, accountId, encodedBy } = film;
    const spec = { project, grade, connection: 'server', receipts, output, accountId, encodedBy } as const;
    const process = await unlessStopped(openProcess(spec, limits), signal);
    const opened: OpenFilm = { renderId: film.id, process, idle: null };
    open.set(slot, opened);
    return opened;
  };

  const perform = async (work: Work): Promise<void> => {
    const { held, slot, signal } = work;
    try {
      const film = await openFilm(slot, held.render, signal);
      if (mismatch(held, film.process)) {
        const { encodedBy } = film.process;
        parts.log.info(
          { render: held.render.id, settled: held.render.encodedBy, encodedBy },
          'planned again',
        );
        await persist(parts, () => planAgainWith(parts, held, encodedBy), signal);
        return;
      }
      const done = await runStep(film.process, work, limits);
      if (done.kind === 'draw' && done.result.drawing) {
        const { kind, why, card } = done.result.drawing;
        parts.log.debug({ render: held.render.id, drawnBy: kind, why, card: card?.name ?? null }, 'drawn');
      }
      // Wanted or not, its result is there: what it made is kept, what it was for is looked at in the transaction.
      await persist(parts, () => finishStep(parts, held, done), signal);
      film.idle = setTimeout(() => void closeFilm(slot), IDLE_MS);
      film.idle.unref();
    } catch (error) {
      await closeFilm(slot);
      if (isCancelled(error) || signal.aborted) return letGo(parts, held);
      await persist(parts, () => failStep(parts, held, error), signal);
    }
  };

  const runner = openRunner({ parts, lane: 'work', slots, perform });
  return {
    ...runner,
    async close() {
      await runner.close();
      await Promise.all([...open.keys()].map(closeFilm));
    },
  };
}

/** Opening takes up to a minute, for which nobody waits who was told to stop. @throws AppError cancelled */
async function unlessStopped(opening: Promise<RenderProcess>, signal: AbortSignal): Promise<RenderProcess> {
  let stop = (): void => undefined;
  const stopped = new Promise<'stopped'>((resolve) => (stop = () => resolve('stopped')));
  if (signal.aborted) stop();
  signal.addEventListener('abort', stop);
  try {
    const first = await Promise.race([opening, stopped]);
    if (first !== 'stopped') return first;
    void opening.then((process) => process.close()).catch(() => undefined);
    throw new AppError('cancelled', 'Stopped.');
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

/** It would encode otherwise than the film's other segments were. */
function mismatch({ step, render }: HeldStep, { encodedBy }: RenderProcess): boolean {
  const encodes = step.kind === 'draw' || step.kind === 'assemble';
  return encodes && render.encodedBy !== null && render.encodedBy !== encodedBy;
}

/** Stopped: where it is still wanted, because this worker ends, someone else takes it. */
async function letGo(parts: RenderParts, held: HeldStep): Promise<void> {
  await whileHeld(parts, held, (queries) => putBack(parts, queries, held.step, 0));
}

/** @throws AppError as the process does; cancelled; device-lost where it does not answer */
async function runStep(
  process: RenderProcess,
  { held, signal, onProgress }: Work,
  limits: ProcessLimits,
): Promise<Done> {
  const { step } = held;
  const startedMs = performance.now();
  const wallS = () => (performance.now() - startedMs) / 1000;
  const report = ({ fraction }: { readonly fraction: number }) => onProgress(fraction);
  let stop: (error: AppError) => void = () => undefined;
  const stopped = new Promise<never>((_, reject) => {
    stop = (error) => {
      // Whatever it does, it ends.
      void process.close().catch(() => undefined);
      reject(error);
    };
  });
  const onAbort = () => stop(new AppError('cancelled', 'Stopped.'));
  if (signal.aborted) onAbort();
  signal.addEventListener('abort', onAbort);
  const silent = setTimeout(
    () => stop(new AppError('device-lost', 'The process that draws does not answer.')),
    limits.wallS * 1000 + GRACE_MS,
  );
  const running = (async (): Promise<Done> => {
    switch (step.kind) {
      case 'prepare':
        return {
          kind: 'prepare',
          result: await process.run<'prepare'>({ kind: 'prepare' }, report, signal),
          encodedBy: process.encodedBy,
        };
      case 'draw': {
        const wanted = { kind: 'draw', segments: step.segments } as const;
        return { kind: 'draw', result: await process.run<'draw'>(wanted, report, signal), wallS: wallS() };
      }
      case 'sound':
        return { kind: 'sound', result: await process.run<'sound'>({ kind: 'sound' }, report, signal) };
      case 'assemble':
        return {
          kind: 'assemble',
          result: await process.run<'assemble'>({ kind: 'assemble' }, report, signal),
        };
      case 'begin':
      case 'look':
      case 'deliver':
        throw toAppError(new Error(`a ${step.kind} came to a worker`));
    }
  })();
  try {
    return await Promise.race([running, stopped]);
  } finally {
    clearTimeout(silent);
    signal.removeEventListener('abort', onAbort);
  }
}

/**
 * Takes steps and has them worked on, in every process that does. Once a second it says that it is there, how far its steps
 * are, and learns which of them nobody wants any more; those are stopped. It also looks after the others: what is held by
 * hands that are silent for some seconds goes back into the queue.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { AppError } from '#core/base/errors.ts';
import { newId } from '#core/base/ids.ts';
import { errorFields } from '../../logger.ts';
import { renderRepository } from '../../repositories/renders.ts';
import { takeStep, type HeldStep } from './flow.ts';
import { BEAT_MS, LEASE_S } from './leases.ts';
import type { RenderParts } from './parts.ts';
import type { Lane } from './queue.ts';
import { reclaim, takeBack } from './reclaim.ts';
import { hasEnded } from './view.ts';

export interface Work {
  readonly held: HeldStep;
  /** Which of the runner's hands has it. */
  readonly slot: number;
  /** Fires when nobody wants it any more, or when the runner closes. */
  readonly signal: AbortSignal;
  /** @param fraction 0…1 of this step */
  onProgress(fraction: number): void;
}

export interface RunnerOptions {
  readonly parts: RenderParts;
  readonly lane: Lane;
  readonly slots: number;
  /** Brings the step to an end of its own, whatever happens; what it throws is a fault of the program. */
  readonly perform: (work: Work) => Promise<void>;
  /** Called every second or so, for what must be looked after in this process. */
  readonly tend?: () => Promise<void>;
}

export interface Runner {
  readonly id: string;
  /** Something was put into the queue here. */
  poke(): void;
  /** Looks at once whether what is held is still wanted. */
  beat(): Promise<void>;
  /** Lets go of what it holds and stops. */
  close(): Promise<void>;
}

const LOOK_MS = { first: 100, most: 1000 };
/** A process that comes up may find others whose last word is old only because the database was away. */
const SETTLE_MS = 2000;

interface Hand {
  readonly held: HeldStep;
  readonly stop: AbortController;
  fraction: number;
  told: number;
}

export function openRunner({ parts, lane, slots, perform, tend }: RunnerOptions): Runner {
  const { database, log } = parts;
  const renders = renderRepository(database.queries);
  const id = newId<string>();
  const hands = new Map<string, Hand>();
  const closing = new AbortController();
  let pokes = new AbortController();
  /** Steps that were in this runner's name, and in no hand, a beat ago. */
  let strays: ReadonlySet<string> = new Set();
  /** On so many beats they are still looked for. */
  let straysDoubted = 0;
  let mayReclaimMs = performance.now() + SETTLE_MS;

  /**
   * Where the connection was cut just when a step was taken or ended, it may be in this runner's name and in no hand: held
   * for good by someone who is alive. What is so for a whole beat goes back; what is only just being taken does not.
   */
  const returnStrays = async (): Promise<void> => {
    const found = (await renders.runningOf(id)).filter((step) => !hands.has(step.id));
    for (const stray of found)
      if (strays.has(stray.id))
        await takeBack(
          parts,
          stray,
          (_, now) => now.state === 'running' && now.workerId === id && now.attempts === stray.attempts,
        );
    strays = new Set(found.map((step) => step.id));
  };
  const beat = async (): Promise<void> => {
    // The desk brings no hands that draw.
    await renders.seen(id, lane === 'work' ? slots : 0);
    if (hands.size > 0) {
      for (const hand of hands.values()) {
        if (hand.fraction <= hand.told) continue;
        hand.told = hand.fraction;
        await renders.changeStep(hand.held.step.id, { fraction: hand.fraction });
        await renders.touch(hand.held.render.id);
      }
      const held = [...hands];
      const standing = await renders.standing(held.map(([stepId]) => stepId));
      for (const [stepId, hand] of held) {
        // A step that is no more is nobody's: its film was planned again, or its account is gone.
        const now = standing.find((one) => one.id === stepId);
        const mine =
          now?.state === 'running' && now.workerId === id && now.attempts === hand.held.step.attempts;
        if (!mine || hasEnded(now.renderState) || now.permitEndedAt !== null) hand.stop.abort();
      }
    }
    if (straysDoubted > 0) {
      await returnStrays();
      straysDoubted--;
    }
    await tend?.();
    if (performance.now() > mayReclaimMs && (await reclaim(parts, LEASE_S)) > 0) parts.wake();
  };
  const beats = async (): Promise<void> => {
    while (!closing.signal.aborted) {
      try {
        await beat();
      } catch (error) {
        // While the database was away nobody could be heard: each gets the time to say that they are there.
        mayReclaimMs = performance.now() + LEASE_S * 1000;
        log.warn(errorFields(error), 'beat missed');
      }
      await pause(BEAT_MS * (0.9 + 0.2 * Math.random()), null, { signal: closing.signal }).catch(() => null);
    }
  };

  const work = async (slot: number): Promise<void> => {
    let lookMs = LOOK_MS.first;
    while (!closing.signal.aborted) {
      try {
        const held = await takeStep(parts, lane, id);
        if (held) {
          lookMs = LOOK_MS.first;
          await workOn(held, slot);
          continue;
        }
      } catch (error) {
        straysDoubted = 2;
        log.warn(errorFields(error), 'no step could be taken');
      }
      const woken = AbortSignal.any([closing.signal, pokes.signal]);
      await pause(lookMs, null, { signal: woken }).catch(() => (lookMs = LOOK_MS.first));
      lookMs = Math.min(LOOK_MS.most, lookMs * 2);
    }
  };
  const workOn = async (held: HeldStep, slot: number): Promise<void> => {
    const hand: Hand = { held, stop: new AbortController(), fraction: 0, told: 0 };
    hands.set(held.step.id, hand);
    const signal = AbortSignal.any([closing.signal, hand.stop.signal]);
    try {
      await perform({ held, slot, signal, onProgress: (fraction) => (hand.fraction = fraction) });
    } catch (error) {
      straysDoubted = 2;
      log.error({ render: held.render.id, step: held.step.kind, ...errorFields(error) }, 'step not ended');
    } finally {
      hands.delete(held.step.id);
    }
    parts.wake();
  };
  const poke = (): void => {
    const old = pokes;
    pokes = new AbortController();
    old.abort();
  };

  const running = [beats(), ...Array.from({ length: slots }, (_, slot) => work(slot))];
  let closed: Promise<void> | null = null;
  return {
    id,
    poke,
    beat,
    close: () =>
      (closed ??= (async () => {
        closing.abort();
        await Promise.all(running);
        // What could not be put back any more is reclaimed the sooner.
        await renders.forgetWorkers(id).catch(() => undefined);
      })()),
  };
}

/** What fails although the database answers is a fault of the program, and does not get through by being tried for good. */
const MOST_FAULTS = 4;

/**
 * Runs `work`, which writes to the database, until it gets through: what a step made is not thrown away because the
 * database was restarted. What it throws as an AppError is its answer.
 */
export async function persist<T>(
  { database }: Pick<RenderParts, 'database'>,
  work: () => Promise<T>,
  signal: AbortSignal,
): Promise<T> {
  let faults = 0;
  for (let waitMs = 100; ; waitMs = Math.min(3000, waitMs * 2))
    try {
      return await work();
    } catch (error) {
      if (error instanceof AppError || signal.aborted) throw error;
      await pause(waitMs, null, { signal }).catch(() => null);
      const answers = await database.ping().then(
        () => true,
        () => false,
      );
      if (answers && ++faults === MOST_FAULTS)
        throw new AppError('internal', 'What was made could not be written down.', { cause: error });
    }
}

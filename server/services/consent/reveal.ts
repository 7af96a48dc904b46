/**
 * What of a challenge may be known when. A prompt is told once its time has come, never before; when the next one comes is
 * told, what it will be is not.
 */
import type { ConsentChallenge, ConsentPrompt } from '#core/policy/consent/challenge.ts';
import { PACE } from '#core/policy/consent/make-challenge.ts';

export interface RevealedPrompt {
  /** Its place in the challenge, from 0. */
  readonly index: number;
  readonly prompt: ConsentPrompt;
  /** So long it is on the screen, unless the next one replaces it sooner. */
  readonly forMs: number;
}

export interface Revealed {
  readonly shown: readonly RevealedPrompt[];
  /** When to ask again, milliseconds of the session; null: that was the last. */
  readonly nextAtMs: number | null;
}

/** On the screen for so long, milliseconds. */
export function displayMs(prompt: ConsentPrompt): number {
  if (prompt.kind === 'code') return PACE.codeMs;
  return prompt.untilMs - prompt.shownAtMs - PACE.arrivalMs;
}

/** @param nowMs milliseconds of the session, on the server's clock */
export function revealed({ prompts }: ConsentChallenge, nowMs: number): Revealed {
  const due = prompts.filter(({ shownAtMs }) => shownAtMs <= nowMs);
  return {
    shown: due.map((prompt, index) => ({ index, prompt, forMs: displayMs(prompt) })),
    nextAtMs: prompts[due.length]?.shownAtMs ?? null,
  };
}

/** The recording goes on until the last thing asked has been done, and a breath longer. */
export function recordUntilMs({ prompts }: ConsentChallenge): number {
  return Math.max(0, ...prompts.map((prompt) => prompt.shownAtMs + displayMs(prompt))) + 500;
}

/** How a process of this server lives: what can be said of a fault is a sentence, and asking it to stop ends what it does first. */
import { AppError } from '#core/base/errors.ts';

/** Runs a program to where it waits for work. What a person can mend is told in a sentence and ends it with 1. */
export async function runProgram(main: () => Promise<void>): Promise<void> {
  try {
    await main();
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    console.error([error.message, error.way].filter(Boolean).join(' '));
    process.exitCode = 1;
  }
}

/** Asked once, it stops in order; asked again, at once. */
export function onStop(stop: () => Promise<void>): void {
  let stopping = false;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, () => {
      if (stopping) process.exit(1);
      stopping = true;
      void stop().then(() => process.exit(0));
    });
}

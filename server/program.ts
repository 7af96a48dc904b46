/** How a process of this server lives: what can be said of a fault is a sentence, and asking it to stop ends what it does first. */
import { AppError, toAppError } from '#core/base/errors.ts';

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

/** One thing that ends when the process does: what it is, as a sentence names it, and how. */
export type Ending = readonly [what: string, end: () => Promise<unknown>];

/**
 * However little a database, a store or a driver answers, a process that was asked to stop is gone after so long: shorter than
 * the 30 s after which what runs containers kills them without a word.
 */
const STOP_WITHIN_S = 25;

/** Asked once, it ends one after the other; asked again, it stops at once. */
export function onStop(endings: readonly Ending[], withinS = STOP_WITHIN_S): void {
  let stopping = false;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, () => {
      if (stopping) process.exit(1);
      stopping = true;
      void endAll(endings, withinS).then((well) => process.exit(well ? 0 : 1));
    });
}

/**
 * Ends each in its order; what fails keeps none of the others from ending.
 * @returns whether all of them did, and in time; what did not, and why, is told on the error output
 */
export async function endAll(endings: readonly Ending[], withinS: number): Promise<boolean> {
  let at = '';
  let well = true;
  const all = async (): Promise<boolean> => {
    for (const [what, end] of endings) {
      at = what;
      try {
        await end();
      } catch (error) {
        well = false;
        // A library's own words may hold anything.
        const why = error instanceof AppError ? error.message : toAppError(error).code;
        console.error(`While stopping, ${what} did not end as it should: ${why}`);
      }
    }
    return well;
  };
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => {
      console.error(
        `Stopping took more than ${withinS} s, because ${at} did not end, so this process ends without it. What it was at is taken up again by others, or at the next start.`,
      );
      resolve(false);
    }, withinS * 1000);
  });
  try {
    return await Promise.race([all(), late]);
  } finally {
    clearTimeout(timer);
  }
}

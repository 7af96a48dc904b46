/**
 * Work that only one tab may do: it holds a Web Lock while it runs. A tab that dies lets go by dying, so a row that
 * says that work is running while nobody holds its lock was left behind.
 */

/** Lets go; resolves when others see that it is free. */
export type ReleaseLock = () => Promise<void>;

/** @returns how to let go, or null when another tab has it */
export function holdLock(name: string): Promise<ReleaseLock | null> {
  return new Promise((resolve, reject) => {
    const held: Promise<unknown> = navigator.locks.request(name, { ifAvailable: true }, (granted) => {
      if (granted === null) return resolve(null);
      return new Promise<void>((letGo) =>
        resolve(async () => {
          letGo();
          await held;
        }),
      );
    });
    held.catch(reject);
  });
}

/** The names of all locks that somebody holds. */
export async function heldLocks(): Promise<ReadonlySet<string>> {
  const { held = [] } = await navigator.locks.query();
  return new Set(held.flatMap(({ name }) => (name === undefined ? [] : [name])));
}

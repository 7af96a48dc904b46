/** Transactions that PostgreSQL ended because another stood in their way, and which may be done again. */

/** deadlock_detected, serialization_failure: nothing of the transaction is left, and nothing is wrong with it. */
const AGAIN: readonly unknown[] = ['40P01', '40001'];

/** Each time someone else has come through, so a few are enough. */
const MOST_TRIES = 5;

/** @param transaction begins anew each time, and does nothing outside of the database */
export async function despiteDeadlocks<T>(transaction: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++)
    try {
      return await transaction();
    } catch (error) {
      if (tries === MOST_TRIES || !stoodInTheWay(error)) throw error;
    }
}

/** What asks the database wraps what the database said. */
function stoodInTheWay(error: unknown): boolean {
  for (let at = error; at instanceof Error; at = at.cause)
    if (AGAIN.includes(Reflect.get(at, 'code'))) return true;
  return false;
}

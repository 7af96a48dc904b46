/**
 * Work that is done by one at a time, under a name, in all processes of one database. Within this process callers take turns;
 * between processes PostgreSQL's advisory locks hold, which end with whoever has them. They have connections of their own, so
 * that whoever waits keeps nobody from the database, and those who work have it for themselves.
 */
/** @returns what `work` returns @throws what it throws, and when the database cannot be reached */
export type Exclusive = <T>(name: string, work: () => Promise<T>) => Promise<T>;

/** The first of the two numbers of every such lock; the second is the name's hash. */
const CLASS = 720_242;
/** So many connections are enough for it. */
export const LOCK_CONNECTIONS = 2;

export function exclusiveHere(): Exclusive {
  const last = new Map<string, Promise<unknown>>();
  return (name, work) => {
    const turn = (last.get(name) ?? Promise.resolve()).then(work, work);
    last.set(name, turn);
    const forget = () => {
      if (last.get(name) === turn) last.delete(name);
    };
    turn.then(forget, forget);
    return turn;
  };
}

export interface SharedExclusive {
  readonly exclusive: Exclusive;
  close(): Promise<void>;
}

/** Connections to PostgreSQL, made when they are first needed. */
export interface LockPool {
  connect(): Promise<{
    query(text: string, values: unknown[]): Promise<unknown>;
    /** @param destroy the connection, not only its use */
    release(destroy?: boolean): void;
  }>;
  end(): Promise<void>;
}

export function exclusiveOn(pool: LockPool): SharedExclusive {
  const here = exclusiveHere();
  const held = async <T>(name: string, work: () => Promise<T>): Promise<T> => {
    const client = await pool.connect();
    let whole = false;
    try {
      await client.query('select pg_advisory_lock($1, hashtext($2))', [CLASS, name]);
      try {
        return await work();
      } finally {
        await client.query('select pg_advisory_unlock($1, hashtext($2))', [CLASS, name]).then(
          () => (whole = true),
          () => undefined,
        );
      }
    } finally {
      // Ended with its connection, a lock is free as well.
      client.release(!whole);
    }
  };
  return { exclusive: (name, work) => here(name, () => held(name, work)), close: () => pool.end() };
}

/** The log as it lies in the database: leaves, complete subtrees, signed heads. Rows are only ever added. */
import type { Hash, NodeId } from '#core/policy/log/merkle.ts';
import { and, asc, desc, eq, gte, inArray, lt, or, sql, type Queries } from '../database/drizzle.ts';
import { logEntry, logHead, logNode } from '../database/schema/log.ts';

export interface StoredHead {
  readonly size: number;
  readonly root: Hash;
  readonly at: Date;
  /** The signed text. */
  readonly signed: string;
}

export interface StoredEntry {
  readonly position: number;
  readonly kind: string;
  readonly body: Uint8Array;
  readonly leafHash: Hash;
  readonly at: Date;
}

export interface LogRepository {
  /** Until the transaction ends nobody else appends. Only within one. */
  lock(): Promise<void>;
  newestHead(): Promise<StoredHead | null>;
  headOf(size: number): Promise<StoredHead | null>;
  lastEntryAt(): Promise<Date | null>;
  /** From a position on, in order, as they are stored. */
  entries(from: number, count: number): Promise<readonly StoredEntry[]>;
  /** Complete subtrees of a level, 1 and above, from a position on. */
  nodes(level: number, from: number, count: number): Promise<readonly Hash[]>;
  /** In the order they are asked for. @throws Error where one is missing */
  hashes(nodes: readonly NodeId[]): Promise<readonly Hash[]>;
  addEntries(entries: readonly StoredEntry[]): Promise<void>;
  addNodes(nodes: readonly (NodeId & { readonly hash: Hash })[]): Promise<void>;
  addHead(head: StoredHead & { readonly keyId: string }): Promise<void>;
}

/** Any number, the same for every process: what is locked is “appending to the log”. */
const APPENDING = 720_241;
/** PostgreSQL takes 65,535 values in one statement; three a node. */
const AT_ONCE = 1000;

export function logRepository(queries: Queries): LogRepository {
  return {
    async lock() {
      await queries.execute(sql`select pg_advisory_xact_lock(${APPENDING})`);
    },
    async newestHead() {
      const [row] = await queries.select().from(logHead).orderBy(desc(logHead.size)).limit(1);
      return row ? headOf(row) : null;
    },
    async headOf(size) {
      const [row] = await queries.select().from(logHead).where(eq(logHead.size, size));
      return row ? headOf(row) : null;
    },
    async lastEntryAt() {
      const [row] = await queries
        .select({ at: logEntry.at })
        .from(logEntry)
        .orderBy(desc(logEntry.position))
        .limit(1);
      return row?.at ?? null;
    },
    async entries(from, count) {
      return queries
        .select()
        .from(logEntry)
        .where(and(gte(logEntry.position, from), lt(logEntry.position, from + count)))
        .orderBy(asc(logEntry.position));
    },
    async nodes(level, from, count) {
      const within = and(gte(logNode.position, from), lt(logNode.position, from + count));
      const rows = await queries
        .select({ hash: logNode.hash })
        .from(logNode)
        .where(and(eq(logNode.level, level), within))
        .orderBy(asc(logNode.position));
      return rows.map(({ hash }) => hash);
    },
    async hashes(nodes) {
      if (nodes.length === 0) return [];
      const found = new Map<string, Hash>();
      const leaves = nodes.filter(({ level }) => level === 0).map(({ index }) => index);
      if (leaves.length > 0)
        for (const { position, hash } of await queries
          .select({ position: logEntry.position, hash: logEntry.leafHash })
          .from(logEntry)
          .where(inArray(logEntry.position, leaves)))
          found.set(`0/${position}`, hash);
      const inner = nodes.filter(({ level }) => level > 0);
      if (inner.length > 0)
        for (const { level, position, hash } of await queries
          .select()
          .from(logNode)
          .where(or(...inner.map((n) => and(eq(logNode.level, n.level), eq(logNode.position, n.index))))))
          found.set(`${level}/${position}`, hash);
      return nodes.map(({ level, index }) => {
        const hash = found.get(`${level}/${index}`);
        if (!hash) throw new Error(`the log has lost the hash of ${level}/${index}`);
        return hash;
      });
    },
    async addEntries(entries) {
      for (let at = 0; at < entries.length; at += AT_ONCE)
        await queries.insert(logEntry).values(entries.slice(at, at + AT_ONCE));
    },
    async addNodes(nodes) {
      const rows = nodes
        .filter(({ level }) => level > 0)
        .map(({ level, index, hash }) => ({ level, position: index, hash }));
      for (let at = 0; at < rows.length; at += AT_ONCE)
        await queries.insert(logNode).values(rows.slice(at, at + AT_ONCE));
    },
    async addHead({ size, root, at, keyId, signed }) {
      await queries.insert(logHead).values({ size, rootHash: root, at, keyId, signed });
    },
  };
}

function headOf({ size, rootHash, at, signed }: typeof logHead.$inferSelect): StoredHead {
  return { size, root: rootHash, at, signed };
}

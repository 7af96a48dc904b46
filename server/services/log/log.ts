/**
 * The log: whatever decides over people is written here, in the same transaction as the decision itself, so that neither
 * can be without the other. Appending is serialised over all processes; each append signs and keeps a head. Reading gives
 * entries, heads and proofs to anyone.
 */
import { AppError } from '#core/base/errors.ts';
import { entryBytes, type EntryBody } from '#core/policy/log/entry.ts';
import { logOrigin, signHead } from '#core/policy/log/head.ts';
import {
  CompactTree,
  completeNodes,
  consistencyRanges,
  inclusionRanges,
  leafHash,
  nodesOfRanges,
  proofOf,
  type Hash,
  type LeafRange,
  type NodeId,
} from '#core/policy/log/merkle.ts';
import type { SigningKey } from '#core/policy/signing.ts';
import type { Queries } from '../../database/drizzle.ts';
import type { Database } from '../../database/open.ts';
import {
  logRepository,
  type LogRepository,
  type StoredEntry,
  type StoredHead,
} from '../../repositories/log.ts';
import type { Host } from '../services.ts';

export interface Log {
  /** The log's own name, which stands in every head. */
  readonly origin: string;
  /** Writes these down, in the caller's transaction. @returns the position of the first */
  append(queries: Queries, bodies: readonly EntryBody[]): Promise<number>;
  /** The newest signed head, or the kept one of that size; null where none was signed. */
  head(size?: number): Promise<StoredHead | null>;
  entries(from: number, count: number): Promise<readonly StoredEntry[]>;
  /** The hashes that proofs are made of: complete subtrees of a level, 1 and above. */
  nodes(level: number, from: number, count: number): Promise<readonly Hash[]>;
  /** @throws AppError invalid-input: there is no such leaf in a tree of that size */
  inclusion(index: number, size: number): Promise<{ readonly leaf: Hash; readonly proof: readonly Hash[] }>;
  /** @throws AppError invalid-input */
  consistency(from: number, to: number): Promise<readonly Hash[]>;
}

interface LogParts {
  readonly database: Database;
  readonly issuer: string;
  /** The key that signs at the moment. */
  readonly key: () => SigningKey;
  readonly host: Host;
}

export function openLog({ database, issuer, key, host }: LogParts): Log {
  const origin = logOrigin(issuer);
  const reading = logRepository(database.queries);

  const requireSize = async (size: number): Promise<void> => {
    const newest = await reading.newestHead();
    if (size > (newest?.size ?? 0)) throw outOfRange();
  };

  return {
    origin,
    async append(queries, bodies) {
      const log = logRepository(queries);
      await log.lock();
      const size = (await log.newestHead())?.size ?? 0;
      if (bodies.length === 0) return size;
      const tree = await treeOf(log, size);
      // A clock that was set back does not take the log back with it.
      const at = new Date(Math.max(host.now(), (await log.lastEntryAt())?.getTime() ?? 0));
      const entries: StoredEntry[] = [];
      const nodes: (NodeId & { readonly hash: Hash })[] = [];
      for (const body of bodies) {
        const bytes = entryBytes({ version: 1, at: at.toISOString(), body });
        const leaf = leafHash(bytes);
        entries.push({ position: tree.size, kind: body.type, body: bytes, leafHash: leaf, at });
        nodes.push(...tree.append(leaf));
      }
      const signing = key();
      const root = tree.root();
      const signed = signHead({ origin, size: tree.size, root, date: at.toISOString() }, signing);
      await log.addEntries(entries);
      await log.addNodes(nodes);
      await log.addHead({ size: tree.size, root, at, keyId: signing.keyId, signed });
      return size;
    },
    head: (size) => (size === undefined ? reading.newestHead() : reading.headOf(size)),
    entries: (from, count) => reading.entries(from, count),
    nodes: (level, from, count) => reading.nodes(level, from, count),
    async inclusion(index, size) {
      if (index >= size) throw outOfRange();
      await requireSize(size);
      const [leaf] = await reading.hashes([{ level: 0, index }]);
      return { leaf: leaf as Hash, proof: await prove(reading, inclusionRanges(index, size)) };
    },
    async consistency(from, to) {
      if (from > to) throw outOfRange();
      await requireSize(to);
      return prove(reading, consistencyRanges(from, to));
    },
  };
}

async function treeOf(log: LogRepository, size: number): Promise<CompactTree> {
  return new CompactTree(size, await log.hashes(completeNodes({ begin: 0, end: size })));
}

async function prove(log: LogRepository, ranges: readonly LeafRange[]): Promise<readonly Hash[]> {
  const nodes = nodesOfRanges(ranges);
  const hashes = await log.hashes(nodes);
  const found = new Map(nodes.map(({ level, index }, i) => [`${level}/${index}`, hashes[i] as Hash]));
  return proofOf(ranges, ({ level, index }) => found.get(`${level}/${index}`) as Hash);
}

function outOfRange(): AppError {
  return new AppError('invalid-input', 'The log has no such place.', {
    way: 'Ask for its head first; it says how many entries there are.',
  });
}

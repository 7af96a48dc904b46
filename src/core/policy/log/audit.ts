/**
 * The audit: everything the log holds, fetched and computed again by someone who believes nothing but the heads they kept.
 * A log that was rewritten anywhere below a kept head no longer leads to that head's root, whoever signs it anew.
 */
import { equalBytes, fromBase64, fromBase64Url } from '../../base/bytes.ts';
import { throwIfCancelled, type CancelSignal } from '../../base/errors.ts';
import { keyServes, keySetFault, type KeySet } from '../consent/keys.ts';
import type { VerifySignature } from '../signing.ts';
import { readEntry, type EntryType } from './entry.ts';
import { logOrigin, noteIsSigned, readHead, type TreeHead } from './head.ts';
import {
  CompactTree,
  EMPTY_ROOT,
  leafHash,
  verifyConsistency,
  verifyInclusion,
  type Hash,
} from './merkle.ts';

/** A row as the server has it; hash and columns are its own word, and are held against the entry. */
export interface FetchedEntry {
  readonly position: number;
  readonly entry: string;
  /** base64 */
  readonly leafHash: string;
  readonly kind: string;
  readonly at: string;
}

/** What is asked of the server. Each throws where there is no answer; null: there is no such thing. */
export interface LogSource {
  keys(): Promise<KeySet | null>;
  head(size?: number): Promise<string | null>;
  /** From this position on, as many as fit in one answer. */
  entries(from: number, count: number): Promise<readonly FetchedEntry[]>;
  /** Hashes of complete subtrees of a level, base64, from a position on. */
  nodes(level: number, from: number, count: number): Promise<readonly string[]>;
  inclusion(index: number, size: number): Promise<readonly string[] | null>;
  consistency(from: number, to: number): Promise<readonly string[] | null>;
}

/** What an auditor keeps from one time to the next: the proof of what they were told. */
export interface AuditState {
  readonly keys: KeySet;
  /** Signed heads, the smallest first. */
  readonly heads: readonly string[];
}

export interface AuditReport {
  /** Empty: the log holds. */
  readonly findings: readonly string[];
  /** What was looked at; null where not even a head could be read. */
  readonly head: TreeHead | null;
  readonly entries: Readonly<Partial<Record<EntryType, number>>>;
  readonly checked: {
    readonly leaves: number;
    readonly nodes: number;
    readonly proofs: number;
    readonly heads: number;
  };
  /** To be kept; null where there are findings: what was believed before stays. */
  readonly state: AuditState | null;
}

export interface AuditOptions {
  readonly verify: VerifySignature;
  readonly signal?: CancelSignal;
  readonly onProgress?: (done: number, total: number) => void;
}

const AT_ONCE = 1000;
/** Leaves whose inclusion is asked for, spread over the tree: every hash behind the proofs is compared anyway. */
const PROVED_LEAVES = 32;
/** More of them say nothing more. */
const MOST_FINDINGS = 50;

export async function auditLog(
  source: LogSource,
  kept: AuditState | null,
  options: AuditOptions,
): Promise<AuditReport> {
  const audit = new Audit(source, kept, options);
  await audit.run();
  return audit.report();
}

class Audit {
  readonly #source: LogSource;
  readonly #kept: AuditState | null;
  readonly #options: AuditOptions;
  readonly #findings: string[] = [];
  readonly #counts: Partial<Record<EntryType, number>> = {};
  #keys: KeySet | null = null;
  #note: string | null = null;
  #head: TreeHead | null = null;
  #checked = { leaves: 0, nodes: 0, proofs: 0, heads: 0 };

  constructor(source: LogSource, kept: AuditState | null, options: AuditOptions) {
    this.#source = source;
    this.#kept = kept;
    this.#options = options;
  }

  async run(): Promise<void> {
    this.#keys = await this.#source.keys();
    if (!this.#keys) return this.#find('The server publishes no keys that can be read.');
    const fault = keySetFault(this.#keys, this.#kept?.keys ?? null, this.#options.verify);
    if (fault) this.#find(`The published keys do not follow from those that were known (${fault}).`);
    this.#note = await this.#source.head();
    const head = this.#note === null ? null : this.#readHead(this.#note, 'The newest head');
    this.#head = head;
    if (!head) return;
    const heads = await this.#keptHeads(head);
    const roots = new Map(heads.map(({ size, root }) => [size, root]));
    const leaves = await this.#walk(head, roots);
    if (leaves) await this.#proofs(head, heads, leaves);
  }

  report(): AuditReport {
    const { size } = this.#head ?? { size: 0 };
    const fine = this.#findings.length === 0 && this.#keys !== null && this.#note !== null;
    const others = (this.#kept?.heads ?? []).filter((note) => readHead(note)?.size !== size);
    return {
      findings: this.#findings,
      head: this.#head,
      entries: this.#counts,
      checked: this.#checked,
      state: fine ? { keys: this.#keys as KeySet, heads: [...others, this.#note as string] } : null,
    };
  }

  #find(what: string): void {
    if (this.#findings.length < MOST_FINDINGS) this.#findings.push(what);
  }

  /** A head that was signed by a key that served when it says it was. */
  #readHead(note: string, what: string): TreeHead | null {
    const head = readHead(note);
    const keys = this.#keys as KeySet;
    if (!head) {
      this.#find(`${what} cannot be read.`);
      return null;
    }
    if (head.origin !== logOrigin(keys.issuer)) this.#find(`${what} is of another log, ${head.origin}.`);
    const signed = keys.keys.some((key) => {
      const publicKey = fromBase64Url(key.publicKey);
      if (!publicKey || !keyServes(key, head.date)) return false;
      return noteIsSigned(note, head.origin, publicKey, this.#options.verify);
    });
    if (!signed) this.#find(`${what} (${head.size} entries) is not signed by a key that served then.`);
    this.#checked.heads++;
    return head;
  }

  /** Each kept head must still be the server's own, and the log must not have shrunk below it. */
  async #keptHeads(newest: TreeHead): Promise<readonly TreeHead[]> {
    const heads: TreeHead[] = [];
    for (const note of this.#kept?.heads ?? []) {
      const head = this.#readHead(note, 'A kept head');
      if (!head) continue;
      heads.push(head);
      if (head.size > newest.size)
        this.#find(`The log had ${head.size} entries and now has ${newest.size}: it has lost some.`);
      if (newest.date < head.date) this.#find('The newest head is older than one that was kept.');
      const now = await this.#source.head(head.size);
      const again = now === null ? null : readHead(now);
      if (!again || !equalBytes(again.root, head.root) || again.size !== head.size)
        this.#find(`The server no longer has the head it signed for ${head.size} entries.`);
    }
    return heads;
  }

  /** Every entry, and every hash the server answers proofs from. @returns the leaves' hashes, or null after a gap */
  async #walk(head: TreeHead, roots: ReadonlyMap<number, Hash>): Promise<readonly Hash[] | null> {
    const tree = new CompactTree();
    const leaves: Hash[] = [];
    const levels: Hash[][] = [];
    let before = '';
    const compare = () => {
      const kept = roots.get(tree.size);
      if (kept && !equalBytes(kept, tree.root()))
        this.#find(`The first ${tree.size} entries are not those whose head was kept.`);
    };
    compare();
    while (tree.size < head.size) {
      throwIfCancelled(this.#options.signal);
      const from = tree.size;
      const rows = await this.#source.entries(from, Math.min(AT_ONCE, head.size - from));
      for (const row of rows) {
        if (row.position !== tree.size) break;
        before = this.#entry(row, before, head);
        const leaf = leafHash(new TextEncoder().encode(row.entry));
        const said = fromBase64(row.leafHash);
        if (!said || !equalBytes(said, leaf))
          this.#find(`Entry ${row.position} has another hash than is kept of it.`);
        leaves.push(leaf);
        for (const { level, hash } of tree.append(leaf)) (levels[level] ??= []).push(hash);
        compare();
      }
      if (tree.size === from) {
        this.#find(`Entry ${from} is missing, though the head counts ${head.size}.`);
        return null;
      }
      this.#options.onProgress?.(tree.size, head.size);
    }
    this.#checked.leaves = leaves.length;
    const root = head.size === 0 ? EMPTY_ROOT : tree.root();
    if (!equalBytes(root, head.root)) this.#find('The entries do not lead to the root of the newest head.');
    for (const [level, hashes] of levels.entries()) if (level > 0) await this.#nodes(level, hashes);
    return leaves;
  }

  #entry(row: FetchedEntry, before: string, head: TreeHead): string {
    const entry = readEntry(row.entry);
    if (!entry) {
      this.#find(`Entry ${row.position} is not one that a log may hold.`);
      return before;
    }
    const { at, body } = entry;
    this.#counts[body.type] = (this.#counts[body.type] ?? 0) + 1;
    if (row.kind !== body.type || row.at !== at)
      this.#find(`Entry ${row.position} is listed as something else.`);
    if (at < before || at > head.date) this.#find(`Entry ${row.position} is dated out of order.`);
    return at;
  }

  async #nodes(level: number, hashes: readonly Hash[]): Promise<void> {
    for (let from = 0; from < hashes.length; from += AT_ONCE) {
      const count = Math.min(AT_ONCE, hashes.length - from);
      const said = (await this.#source.nodes(level, from, count)).map(fromBase64);
      for (let i = 0; i < count; i++) {
        const [own, theirs] = [hashes[from + i] as Hash, said[i]];
        if (!theirs || !equalBytes(own, theirs))
          this.#find(
            `The hash that proofs take for ${2 ** level} entries from ${(from + i) * 2 ** level} is wrong.`,
          );
      }
      this.#checked.nodes += count;
    }
  }

  async #proofs(head: TreeHead, heads: readonly TreeHead[], leaves: readonly Hash[]): Promise<void> {
    for (const { size, root } of heads) {
      if (size > head.size) continue;
      const proof = hashesOf(await this.#source.consistency(size, head.size));
      this.#checked.proofs++;
      if (!proof || !verifyConsistency(size, root, head.size, head.root, proof))
        this.#find(`The server cannot prove that the log grew from ${size} to ${head.size} entries.`);
    }
    const step = Math.max(1, Math.floor(head.size / PROVED_LEAVES));
    for (let index = head.size - 1; index >= 0; index -= step) {
      throwIfCancelled(this.#options.signal);
      const proof = hashesOf(await this.#source.inclusion(index, head.size));
      this.#checked.proofs++;
      if (!proof || !verifyInclusion(leaves[index] as Hash, index, head.size, proof, head.root))
        this.#find(`The server cannot prove that entry ${index} is in the log.`);
    }
  }
}

function hashesOf(proof: readonly string[] | null): readonly Hash[] | null {
  const hashes = proof?.map(fromBase64) ?? null;
  return hashes?.every((hash) => hash?.byteLength === 32) ? (hashes as readonly Hash[]) : null;
}

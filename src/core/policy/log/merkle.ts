/**
 * The Merkle tree of RFC 6962 §2.1 (and RFC 9162 §2.1), SHA-256: leaves and nodes hashed apart, a tree of any size split
 * at the largest power of two below it. Proofs are made from the hashes of complete subtrees alone, which never change
 * once they are full; verification follows RFC 9162 §2.1.3.2 and §2.1.4.2. Sizes are safe integers (below 2^53).
 */
import { equalBytes } from '../../base/bytes.ts';
import { sha256 } from '../../base/sha256.ts';

/** 32 bytes. */
export type Hash = Uint8Array;

const LEAF = Uint8Array.of(0);
const NODE = Uint8Array.of(1);

export function leafHash(entry: Uint8Array): Hash {
  return sha256(LEAF, entry);
}

export function nodeHash(left: Hash, right: Hash): Hash {
  return sha256(NODE, left, right);
}

/** Of the tree without leaves. */
export const EMPTY_ROOT: Hash = sha256();

/** A complete subtree: 2^level leaves, the index-th of its level from the left. */
export interface NodeId {
  readonly level: number;
  readonly index: number;
}

/** Leaves from `begin` up to, and without, `end`. */
export interface LeafRange {
  readonly begin: number;
  readonly end: number;
}

/** The largest power of two below `size`; size at least 2. */
function split(size: number): number {
  let power = 1;
  while (power * 2 < size) power *= 2;
  return power;
}

/**
 * A tree that grows by appending, held by the hashes of its largest complete subtrees: one for each 1 in the size's
 * binary form, the largest first. Twenty hashes hold a million leaves.
 */
export class CompactTree {
  readonly #peaks: { readonly level: number; readonly hash: Hash }[] = [];
  #size = 0;

  /** @param peaks hashes of `completeNodes({ begin: 0, end: size })`, in their order */
  constructor(size = 0, peaks: readonly Hash[] = []) {
    const nodes = completeNodes({ begin: 0, end: size });
    if (nodes.length !== peaks.length) throw new RangeError('A tree of this size has other peaks.');
    this.#size = size;
    nodes.forEach(({ level }, i) => this.#peaks.push({ level, hash: peaks[i] as Hash }));
  }

  get size(): number {
    return this.#size;
  }

  /** @returns every subtree that this leaf made complete, itself first */
  append(leaf: Hash): readonly (NodeId & { readonly hash: Hash })[] {
    const made: (NodeId & { hash: Hash })[] = [{ level: 0, index: this.#size, hash: leaf }];
    let top = { level: 0, hash: leaf };
    for (let last = this.#peaks.at(-1); last?.level === top.level; last = this.#peaks.at(-1)) {
      this.#peaks.pop();
      top = { level: top.level + 1, hash: nodeHash(last.hash, top.hash) };
      made.push({ ...top, index: Math.floor(this.#size / 2 ** top.level) });
    }
    this.#peaks.push(top);
    this.#size += 1;
    return made;
  }

  root(): Hash {
    return foldPeaks(this.#peaks.map(({ hash }) => hash));
  }
}

/** The hash of a range from those of its `completeNodes`. */
export function foldPeaks(peaks: readonly Hash[]): Hash {
  const last = peaks.at(-1);
  if (last === undefined) return EMPTY_ROOT;
  return peaks.slice(0, -1).reduceRight((right, left) => nodeHash(left, right), last);
}

/**
 * The complete subtrees that a range falls into, from the left. The range is one that the tree's own splits make: it
 * begins at a multiple of the power of two that holds it.
 */
export function completeNodes({ begin, end }: LeafRange): readonly NodeId[] {
  const nodes: NodeId[] = [];
  for (let at = begin; at < end;) {
    let level = 0;
    while (at % 2 ** (level + 1) === 0 && at + 2 ** (level + 1) <= end) level++;
    nodes.push({ level, index: at / 2 ** level });
    at += 2 ** level;
  }
  return nodes;
}

/** What an inclusion proof is made of: the hash of each of these ranges. PATH(index, D[size]) of RFC 6962 §2.1.1. */
export function inclusionRanges(index: number, size: number): readonly LeafRange[] {
  if (index < 0 || index >= size) throw new RangeError('There is no such leaf in the tree.');
  const ranges: LeafRange[] = [];
  for (let begin = 0, end = size; end - begin > 1;) {
    const middle = begin + split(end - begin);
    if (index < middle) {
      ranges.push({ begin: middle, end });
      end = middle;
    } else {
      ranges.push({ begin, end: middle });
      begin = middle;
    }
  }
  return ranges.reverse();
}

/** What a consistency proof is made of. PROOF(from, D[to]) of RFC 6962 §2.1.2; empty for equal sizes and from nothing. */
export function consistencyRanges(from: number, to: number): readonly LeafRange[] {
  if (from < 0 || from > to) throw new RangeError('A tree does not grow backwards.');
  if (from === 0 || from === to) return [];
  const ranges: LeafRange[] = [];
  let whole = true; // the part still looked at is a tree that the verifier has the hash of
  for (let begin = 0, end = to; ;) {
    if (from === end) {
      if (!whole) ranges.push({ begin, end });
      return ranges.reverse();
    }
    const middle = begin + split(end - begin);
    if (from <= middle) {
      ranges.push({ begin: middle, end });
      end = middle;
    } else {
      ranges.push({ begin, end: middle });
      begin = middle;
      whole = false;
    }
  }
}

/** The proof from hashes of complete subtrees. @param hashOf those that `nodesOfRanges` names */
export function proofOf(ranges: readonly LeafRange[], hashOf: (node: NodeId) => Hash): readonly Hash[] {
  return ranges.map((range) => foldPeaks(completeNodes(range).map(hashOf)));
}

export function nodesOfRanges(ranges: readonly LeafRange[]): readonly NodeId[] {
  return ranges.flatMap(completeNodes);
}

/** The root that a leaf at this place and this proof lead to, or null where the proof has not the right length. */
export function rootOfInclusion(
  leaf: Hash,
  index: number,
  size: number,
  proof: readonly Hash[],
): Hash | null {
  if (!isSize(index) || !isSize(size) || index >= size) return null;
  let node = index;
  let last = size - 1;
  let hash = leaf;
  for (const beside of proof) {
    if (last === 0 || beside.byteLength !== 32) return null;
    if (odd(node) || node === last) {
      hash = nodeHash(beside, hash);
      while (!odd(node) && node !== 0) [node, last] = [half(node), half(last)];
    } else hash = nodeHash(hash, beside);
    [node, last] = [half(node), half(last)];
  }
  return last === 0 ? hash : null;
}

export function verifyInclusion(
  leaf: Hash,
  index: number,
  size: number,
  proof: readonly Hash[],
  root: Hash,
): boolean {
  const reached = leaf.byteLength === 32 ? rootOfInclusion(leaf, index, size, proof) : null;
  return reached !== null && equalBytes(reached, root);
}

/** Whether the tree with `toRoot` is the one with `fromRoot`, grown by appending. */
export function verifyConsistency(
  from: number,
  fromRoot: Hash,
  to: number,
  toRoot: Hash,
  proof: readonly Hash[],
): boolean {
  if (!isSize(from) || !isSize(to) || from > to) return false;
  if (proof.some((hash) => hash.byteLength !== 32)) return false;
  if (from === to) return proof.length === 0 && equalBytes(fromRoot, toRoot);
  if (from === 0) return proof.length === 0 && equalBytes(fromRoot, EMPTY_ROOT);
  // A complete old tree is a node of the new one, and the verifier has its hash.
  const path = isPowerOfTwo(from) ? [fromRoot, ...proof] : [...proof];
  const [first, ...rest] = path;
  if (first === undefined || rest.length === 0) return false;
  let node = from - 1;
  let last = to - 1;
  while (odd(node)) [node, last] = [half(node), half(last)];
  let [older, newer] = [first, first];
  for (const beside of rest) {
    if (last === 0) return false;
    if (odd(node) || node === last) {
      older = nodeHash(beside, older);
      newer = nodeHash(beside, newer);
      while (!odd(node) && node !== 0) [node, last] = [half(node), half(last)];
    } else newer = nodeHash(newer, beside);
    [node, last] = [half(node), half(last)];
  }
  return last === 0 && equalBytes(older, fromRoot) && equalBytes(newer, toRoot);
}

function isSize(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}
function odd(value: number): boolean {
  return value % 2 === 1;
}
function half(value: number): number {
  return Math.floor(value / 2);
}
function isPowerOfTwo(value: number): boolean {
  while (value > 1 && value % 2 === 0) value /= 2;
  return value === 1;
}

/**
 * Known answers: leaves, node hashes, roots and proofs are those of transparency-dev/merkle (Apache-2.0),
 * testonly/constants.go and proof/verify_test.go, which the logs of Certificate Transparency are held to as well.
 * Beside them the definitions of RFC 6962 §2.1 are written out here once more, recursively and slowly, and compared
 * over every size to 130.
 */
import { describe, expect, test } from 'vitest';
import { concatBytes, fromHex, toHex } from '#core/base/bytes.ts';
import { sha256 } from '#core/base/sha256.ts';
import {
  CompactTree,
  completeNodes,
  consistencyRanges,
  EMPTY_ROOT,
  foldPeaks,
  inclusionRanges,
  leafHash,
  nodesOfRanges,
  proofOf,
  verifyConsistency,
  verifyInclusion,
  type Hash,
  type LeafRange,
  type NodeId,
} from '#core/policy/log/merkle.ts';

const bytes = (hex: string) => fromHex(hex) ?? expect.unreachable(`no hex: ${hex}`);

const LEAVES = [
  '',
  '00',
  '10',
  '2021',
  '3031',
  '40414243',
  '5051525354555657',
  '606162636465666768696a6b6c6d6e6f',
].map(bytes);
const NODES = [
  [
    '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
    '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7',
    '0298d122906dcfc10892cb53a73992fc5b9f493ea4c9badb27b791b4127a7fe7',
    '07506a85fd9dd2f120eb694f86011e5bb4662e5c415a62917033d4a9624487e7',
    'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
    '4271a26be0d8a84f0bd54c8c302e7cb3a3b5d1fa6780a40bcce2873477dab658',
    'b08693ec2e721597130641e8211e7eedccb4c26413963eee6c1e2ed16ffb1a5f',
    '46f6ffadd3d06a09ff3c5860d2755c8b9819db7df44251788c7d8e3180de8eb1',
  ],
  [
    'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
    '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
    '0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a',
    'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
  ],
  [
    'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
    '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4',
  ],
  ['5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328'],
];
/** By size, from the tree without leaves. */
const ROOTS = [
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
].map(bytes);

const hash = (level: number, index: number) => NODES[level]?.[index] ?? expect.unreachable();
/** [leaf counted from 0, size, proof] */
const INCLUSION: readonly (readonly [number, number, readonly string[]])[] = [
  [0, 8, [hash(0, 1), hash(1, 1), hash(2, 1)]],
  [5, 8, [hash(0, 4), hash(1, 3), hash(2, 0)]],
  [2, 3, [hash(1, 0)]],
  [1, 5, [hash(0, 0), hash(1, 1), hash(0, 4)]],
];
const CONSISTENCY: readonly (readonly [number, number, readonly string[]])[] = [
  [1, 1, []],
  [1, 8, [hash(0, 1), hash(1, 1), hash(2, 1)]],
  [6, 8, [hash(1, 2), hash(1, 3), hash(2, 0)]],
  [2, 5, [hash(1, 1), hash(0, 4)]],
  [6, 7, [hash(1, 2), hash(0, 6), hash(2, 0)]],
];

function grow(leaves: readonly Hash[]) {
  const tree = new CompactTree();
  const nodes = new Map<string, Hash>();
  const roots = [tree.root()];
  for (const leaf of leaves) {
    for (const { level, index, hash: made } of tree.append(leaf)) nodes.set(`${level}/${index}`, made);
    roots.push(tree.root());
  }
  const hashOf = ({ level, index }: NodeId) =>
    nodes.get(`${level}/${index}`) ?? expect.unreachable(`${level}/${index} is not complete`);
  const prove = (ranges: readonly LeafRange[]) => proofOf(ranges, hashOf);
  return { tree, roots, hashOf, prove, nodes };
}

describe('known answers', () => {
  const grown = grow(LEAVES.map(leafHash));

  test('roots of all sizes, and the hash of every complete subtree', () => {
    expect(EMPTY_ROOT).toEqual(ROOTS[0]);
    expect(grown.roots.map(toHex)).toEqual(ROOTS.map(toHex));
    expect(grown.nodes.size).toBe(15);
    NODES.forEach((level, l) =>
      level.forEach((hex, index) => expect(toHex(grown.hashOf({ level: l, index }))).toBe(hex)),
    );
  });

  test.each(INCLUSION)('the inclusion of leaf %i in %i', (leaf, size, proof) => {
    expect(grown.prove(inclusionRanges(leaf, size)).map(toHex)).toEqual(proof);
    const entry = leafHash(LEAVES[leaf] ?? expect.unreachable());
    expect(verifyInclusion(entry, leaf, size, proof.map(bytes), ROOTS[size] ?? EMPTY_ROOT)).toBe(true);
  });

  test.each(CONSISTENCY)('the consistency of %i with %i', (from, to, proof) => {
    expect(grown.prove(consistencyRanges(from, to)).map(toHex)).toEqual(proof);
    const [older = EMPTY_ROOT, newer = EMPTY_ROOT] = [ROOTS[from], ROOTS[to]];
    expect(verifyConsistency(from, older, to, newer, proof.map(bytes))).toBe(true);
  });
});

// RFC 6962 §2.1, §2.1.1 and §2.1.2 as they are written there.
const k = (n: number): number => 2 ** (Math.ceil(Math.log2(n)) - 1);
function mth(d: readonly Uint8Array[]): Hash {
  if (d.length === 0) return sha256();
  if (d.length === 1) return sha256(concatBytes(Uint8Array.of(0), d[0] as Uint8Array));
  const at = k(d.length);
  return sha256(concatBytes(Uint8Array.of(1), mth(d.slice(0, at)), mth(d.slice(at))));
}
function path(m: number, d: readonly Uint8Array[]): Hash[] {
  if (d.length === 1) return [];
  const at = k(d.length);
  return m < at
    ? [...path(m, d.slice(0, at)), mth(d.slice(at))]
    : [...path(m - at, d.slice(at)), mth(d.slice(0, at))];
}
function subproof(m: number, d: readonly Uint8Array[], b: boolean): Hash[] {
  if (m === d.length) return b ? [] : [mth(d)];
  const at = k(d.length);
  return m <= at
    ? [...subproof(m, d.slice(0, at), b), mth(d.slice(at))]
    : [...subproof(m - at, d.slice(at), false), mth(d.slice(0, at))];
}

const SIZES = Array.from({ length: 130 }, (_, i) => i + 1);
const ENTRIES = SIZES.map((n) => new TextEncoder().encode(`entry ${n}`));

/** All proofs are made and verified; what must fail is tried on all small trees and on a fifth of the others. */
const probed = (index: number, size: number) => size <= 33 || (3 * index + size) % 5 === 0;

describe('all sizes to 130', () => {
  const leaves = ENTRIES.map(leafHash);
  const grown = grow(leaves);

  test('the growing tree has the root of the definition, and can be taken up again from its peaks', () => {
    for (const size of [0, ...SIZES]) {
      expect(grown.roots[size]).toEqual(mth(ENTRIES.slice(0, size)));
      const peaks = completeNodes({ begin: 0, end: size }).map(grown.hashOf);
      expect(foldPeaks(peaks)).toEqual(grown.roots[size]);
      const again = new CompactTree(size, peaks);
      expect([again.size, again.root()]).toEqual([size, grown.roots[size]]);
      again.append(leafHash(ENTRIES[size] ?? new Uint8Array(1)));
      if (size < 130) expect(again.root()).toEqual(grown.roots[size + 1]);
    }
    expect(() => new CompactTree(3, [EMPTY_ROOT])).toThrow(RangeError);
  });

  test('every leaf of every tree is proved, by that proof alone, there alone', () => {
    const wrong: string[] = [];
    for (const size of SIZES) {
      const root = grown.roots[size] as Hash;
      for (let index = 0; index < size; index++) {
        const proof = grown.prove(inclusionRanges(index, size));
        const leaf = leaves[index] as Hash;
        const holds = (l: Hash, i: number, p: readonly Hash[]) => verifyInclusion(l, i, size, p, root);
        const other = leaves[(index + 1) % 130] as Hash;
        if (!holds(leaf, index, proof)) wrong.push(`${index} in ${size} is not proved`);
        if (size <= 33) expect(proof).toEqual(path(index, ENTRIES.slice(0, size)));
        if (!probed(index, size)) continue;
        if (holds(other, index, proof)) wrong.push(`another leaf at ${index} in ${size}`);
        if (holds(leaf, index + 1, proof)) wrong.push(`${index} elsewhere in ${size}`);
        if (holds(leaf, index, [...proof, root])) wrong.push(`${index} in ${size} by a longer proof`);
        if (proof.length === 0) continue;
        if (holds(leaf, index, proof.slice(1))) wrong.push(`${index} in ${size} without the first`);
        if (holds(leaf, index, proof.slice(0, -1))) wrong.push(`${index} in ${size} without the last`);
      }
    }
    expect(wrong).toEqual([]);
  });

  test('every tree is proved to have grown into every larger one, and not into another', () => {
    const wrong: string[] = [];
    for (const to of SIZES)
      for (let from = 0; from <= to; from++) {
        const [older, newer] = [grown.roots[from] as Hash, grown.roots[to] as Hash];
        const proof = grown.prove(consistencyRanges(from, to));
        const note = (what: string, holds: boolean) => holds && wrong.push(`${from} to ${to}: ${what}`);
        note('not proved', !verifyConsistency(from, older, to, newer, proof));
        if (to <= 33 && from > 0) expect(proof).toEqual(subproof(from, ENTRIES.slice(0, to), true));
        if (!probed(from, to)) continue;
        note('another old root', verifyConsistency(from, flipped(older), to, newer, proof));
        note('a longer proof', verifyConsistency(from, older, to, newer, [...proof, newer]));
        if (from === 0 || from === to) continue;
        note('another new root', verifyConsistency(from, older, to, flipped(newer), proof));
        note('without the first', verifyConsistency(from, older, to, newer, proof.slice(1)));
        note('without a proof', verifyConsistency(from, older, to, newer, []));
        note('backwards', verifyConsistency(to, newer, from, older, proof));
        note('roots exchanged', verifyConsistency(from, newer, to, older, proof));
      }
    expect(wrong).toEqual([]);
  });

  test('a bit changed anywhere in a proof breaks it', () => {
    for (const size of [2, 3, 7, 64, 65, 100, 130]) {
      const index = Math.floor(size / 3);
      const leaf = leafHash(ENTRIES[index] as Uint8Array);
      const root = grown.roots[size] as Hash;
      const proof = grown.prove(inclusionRanges(index, size));
      const consistent = grown.prove(consistencyRanges(index + 1, size));
      proof.forEach((_, i) =>
        expect(verifyInclusion(leaf, index, size, proof.with(i, flipped(proof[i] as Hash)), root)).toBe(
          false,
        ),
      );
      consistent.forEach((_, i) => {
        const changed = consistent.with(i, flipped(consistent[i] as Hash));
        expect(verifyConsistency(index + 1, grown.roots[index + 1] as Hash, size, root, changed)).toBe(false);
      });
    }
  });
});

test('what cannot be is refused, not computed', () => {
  expect(() => inclusionRanges(3, 3)).toThrow(RangeError);
  expect(() => inclusionRanges(-1, 3)).toThrow(RangeError);
  expect(() => consistencyRanges(4, 3)).toThrow(RangeError);
  const root = leafHash(ENTRIES[0] as Uint8Array);
  for (const [index, size] of [
    [0, 0],
    [1, 1],
    [-1, 1],
    [0.5, 1],
    [NaN, 1],
    [0, Infinity],
    [0, 2 ** 60],
  ] as const)
    expect(verifyInclusion(root, index, size, [], root)).toBe(false);
  expect(verifyInclusion(root, 0, 1, [], root)).toBe(true);
  expect(verifyInclusion(new Uint8Array(0), 0, 1, [], new Uint8Array(0))).toBe(false);
  expect(verifyConsistency(0, root, 1, root, [])).toBe(false);
  expect(verifyConsistency(1, root, 2, root, [new Uint8Array(31)])).toBe(false);
});

test('a proof takes no more hashes than the tree is high, however large', () => {
  const size = 1_000_003;
  for (const index of [0, 1, 524_288, 777_777, size - 1]) {
    const ranges = inclusionRanges(index, size);
    expect(ranges.length).toBeLessThanOrEqual(20);
    expect(nodesOfRanges(ranges).length).toBeLessThanOrEqual(40);
  }
  expect(consistencyRanges(654_321, size).length).toBeLessThanOrEqual(21);
});

function flipped(value: Hash): Hash {
  const copy = value.slice();
  copy[7] = (copy[7] ?? 0) ^ 8;
  return copy;
}

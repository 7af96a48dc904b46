import { describe, expect, test } from 'vitest';
import { fromHex, toHex } from '#core/base/bytes.ts';
import { canonicalJson } from '#core/base/hashing.ts';
import { keySetFault, publishedKey, readKeySet, type KeySet } from '#core/policy/consent/keys.ts';
import { latestUntil, readReceipt, receiptBytes, type ConsentReceipt } from '#core/policy/consent/receipt.ts';
import { readRevocations, revocationsFault, type RevocationList } from '#core/policy/consent/revocations.ts';
import {
  RECEIPT_FAULTS,
  verifyReceipt,
  type ReceiptFault,
  type ReceiptQuestion,
} from '#core/policy/consent/verify.ts';
import { ed25519Key, verifyEd25519 } from '#shared/ed25519.ts';
import { hashOf, ISSUER, KEY, keysOf, listOf, NOW, OTHER_KEY, receiptOf } from './trust.ts';

const revoked = { receiptId: 'receipt-1', revokedAt: '2026-11-20T00:00:00.000Z' };

interface With {
  readonly keys?: KeySet;
  readonly list?: RevocationList | null;
  readonly at?: string;
  readonly question?: ReceiptQuestion;
}

function judge(receipt: ConsentReceipt, { keys = keysOf(), list = listOf(), at = NOW, question }: With = {}) {
  return verifyReceipt(receipt, { keys, revocations: list }, at, verifyEd25519, question);
}
function faultOf(...args: Parameters<typeof judge>): ReceiptFault | null {
  const verdict = judge(...args);
  if (!verdict.valid) expect(verdict.reason).toMatch(/^[A-Zh].*\.$/);
  return verdict.valid ? null : verdict.fault;
}

/** RFC 8032 §7.1, tests 1 to 3. */
test.each([
  [
    '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60',
    'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a',
    '',
    'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b',
  ],
  [
    '4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb',
    '3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c',
    '72',
    '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00',
  ],
  [
    'c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7',
    'fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025',
    'af82',
    '6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a',
  ],
])('Ed25519 of RFC 8032: %s', (secret, publicKey, message, signature) => {
  const bytes = (hex: string) => fromHex(hex) as Uint8Array;
  const key = ed25519Key(bytes(secret));
  expect(toHex(key.publicKey)).toBe(publicKey);
  expect(toHex(key.sign(bytes(message)))).toBe(signature);
  expect(verifyEd25519(bytes(signature), bytes(message), bytes(publicKey))).toBe(true);
  expect(verifyEd25519(bytes(signature), bytes(`${message}00`), bytes(publicKey))).toBe(false);
  expect(verifyEd25519(bytes(signature).subarray(1), bytes(message), bytes(publicKey))).toBe(false);
  expect(verifyEd25519(bytes(signature), bytes(message), new Uint8Array(32).fill(255))).toBe(false);
});

test('what is signed is a line that names the document and canonical JSON', () => {
  const { signature, ...body } = receiptOf();
  const text = new TextDecoder().decode(receiptBytes(receiptOf()));
  expect(text).toBe(`orator/consent-receipt/v1\n${canonicalJson(body)}`);
  expect(text).not.toContain(signature);
});

describe('a receipt', () => {
  const receipt = receiptOf();

  test('holds, for what it says, without a network', () => {
    const verdict = judge(receipt, {
      question: { presenter: hashOf('b'), uses: ['own-films'], languages: ['en', 'fr-CA', 'EN-gb'] },
    });
    expect(verdict).toMatchObject({
      valid: true,
      verified: { receipt },
      revocations: { state: 'fresh', issuedAt: '2026-11-28T06:00:00.000Z' },
    });
    expect(readReceipt(JSON.parse(JSON.stringify(receipt)))).toEqual(receipt);
  });

  test('says how old the revocation list is, and that there was none', () => {
    expect(judge(receipt, { at: '2026-12-05T06:00:00.000Z' })).toMatchObject({
      revocations: { state: 'fresh' },
    });
    expect(judge(receipt, { at: '2026-12-05T06:00:00.001Z' })).toMatchObject({
      revocations: { state: 'stale' },
    });
    expect(judge(receipt, { list: null })).toMatchObject({
      revocations: { state: 'unchecked', issuedAt: null },
    });
  });

  const year = (until: string) => receiptOf({ scope: { ...receipt.scope, until } });
  const retired = {
    ...publishedKey(KEY, '2026-01-01T00:00:00.000Z'),
    validUntil: '2026-10-31T00:00:00.000Z',
  };
  const withdrawn = { ...publishedKey(KEY, '2026-01-01T00:00:00.000Z'), withdrawnAt: NOW };
  const young = publishedKey(KEY, '2026-11-02T00:00:00.000Z');
  const successor = publishedKey(OTHER_KEY, '2026-01-01T00:00:00.000Z');
  const signedByOther = (keys: KeySet['keys']) => keysOf(keys, { signers: [OTHER_KEY] });
  const byOther = listOf([], { key: OTHER_KEY });

  const CASES: readonly (readonly [ReceiptFault, string, () => ReceiptFault | null])[] = [
    [
      'other-issuer',
      'the keys are another’s',
      () => faultOf(receipt, { keys: keysOf(undefined, { issuer: 'https://x.example' }) }),
    ],
    [
      'unknown-key',
      'its key is not listed',
      () => faultOf(receipt, { keys: signedByOther([successor]), list: null }),
    ],
    [
      'altered',
      'a longer time',
      () => faultOf({ ...receipt, scope: { ...receipt.scope, until: '2028-01-01T00:00:00.000Z' } }),
    ],
    ['altered', 'another presenter written in', () => faultOf({ ...receipt, presenter: hashOf('f') })],
    [
      'altered',
      'another use written in',
      () => faultOf({ ...receipt, scope: { ...receipt.scope, uses: ['distribution'] } }),
    ],
    ['altered', 'another id', () => faultOf({ ...receipt, id: 'receipt-2' })],
    [
      'altered',
      'signed by a key that only bears the name',
      () => faultOf({ ...receiptOf({}, OTHER_KEY), keyId: KEY.keyId }),
    ],
    ['altered', 'no signature', () => faultOf({ ...receipt, signature: 'AA' })],
    [
      'key-not-valid',
      'the key was retired before',
      () => faultOf(receipt, { keys: signedByOther([retired, successor]), list: byOther }),
    ],
    ['key-not-valid', 'the key came after', () => faultOf(receipt, { keys: keysOf([young]), list: null })],
    [
      'key-not-valid',
      'the key was withdrawn',
      () => faultOf(receipt, { keys: signedByOther([withdrawn, successor]), list: byOther }),
    ],
    ['too-long', 'ten years and a millisecond', () => faultOf(year('2036-11-01T12:00:00.001Z'))],
    ['too-long', 'ending before it begins', () => faultOf(year('2026-10-01T00:00:00.000Z'))],
    ['not-yet', 'dated tomorrow', () => faultOf(receiptOf({ issuedAt: '2026-11-29T18:00:00.000Z' }))],
    ['expired', 'a moment after its end', () => faultOf(receipt, { at: '2027-11-01T00:00:00.001Z' })],
    [
      'revocations-wrong',
      'a list that nobody signed',
      () => faultOf(receipt, { list: { ...listOf(), issuedAt: NOW } }),
    ],
    [
      'revocations-wrong',
      'a list with the line taken out',
      () => faultOf(receipt, { list: { ...listOf([revoked]), revoked: [] } }),
    ],
    [
      'revoked',
      'taken back',
      () => faultOf(receipt, { list: listOf([{ receiptId: 'r', revokedAt: NOW }, revoked]) }),
    ],
    [
      'wrong-presenter',
      'another presenter',
      () => faultOf(receipt, { question: { presenter: hashOf('f') } }),
    ],
    [
      'use-outside-scope',
      'another use',
      () => faultOf(receipt, { question: { uses: ['distribution', 'live'] } }),
    ],
    [
      'language-outside-scope',
      'another language',
      () => faultOf(receipt, { question: { languages: ['en', 'de'] } }),
    ],
    [
      'language-outside-scope',
      'a language that only begins alike',
      () => faultOf(receipt, { question: { languages: ['fro'] } }),
    ],
    [
      'language-outside-scope',
      'wider than what was agreed',
      () =>
        faultOf(receiptOf({ scope: { ...receipt.scope, languages: ['fr-CA'] } }), {
          question: { languages: ['fr'] },
        }),
    ],
  ];

  test.each(CASES)('does not hold: %s (%s)', (fault, _, found) => expect(found()).toBe(fault));
  test('every reason there is has been met', () => {
    expect(new Set(CASES.map(([fault]) => fault))).toEqual(new Set(RECEIPT_FAULTS));
  });

  test('may last ten years to the day, from a leap day too', () => {
    expect(faultOf(year('2036-11-01T12:00:00.000Z'))).toBeNull();
    expect(latestUntil('2028-02-29T00:00:00.000Z')).toBe('2038-03-01T00:00:00.000Z');
  });

  test('is read with all its members, or not at all', () => {
    const without = (name: string) =>
      Object.fromEntries(Object.entries(receipt).filter(([key]) => key !== name));
    for (const name of Object.keys(receipt)) expect(readReceipt(without(name)), name).toBeNull();
    for (const change of [
      { version: 2 },
      { issuedAt: '2026-11-01' },
      { subject: 'a' },
      { scope: { ...receipt.scope, uses: ['anything'] } },
      { scope: { ...receipt.scope, until: '2027-02-30T00:00:00.000Z' } },
    ])
      expect(readReceipt({ ...receipt, ...change }), JSON.stringify(change)).toBeNull();
    for (const odd of [null, 1, 'x', [], {}]) expect(readReceipt(odd)).toBeNull();
  });
});

describe('published keys', () => {
  const first = keysOf();
  const both = [...first.keys, publishedKey(OTHER_KEY, '2026-06-01T00:00:00.000Z')];
  const later = { number: 2, issuedAt: '2026-06-01T00:00:00.000Z' };

  test('are believed at first sight when they sign themselves, and come back from JSON', () => {
    expect(keySetFault(first, null, verifyEd25519)).toBeNull();
    expect(readKeySet(JSON.parse(JSON.stringify(first)))).toEqual(first);
    expect(keySetFault(keysOf(undefined, { signers: [] }), null, verifyEd25519)).toBe('altered');
    expect(keySetFault({ ...first, issuer: 'https://x.example' }, null, verifyEd25519)).toBe('altered');
    const stranger = signedBy([OTHER_KEY], first);
    expect(keySetFault(stranger, null, verifyEd25519)).toBe('altered');
  });

  test('change only by the hand of a key that was known before', () => {
    expect(
      keySetFault(keysOf(both, { ...later, signers: [OTHER_KEY, KEY] }), first, verifyEd25519),
    ).toBeNull();
    expect(keySetFault(keysOf(both, { ...later, signers: [OTHER_KEY] }), first, verifyEd25519)).toBe(
      'unchained',
    );
  });

  test('do not go back, do not fork, do not forget', () => {
    const second = keysOf(both, { ...later, signers: [OTHER_KEY, KEY] });
    expect(keySetFault(first, second, verifyEd25519)).toBe('older');
    expect(keySetFault(second, second, verifyEd25519)).toBeNull();
    expect(keySetFault(keysOf(first.keys, later), second, verifyEd25519)).toBe('conflict');
    expect(
      keySetFault(
        keysOf(both.slice(1), { ...later, number: 3, signers: [OTHER_KEY] }),
        second,
        verifyEd25519,
      ),
    ).toBe('conflict');
    const moved = [publishedKey(KEY, '2025-01-01T00:00:00.000Z')];
    expect(keySetFault(keysOf(moved, later), first, verifyEd25519)).toBe('conflict');
    const others = keysOf(first.keys, { ...later, issuer: 'https://x.example' });
    expect(keySetFault(others, first, verifyEd25519)).toBe('other-issuer');
  });

  test('a name that is not the key’s own makes no list', () => {
    const [one] = first.keys;
    expect(readKeySet({ ...first, keys: [{ ...one, keyId: OTHER_KEY.keyId }] })).toBeNull();
    expect(readKeySet({ ...first, keys: [one, one] })).toBeNull();
  });
});

function signedBy(signers: readonly (typeof KEY)[], { keys, issuedAt, number }: KeySet): KeySet {
  return keysOf(keys, { signers: [...signers], issuedAt, number, issuer: ISSUER });
}

describe('the revocation list', () => {
  const keys = keysOf();
  const first = listOf([revoked], { number: 4 });
  const fault = (next: typeof first, seen: typeof first | null = first) =>
    revocationsFault(next, seen, keys, verifyEd25519);

  test('grows, is sorted, and comes back from JSON', () => {
    const next = listOf([revoked, { receiptId: 'a', revokedAt: NOW }], { number: 5, issuedAt: NOW });
    expect(next.revoked.map(({ receiptId }) => receiptId)).toEqual(['a', 'receipt-1']);
    expect(fault(next)).toBeNull();
    expect(fault(first, null)).toBeNull();
    expect(fault(first)).toBeNull();
    expect(readRevocations(JSON.parse(JSON.stringify(next)))).toEqual(next);
  });

  test('an older one than was seen is refused, and so is one that takes a revocation back', () => {
    expect(fault(listOf([revoked], { number: 3 }))).toBe('older');
    expect(fault(listOf([revoked], { number: 5, issuedAt: '2026-11-27T00:00:00.000Z' }))).toBe('older');
    expect(fault(listOf([], { number: 5, issuedAt: NOW }))).toBe('conflict');
    expect(fault(listOf([{ ...revoked, revokedAt: NOW }], { number: 5, issuedAt: NOW }))).toBe('conflict');
    expect(fault(listOf([], { number: 4 }))).toBe('conflict');
  });

  test('only the issuer’s serving key signs one', () => {
    expect(fault(listOf([revoked], { number: 5, issuedAt: NOW, key: OTHER_KEY }))).toBe('altered');
    expect(fault(listOf([revoked], { number: 5, issuedAt: '2025-01-01T00:00:00.000Z' }), null)).toBe(
      'unchained',
    );
    expect(fault(listOf([revoked], { issuer: 'https://x.example' }))).toBe('other-issuer');
  });
});

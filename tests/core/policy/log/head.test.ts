/**
 * The note that is known by heart is the one in the tests of golang.org/x/mod/sumdb/note (BSD-3-Clause, note_test.go):
 * its private key, text and signature line.
 */
import { describe, expect, test } from 'vitest';
import { fromBase64 } from '#core/base/bytes.ts';
import { headText, logOrigin, noteIsSigned, readHead, signHead, signNote } from '#core/policy/log/head.ts';
import { leafHash } from '#core/policy/log/merkle.ts';
import { ed25519Key, verifyEd25519 } from '#shared/ed25519.ts';

describe('the note of Go’s own checksum database', () => {
  // PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz: one byte for Ed25519, then the seed.
  const secret = (fromBase64('AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz') as Uint8Array).subarray(1);
  const publicKey = (fromBase64('ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW') as Uint8Array).subarray(1);
  const text =
    "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
  const peter =
    '— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n';
  const enoch =
    '— EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ=\n';

  test('is signed here to the byte as there', () => {
    const key = ed25519Key(secret);
    expect(key.publicKey).toEqual(publicKey);
    expect(signNote(text, 'PeterNeumann', key)).toBe(`${text}\n${peter}`);
  });

  test('is believed with another’s signature beside it, and under no other name, text or key', () => {
    const signed = (note: string, name = 'PeterNeumann', key = publicKey) =>
      noteIsSigned(note, name, key, verifyEd25519);
    expect(signed(`${text}\n${peter}`)).toBe(true);
    expect(signed(`${text}\n${enoch}${peter}`)).toBe(true);
    expect(signed(`${text}\n${enoch}`)).toBe(false);
    expect(signed(`${text}\n${peter}`, 'EnochRoot')).toBe(false);
    expect(signed(`${text.replace('answer', 'Answer')}\n${peter}`)).toBe(false);
    expect(signed(`${text}\n${peter}`, 'PeterNeumann', ed25519Key(secret.toReversed()).publicKey)).toBe(
      false,
    );
    for (const bad of [
      text,
      `${text}\n`,
      `${text}\n${peter.slice(0, -1)}`,
      `${text}\n${peter.replace('x08g', 'x08gABCD')}`,
    ])
      expect(signed(bad)).toBe(false);
  });
});

describe('a tree head', () => {
  const key = ed25519Key(new Uint8Array(32).fill(7));
  const origin = logOrigin('https://trust.example:8443');
  const head = {
    origin,
    size: 42,
    root: leafHash(Uint8Array.of(1)),
    date: '2026-11-28T18:00:00.000Z',
  };

  test('comes back as it was written, and bears its key’s signature alone', () => {
    expect(origin).toBe('trust.example:8443/orator-log');
    const note = signHead(head, key);
    expect(readHead(note)).toEqual(head);
    expect(noteIsSigned(note, origin, key.publicKey, verifyEd25519)).toBe(true);
    expect(note.split('\n')).toHaveLength(7);
    const other = ed25519Key(new Uint8Array(32).fill(8));
    expect(noteIsSigned(note, origin, other.publicKey, verifyEd25519)).toBe(false);
  });

  test('has one spelling', () => {
    const text = headText(head);
    const reread = (changed: string) => readHead(`${changed}\n— x y\n`);
    expect(reread(text)).toEqual(head);
    for (const [from, to] of [
      ['\n42\n', '\n042\n'],
      ['\n42\n', '\n-42\n'],
      ['\n42\n', '\n42.0\n'],
      ['\n42\n', '\n99999999999999999\n'],
      ['.000Z', 'Z'],
      ['-28T', '-31T'],
      ['=\n', '\n'],
      ['trust.example', 'trust example'],
      ['date ', 'Date '],
      ['Z\n', 'Z\nmore\n'],
    ] as const) {
      expect(text).toContain(from);
      expect(reread(text.replace(from, to)), to).toBeNull();
    }
  });
});

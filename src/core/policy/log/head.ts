/**
 * A signed tree head, as a text that other tools read too: the checkpoint of C2SP's tlog-checkpoint (origin, size, root)
 * with one line of our own for the date, in a signed note of C2SP's signed-note with Ed25519.
 *
 *     trust.example/orator-log
 *     42
 *     CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=
 *     date 2026-11-28T18:00:00.000Z
 *
 *     — trust.example/orator-log az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
 */
import { concatBytes, equalBytes, fromBase64, toBase64 } from '../../base/bytes.ts';
import { sha256 } from '../../base/sha256.ts';
import { isInstant } from '../read-json.ts';
import type { SigningKey, VerifySignature } from '../signing.ts';
import type { Hash } from './merkle.ts';

export interface TreeHead {
  /** The log's own name: no scheme, no spaces, no plus sign. */
  readonly origin: string;
  readonly size: number;
  readonly root: Hash;
  /** When it was signed; ISO 8601, UTC. */
  readonly date: string;
}

/** The byte that stands for Ed25519 in a signed note. */
const ED25519 = Uint8Array.of(1);
const DASH = '\u2014';
const MOST_CHARACTERS = 10_000;

/** The log of the server that is published under this origin, such as `https://trust.example`. */
export function logOrigin(issuer: string): string {
  return `${issuer.replace(/^[a-z]+:\/\//, '').replaceAll(/[\s+]/g, '-')}/orator-log`;
}

export function headText({ origin, size, root, date }: TreeHead): string {
  return `${origin}\n${size}\n${toBase64(root)}\ndate ${date}\n`;
}

/** A signed head is a note: the text, an empty line, a line for each signature. */
export function signHead(head: TreeHead, key: Pick<SigningKey, 'publicKey' | 'sign'>): string {
  return signNote(headText(head), head.origin, key);
}

export function signNote(text: string, name: string, key: Pick<SigningKey, 'publicKey' | 'sign'>): string {
  const signature = key.sign(new TextEncoder().encode(text));
  return `${text}\n${DASH} ${name} ${toBase64(concatBytes(noteKeyHash(name, key.publicKey), signature))}\n`;
}

/** What names a key in a note: the first four bytes of a hash of its name and itself. */
export function noteKeyHash(name: string, publicKey: Uint8Array): Uint8Array {
  const line = new TextEncoder().encode(`${name}\n`);
  return sha256(line, ED25519, publicKey).subarray(0, 4);
}

/** Whether a note bears this key's signature; signatures of others beside it do not matter. */
export function noteIsSigned(
  note: string,
  name: string,
  publicKey: Uint8Array,
  verify: VerifySignature,
): boolean {
  const parts = splitNote(note);
  if (!parts) return false;
  const message = new TextEncoder().encode(parts.text);
  const wanted = noteKeyHash(name, publicKey);
  return parts.signatures.some((line) => {
    const [dash, by, encoded, ...more] = line.split(' ');
    if (dash !== DASH || by !== name || encoded === undefined || more.length > 0) return false;
    const bytes = fromBase64(encoded);
    if (bytes === null || !equalBytes(bytes.subarray(0, 4), wanted)) return false;
    return verify(bytes.subarray(4), message, publicKey);
  });
}

/** Null where it is no head as `headText` writes one. The signatures are not looked at. */
export function readHead(note: string): TreeHead | null {
  const text = splitNote(note)?.text;
  const match = /^([^\s+]+)\n(0|[1-9][0-9]{0,15})\n([A-Za-z0-9+/]{43}=)\ndate (\S+)\n$/.exec(text ?? '');
  if (!match) return null;
  const [, origin = '', digits = '', encoded = '', date = ''] = match;
  const [size, root] = [Number(digits), fromBase64(encoded)];
  if (root === null || !Number.isSafeInteger(size) || !isInstant(date)) return null;
  return { origin, size, root, date };
}

function splitNote(note: string): { readonly text: string; readonly signatures: readonly string[] } | null {
  if (note.length > MOST_CHARACTERS || !note.endsWith('\n')) return null;
  const at = note.lastIndexOf('\n\n');
  if (at < 0) return null;
  return { text: note.slice(0, at + 1), signatures: note.slice(at + 2, -1).split('\n') };
}

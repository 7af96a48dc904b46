/**
 * What is written into the log, one entry a line of canonical JSON. Whatever could lead to a person (an account, a
 * presenter, a receipt, a text) stands there only as a hash with a salt of that person's: whoever holds the salt can show
 * what an entry is about; once the salt is deleted, nobody can, and the tree still holds.
 */
import { canonicalJson } from '../../base/hashing.ts';
import type { Brand } from '../../base/ids.ts';
import { sha256HexNow } from '../../base/sha256.ts';
import { CHECKS, type CheckId } from '../consent/checks.ts';
import { CATEGORIES, type Category, type Decision } from '../moderation/verdict.ts';
import { GRADES, type Grade } from '../permit.ts';
import { array, count, hash, instant, object, oneOf, orNull, readOrNull, text } from '../read-json.ts';

/** 64 hex digits, made by `saltedHash`. */
export type SaltedHash = Brand<string, 'SaltedHash'>;
export const SALT_BYTES = 32;

/** What a salted hash is of. The same data under another name is another hash. */
export type HashedThing =
  'subject' | 'account' | 'presenter' | 'receipt' | 'project' | 'content' | 'render' | 'reviewer';

/** SHA-256 of the domain line, the salt, and the value. */
export function saltedHash(thing: HashedThing, salt: Uint8Array, value: string): SaltedHash {
  if (salt.byteLength !== SALT_BYTES) throw new RangeError('A salt has 32 bytes.');
  const encoder = new TextEncoder();
  const sum = sha256HexNow(encoder.encode(`orator/log/${thing}/v1\n`), salt, encoder.encode(value));
  return sum as string as SaltedHash;
}

export type EntryBody =
  | {
      readonly type: 'consent-granted';
      readonly subject: SaltedHash;
      readonly presenter: SaltedHash;
      readonly receipt: SaltedHash;
    }
  | {
      readonly type: 'consent-refused';
      readonly subject: SaltedHash;
      readonly presenter: SaltedHash;
      readonly failed: readonly CheckId[];
    }
  | { readonly type: 'consent-revoked'; readonly subject: SaltedHash; readonly receipt: SaltedHash }
  /** What moderation said of a content. */
  | {
      readonly type: 'verdict';
      readonly account: SaltedHash;
      readonly content: SaltedHash;
      readonly decision: Decision;
      readonly categories: readonly Category[];
      readonly policyVersion: string;
    }
  /** What a person decided: a consent, a footage, a content, an appeal, a ban. */
  | {
      readonly type: 'decision';
      readonly about: 'consent' | 'footage' | 'content' | 'appeal' | 'ban';
      readonly account: SaltedHash;
      readonly content: SaltedHash;
      readonly reviewer: SaltedHash;
      readonly outcome: 'allowed' | 'refused';
    }
  /** A person looked at what someone sent to be decided upon: a recording, what a presenter was made from, pictures. */
  | {
      readonly type: 'access';
      readonly about: 'consent' | 'footage' | 'content';
      readonly account: SaltedHash;
      readonly content: SaltedHash;
      readonly reviewer: SaltedHash;
    }
  | {
      readonly type: 'permit';
      readonly account: SaltedHash;
      readonly project: SaltedHash;
      readonly grade: Grade;
      readonly outcome: 'issued' | 'refused';
      readonly receipts: readonly SaltedHash[];
    }
  | {
      readonly type: 'render';
      readonly account: SaltedHash;
      readonly render: SaltedHash;
      readonly outcome: 'started' | 'finished' | 'failed' | 'cancelled' | 'stopped-by-revocation';
      /** Of the finished film; else null. */
      readonly film: SaltedHash | null;
    }
  /** Someone's data were deleted. The salt goes with them, so this is the last that is ever said of the subject. */
  | {
      readonly type: 'deletion';
      readonly subject: SaltedHash;
      /** frames: of a film that was held back for a person to see. */
      readonly what: 'recording' | 'embeddings' | 'presenter' | 'source' | 'frames' | 'account';
      readonly items: number;
    }
  | {
      readonly type: 'key-change';
      readonly keyId: string;
      readonly change: 'added' | 'retired' | 'withdrawn';
      readonly keySetNumber: number;
    };

export type EntryType = EntryBody['type'];
export const ENTRY_TYPES = [
  'consent-granted',
  'consent-refused',
  'consent-revoked',
  'verdict',
  'decision',
  'access',
  'permit',
  'render',
  'deletion',
  'key-change',
] as const satisfies readonly EntryType[];

export interface LogEntry {
  readonly version: 1;
  /** ISO 8601, UTC; never before the entry before it. */
  readonly at: string;
  readonly body: EntryBody;
}

/** The leaf's bytes are these, in UTF-8. */
export function entryText(entry: LogEntry): string {
  return canonicalJson(entry);
}

export function entryBytes(entry: LogEntry): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(entryText(entry));
}

const MOST_RECEIPTS = 1000;

/** Null for anything but exactly what `entryText` writes: nothing unknown can hide in a leaf. */
export function readEntry(line: string): LogEntry | null {
  let json: unknown;
  try {
    json = JSON.parse(line);
  } catch {
    return null;
  }
  const entry = readOrNull((): LogEntry => {
    const it = object(json);
    const version = oneOf(it['version'], [1]);
    return { version, at: instant(it['at']), body: readBody(object(it['body'])) };
  });
  return entry !== null && entryText(entry) === line ? entry : null;
}

function readBody(it: Readonly<Record<string, unknown>>): EntryBody {
  const salted = (name: string) => hash<SaltedHash>(it[name]);
  const type = oneOf(it['type'], ENTRY_TYPES);
  switch (type) {
    case 'consent-granted':
      return { type, subject: salted('subject'), presenter: salted('presenter'), receipt: salted('receipt') };
    case 'consent-refused': {
      const failed = array(it['failed'], CHECKS.length, (check) => oneOf(check, CHECKS));
      return { type, subject: salted('subject'), presenter: salted('presenter'), failed };
    }
    case 'consent-revoked':
      return { type, subject: salted('subject'), receipt: salted('receipt') };
    case 'verdict':
      return {
        type,
        account: salted('account'),
        content: salted('content'),
        decision: oneOf(it['decision'], ['allow', 'review', 'block']),
        categories: array(it['categories'], CATEGORIES.length, (category) => oneOf(category, CATEGORIES)),
        policyVersion: text(it['policyVersion']),
      };
    case 'decision':
      return {
        type,
        about: oneOf(it['about'], ['consent', 'footage', 'content', 'appeal', 'ban']),
        account: salted('account'),
        content: salted('content'),
        reviewer: salted('reviewer'),
        outcome: oneOf(it['outcome'], ['allowed', 'refused']),
      };
    case 'access':
      return {
        type,
        about: oneOf(it['about'], ['consent', 'footage', 'content']),
        account: salted('account'),
        content: salted('content'),
        reviewer: salted('reviewer'),
      };
    case 'permit':
      return {
        type,
        account: salted('account'),
        project: salted('project'),
        grade: oneOf(it['grade'], GRADES),
        outcome: oneOf(it['outcome'], ['issued', 'refused']),
        receipts: array(it['receipts'], MOST_RECEIPTS, (item) => hash<SaltedHash>(item)),
      };
    case 'render':
      return {
        type,
        account: salted('account'),
        render: salted('render'),
        outcome: oneOf(it['outcome'], [
          'started',
          'finished',
          'failed',
          'cancelled',
          'stopped-by-revocation',
        ]),
        film: orNull(it['film'], (item) => hash<SaltedHash>(item)),
      };
    case 'deletion':
      return {
        type,
        subject: salted('subject'),
        what: oneOf(it['what'], ['recording', 'embeddings', 'presenter', 'source', 'frames', 'account']),
        items: count(it['items']),
      };
    case 'key-change':
      return {
        type,
        keyId: text(it['keyId'], 64),
        change: oneOf(it['change'], ['added', 'retired', 'withdrawn']),
        keySetNumber: count(it['keySetNumber']),
      };
    default:
      return type satisfies never;
  }
}

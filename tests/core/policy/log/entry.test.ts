import { expect, test } from 'vitest';
import {
  ENTRY_TYPES,
  entryText,
  readEntry,
  saltedHash,
  type EntryBody,
  type EntryType,
} from '#core/policy/log/entry.ts';

const salt = new Uint8Array(32).fill(3);
const subject = saltedHash('subject', salt, 'account-1/person-1');
const account = saltedHash('account', salt, 'account-1');
const presenter = saltedHash('presenter', salt, 'p');
const receipt = saltedHash('receipt', salt, 'r');
const content = saltedHash('content', salt, 'c');
const project = saltedHash('project', salt, 'x');
const render = saltedHash('render', salt, 'job');
const reviewer = saltedHash('reviewer', salt, 'account-2');

const BODIES: Readonly<Record<EntryType, EntryBody>> = {
  'consent-granted': { type: 'consent-granted', subject, presenter, receipt },
  'consent-refused': { type: 'consent-refused', subject, presenter, failed: ['codes', 'liveness'] },
  'consent-revoked': { type: 'consent-revoked', subject, receipt },
  verdict: {
    type: 'verdict',
    account,
    content,
    decision: 'block',
    categories: ['fraud'],
    policyVersion: '1',
  },
  decision: { type: 'decision', about: 'appeal', account, content, reviewer, outcome: 'allowed' },
  access: { type: 'access', about: 'footage', account, content, reviewer },
  permit: { type: 'permit', account, project, grade: 'distribution', outcome: 'issued', receipts: [receipt] },
  render: { type: 'render', account, render, outcome: 'started', film: null },
  deletion: { type: 'deletion', subject, what: 'recording', items: 3 },
  'key-change': { type: 'key-change', keyId: 'ab', change: 'added', keySetNumber: 2 },
};
const at = '2026-11-28T18:00:00.000Z';

test.each(ENTRY_TYPES)('an entry of type %s comes back as it was written', (type) => {
  const entry = { version: 1 as const, at, body: BODIES[type] };
  expect(readEntry(entryText(entry))).toEqual(entry);
});

test('a leaf has one spelling and no room for anything else', () => {
  const line = entryText({ version: 1, at, body: BODIES['consent-granted'] });
  expect(line).toBe(
    `{"at":"${at}","body":{"presenter":"${presenter}","receipt":"${receipt}","subject":"${subject}","type":"consent-granted"},"version":1}`,
  );
  for (const changed of [
    `${line} `,
    line.replace('"version":1', '"version":2'),
    line.replace('"version":1', '"version":1,"x":1'),
    line.replace('{"presenter"', '{"name":"Ada","presenter"'),
    line.replace('{"presenter"', '{ "presenter"'),
    line.replace(presenter, presenter.toUpperCase()),
    line.replace('.000Z', '.000+00:00'),
    line.replace('consent-granted', 'consent-given'),
    '',
    '[]',
    'null',
  ])
    expect(readEntry(changed), changed).toBeNull();
});

test('a salted hash tells things, people and values apart, and nothing without its salt', () => {
  const hashes = [
    saltedHash('subject', salt, 'a'),
    saltedHash('account', salt, 'a'),
    saltedHash('subject', salt, 'b'),
    saltedHash('subject', new Uint8Array(32).fill(4), 'a'),
  ];
  expect(new Set(hashes).size).toBe(4);
  expect(saltedHash('subject', salt, 'a')).toBe(hashes[0]);
  expect(() => saltedHash('subject', new Uint8Array(16), 'a')).toThrow(RangeError);
});

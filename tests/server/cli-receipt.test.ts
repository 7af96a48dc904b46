/** `orator receipt verify`, offline: what a person is told, and what a script is. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { Io } from '#server/cli/command.ts';
import { runCli } from '#server/cli/main.ts';
import { keysOf, listOf, NOW, OTHER_KEY, receiptOf } from '#tests/core/policy/consent/trust.ts';

const folder = mkdtempSync(join(tmpdir(), 'orator-receipt-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function file(name: string, content: unknown): string {
  const path = join(folder, name);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

async function verify(...args: string[]) {
  const [out, said]: [string[], string[]] = [[], []];
  const io: Io = {
    print: (line) => void out.push(line),
    say: (line) => void said.push(line),
    status: { isTTY: false, columns: 80, write: () => undefined },
    signal: new AbortController().signal,
  };
  const code = await runCli(['receipt', 'verify', '--at', NOW, ...args], io);
  return { code, out: out.join('\n'), said: said.join('\n') };
}

const receipt = receiptOf();
const alone = file('receipt.json', receipt);
const keys = file('keys.json', keysOf());
const list = file('list.json', listOf());
const revokedList = file(
  'revoked.json',
  listOf([{ receiptId: 'receipt-1', revokedAt: NOW }], { number: 2, issuedAt: NOW }),
);
const bundle = file('bundle.json', { receipt, keys: keysOf(), revocations: listOf() });

test('a receipt that holds ends with 0 and says for what, until when, and what was not looked at', async () => {
  const whole = await verify(alone, '--keys', keys, '--revocations', list);
  expect([whole.code, whole.said]).toEqual([0, '']);
  expect(whole.out).toMatch(
    /holds[\s\S]*until 2027-11-01[\s\S]*own-films; languages: en, fr[\s\S]*Not revoked/,
  );
  const unchecked = await verify(alone, '--keys', keys);
  expect([unchecked.code, unchecked.out]).toEqual([0, expect.stringMatching(/Not looked up whether/)]);
  const itself = await verify(bundle);
  expect([itself.code, itself.out]).toEqual([0, expect.stringMatching(/keys came in the file itself/)]);
  const json = await verify(bundle, '--keys', keys, '--json', '--use', 'own-films', '--language', 'fr-CA');
  expect(JSON.parse(json.out)).toMatchObject({
    valid: true,
    keysFromFile: false,
    revocations: { state: 'fresh' },
  });
});

test('one that does not hold ends with 4 and says why', async () => {
  const forged = file('forged.json', { ...receipt, scope: { ...receipt.scope, languages: ['*'] } });
  const others = file('others.json', receiptOf({}, OTHER_KEY));
  const cases: [RegExp, ...string[]][] = [
    [/changed after it was signed.*altered/, forged, '--keys', keys],
    [/does not list the key/, others, '--keys', keys],
    [/taken their consent back/, alone, '--keys', keys, '--revocations', revokedList],
    [/taken their consent back/, bundle, '--revocations', revokedList],
    [/older than the one that was seen/, alone, '--keys', keys, '--revocations', list, '--seen', revokedList],
    [/not consented to this use/, bundle, '--use', 'distribution'],
    [/speak this language/, bundle, '--language', 'de'],
    [/consent ended/, bundle, '--at', '2028-01-01T00:00:00Z'],
  ];
  for (const [why, ...args] of cases) {
    const { code, out } = await verify(...args);
    expect([code, out], args.join(' ')).toEqual([4, expect.stringMatching(why)]);
  }
});

test('what cannot be read ends with 1, wrong usage with 2', async () => {
  expect((await verify(join(folder, 'none.json'), '--keys', keys)).code).toBe(1);
  expect((await verify(file('odd.json', '{'), '--keys', keys)).code).toBe(1);
  expect((await verify(file('more.json', { ...receipt, note: 'x' }), '--keys', keys)).code).toBe(1);
  expect((await verify(alone, '--keys', list)).code).toBe(1);
  expect((await verify(alone)).code).toBe(2);
  expect((await verify()).code).toBe(2);
  expect((await verify(bundle, '--use', 'anything')).code).toBe(2);
});

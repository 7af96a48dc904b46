/** What an organisation is called where its keeper types it. */
import { expect, test } from 'vitest';
import { shortNameFor } from '#lib/api/accounts.ts';

test('a short name is one that a command line takes, whatever the name is', () => {
  const names: readonly (readonly [string, string])[] = [
    ['The Analytical Society', 'the-analytical-society'],
    ['“Söhne & Co.”', 'sohne-co'],
    ['北京', 'organisation'],
    ['--help', 'help'],
  ];
  for (const [name, begin] of names) expect(shortNameFor(name)).toMatch(new RegExp(`^${begin}-[0-9a-f]{8}$`));
  expect(shortNameFor('Twice')).not.toBe(shortNameFor('Twice'));
});

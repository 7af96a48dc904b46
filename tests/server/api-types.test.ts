/** What the app believes of the API is what the server says of it. */
import { readFileSync } from 'node:fs';
import { format } from 'prettier';
import { expect, test } from 'vitest';
import { apiTypes, type OpenApiDocument } from '#server/setup/api-types.ts';
import { NOBODY, openTrust } from './harness/trust.ts';

const FILE = 'src/lib/api/api-types.ts';

test('the client’s types are made from the document as it is; `npm run api-types` makes them anew', async () => {
  const trust = await openTrust();
  try {
    const { body } = await trust.ask<OpenApiDocument>(NOBODY, 'GET', '/api/openapi.json');
    const wanted = await format(apiTypes(body), {
      parser: 'typescript',
      singleQuote: true,
      printWidth: 110,
    });
    expect(readFileSync(FILE, 'utf8')).toBe(wanted);
  } finally {
    await trust.close();
  }
});

/** `npm run api-types`: writes what the app knows of the server's API. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createApi } from '../api.ts';
import { QUIET } from '../logger.ts';
import { openServices } from '../services/services.ts';
import { readSettings } from '../settings.ts';
import { apiTypes, type OpenApiDocument } from './api-types.ts';
import { ROOT } from './place.js';

const folder = mkdtempSync(join(tmpdir(), 'orator-api-types-'));
const settings = { ...readSettings({ ORATOR_DATA: folder }), database: { kind: 'memory' } as const };
const services = await openServices({ settings, origin: 'http://localhost:4400', log: QUIET });
try {
  const answer = await createApi(services, '0').request('/api/openapi.json');
  const file = join(ROOT, 'src', 'lib', 'api', 'api-types.ts');
  writeFileSync(file, apiTypes((await answer.json()) as OpenApiDocument));
  execFileSync(process.execPath, [join(ROOT, 'node_modules/prettier/bin/prettier.cjs'), '--write', file]);
} finally {
  await services.close();
  rmSync(folder, { recursive: true, force: true });
}
process.exit(0);

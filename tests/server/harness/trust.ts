/**
 * A trust server in the test's own process, whole but for the socket: requests go to its router, everything below is
 * real. In memory on PGlite unless the test brings another database.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newId } from '#core/base/ids.ts';
import { createApi } from '#server/api.ts';
import type { DatabasePlace } from '#server/database/open.ts';
import { emptyDatabase } from './empty-database.ts';
import { QUIET } from '#server/logger.ts';
import type { Role } from '#server/services/accounts/caller.ts';
import { openServices, type ServiceOptions, type Services } from '#server/services/services.ts';
import { readSettings } from '#server/settings.ts';

export const ORIGIN = 'http://localhost:4400';

/** Someone who asks: nobody, a person with a cookie, or a program with a key. */
export interface Asker {
  readonly headers: Readonly<Record<string, string>>;
  readonly accountId: string | null;
}
export const NOBODY: Asker = { headers: {}, accountId: null };

export interface Answer<T = unknown> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: T;
}

export interface Trust {
  readonly services: Services;
  /** A new account, signed in. */
  person(role?: Role): Promise<Asker & { readonly accountId: string; readonly email: string }>;
  /** @param json sent as a JSON body; bytes are sent as they are */
  ask<T = unknown>(who: Asker, method: string, path: string, json?: unknown): Promise<Answer<T>>;
  fetch(request: Request): Promise<Response>;
  close(): Promise<void>;
}

export interface TrustOptions extends Partial<Omit<ServiceOptions, 'settings'>> {
  readonly place?: DatabasePlace;
  readonly env?: Readonly<Record<string, string>>;
}

export async function openTrust(options: TrustOptions = {}): Promise<Trust> {
  const { place = await emptyDatabase(), env = {}, ...rest } = options;
  const folder = mkdtempSync(join(tmpdir(), 'orator-trust-'));
  const settings = {
    ...readSettings({ ORATOR_DATA: folder, TRUSTED_PROXIES: '1', ...env }),
    database: place,
  };
  const services = await openServices({ origin: ORIGIN, log: QUIET, ...rest, settings });
  const api = createApi(services, 'test');
  const fetch = async (request: Request) => api.fetch(request);

  const trust: Trust = {
    services,
    fetch,
    async person(role) {
      const email = `${newId()}@example.com`;
      const answer = await fetch(
        new Request(`${ORIGIN}/api/auth/sign-up/email`, {
          method: 'POST',
          // Each from an address of their own: sign-ups from one are slowed down.
          headers: { Origin: ORIGIN, 'Content-Type': 'application/json', 'X-Forwarded-For': freshAddress() },
          body: JSON.stringify({ name: 'Someone', email, password: 'correct horse battery' }),
        }),
      );
      if (answer.status !== 200) throw new Error(`no account: ${answer.status} ${await answer.text()}`);
      const { user } = (await answer.json()) as { user: { id: string } };
      const cookie = answer.headers
        .getSetCookie()
        .map((line) => line.split(';')[0])
        .join('; ');
      if (role)
        await services.repositories.accounts.joinOperator(user.id, role, {
          organization: newId(),
          member: newId(),
        });
      return { headers: { Cookie: cookie, Origin: ORIGIN }, accountId: user.id, email };
    },
    async ask<T>(who: Asker, method: string, path: string, json?: unknown) {
      const raw = json instanceof Uint8Array;
      const answer = await fetch(
        new Request(ORIGIN + path, {
          method,
          headers: {
            ...who.headers,
            ...(json === undefined || raw ? {} : { 'Content-Type': 'application/json' }),
          },
          ...(json === undefined
            ? {}
            : { body: raw ? (json as Uint8Array<ArrayBuffer>) : JSON.stringify(json) }),
        }),
      );
      const text = await answer.text();
      const isJson = answer.headers.get('content-type')?.includes('json') ?? false;
      return {
        status: answer.status,
        headers: answer.headers,
        body: (isJson ? JSON.parse(text) : text) as T,
      };
    },
    async close() {
      await services.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  return trust;
}

function freshAddress(): string {
  const [a, b, c] = crypto.getRandomValues(new Uint8Array(3));
  return `10.${a}.${b}.${c}`;
}

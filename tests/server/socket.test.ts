/** The API on a real socket, where requests are of the adapter's own kind: an account is made, and known by its cookie. */
import { expect, test } from 'vitest';
import { listen } from '#server/http.ts';
import { openTrust, ORIGIN } from './harness/trust.ts';

test('someone makes an account over a socket, and is known from then on', async () => {
  const trust = await openTrust();
  const server = await listen({ fetch: trust.fetch }, { host: '127.0.0.1', port: 0 });
  try {
    const made = await fetch(`${server.address}/api/auth/sign-up/email`, {
      method: 'POST',
      headers: { Origin: ORIGIN, 'Content-Type': 'application/json' },
      body: JSON.stringify({ name: 'Ada', email: 'ada@example.com', password: 'correct horse battery' }),
    });
    expect(made.status).toBe(200);
    const cookie = made.headers
      .getSetCookie()
      .map((line) => line.split(';')[0])
      .join('; ');
    const me = await fetch(`${server.address}/api/me`, { headers: { Cookie: cookie } });
    expect(me.status).toBe(200);
    expect(await me.json()).toMatchObject({ account: { via: 'session' } });
    const session = await fetch(`${server.address}/api/auth/get-session`, { headers: { Cookie: cookie } });
    expect(await session.json()).toMatchObject({ user: { email: 'ada@example.com' } });
  } finally {
    await server.stop(0);
    await trust.close();
  }
});

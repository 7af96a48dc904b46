/**
 * The one link by which a person takes a consent back, without an account. Its secret is made from the server's own and
 * the session's id, so that it can be shown again; the database holds its hash alone. It stands behind the `#` of the
 * address, which browsers send to nobody.
 */
import { createHash, createHmac } from 'node:crypto';
import type { ConsentParts } from './parts.ts';

export interface RevokeLink {
  readonly token: string;
  readonly address: string;
}

export function linkOf({ secret, origin }: Pick<ConsentParts, 'secret' | 'origin'>, id: string): RevokeLink {
  const token = createHmac('sha256', secret).update(`orator/consent-link/v1\n${id}`).digest('base64url');
  return { token, address: `${origin}/consent#${token}` };
}

export function tokenHash(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

/** Whose face or voice this is. Part of the type of every presenter, cloned voice and localised source. */

import { newId } from '../base/ids.ts';

export type Likeness =
  | { readonly kind: 'synthetic' }
  /** A real person. `consent` names a signed receipt, or is null while there is none. */
  | { readonly kind: 'person'; readonly consent: ConsentReference | null };

export interface ConsentReference {
  readonly receiptId: string;
  readonly issuer: string;
}

/** The issuer of a statement that a person made about themselves, on their own device. No server vouches for it. */
export const SELF_ISSUER = 'self';

/** A real person who says that the likeness is their own. `receiptId` is fresh for each statement. */
export function ownLikeness(receiptId: string): Likeness {
  return { kind: 'person', consent: { receiptId, issuer: SELF_ISSUER } };
}

/** A real person of whom nothing is known. */
export const UNCONSENTED: Likeness = { kind: 'person', consent: null };

export const SYNTHETIC: Likeness = { kind: 'synthetic' };

/** Whose voice or face it is, as whoever brings it says. */
export type SaidToBe = 'own' | 'someone' | 'synthetic';

export function likenessOf(said: SaidToBe): Likeness {
  if (said === 'own') return ownLikeness(newId());
  return said === 'synthetic' ? SYNTHETIC : UNCONSENTED;
}

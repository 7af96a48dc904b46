/** Whose face or voice this is. Part of the type of every presenter, cloned voice and localised source. */

export type Likeness =
  | { readonly kind: 'synthetic' }
  /** A real person. `consent` names a signed receipt, or is null while there is none. */
  | { readonly kind: 'person'; readonly consent: ConsentReference | null };

export interface ConsentReference {
  readonly receiptId: string;
  readonly issuer: string;
}

export const SYNTHETIC: Likeness = { kind: 'synthetic' };

/** Branded ids: a SceneId cannot be passed where a ParagraphId is meant. */

declare const brand: unique symbol;
export type Brand<T, Name extends string> = T & { readonly [brand]: Name };

export type ProjectId = Brand<string, 'ProjectId'>;
export type SceneId = Brand<string, 'SceneId'>;
export type ParagraphId = Brand<string, 'ParagraphId'>;
export type PresenterId = Brand<string, 'PresenterId'>;
export type VoiceId = Brand<string, 'VoiceId'>;
export type LayerId = Brand<string, 'LayerId'>;
export type JobId = Brand<string, 'JobId'>;
/** SHA-256 of an asset's bytes, 64 lower-case hex digits. */
export type AssetHash = Brand<string, 'AssetHash'>;
/** SHA-256 of a stage's inputs and version; the key of a cached product. */
export type CacheKey = Brand<string, 'CacheKey'>;

const ALPHABET = '0123456789abcdefghijklmnopqrstuvwxyz';

/** A fresh id: 16 characters of base 36, about 82 random bits. */
export function newId<Id extends string>(): Id {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  let text = '';
  for (const byte of bytes) text += ALPHABET[byte % 36];
  return text as Id;
}

/** What a file is, by its own first bytes; what its sender says of it counts for nothing. */

export const MEDIA_TYPES = [
  'video/mp4',
  'video/webm',
  'image/jpeg',
  'image/png',
  'image/webp',
  'audio/wav',
  'audio/mpeg',
  'audio/ogg',
  'audio/mp4',
] as const;
export type MediaType = (typeof MEDIA_TYPES)[number];

/** So many bytes tell. */
export const TELLING_BYTES = 16;

/** Null for anything that is no film, picture or sound that a browser shows. */
export function mediaTypeOf(head: Uint8Array): MediaType | null {
  const text = String.fromCharCode(...head.subarray(0, TELLING_BYTES));
  if (text.startsWith('\x1aE\xdf\xa3')) return 'video/webm';
  if (text.slice(4, 8) === 'ftyp') {
    const brand = text.slice(8, 12);
    if (brand === 'M4A ') return 'audio/mp4';
    return /^(avif|avis|heic|heix|mif1|msf1)$/.test(brand) ? null : 'video/mp4';
  }
  if (text.startsWith('\xff\xd8\xff')) return 'image/jpeg';
  if (text.startsWith('\x89PNG\r\n\x1a\n')) return 'image/png';
  if (text.startsWith('RIFF')) {
    if (text.slice(8, 12) === 'WEBP') return 'image/webp';
    return text.slice(8, 12) === 'WAVE' ? 'audio/wav' : null;
  }
  if (text.startsWith('OggS')) return 'audio/ogg';
  if (text.startsWith('ID3') || /^\xff[\xe2-\xff]/.test(text)) return 'audio/mpeg';
  return null;
}

/**
 * What a file is, by its first bytes: names and types that came with it are what somebody once called it. Says nothing of
 * whether the rest is whole; whoever decodes it finds out.
 */

export type MediaKind = 'image' | 'video' | 'sound' | 'data';

export interface KnownMedia {
  readonly kind: MediaKind;
  readonly mime: string;
}

/** So many bytes of a file's start are enough to tell. */
export const HEAD_BYTES = 64;

/** Files of our own making: records (fits), picture packs, speech tracks. */
const OWN = ['ORc1', 'ORp1', 'SPT1'];
const MPEG_AUDIO_LAYER = 0x06;

/** Null for what is none of ours and none of the media we take. */
export function mediaKindOf(head: Uint8Array): KnownMedia | null {
  const ascii = String.fromCharCode(...head.subarray(0, HEAD_BYTES));
  const image = (mime: string): KnownMedia => ({ kind: 'image', mime });
  const video = (mime: string): KnownMedia => ({ kind: 'video', mime });
  const sound = (mime: string): KnownMedia => ({ kind: 'sound', mime });
  if (ascii.startsWith('\x89PNG\r\n\x1a\n')) return image('image/png');
  if (ascii.startsWith('\xff\xd8\xff')) return image('image/jpeg');
  if (ascii.startsWith('GIF8')) return image('image/gif');
  if (ascii.startsWith('BM')) return image('image/bmp');
  if (/^(RIFF|RF64)/.test(ascii)) return ofRiff(ascii.slice(8, 12));
  if (ascii.slice(4, 8) === 'ftyp') {
    const brands = ascii.slice(8, 40);
    if (/avif|avis/.test(brands)) return image('image/avif');
    if (/heic|heix|mif1|msf1/.test(brands)) return image('image/heic');
    if (brands.startsWith('M4A')) return sound('audio/mp4');
    return video(brands.startsWith('qt') ? 'video/quicktime' : 'video/mp4');
  }
  if (ascii.startsWith('\x1a\x45\xdf\xa3'))
    return video(/webm/.test(ascii) ? 'video/webm' : 'video/x-matroska');
  if (ascii.startsWith('OggS')) return sound('audio/ogg');
  if (ascii.startsWith('fLaC')) return sound('audio/flac');
  if (ascii.startsWith('ID3')) return sound('audio/mpeg');
  if (OWN.some((magic) => ascii.startsWith(magic))) return { kind: 'data', mime: 'application/octet-stream' };
  return ofMpegAudio(head);
}

function ofRiff(form: string): KnownMedia | null {
  if (form === 'WEBP') return { kind: 'image', mime: 'image/webp' };
  if (form === 'WAVE') return { kind: 'sound', mime: 'audio/wav' };
  return null;
}

/** Eleven set bits begin a frame; then its layer: none for ADTS, one of three for MPEG audio. */
function ofMpegAudio([first = 0, second = 0]: Uint8Array): KnownMedia | null {
  if (first !== 0xff || (second & 0xe0) !== 0xe0) return null;
  if ((second & 0xf6) === 0xf0) return { kind: 'sound', mime: 'audio/aac' };
  return (second & MPEG_AUDIO_LAYER) === 0x02 ? { kind: 'sound', mime: 'audio/mpeg' } : null;
}

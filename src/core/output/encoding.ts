/**
 * How finely to encode. Bit rates follow the size so that a presenter on a calm background looks clean on every
 * platform that compresses it again; the H.264 level is the lowest whose limits hold the film.
 */
import { rateToFps } from '../base/time.ts';
import type { Rational } from '../base/time.ts';
import type { VideoCodec, VideoEncoding } from './ports.ts';

/**
 * 720p at 25 fps: 6 Mbit/s; 1080p: 12 Mbit/s. Grows a little slower than the number of pixels, as detail does. At two
 * thirds of it software H.264 quantised flat grounds up to 2.04/255 away on its frequent key frames.
 */
export function bitrateFor(codec: VideoCodec, widthPx: number, heightPx: number, rate: Rational): number {
  const pixels = (widthPx * heightPx) / (1280 * 720);
  const speed = rateToFps(rate) / 25;
  // log2(2) / log2(2.25): the exponent that takes 720p's 6 Mbit/s to 1080p's 12.
  const bits = 6e6 * Math.pow(pixels, Math.LN2 / Math.log(2.25)) * Math.pow(speed, 0.75);
  const thrift = { avc: 1, hevc: 0.75, vp9: 0.75, av1: 0.65, prores: 12 }[codec];
  return Math.round(Math.max(200e3, bits * thrift) / 1000) * 1000;
}

export function encodingFor(
  codec: VideoCodec,
  format: { readonly widthPx: number; readonly heightPx: number; readonly rate: Rational },
): VideoEncoding {
  return {
    codec,
    widthPx: format.widthPx,
    heightPx: format.heightPx,
    rate: format.rate,
    bitrate: bitrateFor(codec, format.widthPx, format.heightPx, format.rate),
  };
}

/** ITU-T H.264 table A-1: level × 10, macroblocks a second, macroblocks a frame, kbit/s (High profile ×1.25). */
const AVC_LEVELS: readonly (readonly [number, number, number, number])[] = [
  [30, 40_500, 1_620, 10_000],
  [31, 108_000, 3_600, 14_000],
  [32, 216_000, 5_120, 20_000],
  [40, 245_760, 8_192, 20_000],
  [42, 522_240, 8_704, 50_000],
  [50, 589_824, 22_080, 135_000],
  [51, 983_040, 36_864, 240_000],
  [52, 2_073_600, 36_864, 240_000],
];

/** The lowest level that holds this film, as WebCodecs writes it in hexadecimal (31 → `1f`). */
function avcLevel(encoding: VideoEncoding): string {
  const perFrame = Math.ceil(encoding.widthPx / 16) * Math.ceil(encoding.heightPx / 16);
  const perSecond = perFrame * rateToFps(encoding.rate);
  const level = AVC_LEVELS.find(
    ([, maxPerSecond, maxPerFrame, maxKbps]) =>
      perSecond <= maxPerSecond && perFrame <= maxPerFrame && encoding.bitrate <= maxKbps * 1000,
  );
  return (level?.[0] ?? 52).toString(16);
}

/** WebCodecs codec strings to try, best first. High profile compresses better; Baseline exists everywhere. */
export function codecStrings(encoding: VideoEncoding): readonly string[] {
  switch (encoding.codec) {
    case 'avc':
      return ['6400', '4d00', '42e0', '4200'].map((profile) => `avc1.${profile}${avcLevel(encoding)}`);
    case 'vp9':
      return [`vp09.00.${encoding.widthPx * encoding.heightPx > 1280 * 720 ? '40' : '31'}.08`];
    case 'av1':
      return [`av01.0.${encoding.widthPx * encoding.heightPx > 1280 * 720 ? '08' : '05'}M.08`];
    case 'hevc':
    case 'prores':
      return []; // no browser encodes these
    default:
      return encoding.codec satisfies never;
  }
}

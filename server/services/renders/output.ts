/** What a film may be asked for as: sizes, codecs and the containers that hold them. Told before anything is drawn. */
import { AppError } from '#core/base/errors.ts';
import { rateToFps } from '#core/base/time.ts';
import { RANGES } from '#core/document/limits.ts';
import type { NativeCodec, OutputSpec } from '../../render/process.ts';

const CONTAINERS: Readonly<Record<NativeCodec, readonly OutputSpec['container'][]>> = {
  h264: ['mp4', 'mov'],
  h265: ['mp4', 'mov'],
  av1: ['mp4', 'webm'],
  prores4444: ['mov'],
  vp9: ['webm'],
};
/** WebVTT. */
export const CAPTIONS_MIME = 'text/vtt';
/** 60 frames a second of 4096 × 2304. */
const MOST_PIXELS_A_SECOND = 4096 * 2304 * 60;

/** @throws AppError invalid-input */
export function requireOutput(output: OutputSpec): void {
  const { codec, container, widthPx, heightPx, bits, alpha } = output;
  for (const size of [widthPx, heightPx]) {
    const { min, max } = RANGES.sizePx;
    if (size < min || size > max || size % 2 !== 0)
      throw wrong(`A film is ${min} to ${max} pixels wide and high, and an even number of them.`);
  }
  const fps = rateToFps(output.rate);
  if (fps < RANGES.fps.min || fps > RANGES.fps.max)
    throw wrong(`A film has ${RANGES.fps.min} to ${RANGES.fps.max} frames a second.`);
  if (widthPx * heightPx * fps > MOST_PIXELS_A_SECOND)
    throw wrong('That many pixels a second are more than 4K at 60 frames.');
  const fitting = CONTAINERS[codec];
  if (!fitting.includes(container))
    throw wrong(`${codec} goes into ${fitting.join(' or ')}, not into ${container}.`);
  if (alpha && codec !== 'prores4444' && codec !== 'vp9')
    throw wrong('Only ProRes 4444 and VP9 carry transparency.');
  if (bits === 10 && codec === 'h264') throw wrong('H.264 is made with 8 bits; H.265 and AV1 carry 10.');
}

/** What of a film's look decides how fast it is made; speeds are kept by it. */
export function kindOfWork({ codec, effort }: OutputSpec): string {
  return `${codec}/${effort}`;
}

/** Pixels drawn for one frame, in millions. */
export function frameWork({ widthPx, heightPx, supersample }: OutputSpec): number {
  return (widthPx * heightPx * supersample ** 2) / 1e6;
}

function wrong(message: string): AppError {
  return new AppError('invalid-input', message);
}

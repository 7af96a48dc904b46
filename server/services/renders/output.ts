/** What a film may be asked for as: told before it waits for its turn, and before anything is uploaded or drawn. */
import { AppError } from '#core/base/errors.ts';
import { rateToFps } from '#core/base/time.ts';
import { RANGES } from '#core/document/limits.ts';
import { requireOutput as requirePossible } from '../../render/output-spec.ts';
import type { OutputSpec } from '../../render/process.ts';

/** WebVTT. */
export const CAPTIONS_MIME = 'text/vtt';
/** 60 frames a second of 4096 × 2304. */
const MOST_PIXELS_A_SECOND = 4096 * 2304 * 60;

/** What cannot be made, and what is more than a server does for one film. @throws AppError invalid-input */
export function requireOutput(output: OutputSpec): void {
  const { widthPx, heightPx } = output;
  const { max } = RANGES.sizePx;
  if (Math.max(widthPx, heightPx) > max)
    throw new AppError(
      'invalid-input',
      `A film of ${widthPx} × ${heightPx} pixels is larger than this server makes.`,
      {
        way: `Ask for sides of at most ${max} pixels.`,
      },
    );
  requirePossible(output);
  if (widthPx * heightPx * rateToFps(output.rate) > MOST_PIXELS_A_SECOND)
    throw new AppError('invalid-input', 'That many pixels a second are more than 4K at 60 frames.', {
      way: 'Ask for a smaller picture, or for fewer frames a second.',
    });
}

/** What of a film's look decides how fast it is made; speeds are kept by it. */
export function kindOfWork({ codec, effort }: OutputSpec): string {
  return `${codec}/${effort}`;
}

/** Pixels drawn for one frame, in millions. */
export function frameWork({ widthPx, heightPx, supersample }: OutputSpec): number {
  return (widthPx * heightPx * supersample ** 2) / 1e6;
}

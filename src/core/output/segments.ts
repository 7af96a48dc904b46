/**
 * Cutting a film into segments. A segment is a run of at most five seconds of one shot, encoded on its own as a closed
 * GOP and kept under a key that knows nothing of where the shot stands in the film. That one idea gives resumable
 * export, quick re-export after an edit, and films that cost only the seconds that differ.
 */
import { cacheKey } from '../base/hashing.ts';
import type { CacheKey } from '../base/ids.ts';
import { rateToFps } from '../base/time.ts';
import type { Rational } from '../base/time.ts';
import type { MovieWriter } from './ports.ts';

export const SEGMENT_MAX_S = 5;

/** What cutting needs to know of a shot: frames [startFrame, startFrame + frameCount), and the hash of its pictures. */
export interface CuttableShot {
  readonly startFrame: number;
  readonly frameCount: number;
  readonly pictureKey: CacheKey;
}

export interface SegmentSpan {
  /** Index into the plan's shots. */
  readonly shot: number;
  /** First frame, counted from the start of the shot: what the key holds. */
  readonly shotFrame: number;
  /** First frame, counted from the start of the film: what the plan is asked. */
  readonly filmFrame: number;
  readonly frameCount: number;
}

/** Every frame of every shot, in film order. A shot is cut into as few even pieces as the limit allows. */
export function splitIntoSegments(shots: readonly CuttableShot[], rate: Rational): SegmentSpan[] {
  const most = Math.max(1, Math.floor(SEGMENT_MAX_S * rateToFps(rate) + 1e-6));
  return shots.flatMap((shot, index) => {
    const pieces = Math.ceil(shot.frameCount / most);
    return Array.from({ length: pieces }, (_, piece) => {
      const from = Math.floor((piece * shot.frameCount) / pieces);
      const to = Math.floor(((piece + 1) * shot.frameCount) / pieces);
      return { shot: index, shotFrame: from, filmFrame: shot.startFrame + from, frameCount: to - from };
    });
  });
}

/**
 * Equal keys, equal packets: what is drawn, which frames of it, who draws and who encodes.
 * @param drawnBy the compositor's fingerprint (compose/version.ts): its kind and its edition
 */
export function segmentKey(
  shot: CuttableShot,
  span: SegmentSpan,
  writer: Pick<MovieWriter, 'encoding' | 'fingerprint'>,
  drawnBy: string,
): Promise<CacheKey> {
  return cacheKey('segment@2', {
    picture: shot.pictureKey,
    from: span.shotFrame,
    count: span.frameCount,
    encoding: writer.encoding,
    encoder: writer.fingerprint,
    drawnBy,
  });
}

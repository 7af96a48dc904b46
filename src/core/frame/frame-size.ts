/** What the shape of a frame asks of what stands in it. */
import type { VideoFormat } from '../document/project.ts';

/** Upright frames: 9:16, 4:5. */
export function isNarrow(format: VideoFormat): boolean {
  return format.widthPx < format.heightPx * 0.9;
}

/**
 * A size given as a fraction of the frame's height, in pixels. On upright frames the width limits it, or a line
 * would hold three words.
 */
export function fontSizePx(fraction: number, format: VideoFormat): number {
  return fraction * Math.min(format.heightPx, format.widthPx * 1.25);
}

/** What is behind everything: a paint, a picture or a film, and where in the frame a picture lands. */
import type { AssetHash } from '../base/ids.ts';
import { frameToSeconds } from '../base/time.ts';
import type { Background, Crop, Fit, MediaEntry, VideoFormat } from '../document/project.ts';
import type { DrawLayer, Paint, Rect } from '../draw/draw-list.ts';
import { parseHex } from './color.ts';

export function frameRect(format: VideoFormat): Rect {
  return { x: 0, y: 0, width: format.widthPx, height: format.heightPx };
}

/** On frame `i` of the scene. */
export function backgroundLayers(
  background: Background,
  format: VideoFormat,
  find: (hash: AssetHash) => MediaEntry,
): (i: number) => readonly DrawLayer[] {
  const fill = (paint: Paint): DrawLayer => ({ kind: 'fill', name: 'background', opacity: 1, paint });
  switch (background.kind) {
    case 'color': {
      const layers = [fill({ kind: 'solid', color: parseHex(background.color) })];
      return () => layers;
    }
    case 'gradient': {
      const layers = [fill(gradientPaint(background, format))];
      return () => layers;
    }
    case 'image':
    case 'video': {
      const media = find(background.asset);
      const rects = fitRects(background.fit, background.crop, media, frameRect(format));
      // Bars beside a picture that does not fill the frame.
      const bars = background.fit === 'contain' ? [fill({ kind: 'solid', color: [0, 0, 0, 1] })] : [];
      const startS = background.kind === 'video' ? background.startS : 0;
      return (i) => {
        const timeS =
          background.kind === 'video'
            ? videoTime(startS, frameToSeconds(i, format.rate), media.durationS)
            : 0;
        const image = { asset: background.asset, kind: background.kind, timeS };
        const clip = frameRect(format);
        return [...bars, { kind: 'image', name: 'background', opacity: 1, image, ...rects, clip }];
      };
    }
    default:
      return background satisfies never;
  }
}

/** The time in the video `elapsedS` after it started at `startS`: at its end it starts over from there. */
export function videoTime(startS: number, elapsedS: number, durationS: number | null): number {
  if (durationS === null || durationS <= 0) return startS + elapsedS;
  const start = startS < durationS ? startS : 0;
  return start + (elapsedS % (durationS - start));
}

/** From corner to corner along the angle, as CSS lays its gradients. */
export function gradientPaint(
  { from, to, angleDeg }: Extract<Background, { kind: 'gradient' }>,
  { widthPx, heightPx }: VideoFormat,
): Extract<Paint, { kind: 'linear' }> {
  const angle = (angleDeg * Math.PI) / 180;
  const dx = Math.cos(angle);
  const dy = Math.sin(angle);
  const half = (Math.abs(widthPx * dx) + Math.abs(heightPx * dy)) / 2;
  const cx = widthPx / 2;
  const cy = heightPx / 2;
  return {
    kind: 'linear',
    from: [cx - dx * half, cy - dy * half],
    to: [cx + dx * half, cy + dy * half],
    stops: [
      { at: 0, color: parseHex(from) },
      { at: 1, color: parseHex(to) },
    ],
  };
}

/** Where a picture lands in `box`, and what of it is used. */
export function fitRects(
  fit: Fit,
  crop: Crop,
  media: Pick<MediaEntry, 'widthPx' | 'heightPx'>,
  box: Rect,
): { source: Rect; target: Rect } {
  const width = crop.width * media.widthPx;
  const height = crop.height * media.heightPx;
  const perX = box.width / width;
  const perY = box.height / height;
  if (fit === 'contain') {
    const scale = Math.min(perX, perY);
    const target = {
      x: box.x + (box.width - width * scale) / 2,
      y: box.y + (box.height - height * scale) / 2,
      width: width * scale,
      height: height * scale,
    };
    return { source: { ...crop }, target };
  }
  const scale = Math.max(perX, perY);
  const usedX = box.width / scale / media.widthPx;
  const usedY = box.height / scale / media.heightPx;
  const source = {
    x: crop.x + (crop.width - usedX) / 2,
    y: crop.y + (crop.height - usedY) / 2,
    width: usedX,
    height: usedY,
  };
  return { source, target: box };
}

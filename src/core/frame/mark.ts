/** The permit's mark: large, across the whole frame, readable on light and dark. No layer is drawn over it. */
import type { VideoFormat } from '../document/project.ts';
import type { DrawLayer, VectorNode } from '../draw/draw-list.ts';
import { INK, PAPER, withAlpha } from './color.ts';
import { linePath, runWidthEm } from './text-layout.ts';
import type { TextShaper } from './text.ts';

const TRACKING_EM = 0.02;

export function markLayer(mark: string, { widthPx, heightPx }: VideoFormat, shaper: TextShaper): DrawLayer {
  const run = shaper.shape(mark, 'bold');
  const diagonal = Math.hypot(widthPx, heightPx);
  const widthEm = runWidthEm(run, TRACKING_EM);
  const sizePx = Math.min((0.74 * diagonal) / widthEm, 0.16 * Math.min(widthPx, heightPx));
  const path = linePath(run, { sizePx, trackingEm: TRACKING_EM }, (-widthEm * sizePx) / 2, 0.36 * sizePx);
  const children: VectorNode[] = [
    {
      kind: 'path',
      path,
      stroke: {
        paint: { kind: 'solid', color: withAlpha(INK, 0.22) },
        width: sizePx * 0.05,
        cap: 'round',
        join: 'round',
      },
    },
    { kind: 'path', path, fill: { kind: 'solid', color: withAlpha(PAPER, 0.34) } },
  ];
  return {
    kind: 'vector',
    name: 'mark',
    opacity: 1,
    key: `mark|${mark}|${widthPx}x${heightPx}|${shaper.version}`,
    transform: [
      widthPx / diagonal,
      -heightPx / diagonal,
      heightPx / diagonal,
      widthPx / diagonal,
      widthPx / 2,
      heightPx / 2,
    ],
    nodes: children,
    bounds: { x: 0, y: 0, width: widthPx, height: heightPx },
  };
}

/**
 * The light a scene's background seems to give where a presenter stands: its colour there. Known for colours and
 * gradients; of pictures nobody knows it before they are decoded.
 */
import type { Background, PresenterPlacement } from '../document/project.ts';
import type { StageLight } from '../presenter/kind.ts';
import { parseHex } from './color.ts';

/** Height that faces are at, of the frame. */
const FACE_Y = 0.4;

export function stageLight(
  background: Background,
  format: { readonly widthPx: number; readonly heightPx: number },
  { centerX }: Pick<PresenterPlacement, 'centerX'>,
): StageLight | null {
  switch (background.kind) {
    case 'color': {
      const [r, g, b] = parseHex(background.color);
      return [r, g, b];
    }
    case 'gradient': {
      const angle = (background.angleDeg * Math.PI) / 180;
      const [dx, dy] = [Math.cos(angle), Math.sin(angle)];
      const { widthPx, heightPx } = format;
      const half = (Math.abs(widthPx * dx) + Math.abs(heightPx * dy)) / 2;
      const along = (centerX - 0.5) * widthPx * dx + (FACE_Y - 0.5) * heightPx * dy;
      const part = Math.min(1, Math.max(0, 0.5 + along / (2 * half)));
      const [from, to] = [parseHex(background.from), parseHex(background.to)];
      const mix = (k: 0 | 1 | 2) => from[k] + part * (to[k] - from[k]);
      return [mix(0), mix(1), mix(2)];
    }
    case 'image':
    case 'video':
      return null;
    default:
      return background satisfies never;
  }
}

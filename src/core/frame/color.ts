/** Document colours as draw-list colours, and whether one can be read on another. */
import { AppError } from '../base/errors.ts';
import type { HexColor } from '../document/project.ts';
import type { Rgba } from '../draw/draw-list.ts';

/** @throws AppError invalid-input for anything but `#rrggbb` */
export function parseHex(hex: HexColor, alpha = 1): Rgba {
  if (!/^#[0-9a-f]{6}$/i.test(hex))
    throw new AppError('invalid-input', `“${hex}” is not a colour that Orator knows.`, {
      way: 'Choose the colour again.',
    });
  const part = (at: number) => Number.parseInt(hex.slice(at, at + 2), 16) / 255;
  return [part(1), part(3), part(5), alpha];
}

export function withAlpha([r, g, b]: Rgba, alpha: number): Rgba {
  return [r, g, b, alpha];
}

/** Relative luminance, WCAG 2.2. */
export function luminance([r, g, b]: Rgba): number {
  const linear = (v: number) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
  return 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
}

/** Contrast ratio of two opaque colours, 1…21, WCAG 2.2. */
export function contrast(a: Rgba, b: Rgba): number {
  const [dark, light] = [luminance(a), luminance(b)].sort((x, y) => x - y) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

export const INK: Rgba = [0.043, 0.051, 0.075, 1];
export const PAPER: Rgba = [1, 1, 1, 1];

/** Ink or paper, whichever reads better on `ground`. */
export function readableOn(ground: Rgba): Rgba {
  return contrast(INK, ground) >= contrast(PAPER, ground) ? INK : PAPER;
}

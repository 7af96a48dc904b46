/** Text as positioned glyph outlines. Shaped once, here, so that every host paints the same letters. */
import type { Path } from '../draw/draw-list.ts';

export type FontWeight = 'regular' | 'bold';

export interface ShapedGlyph {
  /** Outline in font units (y up), shared between equal glyphs. */
  readonly outline: Path;
  /** Pen position of the glyph, ems from the line's start; y down. */
  readonly xEm: number;
  readonly yEm: number;
  readonly advanceEm: number;
  /** UTF-16 offset in the text this glyph comes from. */
  readonly cluster: number;
}
export interface ShapedRun {
  readonly glyphs: readonly ShapedGlyph[];
  readonly widthEm: number;
  readonly unitsPerEm: number;
  readonly ascentEm: number;
  readonly descentEm: number;
}
/** Port to a shaping engine (HarfBuzz). Synchronous: fonts are loaded before it is made. */
export interface TextShaper {
  /** Changes with the fonts or the engine; part of picture keys. */
  readonly version: string;
  shape(text: string, weight: FontWeight): ShapedRun;
}

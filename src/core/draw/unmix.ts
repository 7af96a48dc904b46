/**
 * The person's own colours along a matte's edge. A pixel that is part person and part what stood behind shows both
 * mixed, and on another background what stood behind stays as a rim. Near by, across the edge, lie the person alone and
 * the background alone; what the pixel lacks to their mixture is given to the person, as in Forte, "Approximate fast
 * foreground colour estimation" (2021), with two looks to either side instead of blurs: it is done while drawing, so
 * that the film keeps what it showed and can stand on its own background, too. These are the numbers that the
 * rasteriser and the shader share.
 */

/** Over so many texels of the picture to either side the matte's slope is read. */
export const SLOPE_TEXELS = 3;
/** So far along it, either way, is looked for the person and for what stood behind. */
export const LOOK_TEXELS = [4, 8] as const;
/** A slope (of 1, from side to side) that is half believed; flatter, and there is no telling where inside is. */
export const SLOPE_HALF = 0.05;
/** A look counts by the fourth power of how much it is of its own side: as much as this is half believed. */
export const LOOK_HALF = 0.05;
/** Greys this near to nothing or all are that. */
export const SURE = 4 / 255;

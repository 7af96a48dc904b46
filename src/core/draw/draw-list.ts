/**
 * What a frame is made of. A DrawList is the whole truth of one picture: two compositors execute it and must agree.
 * Coordinates are project pixels, y down, origin at the top left; a compositor may draw at another scale.
 * Colours are sRGB, straight alpha, 0…1, blended as canvases do (in sRGB). Layers are painted in order, later over
 * earlier, onto opaque black: a film has no holes. A vector layer is painted on glass of its own: blends inside it see
 * the layer alone, and its bounds are widened to whole output pixels.
 */
import type { AssetHash } from '../base/ids.ts';

/** Canvas order: x' = a·x + c·y + e, y' = b·x + d·y + f. */
export type Affine = readonly [a: number, b: number, c: number, d: number, e: number, f: number];
export const IDENTITY: Affine = [1, 0, 0, 1, 0, 0];
export type Rgba = readonly [r: number, g: number, b: number, a: number];
export type Point = readonly [x: number, y: number];

/** Path verbs with their coordinates in `coords`: M x y · L x y · Q cx cy x y · C c1x c1y c2x c2y x y · Z. */
export const VERB_MOVE = 0;
export const VERB_LINE = 1;
export const VERB_QUAD = 2;
export const VERB_CUBIC = 3;
export const VERB_CLOSE = 4;
export interface Path {
  readonly verbs: readonly number[];
  readonly coords: readonly number[];
}

export interface GradientStop {
  readonly at: number; // 0…1
  readonly color: Rgba;
}
export type Paint =
  | { readonly kind: 'solid'; readonly color: Rgba }
  | {
      readonly kind: 'linear';
      readonly from: Point;
      readonly to: Point;
      readonly stops: readonly GradientStop[];
    }
  /** `transform` squeezes the circle into an ellipse; it is applied to the paint alone. */
  | {
      readonly kind: 'radial';
      readonly center: Point;
      readonly radius: number;
      readonly stops: readonly GradientStop[];
      readonly transform?: Affine;
    };

export interface Stroke {
  readonly paint: Paint;
  readonly width: number;
  readonly cap: 'butt' | 'round';
  readonly join: 'miter' | 'round';
}

/** Canvas blend modes that both compositors implement. */
export type Blend = 'normal' | 'multiply' | 'screen' | 'soft-light';

export type VectorNode =
  | {
      readonly kind: 'path';
      readonly path: Path;
      readonly fill?: Paint;
      readonly stroke?: Stroke;
      readonly evenOdd?: boolean;
    }
  | {
      readonly kind: 'group';
      readonly transform?: Affine;
      readonly opacity?: number;
      readonly blend?: Blend;
      readonly clip?: Path;
      readonly children: readonly VectorNode[];
    };

/**
 * A picture the host must have ready: a still, the frame of a video that is on screen at `timeS`, or one of the many
 * stills of a pack (see picture-pack.ts).
 */
export interface ImageRef {
  readonly asset: AssetHash;
  readonly kind: 'image' | 'video' | 'packed';
  /** Seconds into the video; 0 for a still. */
  readonly timeS: number;
  /** Which still of a pack, from 0. */
  readonly index?: number;
}

/**
 * Triangles that carry a picture to where they stand. Vertices: `positions` (x, y) in the layer's own space; `uvs` (u, v)
 * in fractions of the picture; `opacity` 0…1 each, or null for 1 throughout; `gain` three factors each (r, g, b, about
 * 1), or null. What lies between the vertices of a triangle is interpolated linearly. Later triangles paint over earlier
 * ones, and edges that triangles share are painted once: neither gaps nor seams.
 */
export interface Mesh {
  readonly positions: Float32Array;
  readonly uvs: Float32Array;
  readonly opacity: Float32Array | null;
  readonly gain: Float32Array | null;
  /** Three vertices a triangle. */
  readonly indices: Uint16Array;
}

/** A picture on a mesh, before it is placed in a frame. */
export interface MeshPicture {
  readonly image: ImageRef;
  readonly mesh: Mesh;
  /**
   * Where the picture holds its own transparency as grey: takes (u, v) of a colour to (u, v) of the grey that is its
   * alpha. Null where the picture's own alpha holds.
   */
  readonly matte: Affine | null;
  /**
   * Whether what the matte's edge mixes is taken apart, so that only the picture's own person is seen there (unmix.ts).
   * Nothing of it where there is no matte, or where the picture is read through a blur.
   */
  readonly unmix?: boolean;
  /**
   * Standard deviation, in texels, of a blur the picture is read with; 0 for none. At most 4. Two numbers are those along
   * the picture's rows and along its columns: a camera smears what moves along the way it moves.
   */
  readonly blurTexels: number | readonly [across: number, down: number];
}

export interface Rect {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

interface LayerBase {
  /** Stable name for tests and debugging, such as `background` or `caption`. */
  readonly name: string;
  readonly opacity: number;
}

export type DrawLayer =
  /** The whole frame in one paint. */
  | (LayerBase & { readonly kind: 'fill'; readonly paint: Paint })
  /** `source` in fractions of the picture, `target` in project pixels, clipped to `clip`. */
  | (LayerBase & {
      readonly kind: 'image';
      readonly image: ImageRef;
      readonly source: Rect;
      readonly target: Rect;
      readonly clip: Rect;
    })
  /** Vector art. Equal `key`s promise equal pixels, so the raster may be reused; null changes every frame. */
  | (LayerBase & {
      readonly kind: 'vector';
      readonly key: string | null;
      readonly transform: Affine;
      readonly nodes: readonly VectorNode[];
      /** Where it may paint, project pixels; it is clipped to it. */
      readonly bounds: Rect;
    })
  /** Pictures on a mesh, carried by `transform` into project pixels; clipped to the frame. */
  | (LayerBase & MeshPicture & { readonly kind: 'mesh'; readonly transform: Affine })
  /**
   * Two pictures on meshes mixed: of colours weighed by what they cover, and of what they cover, `share` of the second and
   * the rest of the first. One painted over the other covers too much wherever both are half clear, and more and more of
   * what only the first shows; both pictures' own opacity is 1.
   */
  | (LayerBase & {
      readonly kind: 'dissolve';
      readonly from: MeshPicture;
      readonly to: MeshPicture;
      readonly share: number;
      readonly transform: Affine;
    })
  /** Layers painted together on clear glass, then blended as one: what a cross-fade needs. */
  | (LayerBase & { readonly kind: 'group'; readonly layers: readonly DrawLayer[] });

export interface DrawList {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly layers: readonly DrawLayer[];
}

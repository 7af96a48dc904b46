/**
 * Cut out, somebody whose arm leaves the film would end there in a straight line, in the middle of the scene's background;
 * they fade into it instead. Where the film shows nobody at its sides, nothing is there to fade.
 */
import type { Mesh } from '../../../draw/draw-list.ts';
import { smoothstep } from '../../../motion/curves.ts';
import type { FootageTrack } from '../../../track/footage-track.ts';
import { faceHeight } from './warp.ts';

/** How far inwards, in heights of the face. */
const FADE = 0.2;
/** Columns that the fade is drawn in: between them it is straight. */
const STEPS = 4;

/** The whole picture, upright, with the columns that its sides need. @param colourHeight as FilmLayout has it */
export function sidedMesh(track: FootageTrack, colourHeight: number): Mesh {
  const { widthPx, heightPx } = track;
  const inward = Array.from({ length: STEPS + 1 }, (_, i) => (i / STEPS) * fadePx(track));
  const columns = [...inward, ...inward.map((x) => widthPx - x).reverse()];
  const positions = columns.flatMap((x) => [x, 0, x, heightPx]);
  const uvs = columns.flatMap((x) => [x / widthPx, 0, x / widthPx, colourHeight]);
  const indices = columns.slice(1).flatMap((_, c) => {
    const v = 2 * c;
    return [v, v + 2, v + 1, v + 1, v + 2, v + 3];
  });
  const mesh = { positions: Float32Array.from(positions), uvs: Float32Array.from(uvs), gain: null };
  return fadedSides({ ...mesh, opacity: null, indices: Uint16Array.from(indices) }, track);
}

/** @param mesh of the film’s picture, in its pixels */
export function fadedSides(mesh: Mesh, track: FootageTrack): Mesh {
  const opacity = Float32Array.from({ length: mesh.positions.length / 2 }, (_, v) => {
    const x = mesh.positions[2 * v] as number;
    return smoothstep(0, fadePx(track), Math.min(x, track.widthPx - x));
  });
  return { ...mesh, opacity };
}

function fadePx(track: FootageTrack): number {
  return Math.min(FADE * faceHeight(track), track.widthPx / 4);
}

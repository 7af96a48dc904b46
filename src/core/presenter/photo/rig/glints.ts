/** Catch-lights laid over the eyes: they turn with the head and not with the eye, and lids cover them. */
import type { PhotoFit } from '../fit.ts';

export interface Glints {
  /** x, y, z; picture pixels. */
  readonly positions: Float32Array;
  readonly uvs: Float32Array;
  readonly indices: Uint16Array;
}

export function createGlints({ mesh, track, sheetHeightPx }: PhotoFit): Glints {
  const eyes = [mesh.right, mesh.left].flatMap((eye) =>
    eye.glint ? [{ ...eye.glint, ball: eye.ball }] : [],
  );
  const positions: number[] = [];
  const uvs: number[] = [];
  const indices: number[] = [];
  for (const { place, part, ball } of eyes) {
    const first = positions.length / 3;
    for (const [s, t] of [
      [0, 0],
      [1, 0],
      [0, 1],
      [1, 1],
    ] as const) {
      positions.push(place.x + s * place.width, place.y + t * place.height, ball[2] ?? 0);
      uvs.push((part.x + s * part.width) / track.widthPx, (part.y + t * part.height) / sheetHeightPx);
    }
    indices.push(first, first + 1, first + 2, first + 2, first + 1, first + 3);
  }
  return {
    positions: Float32Array.from(positions),
    uvs: Float32Array.from(uvs),
    indices: Uint16Array.from(indices),
  };
}

/** The lower face of every frame of a film: in the head's own frame and in the picture, trembling taken out of both. */
import type { FootageTrack } from '../../../track/footage-track.ts';
import { followHead, toPicture, type Heads } from './head.ts';
import { MOUTH_MESH } from './points.ts';
import { lowerFaces } from './space.ts';

export interface FilmFaces {
  readonly heads: Heads;
  /** frames × MOUTH_MESH × 3, head's own frame. */
  readonly faces: Float64Array<ArrayBuffer>;
  /** frames × MOUTH_MESH × (x, y), pixels of the film. */
  readonly places: Float32Array<ArrayBuffer>;
}

const known = new WeakMap<FootageTrack, FilmFaces>();

/** Worked out once a track. */
export function filmFaces(track: FootageTrack): FilmFaces {
  const before = known.get(track);
  if (before) return before;
  const heads = followHead(track);
  const faces = lowerFaces(track, heads);
  const n = MOUTH_MESH.length;
  const places = new Float32Array(track.frameCount * n * 2);
  const at = new Float64Array(3);
  for (let f = 0; f < track.frameCount; f++)
    for (let k = 0; k < n; k++) {
      const p = (f * n + k) * 3;
      toPicture(heads, f, faces[p]!, faces[p + 1]!, faces[p + 2]!, at, 0);
      places[(f * n + k) * 2] = at[0]!;
      places[(f * n + k) * 2 + 1] = at[1]!;
    }
  const found = { heads, faces, places };
  known.set(track, found);
  return found;
}

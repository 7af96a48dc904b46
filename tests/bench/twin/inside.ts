/** What is seen between the lips of a film, measured frame by frame by the network that Orator ships. */
import { FACE_POINTS } from '#core/track/ports.ts';
import { LOOK_VALUES, openInnerMouth, type InnerMouth } from '#core/track/tools/inner-mouth.ts';
import { diskModelFiles } from '#server/render/adapters/model-files.ts';
import { ortNodeRuntime } from '#server/render/adapters/ort-node.ts';
import type { FaceFilm } from './pictures.ts';

export function openReader(): Promise<InnerMouth> {
  const files = diskModelFiles();
  return openInnerMouth(ortNodeRuntime({ files, threads: 1 }), files);
}

/** frames × LOOK_VALUES */
export async function looksOf(reader: InnerMouth, { pictures, track }: FaceFilm): Promise<Float32Array> {
  const looks = new Float32Array(pictures.length * LOOK_VALUES);
  const values = FACE_POINTS * 3;
  for (const [f, picture] of pictures.entries()) {
    const points = track.points.slice(f * values, (f + 1) * values);
    looks.set((await reader.describe(picture, { points })).look, f * LOOK_VALUES);
  }
  return looks;
}

/**
 * Whether a drawn face is still this person's: the face descriptor of @vladmandic/human (`faceres`, 1024 numbers), on the
 * face cut out by its landmarks. In this bench alone; nothing that is shipped uses it.
 */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import * as tf from '@tensorflow/tfjs-core';
import { loadGraphModel } from '@tensorflow/tfjs-converter';
import type { FootageTrack } from '#core/track/footage-track.ts';
import { FACE_POINTS, MESH_POINTS, type Picture } from '#core/track/ports.ts';
import { ROOT } from '#server/setup/place.js';
import { openFaceModels } from '../lipsync/face-models.ts';

const FACERES = join(ROOT, 'node_modules', '@vladmandic', 'human', 'models', 'faceres.json');
const SIDE = 224;

/** @returns the descriptor of the face on frame `i` of the track, as `picture` shows it */
export async function openIdentity(): Promise<
  (picture: Picture, track: FootageTrack, i: number) => Float32Array
> {
  await openFaceModels(); // sets tfjs up to read models from the disk
  const network = await loadGraphModel(pathToFileURL(FACERES).href);
  return (picture, track, i) => {
    let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
    for (let k = 0; k < MESH_POINTS; k++) {
      const at = (i * FACE_POINTS + k) * 3;
      [left, right] = [Math.min(left, track.points[at]!), Math.max(right, track.points[at]!)];
      [top, bottom] = [Math.min(top, track.points[at + 1]!), Math.max(bottom, track.points[at + 1]!)];
    }
    const { widthPx: w, heightPx: h } = picture;
    const described = tf.tidy(() => {
      const whole = tf.tensor3d(Uint8Array.from(picture.rgba), [h, w, 4], 'int32');
      const rgb = tf.reshape(tf.cast(tf.slice(whole, [0, 0, 0], [h, w, 3]), 'float32'), [1, h, w, 3]);
      const box = [[top / h, left / w, bottom / h, right / w]];
      const face = tf.image.cropAndResize(rgb as tf.Tensor4D, box, [0], [SIDE, SIDE]);
      const outputs = network.execute(face) as tf.Tensor[];
      return outputs.find(({ shape }) => shape[1] === 1024)!;
    });
    const values = described.dataSync() as Float32Array;
    described.dispose();
    return values;
  };
}

export function cosine(a: Float32Array, b: Float32Array): number {
  let [both, onlyA, onlyB] = [0, 0, 0];
  for (let k = 0; k < a.length; k++) {
    both += a[k]! * b[k]!;
    onlyA += a[k]! ** 2;
    onlyB += b[k]! ** 2;
  }
  return both / Math.sqrt(onlyA * onlyB);
}

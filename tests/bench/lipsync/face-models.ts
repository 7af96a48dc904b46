/**
 * The face models of @vladmandic/human on tfjs's WASM backend in Node. The models are files inside the package, and
 * neither library reads files there, so they come through a load router of our own. Human finds the face (BlazeFace
 * and its own first mesh); the mesh network is then run again by us, on crops we choose, many at a time.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import * as tf from '@tensorflow/tfjs-core';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import { loadGraphModel, type GraphModel } from '@tensorflow/tfjs-converter';
import type { Human } from '@vladmandic/human';
import { ROOT } from '#server/setup/place.js';
import type { Picture } from './film.ts';

const PACKAGES = join(ROOT, 'node_modules');
const MODELS = join(PACKAGES, '@vladmandic', 'human', 'models');
/** The mesh network's own input, pixels. */
export const MESH_PX = 192;

/** Reads `file:` models: the topology from the JSON, the weights from the one file beside it. */
const fromDisk = (url: string | string[]): tf.io.IOHandler => {
  // The router's type leaves no room for its own way of saying no.
  if (typeof url !== 'string' || !url.startsWith('file:')) return null as never;
  const path = new URL(url).pathname;
  return {
    load: () => {
      const json = JSON.parse(readFileSync(path, 'utf8')) as tf.io.ModelJSON;
      const weights = json.weightsManifest.flatMap((group) => group.paths);
      const data = Buffer.concat(weights.map((file) => readFileSync(join(dirname(path), file))));
      return tf.io.getModelArtifactsForJSON(json, () =>
        Promise.resolve([
          json.weightsManifest.flatMap((group) => group.weights),
          data.buffer.slice(data.byteOffset, data.byteOffset + data.byteLength),
        ] as [tf.io.WeightsManifestEntry[], ArrayBuffer]),
      );
    },
  };
};

export interface Box {
  readonly leftPx: number;
  readonly topPx: number;
  readonly widthPx: number;
  readonly heightPx: number;
}

export interface FaceModels {
  /** The most confident face, or null. */
  find(picture: Picture): Promise<Box | null>;
  /**
   * Runs the mesh on crops of MESH_PX × MESH_PX × 3 values 0…1, one after another in `crops`.
   * @returns per crop 468 × (x, y, z) in pixels of the crop, and how sure the network is that this is a face, 0…1
   */
  mesh(crops: Float32Array, count: number): { readonly points: Float32Array; readonly sure: Float32Array };
}

export async function openFaceModels(): Promise<FaceModels> {
  setWasmPaths(`${join(PACKAGES, '@tensorflow', 'tfjs-backend-wasm', 'dist')}/`);
  tf.io.registerLoadRouter(fromDisk);
  await tf.setBackend('wasm');
  await tf.ready();
  const base = `${pathToFileURL(MODELS).href}/`;
  // The package's exports name no subpath that Node accepts; the file itself is asked for.
  const require = createRequire(import.meta.url);
  const human = require(join(PACKAGES, '@vladmandic', 'human', 'dist', 'human.node-wasm.js')) as {
    Human: typeof Human;
  };
  const finder = new human.Human({
    backend: 'wasm',
    wasmPath: `${join(PACKAGES, '@tensorflow', 'tfjs-backend-wasm', 'dist')}/`,
    modelBasePath: base,
    cacheModels: false,
    cacheSensitivity: 0,
    debug: false,
    filter: { enabled: false },
    gesture: { enabled: false },
    face: {
      enabled: true,
      detector: { maxDetected: 1, rotation: false },
      mesh: { enabled: true },
      iris: { enabled: false },
      emotion: { enabled: false },
      description: { enabled: false },
    },
    body: { enabled: false },
    hand: { enabled: false },
    object: { enabled: false },
  });
  await finder.load();
  const network: GraphModel = await loadGraphModel(`${base}facemesh.json`);
  return {
    async find({ rgb, widthPx, heightPx }) {
      const input = tf.tensor3d(rgb, [heightPx, widthPx, 3], 'int32');
      const result = await finder.detect(input);
      input.dispose();
      const box = result.face[0]?.box;
      if (!box) return null;
      return { leftPx: box[0], topPx: box[1], widthPx: box[2], heightPx: box[3] };
    },
    mesh(crops, count) {
      const outputs = tf.tidy(() => {
        const input = tf.tensor4d(crops, [count, MESH_PX, MESH_PX, 3], 'float32');
        const [points, flag] = network.execute(input, ['Identity_2:0', 'Identity_1:0']) as tf.Tensor[];
        return {
          points: (points as tf.Tensor).dataSync() as Float32Array,
          sure: tf.sigmoid(flag as tf.Tensor).dataSync() as Float32Array,
        };
      });
      return outputs;
    },
  };
}

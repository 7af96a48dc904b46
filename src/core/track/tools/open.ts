/** The networks that see, on any host: manifests and weights from the host's files, run by the host's runtime. */
import { throwIfCancelled, type CancelSignal } from '../../base/errors.ts';
import { loadManifest, type ModelFiles } from '../../model/files.ts';
import type { ModelManifest } from '../../model/manifest.ts';
import type { ModelPlacement, ModelRuntime, ModelSession, Tensors } from '../../model/runtime.ts';
import { tensor } from '../../model/tensor.ts';
import {
  FACE_POINTS,
  type DetectedFace,
  type FaceTools,
  type Picture,
  type SeenBody,
  type Square,
} from '../ports.ts';
import { BODY_PX, bodySquare, bodySquareOf, readBody } from './body.ts';
import { cutFrame, cutSquare, fromSquare, type Frame } from './crop.ts';
import { DETECTOR_PX, looksAt, mergeFaces, readFaces } from './detect.ts';
import { joinLooks, MATTE_PX, squaresAround, wholeFrame, type MatteLook } from './matte.ts';

export const FACE_MODELS = ['face-detector', 'face-mesh', 'matte', 'body'] as const;
type FaceModel = (typeof FACE_MODELS)[number];

/** Raised with every change of how pictures are cut and answers read. */
const VERSION = 2;
const MESH_PX = 192;
const SURE_BODY = 0.5;

/** FaceTools, and where its mesh network (which does most of the work) runs. */
export interface OpenFaceTools extends FaceTools {
  readonly placement: ModelPlacement;
}

/** @throws AppError network | not-found | corrupt-file | cancelled | internal */
export async function openFaceTools(
  runtime: ModelRuntime,
  files: ModelFiles,
  signal?: CancelSignal,
): Promise<OpenFaceTools> {
  const opened = new Map<FaceModel, { readonly manifest: ModelManifest; readonly session: ModelSession }>();
  try {
    for (const id of FACE_MODELS) {
      const manifest = await loadManifest(files, id, signal);
      const [input] = manifest.inputs;
      const session = await runtime.open(manifest, {
        ...(signal ? { signal } : {}),
        // They are published in 16 bits, and there is no other variant.
        precisions: ['fp16'],
        ...(input ? { steadyShapes: { [input.name]: input.shape.map(Number) } } : {}),
      });
      opened.set(id, { manifest, session });
    }
  } catch (error) {
    await Promise.all([...opened.values()].map(({ session }) => session.close().catch(() => undefined)));
    throw error;
  }
  const session = (id: FaceModel) => opened.get(id)?.session as ModelSession;
  const models = [...opened.values()].map(({ manifest, session: { provider, variant } }) =>
    [manifest.id, manifest.version, provider, variant.precision].join(' '),
  );
  const revision = [`tools ${VERSION}`, ...models].join(', ');
  return new Networks(revision, session);
}

class Networks implements OpenFaceTools {
  readonly revision: string;
  readonly #session: (id: FaceModel) => ModelSession;
  /** Where each body that was told wants to be looked for next. */
  readonly #nextSquares = new WeakMap<SeenBody, Square>();

  constructor(revision: string, session: (id: FaceModel) => ModelSession) {
    this.revision = revision;
    this.#session = session;
  }

  get placement(): ModelPlacement {
    return this.#session('face-mesh').placement;
  }

  async detect(picture: Picture, signal?: CancelSignal): Promise<readonly DetectedFace[]> {
    const found: DetectedFace[] = [];
    for (const [level, looks] of looksAt(picture.widthPx, picture.heightPx).entries()) {
      for (const square of looks) {
        const { boxes, sure } = await this.#run('face-detector', picture, square, DETECTOR_PX, signal);
        if (boxes && sure) found.push(...readFaces(boxes.data, sure.data, square));
      }
      // The whole alone may show one face of two.
      if (level > 0 && found.length > 0) break;
    }
    return mergeFaces(found);
  }

  async mesh(picture: Picture, squares: readonly Square[], signal?: CancelSignal) {
    const seen = [];
    for (const square of squares) {
      const answer = await this.#run('face-mesh', picture, square, MESH_PX, signal);
      const found = answer['points']?.data as Float32Array;
      const points = new Float32Array(FACE_POINTS * 3);
      const toPicture = fromSquare(square, MESH_PX);
      const scale = square.sidePx / MESH_PX;
      for (let i = 0; i < points.length; i += 3) {
        const [x, y] = toPicture(found[i] as number, found[i + 1] as number);
        points[i] = x;
        points[i + 1] = y;
        points[i + 2] = (found[i + 2] as number) * scale;
      }
      seen.push({ points, sure: answer['sure']?.data[0] ?? 0 });
    }
    return seen;
  }

  async matte(picture: Picture, signal?: CancelSignal) {
    const look = async (frame: Frame): Promise<MatteLook> => {
      throwIfCancelled(signal);
      const image = tensor([1, 3, MATTE_PX, MATTE_PX], cutFrame(picture, frame, MATTE_PX));
      const answer = await this.#session('matte').run({ image }, signal);
      return { frame, person: answer['alpha']?.data as Float32Array };
    };
    const whole = await look(wholeFrame(picture));
    const closer: MatteLook[] = [];
    for (const frame of squaresAround(whole.person, picture)) closer.push(await look(frame));
    return joinLooks(picture, [whole, ...closer]);
  }

  async body(picture: Picture, near: Parameters<FaceTools['body']>[1] = null, signal?: CancelSignal) {
    const [face] = near === null ? await this.detect(picture, signal) : [];
    const found =
      near !== null ? (this.#nextSquares.get(near) ?? bodySquare(near)) : face ? bodySquareOf(face) : null;
    if (found === null) return null;
    let square = found;
    // A body that was not seen before is looked at again where the first look says that it is.
    for (let looks = near === null ? 2 : 1; ; looks--) {
      const answer = await this.#run('body', picture, square, BODY_PX, signal);
      const sure = answer['sure']?.data[0] ?? 0;
      if (sure < SURE_BODY) return null;
      const { body, next } = readBody(answer['points']?.data as Float32Array, sure, square);
      square = next;
      if (looks > 1) continue;
      this.#nextSquares.set(body, next);
      return body;
    }
  }

  async close(): Promise<void> {
    await Promise.all(FACE_MODELS.map((id) => this.#session(id).close()));
  }

  #run(
    id: FaceModel,
    picture: Picture,
    square: Square,
    sidePx: number,
    signal?: CancelSignal,
  ): Promise<Tensors> {
    throwIfCancelled(signal);
    const image = tensor([1, 3, sidePx, sidePx], cutSquare(picture, square, sidePx));
    return this.#session(id).run({ image }, signal);
  }
}

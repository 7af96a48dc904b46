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
  type Matte,
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
const VERSION = 3;
const MESH_PX = 192;
const SURE_BODY = 0.5;

export interface MatteTool {
  matte: FaceTools['matte'];
  close(): Promise<void>;
}

/** FaceTools, and where its mesh network (which does most of the work) runs. */
export interface OpenFaceTools extends FaceTools {
  readonly placement: ModelPlacement;
}

interface OpenedModel {
  readonly manifest: ModelManifest;
  readonly session: ModelSession;
}

/**
 * @param later models that are opened when they are first asked for, and that `revision` does not speak of: for whoever
 * follows a film and leaves its matte to someone else
 * @throws AppError network | not-found | corrupt-file | cancelled | internal
 */
export async function openFaceTools(
  runtime: ModelRuntime,
  files: ModelFiles,
  signal?: CancelSignal,
  later: readonly FaceModel[] = [],
): Promise<OpenFaceTools> {
  const opened = new Map<FaceModel, OpenedModel>();
  try {
    for (const id of FACE_MODELS)
      if (!later.includes(id)) opened.set(id, await openModel(runtime, files, id, signal));
  } catch (error) {
    await Promise.all([...opened.values()].map(({ session }) => session.close().catch(() => undefined)));
    throw error;
  }
  const models = [...opened.values()].map(({ manifest, session: { provider, variant } }) =>
    [manifest.id, manifest.version, provider, variant.precision].join(' '),
  );
  const revision = [`tools ${VERSION}`, ...models].join(', ');
  const openLate = async (id: FaceModel) => (await openModel(runtime, files, id)).session;
  return new Networks(revision, new Map([...opened].map(([id, { session }]) => [id, session])), openLate);
}

/** The matte alone. @throws AppError network | not-found | corrupt-file | cancelled | internal */
export async function openMatteTool(
  runtime: ModelRuntime,
  files: ModelFiles,
  signal?: CancelSignal,
): Promise<MatteTool> {
  const { session } = await openModel(runtime, files, 'matte', signal);
  return {
    matte: (picture, stop) => lookForMatte(session, picture, stop),
    close: () => session.close(),
  };
}

async function openModel(
  runtime: ModelRuntime,
  files: ModelFiles,
  id: FaceModel,
  signal?: CancelSignal,
): Promise<OpenedModel> {
  const manifest = await loadManifest(files, id, signal);
  const [input] = manifest.inputs;
  const session = await runtime.open(manifest, {
    ...(signal ? { signal } : {}),
    // They are published in 16 bits, and there is no other variant.
    precisions: ['fp16'],
    ...(input ? { steadyShapes: { [input.name]: input.shape.map(Number) } } : {}),
  });
  return { manifest, session };
}

class Networks implements OpenFaceTools {
  readonly revision: string;
  readonly #opened: ReadonlyMap<FaceModel, ModelSession>;
  readonly #openLate: (id: FaceModel) => Promise<ModelSession>;
  readonly #late = new Map<FaceModel, Promise<ModelSession>>();
  /** Where each body that was told wants to be looked for next. */
  readonly #nextSquares = new WeakMap<SeenBody, Square>();

  constructor(
    revision: string,
    opened: ReadonlyMap<FaceModel, ModelSession>,
    openLate: (id: FaceModel) => Promise<ModelSession>,
  ) {
    this.revision = revision;
    this.#opened = opened;
    this.#openLate = openLate;
  }

  get placement(): ModelPlacement {
    return (this.#opened.get('face-mesh') as ModelSession).placement;
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
    return lookForMatte(await this.#session('matte'), picture, signal);
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
    const late = await Promise.allSettled(this.#late.values());
    const sessions = late.flatMap((found) => (found.status === 'fulfilled' ? [found.value] : []));
    await Promise.all([...this.#opened.values(), ...sessions].map((session) => session.close()));
  }

  async #run(
    id: FaceModel,
    picture: Picture,
    square: Square,
    sidePx: number,
    signal?: CancelSignal,
  ): Promise<Tensors> {
    throwIfCancelled(signal);
    const image = tensor([1, 3, sidePx, sidePx], cutSquare(picture, square, sidePx));
    return (await this.#session(id)).run({ image }, signal);
  }

  #session(id: FaceModel): ModelSession | Promise<ModelSession> {
    const opened = this.#opened.get(id) ?? this.#late.get(id);
    if (opened) return opened;
    const late = this.#openLate(id);
    late.catch(() => this.#late.delete(id)); // the network can come back
    this.#late.set(id, late);
    return late;
  }
}

async function lookForMatte(session: ModelSession, picture: Picture, signal?: CancelSignal): Promise<Matte> {
  const look = async (frame: Frame): Promise<MatteLook> => {
    throwIfCancelled(signal);
    const image = tensor([1, 3, MATTE_PX, MATTE_PX], cutFrame(picture, frame, MATTE_PX));
    const answer = await session.run({ image }, signal);
    return { frame, person: answer['alpha']?.data as Float32Array };
  };
  const whole = await look(wholeFrame(picture));
  const closer: MatteLook[] = [];
  for (const frame of squaresAround(whole.person, picture)) closer.push(await look(frame));
  return joinLooks(picture, [whole, ...closer]);
}

/**
 * Follows one person through a film whose frames come once, in order. Stage one finds the face and looks at it coarsely
 * on every few frames; where it is in between is a smooth curve, since heads move slowly and landmarks tremble. Stage
 * two runs a few frames behind: each frame's face, cut out as it came by, is looked at again in a square that lies on
 * that curve, level. So a film is decoded once, and what is held of it is a dozen patches around a face.
 *
 * The points are not smoothed: a mouth must stay as quick as it is. `snapshot` is everything that a resumed follower
 * needs to go on at `nextFrame` and end with the same bytes as one that was never stopped.
 */
import { AppError, throwIfCancelled, type CancelSignal } from '../base/errors.ts';
import { decodeRecord, encodeRecord } from '../base/records.ts';
import { rateToFps, type Rational } from '../base/time.ts';
import { Rows } from './rows.ts';
import type { FootageTrack } from './footage-track.ts';
import { joinBodies, type BodySample } from './bodies.ts';
import { coveredFrames } from './covered.ts';
import { measureFaces } from './measure.ts';
import { mendPoints, SURE_ENOUGH } from './mend.ts';
import {
  cutPatch,
  MESH_ROOM,
  patchBounds,
  pointsFromPatch,
  shrink,
  squareInPatch,
  viewOfPicture,
  type Patch,
} from './places.ts';
import { apart, chosen, findFaces, LEAP, refine, SURE_OF_A_FACE } from './faces.ts';
import {
  BODY_POINTS,
  FACE_POINTS,
  type FaceTools,
  type FrameView,
  type Picture,
  type SeenBody,
  type Square,
} from './ports.ts';
import { seeFace, SIGHTS, SIGHT_VALUES } from './sights.ts';
import { placeAt, type Key } from './way.ts';

export interface FilmShape {
  readonly rate: Rational;
  readonly widthPx: number;
  readonly heightPx: number;
}

/** How many faces a sampled frame showed. Heights in pixels, the largest first. */
export interface Glimpse {
  readonly frame: number;
  readonly heightsPx: readonly number[];
}

/** A followed film, and what its judges want to know beside it. */
export interface FollowedFilm {
  readonly track: FootageTrack;
  /** frames × SIGHT_VALUES; zero where no face was looked at. */
  readonly sights: Float32Array<ArrayBuffer>;
  readonly glimpses: readonly Glimpse[];
  /** frames: 1 where something was before the mouth; `seen` is 0 there, though the points are those that were found. */
  readonly covered: Uint8Array<ArrayBuffer>;
}

export interface Follower {
  /** The frame that `look` wants next; those before need not be decoded again. */
  readonly nextFrame: number;
  /** Frames that are finished: `nextFrame` of a follower resumed from a snapshot taken now. */
  readonly doneFrames: number;
  /** Where the face is now, pixels; null while there is none. */
  readonly face: Square | null;
  /** How many faces were seen, so far. */
  readonly glimpses: readonly Glimpse[];
  /** @throws AppError cancelled | device-lost | internal; the follower can then only be resumed from a snapshot */
  look(frame: Picture | FrameView, signal?: CancelSignal): Promise<void>;
  /** After the last frame. */
  finish(signal?: CancelSignal): Promise<FollowedFilm>;
  snapshot(): Uint8Array<ArrayBuffer>;
}

/** Between coarse looks, seconds: a head turns through little in that time. */
const KEY_EVERY_S = 0.15;
/** Between looks at the body, seconds. */
const BODY_EVERY_S = 0.2;
/** Between counts of the faces, seconds. */
const COUNT_EVERY_S = 1;
/** Pictures for the finder of bodies are shrunk to this on their longer side. */
const BODY_PX = 512;
const POINT_VALUES = FACE_POINTS * 3;
const SNAPSHOT_VERSION = 1;

/** Stage one, between two frames. */
interface State {
  readonly square: Square | null;
  /** A new run begins where the face was lost or leapt: no curve goes across. */
  readonly run: number;
  /** Those that a frame still waiting may need. */
  readonly keys: readonly Key[];
  readonly body: SeenBody | null;
  /** Coarse looks in a row that found no face. */
  readonly missed: number;
}

interface Waiting {
  readonly frame: number;
  readonly before: State;
  readonly patch: Patch | null;
}

interface Snapshot {
  readonly kind: 'following';
  readonly version: typeof SNAPSHOT_VERSION;
  readonly tools: string;
  readonly film: FilmShape;
  readonly state: State;
  readonly points: Float32Array<ArrayBuffer>;
  readonly sure: Float32Array<ArrayBuffer>;
  readonly sights: Float32Array<ArrayBuffer>;
  readonly bodies: readonly BodySample[];
  readonly glimpses: readonly Glimpse[];
}

export function createFollower(tools: FaceTools, film: FilmShape): Follower {
  return new FilmFollower(tools, film, null);
}

/**
 * Goes on from `snapshot()`; null where it was made by other tools, of another film or by another version of this, and
 * following has to begin again.
 */
export function resumeFollower(tools: FaceTools, film: FilmShape, bytes: Uint8Array): Follower | null {
  let read: Partial<Snapshot> | null;
  try {
    read = decodeRecord(bytes) as Partial<Snapshot> | null;
  } catch {
    return null;
  }
  if (read?.kind !== 'following' || read.version !== SNAPSHOT_VERSION || read.tools !== tools.revision)
    return null;
  const snapshot = read as Snapshot;
  const same =
    snapshot.film.widthPx === film.widthPx &&
    snapshot.film.heightPx === film.heightPx &&
    snapshot.film.rate.num * film.rate.den === film.rate.num * snapshot.film.rate.den;
  return same ? new FilmFollower(tools, film, snapshot) : null;
}

class FilmFollower implements Follower {
  private readonly tools: FaceTools;
  private readonly film: FilmShape;
  private readonly keyEvery: number;
  private readonly bodyEvery: number;
  private readonly countEvery: number;
  private state: State = { square: null, run: 0, keys: [], body: null, missed: 0 };
  private waiting: Waiting[] = [];
  private next: number;
  private readonly points: Rows;
  private readonly sure: Rows;
  private readonly sights: Rows;
  private readonly bodies: BodySample[];
  readonly glimpses: Glimpse[];

  constructor(tools: FaceTools, film: FilmShape, from: Snapshot | null) {
    this.tools = tools;
    this.film = film;
    const frames = (seconds: number) => Math.max(1, Math.round(seconds * rateToFps(film.rate)));
    this.keyEvery = Math.min(8, frames(KEY_EVERY_S));
    this.bodyEvery = frames(BODY_EVERY_S);
    this.countEvery = frames(COUNT_EVERY_S);
    this.points = new Rows(POINT_VALUES, from?.points);
    this.sure = new Rows(1, from?.sure);
    this.sights = new Rows(SIGHT_VALUES, from?.sights);
    this.bodies = [...(from?.bodies ?? [])];
    this.glimpses = [...(from?.glimpses ?? [])];
    this.next = this.sure.count;
    if (from) this.state = from.state;
  }

  get nextFrame(): number {
    return this.next;
  }
  get doneFrames(): number {
    return this.sure.count;
  }
  get face(): Square | null {
    return this.state.square;
  }

  async look(shown: Picture | FrameView, signal?: CancelSignal): Promise<void> {
    throwIfCancelled(signal);
    const { widthPx, heightPx } = this.film;
    if (shown.widthPx !== widthPx || shown.heightPx !== heightPx)
      throw new AppError('invalid-input', 'A frame of this film has another size than the film.');
    const view = 'rgba' in shown ? viewOfPicture(shown) : shown;
    const frame = this.next++;
    const before = this.state;
    // Where there has been nobody for a while, nobody is looked for as often as a face that was just lost.
    const patient = this.state.missed > 3 && frame % (4 * this.keyEvery) !== 0;
    if (frame % this.keyEvery === 0 && !patient) await this.lookCoarsely(view, frame, signal);
    if (frame % this.countEvery === 0 && this.glimpses.at(-1)?.frame !== frame)
      await this.countFaces(view, frame, signal);
    const bodyEvery = this.state.body ? this.bodyEvery : this.countEvery;
    if (frame % bodyEvery === 0) await this.lookAtBody(view, frame, signal);
    const { square } = this.state;
    const patch = square && cutPatch(await view.part(patchBounds(square)), square);
    this.waiting.push({ frame, before, patch });
    while (this.waiting[0] && this.waiting[0].frame + 2 * this.keyEvery <= frame)
      await this.finishOne(signal);
  }

  async finish(signal?: CancelSignal): Promise<FollowedFilm> {
    while (this.waiting.length > 0) await this.finishOne(signal);
    const fps = rateToFps(this.film.rate);
    const [points, sure, sights] = [this.points.copy(), this.sure.copy(), this.sights.copy()];
    const found = mendPoints(points, sure, fps);
    const covered = Uint8Array.from(coveredFrames(sights, found), Number);
    const seen = found.map((value, i) => (covered[i] ? 0 : value));
    const column = (name: (typeof SIGHTS)[number]) =>
      Float32Array.from(
        { length: sure.length },
        (_, i) => sights[i * SIGHT_VALUES + SIGHTS.indexOf(name)] ?? 0,
      );
    const measures = measureFaces(points, seen, fps, column('light'), column('sharpness'));
    const body = joinBodies(this.bodies, sure.length, fps);
    const { rate, widthPx, heightPx } = this.film;
    return {
      track: { rate, frameCount: sure.length, widthPx, heightPx, points, sure, seen, measures, body },
      sights,
      glimpses: [...this.glimpses],
      covered,
    };
  }

  snapshot(): Uint8Array<ArrayBuffer> {
    const done = this.doneFrames;
    return encodeRecord({
      kind: 'following',
      version: SNAPSHOT_VERSION,
      tools: this.tools.revision,
      film: this.film,
      state: this.waiting[0]?.before ?? this.state,
      points: this.points.copy(),
      sure: this.sure.copy(),
      sights: this.sights.copy(),
      // What frames still waiting have shown will be seen again.
      bodies: this.bodies.filter(({ frame }) => frame < done),
      glimpses: this.glimpses.filter(({ frame }) => frame < done),
    } satisfies Snapshot);
  }

  /** Stage one on a key frame. */
  private async lookCoarsely(view: FrameView, frame: number, signal?: CancelSignal): Promise<void> {
    const last = this.state.square;
    const again = last && (await refine(this.tools, await view.part(patchBounds(last)), last, signal));
    let square = again && again.sure >= SURE_ENOUGH ? again.square : null;
    let leapt = false;
    // In doubt the finder is asked: what is followed may have become a curtain.
    if (!again || again.sure < SURE_OF_A_FACE) {
      const found = chosen(
        await this.countFaces(view, frame, signal),
        last ?? this.state.keys.at(-1)?.square,
      );
      leapt = !square || (found !== null && apart(found, square) > LEAP);
      if (leapt) square = found;
    }
    const run = this.state.run + (leapt ? 1 : 0);
    const keys = square ? [...this.state.keys, { frame, run, square }] : this.state.keys;
    const needed = frame - 5 * this.keyEvery;
    const missed = square ? 0 : this.state.missed + 1;
    this.state = { ...this.state, square, run, missed, keys: keys.filter((key) => key.frame >= needed) };
  }

  private async countFaces(
    view: FrameView,
    frame: number,
    signal?: CancelSignal,
  ): Promise<readonly Square[]> {
    const faces = await findFaces(this.tools, await view.whole(), signal);
    this.glimpses.push({ frame, heightsPx: faces.map(({ sidePx }) => sidePx / MESH_ROOM) });
    return faces;
  }

  private async lookAtBody(view: FrameView, frame: number, signal?: CancelSignal): Promise<void> {
    const { picture: small, scale } = shrink(await view.whole(), BODY_PX);
    // A copy: tools may know more of an object they made, which would not live through a snapshot.
    const near = this.state.body && { ...this.state.body };
    const found = await this.tools.body(small, near, signal);
    this.state = { ...this.state, body: found };
    const points = found && found.points.map((value, k) => (k % 3 === 2 ? value : value * scale));
    this.bodies.push({ frame, points: points ?? new Float32Array(BODY_POINTS.length * 3) });
  }

  /** Stage two on the frame that has waited longest. */
  private async finishOne(signal?: CancelSignal): Promise<void> {
    const { frame, patch } = this.waiting[0] as Waiting;
    const points = new Float32Array(POINT_VALUES);
    const sights = new Float32Array(SIGHT_VALUES);
    let sure = 0;
    const place = placeAt(this.state.keys, frame, this.keyEvery);
    if (patch && place) {
      const square = squareInPatch(place, patch);
      const [face] = await this.tools.mesh(patch.picture, [square], signal);
      if (face) {
        sure = face.sure;
        pointsFromPatch(face.points, patch, points);
        seeFace(patch.picture, square, face.points, sights);
        sights[SIGHTS.indexOf('outside')] = partOutside(points, this.film);
      }
    }
    throwIfCancelled(signal);
    this.points.push(points);
    this.sights.push(sights);
    this.sure.push([sure]);
    this.waiting.shift();
  }
}

function partOutside(points: Float32Array, { widthPx, heightPx }: FilmShape): number {
  let outside = 0;
  for (let i = 0; i < points.length; i += 3) {
    const [x, y] = [points[i] as number, points[i + 1] as number];
    if (x < 0 || y < 0 || x >= widthPx || y >= heightPx) outside++;
  }
  return outside / FACE_POINTS;
}

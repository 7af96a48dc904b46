/**
 * What is seen of a person in one picture, and who sees it. Places are in pixels of the picture they were found in,
 * x to the right, y down. Left and right are the person's own.
 */
import type { CancelSignal } from '../base/errors.ts';

/** RGBA, straight alpha, four bytes a pixel, rows from the top. */
export interface Picture {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly rgba: Uint8ClampedArray;
}

/** A rectangle of a picture, in its pixels; it may reach out of it. */
export interface Bounds {
  readonly leftPx: number;
  readonly topPx: number;
  readonly widthPx: number;
  readonly heightPx: number;
}

/** Some of a larger picture. */
export interface PicturePart {
  readonly picture: Picture;
  /** Where in the larger one it begins. */
  readonly leftPx: number;
  readonly topPx: number;
}

/**
 * A frame of a film whose pixels are made when they are looked at, because most of a large frame never is. All of it is
 * valid until the next frame.
 */
export interface FrameView {
  readonly widthPx: number;
  readonly heightPx: number;
  /** Whether the whole was looked at already, and costs nothing more. */
  readonly made: boolean;
  whole(): Promise<Picture>;
  /** At least what of this rectangle lies in the frame. */
  part(bounds: Bounds): Promise<PicturePart>;
}

export interface DetectedFace {
  readonly leftPx: number;
  readonly topPx: number;
  readonly widthPx: number;
  readonly heightPx: number;
  /** 0…1 */
  readonly sure: number;
  /** Tilt of the line between the eyes, radians, + clockwise in the picture. */
  readonly turn: number;
}

/** A square of a picture, turned by `turn` radians (+ clockwise), that fills a network's input. */
export interface Square {
  readonly x: number;
  readonly y: number;
  readonly sidePx: number;
  readonly turn: number;
}

/** MediaPipe's topology: 468 points of the skin, then 5 of the right iris and 5 of the left (centre first). */
export const FACE_POINTS = 478;
export const MESH_POINTS = 468;

export interface SeenFace {
  /** FACE_POINTS × (x, y, z), pixels of the picture; z + away from the viewer, of the same scale, 0 about the middle of the head. */
  readonly points: Float32Array<ArrayBuffer>;
  /** That this is a face, 0…1. */
  readonly sure: number;
}

export const BODY_POINTS = [
  'nose',
  'leftEar',
  'rightEar',
  'leftShoulder',
  'rightShoulder',
  'leftElbow',
  'rightElbow',
  'leftWrist',
  'rightWrist',
  'leftHip',
  'rightHip',
] as const;
export type BodyPoint = (typeof BODY_POINTS)[number];

export interface SeenBody {
  /** BODY_POINTS × (x, y, sure): pixels of the picture, and 0…1. */
  readonly points: Float32Array<ArrayBuffer>;
  readonly sure: number;
}

/** How much of each pixel is the person, 0…255, over the whole picture, at a size that is the matte's own. */
export interface Matte {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly alpha: Uint8ClampedArray;
}

/** The networks that see. Pure functions of a picture; calls wait for one another. */
export interface FaceTools {
  /** Changes whenever the same picture would be seen differently: model revisions, precision, provider. */
  readonly revision: string;
  /** Every face, the largest first. @throws AppError device-lost | internal | cancelled */
  detect(picture: Picture, signal?: CancelSignal): Promise<readonly DetectedFace[]>;
  /** One face a square, in their order. */
  mesh(picture: Picture, squares: readonly Square[], signal?: CancelSignal): Promise<readonly SeenFace[]>;
  matte(picture: Picture, signal?: CancelSignal): Promise<Matte>;
  /** The most prominent person, or null. `near` is where one was seen a moment ago. */
  body(picture: Picture, near?: SeenBody | null, signal?: CancelSignal): Promise<SeenBody | null>;
  close(): Promise<void>;
}

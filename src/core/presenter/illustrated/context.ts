/** What every part of the drawing is given: the pose, the spaces it moves, and the character's own look. */
import type { Affine, Point, Rgba, VectorNode } from '../../draw/draw-list.ts';
import { faceShape, type FaceShape } from './face-shape.ts';
import { softSpot } from './paint.ts';
import type { Palette } from './palette.ts';
import type { Character, ShapeValues } from './parameters.ts';
import type { Pose } from './pose.ts';
import { bodySpace, headSpace, type BodySpace, type HeadSpace } from './space.ts';

/** Offsets of what swings freely, baked by `prepare`: millimetres at the tips. */
export interface Swing {
  readonly hairX: number;
  readonly hairY: number;
  readonly earringX: number;
  readonly pendantX: number;
}

export interface Scene {
  readonly pose: Pose;
  readonly swing: Swing;
  readonly body: BodySpace;
  readonly head: HeadSpace;
  readonly face: FaceShape;
  readonly shape: ShapeValues;
  readonly palette: Palette;
}

export const STILL: Swing = { hairX: 0, hairY: 0, earringX: 0, pendantX: 0 };

/** One frame's scene: the character in a pose. */
export function sceneOf(character: Character, pose: Pose, swing: Swing = STILL): Scene {
  const body = bodySpace(pose);
  const head = headSpace(pose, body);
  return { pose, swing, body, head, face: faceShape(pose, character.shape, head), ...character };
}

/** A soft spot lying on the face at (x, y). */
export function faceSpot(
  scene: Scene,
  x: number,
  y: number,
  rx: number,
  ry: number,
  color: Rgba,
  strength: number,
): VectorNode {
  const m: Affine = scene.head.disc(x, y, scene.face.z(x, y), rx, ry);
  return softSpot(m, color, strength);
}

/** Page points of a list of face-surface points (x, y, lift). */
export function onFace(
  scene: Scene,
  points: readonly (readonly [x: number, y: number, lift?: number])[],
): Point[] {
  return points.map(([x, y, lift]) => scene.face.on(x, y, lift ?? 0));
}

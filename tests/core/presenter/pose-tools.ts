/** Builds small motion tracks and reads pictures back: what the presenter's tests share. */
import type { IllustratedPresenter } from '#core/document/project.ts';
import {
  VERB_CUBIC,
  VERB_LINE,
  VERB_MOVE,
  type Paint,
  type Path,
  type Point,
  type VectorNode,
} from '#core/draw/draw-list.ts';
import { restPose } from '#core/motion/rest-pose.ts';
import { channelIndex, MOTION_CHANNELS, type MotionChannel, type MotionTrack } from '#core/motion/track.ts';
import { sceneOf, type Scene } from '#core/presenter/illustrated/context.ts';
import { characterOf } from '#core/presenter/illustrated/parameters.ts';
import { readPose } from '#core/presenter/illustrated/pose.ts';

export type Channels = Partial<Record<MotionChannel, number>>;

/** One frame for each record; channels it does not name rest. */
export function trackOf(frames: readonly Channels[]): MotionTrack {
  const n = MOTION_CHANNELS.length;
  const values = new Float32Array(frames.length * n);
  frames.forEach((frame, i) => {
    values.set(restPose(), i * n);
    for (const [name, value] of Object.entries(frame))
      values[i * n + channelIndex(name as MotionChannel)] = value;
  });
  return {
    rate: { num: 25, den: 1 },
    frameCount: frames.length,
    values,
    gestures: [],
    cues: { speech: [], accents: [] },
  };
}

export function nora(parameters: IllustratedPresenter['parameters'] = {}): IllustratedPresenter {
  return {
    kind: 'illustrated',
    id: 'presenter-1' as IllustratedPresenter['id'],
    name: 'Nora',
    likeness: { kind: 'synthetic' },
    preset: 'nora',
    parameters,
  };
}

export function sceneWith(channels: Channels): Scene {
  return sceneOf(characterOf(nora()), readPose(trackOf([channels]), 0));
}

export const both = (name: string, value: number): Channels => ({
  [`${name}Left` as MotionChannel]: value,
  [`${name}Right` as MotionChannel]: value,
});

export function countPaths(nodes: readonly VectorNode[]): number {
  let n = 0;
  for (const node of nodes) n += node.kind === 'path' ? 1 : countPaths(node.children);
  return n;
}

/** All numbers of a picture: coordinates, gradients, colours, widths. */
export function* numbersOf(value: unknown): Generator<number> {
  if (typeof value === 'number') yield value;
  else if (Array.isArray(value)) for (const item of value) yield* numbersOf(item);
  else if (value !== null && typeof value === 'object')
    for (const item of Object.values(value)) yield* numbersOf(item);
}

/** Whether every coordinate, gradient, colour and width of a picture is a number. */
export function isFinitePicture(nodes: readonly VectorNode[]): boolean {
  const finite = (list: readonly number[]): boolean => list.every((n) => Number.isFinite(n));
  const paint = (p: Paint | undefined): boolean => {
    if (!p) return true;
    if (p.kind === 'solid') return finite(p.color);
    const stops = p.stops.every((s) => Number.isFinite(s.at) && finite(s.color));
    if (p.kind === 'linear') return stops && finite(p.from) && finite(p.to);
    return stops && finite(p.center) && Number.isFinite(p.radius) && finite(p.transform ?? []);
  };
  return nodes.every((node) =>
    node.kind === 'path'
      ? finite(node.path.coords) &&
        paint(node.fill) &&
        paint(node.stroke?.paint) &&
        Number.isFinite(node.stroke?.width ?? 0)
      : finite(node.clip?.coords ?? []) && finite(node.transform ?? []) && isFinitePicture(node.children),
  );
}

/** Area inside a path, its curves cut into chords; overlapping lobes of opposite turn cancel. */
export function areaOf(path: Path): number {
  const ring: Point[] = [];
  let i = 0;
  const at = (k: number): number => path.coords[k] as number;
  for (const verb of path.verbs) {
    if (verb === VERB_MOVE || verb === VERB_LINE) {
      ring.push([at(i), at(i + 1)]);
      i += 2;
    } else if (verb === VERB_CUBIC) {
      const [x, y] = ring[ring.length - 1] as Point;
      for (let s = 1; s <= 8; s++) {
        const t = s / 8;
        const [a, b, c, d] = [(1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t ** 3];
        ring.push([
          a * x + b * at(i) + c * at(i + 2) + d * at(i + 4),
          a * y + b * at(i + 1) + c * at(i + 3) + d * at(i + 5),
        ]);
      }
      i += 6;
    }
  }
  let sum = 0;
  for (let k = 0; k < ring.length; k++) {
    const p = ring[k] as Point;
    const q = ring[(k + 1) % ring.length] as Point;
    sum += p[0] * q[1] - q[0] * p[1];
  }
  return Math.abs(sum) / 2;
}

/** Small seeded generator (Mulberry32), 0…1. */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** The range each channel is drawn for. */
export function rangeOf(channel: MotionChannel): readonly [number, number] {
  if (channel === 'headYaw') return [-0.45, 0.45];
  if (channel === 'headPitch') return [-0.32, 0.32];
  if (channel === 'headRoll') return [-0.27, 0.27];
  if (channel === 'gazeYaw' || channel === 'gazePitch') return [-0.6, 0.6];
  if (channel === 'bodyLean' || channel === 'bodySway' || channel === 'bodyTwist') return [-0.25, 0.25];
  if (channel.endsWith('WristX')) return [-1.4, 1.4];
  if (channel.endsWith('WristY')) return [-0.4, 1.3];
  if (channel.endsWith('WristZ')) return [-0.4, 1.1];
  if (channel.endsWith('PalmRoll')) return [-Math.PI / 2, Math.PI / 2];
  if (channel.endsWith('WristBend')) return [-0.8, 0.8];
  return [0, 1];
}

/**
 * What the person does on each frame: talks or listens, how lively, where a stroke lands (the moment a hand, the head or
 * the brows arrive), and in which way of speaking. All against this person's own range, so that a calm speaker has
 * lively moments too.
 */
import { rateToFps } from '../../../base/time.ts';
import { gaussian, median, quantile } from '../../../track/curves.ts';
import { measureOf, type FootageTrack } from '../../../track/footage-track.ts';
import { difference, lidsOf, type FrameFeatures } from './features.ts';
import type { BaseLabels, SpeakingMode } from './graph.ts';

/** Opening that changes by less than this a second is no talk, whoever it is: heights of the face. */
const TALK_PER_S = 0.25;
const STROKE_APART_S = 0.45;
/** Looks this far apart, radians, are two ways of speaking; nearer they are one that wanders. */
const MODES_APART = 0.22;
const LEAST_SHARE = 0.2;
/** A way of speaking lasts: looks are smoothed over this. */
const MODE_S = 1;

export function labelFrames(
  track: FootageTrack,
  features: FrameFeatures,
): Omit<BaseLabels, 'mode' | 'modes'> {
  const fps = rateToFps(track.rate);
  const opening = measureOf(track, 'mouthOpening');
  const change = Float32Array.from(opening, (value, f) => Math.abs(value - (opening[f - 1] ?? value)) * fps);
  const activity = gaussian(change, 0.3 * fps);
  const full = Math.max(TALK_PER_S, quantile(activity, 0.75));
  const talk = Float32Array.from(activity, (value) => Math.min(1, Math.max(0, value / full - 0.15) / 0.7));
  const motion = Float32Array.from({ length: track.frameCount }, (_, f) =>
    f === 0 ? 0 : Math.sqrt(difference(features, f, f - 1)),
  );
  const lively = gaussian(motion, 0.25 * fps);
  const [low, high] = [quantile(lively, 0.15), quantile(lively, 0.95)];
  const energy = Float32Array.from(lively, (value) =>
    Math.min(1, Math.max(0, (value - low) / Math.max(high - low, 1e-6))),
  );
  return { talk, energy, stroke: strokes(gaussian(motion, 1.2), fps), blink: lidsOf(track) };
}

/** Peaks of speed; a stroke lands as its speed falls. */
function strokes(speed: Float64Array, fps: number): Float32Array<ArrayBuffer> {
  const out = new Float32Array(speed.length);
  const [usual, most] = [quantile(speed, 0.6), quantile(speed, 0.98)];
  const apart = Math.round(STROKE_APART_S * fps);
  for (let f = 1; f + 1 < speed.length; f++) {
    if (speed[f]! <= speed[f - 1]! || speed[f]! < speed[f + 1]!) continue;
    const strength = (speed[f]! - usual) / Math.max(most - usual, 1e-6);
    if (strength < 0.3) continue;
    let largest = true;
    for (let k = Math.max(0, f - apart); k <= Math.min(speed.length - 1, f + apart); k++)
      if (speed[k]! > speed[f]!) largest = false;
    if (!largest) continue;
    let lands = f;
    while (lands + 1 < speed.length && lands - f < fps / 3 && speed[lands]! > 0.6 * speed[f]!) lands++;
    out[lands] = Math.min(1, strength);
  }
  return out;
}

/**
 * Looks to the camera and looks beside it, told apart where the film has both: two means of head and eyes, kept when
 * they lie far apart and either lasts.
 */
export function findModes(track: FootageTrack, rest: number): Pick<BaseLabels, 'mode' | 'modes'> {
  const fps = rateToFps(track.rate);
  const [head, gaze] = [measureOf(track, 'headYaw'), measureOf(track, 'gazeYaw')];
  const look = gaussian(
    head.map((yaw, f) => yaw + gaze[f]!),
    MODE_S * fps,
  );
  const mode = new Uint8Array(track.frameCount);
  let [a, b] = [quantile(look, 0.1), quantile(look, 0.9)];
  const nearerB = (f: number) => Math.abs(look[f]! - b) < Math.abs(look[f]! - a);
  for (let round = 0; round < 20; round++) {
    const sides = [look.filter((_, f) => !nearerB(f)), look.filter((_, f) => nearerB(f))] as const;
    [a, b] = [median(sides[0]), median(sides[1])].map((m, k) => (Number.isNaN(m) ? [a, b][k]! : m)) as [
      number,
      number,
    ];
  }
  const share = look.filter((_, f) => nearerB(f)).length / Math.max(1, look.length);
  const spread = Math.sqrt(
    look.reduce((sum, value, f) => sum + (value - (nearerB(f) ? b : a)) ** 2, 0) / Math.max(1, look.length),
  );
  const two = b - a > Math.max(MODES_APART, 4 * spread) && Math.min(share, 1 - share) >= LEAST_SHARE;
  if (!two) {
    const whole = median(look);
    return { mode, modes: [kindOf(whole, 1)] };
  }
  const restIsB = nearerB(rest);
  for (let f = 0; f < mode.length; f++) mode[f] = nearerB(f) === restIsB ? 0 : 1;
  const sides = [kindOf(a, 1 - share), kindOf(b, share)] as const;
  return { mode, modes: restIsB ? [sides[1], sides[0]] : sides };
}

/** Whoever looks further aside than this does not speak to the camera. */
const CAMERA_YAW = 0.2;

function kindOf(lookYaw: number, share: number): SpeakingMode {
  return { kind: Math.abs(lookYaw) < CAMERA_YAW ? 'presentation' : 'interview', share, lookYaw };
}

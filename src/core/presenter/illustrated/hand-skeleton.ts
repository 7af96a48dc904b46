/**
 * The hand's bones. A palm frame (fingers' direction, thumb's side, palm's normal) from the forearm, the roll and the
 * facing; on it five fingers with three bones each, the thumb set against them. Lengths follow the usual proportions:
 * the middle finger as long as the palm, the ring a little less, the index less again, the little to the ring's last joint.
 */
import type { HandPart } from '../../motion/track.ts';
import type { Arm } from './arm-skeleton.ts';
import type { Scene } from './context.ts';
import {
  across,
  add,
  clamp,
  cross,
  dot,
  length,
  lerp,
  mix3,
  smoothstep,
  rotateAbout,
  scale,
  unit,
  type Vec3,
} from './geometry.ts';

export interface Joint {
  readonly at: Vec3;
  readonly r: number;
}
export interface Finger {
  readonly name: 'thumb' | 'index' | 'middle' | 'ring' | 'little';
  /** Knuckle, two joints, tip. */
  readonly joints: readonly [Joint, Joint, Joint, Joint];
  /** Direction out of the nail at the tip. */
  readonly nail: Vec3;
}
export interface Hand {
  readonly sign: 1 | -1;
  readonly wrist: Vec3;
  readonly forward: Vec3; // towards the fingers
  readonly thumbward: Vec3;
  readonly palm: Vec3; // out of the palm
  readonly fingers: readonly Finger[];
  /** Spheres whose common skin is the palm. */
  readonly palmMass: readonly Joint[];
}

const SIZE = 0.93;
const FINGERS = [
  { name: 'index', at: [86, 25], bones: [44, 26, 20], r: [9.6, 8.4, 7.4, 6], fan: 0.05 },
  { name: 'middle', at: [90, 6.5], bones: [49, 30, 21], r: [9.8, 8.6, 7.6, 6.2], fan: 0.01 },
  { name: 'ring', at: [85.5, -11.5], bones: [45, 28, 21], r: [9.4, 8.2, 7.2, 5.9], fan: -0.04 },
  { name: 'little', at: [77, -27], bones: [35, 21, 18], r: [8.3, 7.1, 6.2, 5.2], fan: -0.1 },
] as const;

/** The palm's normal: roll about the forearm, then turned towards the viewer. */
function palmNormal(sign: 1 | -1, heading: Vec3, roll: number, facing: number): Vec3 {
  // At roll 0 the palm looks at the body's midline, and a little at the body itself.
  const inward = unit(across([-sign, 0, -0.4], heading), [0, 0, -1]);
  const raised = scale(cross(heading, inward), sign);
  const rolled = add(scale(inward, Math.cos(roll)), scale(raised, Math.sin(roll)));
  if (facing <= 0) return rolled;
  const viewer: Vec3 = [0, 0, 1];
  const angle = Math.acos(clamp(dot(rolled, viewer), -1, 1));
  let axis = cross(rolled, viewer);
  // Opposite ways, the hand turns outwards over the thumb.
  if (length(axis) < 0.15) axis = add(axis, [0, sign * 0.4, 0]);
  return unit(rotateAbout(rolled, unit(axis), angle * clamp(facing)), viewer);
}

export function poseHand(scene: Scene, arm: Arm): Hand {
  const channel = (part: HandPart): number => scene.pose[`${arm.side}${part}`];
  const sign = arm.sign;
  const normal0 = palmNormal(sign, arm.heading, channel('PalmRoll'), channel('PalmFacing'));
  // The wrist gives way so that fingers lie in the palm's plane; with nowhere to go they point up.
  const inPlane = dot(arm.heading, normal0);
  const up: Vec3 = [0, -1, 0];
  let forward = unit(
    add(across(arm.heading, normal0), scale(across(up, normal0), 0.9 * inPlane * inPlane)),
    up,
  );
  // A palm held up opens outwards: the fingers turn away from the body's midline.
  const palmUp = Math.max(0, -normal0[1]) * clamp(1.6 * Math.abs(arm.heading[2]));
  forward = unit(add(forward, scale(across([sign, -0.25, 0], normal0), 0.75 * palmUp)), up);
  const thumb0 = scale(cross(forward, normal0), sign);
  // Bend towards the back of the hand.
  const bend = channel('WristBend');
  const hinge = cross(forward, normal0);
  forward = rotateAbout(forward, hinge, -bend);
  const palm = rotateAbout(normal0, hinge, -bend);
  const thumbward = thumb0;
  const local = (f: number, t: number, n: number): Vec3 =>
    add(arm.wrist, add(add(scale(forward, f * SIZE), scale(thumbward, t * SIZE)), scale(palm, n * SIZE)));
  const spread = channel('Spread');

  const fingers: Finger[] = FINGERS.map((f, k) => {
    const curl = clamp(
      channel(`${(['Index', 'Middle', 'Ring', 'Little'] as const)[k] as 'Index'}Curl`),
      -0.1,
      1,
    );
    const fan = f.fan * (1 - 0.7 * curl) + spread * (f.fan * 3.2 + 0.03 * (1.5 - k)) * (1 - 0.6 * curl);
    const side = rotateAbout(forward, palm, -fan * sign);
    const axis = cross(side, palm);
    // Anatomical flexion limits: knuckle 85°, middle joint 105°, last joint 70°; never quite straight.
    const bends = [0.06 + 1.4 * curl, 0.1 + 1.75 * curl, 0.08 + 1.1 * curl];
    let at = local(f.at[0], f.at[1], 0);
    let angle = 0;
    const joints: Joint[] = [{ at, r: f.r[0] * SIZE }];
    for (let b = 0; b < 3; b++) {
      angle += bends[b] as number;
      at = add(at, scale(rotateAbout(side, axis, angle), (f.bones[b] as number) * SIZE));
      joints.push({ at, r: (f.r[b + 1] as number) * SIZE });
    }
    return {
      name: f.name,
      joints: joints as unknown as Finger['joints'],
      nail: scale(rotateAbout(palm, axis, angle), -1),
    };
  });

  const t = clamp(channel('ThumbCurl'), -0.2, 1);
  const base = local(20, 20, 6);
  const openness = clamp((1 - Math.max(0, t)) ** 1.7 + 0.15 * spread);
  // Out of a fist the thumb stands straight up; beside open fingers it leans along them.
  const fist = smoothstep(0.45, 0.9, channel('IndexCurl'));
  const away = lerp(lerp(0.72, 0.98, clamp(spread)), 1.45, fist); // radians from the fingers' direction
  const aim = (angle: number, n: number): Vec3 =>
    unit(add(add(scale(forward, Math.cos(angle)), scale(thumbward, Math.sin(angle))), scale(palm, n)));
  const meta = unit(mix3(aim(0.3, 0.5), aim(lerp(0.62, 0.8, fist), 0.22), openness));
  const proximal = unit(mix3(aim(-0.35, 0.62), aim(away * 0.92, 0.12), openness));
  const distal = unit(mix3(aim(-1, 0.42), aim(away + 0.1 + 0.08 * fist, -0.04), openness));
  const j1 = add(base, scale(meta, 38 * SIZE));
  const j2 = add(j1, scale(proximal, 31 * SIZE));
  const j3 = add(j2, scale(distal, 21 * SIZE));
  const thumb: Finger = {
    name: 'thumb',
    joints: [
      { at: base, r: 14 * SIZE },
      { at: j1, r: 11 * SIZE },
      { at: j2, r: 9.9 * SIZE },
      { at: j3, r: 7.8 * SIZE },
    ],
    nail: unit(add(scale(palm, -0.75), scale(thumbward, lerp(0.35, 0.8, t)))),
  };
  const palmMass: Joint[] = [
    { at: local(-4, 13, 0), r: 13.5 },
    { at: local(-4, -11, 0), r: 13 },
    { at: local(34, -22, 3), r: 15 },
    { at: local(34, 14, 4), r: 15.5 },
    { at: local(64, 25, 1), r: 12 },
    { at: local(62, -25, 1), r: 11.5 },
    ...fingers.map((f) => ({ at: f.joints[0].at, r: f.joints[0].r * 1.04 })),
  ];
  return { sign, wrist: arm.wrist, forward, thumbward, palm, fingers: [thumb, ...fingers], palmMass };
}

/**
 * The illustrated presenter: a parametric character drawn in vectors. `prepare` bakes what swings; `draw` puts the
 * parts together for one frame, back to front.
 */
import type { Framing, IllustratedPresenter } from '../../document/project.ts';
import type { Rect, VectorNode } from '../../draw/draw-list.ts';
import type { MotionTrack } from '../../motion/track.ts';
import type { PresenterKind } from '../kind.ts';
import { paintCuff, paintForearm, paintUpperArm, paintWrist } from './arm.ts';
import { solveArm, type Arm } from './arm-skeleton.ts';
import { sceneOf, type Scene } from './context.ts';
import { paintEar, paintEarring } from './ears.ts';
import { paintBrow } from './brows.ts';
import { paintEye } from './eyes.ts';
import { add, scale, smoothstep } from './geometry.ts';
import { paintHairBack, paintHairFront, paintHairShadow, paintHairTucked } from './hair.ts';
import { paintHand } from './hand.ts';
import { poseHand } from './hand-skeleton.ts';
import { paintMouth } from './mouth.ts';
import { paintNeck, paintNecklace } from './neck.ts';
import { paintNose } from './nose.ts';
import { clipped, pageSpot } from './paint.ts';
import { characterOf } from './parameters.ts';
import { readPose, readValues } from './pose.ts';
import { PRESETS } from './presets.ts';
import { paintSkin } from './skin.ts';
import { toPage } from './space.ts';
import { bakeSwings, createSwinger } from './swing.ts';
import {
  paintCollarBack,
  paintJacket,
  paintTop,
  paintTrousers,
  shadeUnderCollar,
  shadeUnderHair,
  trunkOutline,
} from './torso.ts';

export interface IllustratedPresetInfo {
  readonly preset: string;
  readonly name: string;
  readonly description: string;
}
export const ILLUSTRATED_PRESETS: readonly IllustratedPresetInfo[] = PRESETS.map(
  ({ preset, name, description }) => ({ preset, name, description }),
);

/** Millimetres of presenter space: top edge, bottom edge. */
const FRAMINGS: Readonly<Record<Framing, readonly [top: number, bottom: number, minWidth: number]>> = {
  close: [-382, 84, 300],
  medium: [-406, 486, 560],
  // Drawn to the hips: there is no more of them.
  full: [-406, 486, 560],
};

export const illustrated = {
  kind: 'illustrated',
  version: 3,
  prepare(presenter: IllustratedPresenter, motion: MotionTrack) {
    const character = characterOf(presenter);
    const swings = bakeSwings(motion);
    return {
      frameCount: motion.frameCount,
      draw(i: number) {
        const frame = Math.max(0, Math.min(motion.frameCount - 1, i));
        return [vector(paintCharacter(sceneOf(character, readPose(motion, frame), swings(frame))))];
      },
    };
  },
  live(presenter: IllustratedPresenter) {
    const character = characterOf(presenter);
    const swing = createSwinger();
    return {
      draw(values: Float32Array, dtS: number) {
        const pose = readValues(values, 0);
        return [vector(paintCharacter(sceneOf(character, pose, swing(pose, dtS))))];
      },
    };
  },
  framing(_presenter: IllustratedPresenter, framing: Framing): Rect {
    const [top, bottom, width] = FRAMINGS[framing];
    return { x: -width / 2, y: top, width, height: bottom - top };
  },
  room: () => null,
  framings: () => ['medium', 'close'],
} satisfies PresenterKind<IllustratedPresenter, null>;

function vector(nodes: readonly VectorNode[]) {
  return { kind: 'vector', nodes } as const;
}

function paintCharacter(scene: Scene): VectorNode[] {
  const arms = [solveArm(scene, 'left'), solveArm(scene, 'right')].sort((a, b) => a.wrist[2] - b.wrist[2]);
  const behind = arms.filter((arm) => arm.wrist[2] < -90);
  const before = arms.filter((arm) => arm.wrist[2] >= -90);
  return [
    ...paintHairBack(scene),
    ...behind.flatMap((arm) => paintArm(scene, arm)),
    ...paintCollarBack(scene),
    ...paintNeck(scene, shadeUnderCollar(scene)),
    ...paintNecklace(scene),
    ...paintTop(scene),
    ...paintTrousers(scene),
    ...paintJacket(scene),
    ...shadowsOnBody(scene, before),
    ...before
      .filter((arm) => arm.elbow[2] < arm.shoulder[2] + 60)
      .flatMap((arm) => paintUpperArm(scene, arm)),
    ...paintHead(scene),
    ...before.flatMap((arm) => [
      ...(arm.elbow[2] < arm.shoulder[2] + 60 ? [] : paintUpperArm(scene, arm)),
      ...paintLowerArm(scene, arm),
    ]),
  ];
}
function paintArm(scene: Scene, arm: Arm): VectorNode[] {
  return [...paintUpperArm(scene, arm), ...paintLowerArm(scene, arm)];
}
function paintLowerArm(scene: Scene, arm: Arm): VectorNode[] {
  const hand = poseHand(scene, arm);
  const skin = [...paintWrist(scene, arm, hand.forward), ...paintHand(scene, hand)];
  // A forearm that comes forward shows the mouth of its sleeve, with the hand before it; else the sleeve is in front.
  return arm.heading[2] > 0
    ? [...paintForearm(scene, arm), ...paintCuff(scene, arm), ...skin]
    : [...skin, ...paintForearm(scene, arm)];
}
/** Hair, and hands close before the body, throw a soft shade on it, down and away from the light. */
function shadowsOnBody(scene: Scene, arms: readonly Arm[]): VectorNode[] {
  const spots = arms.flatMap((arm): VectorNode[] => {
    const hand = poseHand(scene, arm);
    const [x, y, z] = add(arm.wrist, scale(hand.forward, 70));
    const over = smoothstep(230, 120, Math.abs(x)) * smoothstep(-40, 30, y) * smoothstep(380, 120, z);
    if (over <= 0) return [];
    const far = 10 + z * 0.09;
    const [cx, cy] = toPage([x, y, z]);
    const turn = Math.atan2(hand.forward[1], hand.forward[0]);
    return [pageSpot([cx + far * 0.7, cy + far], 108, 70, turn, scene.palette.jacket.deep, 0.6 * over)];
  });
  return [clipped(trunkOutline(scene), [...shadeUnderHair(scene), ...spots])];
}

function paintHead(scene: Scene): VectorNode[] {
  return [
    ...paintEar(scene, -1),
    ...paintEarring(scene, -1),
    ...paintHairTucked(scene),
    ...paintSkin(scene, paintHairShadow(scene)),
    // An ear on the near side stands in front of the cheek's edge.
    ...(scene.head.yaw > 0 ? [...paintEar(scene, -1), ...paintEarring(scene, -1)] : []),
    ...paintNose(scene),
    ...paintEye(scene, -1),
    ...paintEye(scene, 1),
    ...paintBrow(scene, -1),
    ...paintBrow(scene, 1),
    ...paintMouth(scene),
    ...paintHairFront(scene),
  ];
}

/**
 * The photo as something that can be moved: everything that depends on the person is worked out once, then each frame is
 * one pass — jaw, face, lips and lids on a face seen from the front, the inside of the mouth and the eyes behind them,
 * and all of it carried by head and trunk.
 */
import type { AssetHash } from '../../base/ids.ts';
import type { Mesh } from '../../draw/draw-list.ts';
import type { PresenterPart, Stand } from '../kind.ts';
import { smoothstep } from './curve.ts';
import type { PhotoFit } from './fit.ts';
import { createEyeball } from './rig/eyes.ts';
import { faceFields } from './rig/face-fields.ts';
import { createGlints } from './rig/glints.ts';
import { createInside } from './rig/interior.ts';
import { createJaw } from './rig/jaw.ts';
import { createLashes } from './rig/lashes.ts';
import { createLid } from './rig/lids.ts';
import { createLips } from './rig/lips.ts';
import type { Pose } from './rig/pose.ts';
import { skinMap, type SkinMap } from './rig/skin-map.ts';
import { createCarrier, createSkullCarrier, stanceOf } from './rig/stance.ts';
import type { Swing } from './rig/swing.ts';

export interface Puppet {
  readonly map: SkinMap;
  /** The person in a pose: what is inside, then the skin over it. */
  draw(pose: Pose, swing: Swing, person: AssetHash): readonly PresenterPart[];
  /** Where the skin's vertices are in a pose (x, y), picture pixels. */
  skin(pose: Pose, swing: Swing): Float32Array;
}

/** Lips further apart than this have soft edges; those that touch have none. */
const TOUCHING_PX = 0.6;
/** How far inwards a person fades where their picture cut them off, in widths of the face. */
const FADE = 0.25;

export function createPuppet(fit: PhotoFit, stand: Stand = { cutOut: false }): Puppet {
  const map = skinMap(fit);
  const lips = createLips(fit, map);
  const jaw = createJaw(fit, map, lips.side);
  const face = faceFields(map, fit.glassesPx);
  const lids = { right: createLid(fit, map, 'right'), left: createLid(fit, map, 'left') };
  const eyes = {
    right: createEyeball(fit, map, 'right', lids.right),
    left: createEyeball(fit, map, 'left', lids.left),
  };
  const inside = createInside(fit, map, jaw);
  const lashes = createLashes(fit, map, lids);
  const { mesh } = fit;
  const rest = mesh.positions;
  const skin = new Float32Array(rest.length);
  const body = createCarrier(fit, map, rest);
  const skull = createSkullCarrier(fit, map);
  const whole = stand.cutOut ? fadedAtCuts(fit, map) : new Float32Array(rest.length / 3).fill(1);
  const wholeEverywhere = whole.every((opacity) => opacity === 1);

  const pictureUvs = (from: Float32Array) => {
    const uvs = new Float32Array((from.length / 3) * 2);
    for (let i = 0; i < from.length / 3; i++) {
      uvs[2 * i] = (from[3 * i] as number) / fit.track.widthPx;
      uvs[2 * i + 1] = (from[3 * i + 1] as number) / fit.sheetHeightPx;
    }
    return uvs;
  };
  const skinUvs = pictureUvs(rest);
  const eyeUvs = [pictureUvs(mesh.right.ball), pictureUvs(mesh.left.ball)];
  // One mesh behind the skin: both eyes, then the mouth.
  const glints = createGlints(fit);
  const glintCount = glints.positions.length / 3;
  const [rightCount, leftCount] = [mesh.right.ball.length / 3, mesh.left.ball.length / 3];
  const insideCount = inside.positions.length / 3;
  const behindUvs = concat([...eyeUvs, glints.uvs, inside.uvs]);
  const eyesCount = rightCount + leftCount + glintCount;
  const eyeIndices = [
    ...mesh.right.ballIndices,
    ...Array.from(mesh.left.ballIndices, (i) => i + rightCount),
    ...Array.from(glints.indices, (i) => i + rightCount + leftCount),
  ];
  const behindShut = Uint16Array.from(eyeIndices);
  const behindOpen = Uint16Array.from([...eyeIndices, ...Array.from(inside.indices, (i) => i + eyesCount)]);
  const edges = [mesh.upperLip, mesh.lowerLip].map((edge) => Array.from(edge).slice(1, -1));

  const moveSkin = (pose: Pose) => {
    skin.set(rest);
    jaw.move(pose, skin);
    face(pose, skin);
    const line = lips.part(pose, skin);
    lids.right.close(pose, skin);
    lids.left.close(pose, skin);
    return line;
  };

  return {
    map,
    skin(pose, swing) {
      moveSkin(pose);
      const positions = new Float32Array((rest.length / 3) * 2);
      body.carry(skin, rest.length / 3, stanceOf(pose, map, swing), positions, 0);
      return positions;
    },
    draw(pose, swing, person) {
      const stance = stanceOf(pose, map, swing);
      const line = moveSkin(pose);
      eyes.right.look(pose);
      eyes.left.look(pose);
      const isOpen = line.gap.some((gap) => gap > TOUCHING_PX / 2);
      if (isOpen) inside.pose(pose, line);

      let uvs = skinUvs;
      if (lids.right.shut(pose) > 0 || lids.left.shut(pose) > 0) {
        const lifted = skinUvs.slice();
        const add = (vertex: number, dx: number, dy: number) => {
          lifted[2 * vertex] = (lifted[2 * vertex] as number) + dx / fit.track.widthPx;
          lifted[2 * vertex + 1] = (lifted[2 * vertex + 1] as number) + dy / fit.sheetHeightPx;
        };
        lids.right.lift(pose, add);
        lids.left.lift(pose, add);
        uvs = lifted;
      }
      const count = rest.length / 3;
      const positions = new Float32Array(count * 2);
      body.carry(skin, count, stance, positions, 0);
      const opacity = whole.slice();
      if (isOpen)
        for (const edge of edges)
          edge.forEach((vertex, k) => {
            const inward = smoothstep(0, 3, Math.min(k, edge.length - 1 - k));
            opacity[vertex] =
              1 - 0.85 * inward * smoothstep(TOUCHING_PX, 5 * TOUCHING_PX, line.gap[k + 1] as number);
          });

      const total = eyesCount + (isOpen ? insideCount : 0);
      const behind = new Float32Array(total * 2);
      skull.carry(eyes.right.positions, rightCount, stance, behind, 0);
      skull.carry(eyes.left.positions, leftCount, stance, behind, rightCount);
      skull.carry(glints.positions, glintCount, stance, behind, rightCount + leftCount);
      if (isOpen) skull.carry(inside.positions, insideCount, stance, behind, eyesCount);
      // A lid's shade falls on them too.
      const glintGain = new Float32Array(glintCount * 3).fill(
        Math.min(eyes.right.gain[0]!, eyes.left.gain[0]!),
      );
      const eyesOpaque = new Float32Array(eyesCount).fill(1);
      const parts: Mesh[] = [
        {
          positions: behind,
          uvs: isOpen ? behindUvs : behindUvs.subarray(0, total * 2),
          opacity: isOpen ? concat([eyesOpaque, inside.opacity]) : null,
          gain: concat([eyes.right.gain, eyes.left.gain, glintGain, ...(isOpen ? [inside.gain] : [])]),
          indices: isOpen ? behindOpen : behindShut,
        },
        {
          positions,
          uvs,
          opacity: isOpen || !wholeEverywhere ? opacity : null,
          gain: null,
          indices: mesh.indices,
        },
        ...lashes(pose, skin, stance, skull),
      ];
      return parts.map((part): PresenterPart => ({
        kind: 'mesh',
        opacity: 1,
        image: { asset: person, kind: 'image', timeS: 0 },
        mesh: part,
        matte: null,
        blurTexels: 0,
      }));
    },
  };
}

/**
 * Cut out, a person who reaches the side of their picture would end there in a straight line, in the middle of the scene's
 * background; they fade into it instead. Above and below them is the frame's own edge.
 * @returns opacity of each vertex of the skin
 */
function fadedAtCuts({ cut, mesh, track }: PhotoFit, { frame }: SkinMap): Float32Array<ArrayBuffer> {
  const widthOfFade = FADE * frame.widthPx;
  const share = (isCut: boolean, distancePx: number) => (isCut ? smoothstep(0, widthOfFade, distancePx) : 1);
  return Float32Array.from({ length: mesh.positions.length / 3 }, (_, i) => {
    const x = mesh.positions[3 * i] as number;
    return share(cut.left, x) * share(cut.right, track.widthPx - x);
  });
}

function concat(arrays: readonly Float32Array[]): Float32Array<ArrayBuffer> {
  const out = new Float32Array(arrays.reduce((sum, a) => sum + a.length, 0));
  let at = 0;
  for (const a of arrays) {
    out.set(a, at);
    at += a.length;
  }
  return out;
}

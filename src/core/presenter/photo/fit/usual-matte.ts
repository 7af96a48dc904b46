/**
 * Where someone usually is about a face: head and hair, neck, shoulders down to the picture's edge. For drawings that
 * the matte network sees nobody in; the picture's colours then decide what belongs.
 */
import type { PhotoTrack } from '../../../track/photo-track.ts';
import type { Matte } from '../../../track/ports.ts';
import { smoothstep } from '../curve.ts';
import { dot, minus, plus, pointOf, type FaceFrame } from '../face-frame.ts';
import { FACE_OVAL } from '../landmarks.ts';

/** Long side. */
const MATTE_PX = 192;
/** Of the face, how much the network must have seen. */
const ENOUGH = 0.5;

/** The network's matte where it sees the face, else the usual one. */
export function matteOrUsual(track: PhotoTrack, frame: FaceFrame): Matte {
  const { matte } = track;
  const seen = FACE_OVAL.map((index) => {
    // A little inside the outline.
    const p = plus(frame.mouth, minus(pointOf(track, index), frame.mouth), 0.8);
    const at = (value: number, size: number, count: number) =>
      Math.min(count - 1, Math.max(0, Math.floor((value / size) * count)));
    const x = at(p[0], track.widthPx, matte.widthPx);
    const y = at(p[1], track.heightPx, matte.heightPx);
    return (matte.alpha[y * matte.widthPx + x] ?? 0) / 255;
  });
  return seen.reduce((sum, a) => sum + a, 0) / seen.length >= ENOUGH ? matte : usualMatte(track, frame);
}

function usualMatte(track: PhotoTrack, frame: FaceFrame): Matte {
  const scale = MATTE_PX / Math.max(track.widthPx, track.heightPx);
  const widthPx = Math.max(1, Math.round(track.widthPx * scale));
  const heightPx = Math.max(1, Math.round(track.heightPx * scale));
  const alpha = new Uint8ClampedArray(widthPx * heightPx);
  const half = frame.widthPx / 2;
  const crown = plus(frame.mouth, frame.down, -0.42 * frame.heightPx);
  const chin = frame.chin[1];
  for (let j = 0; j < heightPx; j++)
    for (let i = 0; i < widthPx; i++) {
      const [x, y] = [(i + 0.5) / scale, (j + 0.5) / scale];
      const d = minus([x, y, crown[2]], crown);
      const head = Math.hypot(
        dot(d, frame.left) / (1.22 * half),
        dot(d, frame.down) / (0.74 * frame.heightPx),
      );
      const below = (y - chin) / frame.heightPx;
      // The neck widens into shoulders, and those into arms.
      const width = half * (0.55 + 1.5 * smoothstep(0.15, 0.6, below) + 0.5 * Math.max(0, below - 0.6));
      const body = below < -0.25 ? 2 : Math.abs(x - frame.chin[0]) / width;
      alpha[j * widthPx + i] = 255 * (1 - smoothstep(0.86, 1.16, Math.min(head, body)));
    }
  return { widthPx, heightPx, alpha };
}

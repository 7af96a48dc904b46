/**
 * Which framings a film has picture for, and what each shows. Measured in face heights (forehead to chin) from where the
 * face is in this film, as photographers frame: to the chest, below the belt, the whole picture. A box never leaves the
 * picture, so that no edge of it shows above or below the person.
 */
import type { Framing } from '../../document/project.ts';
import type { Rect } from '../../draw/draw-list.ts';
import { median, quantile } from '../../track/curves.ts';
import { measureOf, type FootageTrack } from '../../track/footage-track.ts';
import { bodyCurve } from './base/features.ts';

/** Hair above the forehead. */
const HAIR = 0.36;
/** Air above the hair, then down to here below the crown of the hair; and the least width that must be seen. */
const SHAPES: Readonly<
  Record<
    Framing,
    { readonly air: number; readonly down: number; readonly least: number; readonly width: number }
  >
> = {
  close: { air: 0.22, down: 2.2, least: 1.6, width: 1.6 },
  medium: { air: 0.32, down: 4.5, least: 3.1, width: 2.5 },
  full: { air: 0.45, down: Infinity, least: 5.3, width: 2.7 },
};
/** A face of fewer pixels does not bear being shown close. */
const CLOSE_FACE_PX = 90;
const PREFERRED: readonly Framing[] = ['medium', 'close', 'full'];

/** `medium` or what comes nearest to it first. */
export function footageFramings(track: FootageTrack): readonly Framing[] {
  const { crown, face } = standing(track);
  const below = (track.heightPx - crown) / face;
  const found = PREFERRED.filter(
    (framing) => below >= SHAPES[framing].least && (framing !== 'close' || face >= CLOSE_FACE_PX),
  );
  return found.length > 0 ? found : ['close'];
}

/** What of the film a framing shows, in pixels of the film. */
export function footageBox(track: FootageTrack, framing: Framing): Rect {
  const { crown, face, faceX, bodyX } = standing(track);
  const shape = SHAPES[framing];
  const y = Math.max(0, crown - shape.air * face);
  const bottom = Math.min(track.heightPx, crown + shape.down * face);
  const width = Math.min(track.widthPx, shape.width * face);
  const centre = framing === 'close' ? faceX : (faceX + bodyX) / 2;
  const x = Math.min(track.widthPx - width, Math.max(0, centre - width / 2));
  return { x, y, width, height: bottom - y };
}

function standing(track: FootageTrack): { crown: number; face: number; faceX: number; bodyX: number } {
  const face = median(measureOf(track, 'faceHeightPx')) || track.heightPx / 4;
  const faceX = median(measureOf(track, 'faceX'));
  // Of a head that bobs, the highest it gets.
  const crown = quantile(measureOf(track, 'faceY'), 0.02) - (0.5 + HAIR) * face;
  const shoulders =
    (median(bodyCurve(track, 'leftShoulder', 0)) + median(bodyCurve(track, 'rightShoulder', 0))) / 2;
  const known = shoulders > 0 && Math.abs(shoulders - faceX) < 1.5 * face;
  return { crown, face, faceX, bodyX: known ? shoulders : faceX };
}

/** How much of a photo each framing shows: measured in heads, with air above, never more than the picture has. */
import type { Framing } from '../../document/project.ts';
import type { Rect } from '../../draw/draw-list.ts';
import { faceFrame } from './face-frame.ts';
import type { PhotoFit } from './fit.ts';

/** Below the chin, in heights of the face; and the least width, the same. */
const BELOW_CHIN: Readonly<Record<Framing, number>> = { close: 0.75, medium: 2.6, full: 6.5 };
const LEAST_WIDTH: Readonly<Record<Framing, number>> = { close: 1.5, medium: 2.4, full: 2.4 };
/** Air over the head. */
const AIR = 0.16;
/** A framing must show this much more than the one before to be worth its name. */
const MORE = 1.15;

export function photoFraming(fit: PhotoFit, framing: Framing): Rect {
  const { track, person } = fit;
  const frame = faceFrame(track);
  const face = frame.heightPx;
  const top = Math.max(0, person.y - AIR * face);
  const bottom = Math.min(track.heightPx, frame.chin[1] + BELOW_CHIN[framing] * face);
  const width = Math.min(track.widthPx, LEAST_WIDTH[framing] * face);
  // Centred on head and shoulders, as far as the picture reaches.
  const centre =
    framing === 'close' ? frame.mouth[0] : 0.6 * frame.mouth[0] + 0.4 * (person.x + person.width / 2);
  const x = Math.min(Math.max(0, centre - width / 2), track.widthPx - width);
  return { x, y: top, width, height: Math.max(1, bottom - top) };
}

export function photoFramings(fit: PhotoFit): readonly Framing[] {
  const height = (framing: Framing) => photoFraming(fit, framing).height;
  const found: Framing[] = ['medium'];
  if (height('medium') > MORE * height('close')) found.push('close');
  if (height('full') > MORE * height('medium')) found.push('full');
  return found;
}

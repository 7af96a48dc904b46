/** Which frame of a film shows its person best: looking ahead, eyes open, mouth at rest, sharp. */
import { MEASURES, type FootageTrack, type Measure } from './footage-track.ts';

export function bestFrame({ measures, seen, frameCount }: FootageTrack): number {
  const of = (frame: number, name: Measure) =>
    measures[frame * MEASURES.length + MEASURES.indexOf(name)] ?? 0;
  let best = { frame: 0, worth: -Infinity };
  for (let frame = 0; frame < frameCount; frame++) {
    if (seen[frame] !== 1) continue;
    const turned = Math.abs(of(frame, 'headYaw')) + Math.abs(of(frame, 'headPitch'));
    const away = turned + 0.5 * Math.abs(of(frame, 'headRoll'));
    const shut = Math.max(of(frame, 'blinkLeft'), of(frame, 'blinkRight'));
    const sharp = 0.1 * Math.log1p(of(frame, 'sharpness'));
    const worth = sharp - 2 * away - 1.5 * shut - 3 * of(frame, 'mouthOpening');
    if (worth > best.worth) best = { frame, worth };
  }
  return best.frame;
}

/** What a performer reads out of speech (phrases.ts), marked on frames. */
import { nearestFrame, type Sheet } from './sheet.ts';
import type { Cues } from './phrases.ts';
import type { MotionCues } from './track.ts';

/** Pauses shorter than this belong to the speech around them. */
const SHORTEST_PAUSE_S = 0.25;

export function markCues(sheet: Sheet, { phrases, nuclei, speechStartS, speechEndS }: Cues): MotionCues {
  const spans =
    phrases.length > 0
      ? phrases
      : speechEndS > speechStartS
        ? [{ startS: speechStartS, endS: speechEndS }]
        : [];
  const speech: { startFrame: number; endFrame: number }[] = [];
  for (const { startS, endS } of spans) {
    const startFrame = nearestFrame(sheet, startS);
    const endFrame = nearestFrame(sheet, endS) + 1;
    const last = speech.at(-1);
    if (last && (startFrame - last.endFrame) * sheet.frameS < SHORTEST_PAUSE_S)
      last.endFrame = Math.max(last.endFrame, endFrame);
    else speech.push({ startFrame, endFrame });
  }
  return {
    speech,
    accents: nuclei.map(({ atS, prominence }) => ({
      frame: nearestFrame(sheet, atS),
      strength: prominence,
    })),
  };
}

/** When the gestures of a script are due, on the clock of its sound. */
import type { TimedGesture, TimedWord } from './ports.ts';
import type { ScriptWords } from './script-words.ts';

/**
 * A gesture is due when the word after its mark begins. When a pause stands between the mark and that word it is due
 * earlier: after as much of the pause as was asked for before the mark.
 */
export function timeGestures(
  script: ScriptWords,
  words: readonly TimedWord[],
  speechStartS: number,
  durationS: number,
): TimedGesture[] {
  return script.gestures.map(({ gesture, before, afterPauseS }) => {
    const previousEnd = before === 0 ? speechStartS : (words[before - 1]?.endS ?? speechStartS);
    const pauseS = before === 0 ? script.leadingPauseS : (script.words[before - 1]?.pauseAfterS ?? 0);
    const next = words[before];
    const atS =
      next && (pauseS === 0 || afterPauseS >= pauseS)
        ? next.startS
        : Math.min(previousEnd + afterPauseS, next?.startS ?? durationS);
    return { gesture, atS };
  });
}

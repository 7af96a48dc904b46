/**
 * Which gestures, when. Those marked in the script come first, each on the stressed syllable of the word its mark
 * stands before. Between them the sentence itself suggests some (the lexicon), and only as many are taken as a
 * person at ease makes: about one every three seconds, with rest between, never the same twice in a row.
 */
import type { GestureName } from '../../document/script.ts';
import type { TimedGesture } from '../../speech/ports.ts';
import { between, clamp } from '../curves.ts';
import type { Cues } from '../phrases.ts';
import { nucleusOfWord } from '../phrases.ts';
import type { Side } from '../track.ts';
import { EARLIEST_STROKE_S, suggestGestures } from './lexicon.ts';
import { GESTURE_FORMS } from './poses.ts';

export interface PlannedGesture {
  readonly gesture: GestureName;
  readonly strokeS: number;
  readonly side: Side | 'both';
  /** 1 as drawn; below smaller. */
  readonly size: number;
  readonly marked: boolean;
}

/** A mark this far before a word still belongs to it. */
const MARK_REACH_S = 1.2;
/** Strokes nearer than this cannot both be made. */
const NEAREST_STROKES_S = 0.75;
/** The last stroke leaves this long to be back at rest before the shot ends. */
const HOMEWARD_S = 0.4;

/** The moment a marked gesture lands: the stressed syllable of the word the mark stands before, or is in. */
export function strokeTimeOfMark(cues: Cues, atS: number): number {
  const word = cues.words.findIndex((timed) => timed.endS > atS + 0.02);
  const timed = cues.words[word];
  if (!timed || timed.startS - atS > MARK_REACH_S) return atS;
  const nucleus = nucleusOfWord(cues, word);
  if (nucleus && nucleus.atS >= atS - 0.05) return nucleus.atS;
  return Math.max(atS, (timed.startS + timed.endS) / 2);
}

function placeMarks(cues: Cues, marks: readonly TimedGesture[], random: () => number): PlannedGesture[] {
  const lastS = Math.max(0, cues.durationS - HOMEWARD_S);
  const placed: PlannedGesture[] = [];
  for (const mark of [...marks].sort((a, b) => a.atS - b.atS)) {
    const wantedS = Math.min(strokeTimeOfMark(cues, mark.atS), lastS);
    const before = placed.at(-1);
    // Two marks on one word are made one after the other.
    const earliestS = before ? before.strokeS + tailS(before.gesture) + NEAREST_STROKES_S : 0;
    const strokeS = Math.max(wantedS, earliestS);
    if (strokeS > lastS && before) continue;
    placed.push({
      gesture: mark.gesture,
      strokeS,
      side: GESTURE_FORMS[mark.gesture].hands === 'both' ? 'both' : 'right',
      size: between(random, 0.96, 1.06),
      marked: true,
    });
  }
  return placed;
}

/** How long a gesture goes on stroking after it lands. */
function tailS(gesture: GestureName): number {
  return GESTURE_FORMS[gesture].then.at(-1)?.afterS ?? 0;
}

export function planGestures(
  cues: Cues,
  marks: readonly TimedGesture[],
  energy: number,
  random: () => number,
): PlannedGesture[] {
  const planned = placeMarks(cues, marks, random);
  const gapS = between(random, 2.1, 2.9) / clamp(energy, 0.7, 1.4);
  const lastS = cues.durationS - HOMEWARD_S - 0.25;
  const suggestions = suggestGestures(cues, random)
    // A preparation has to fit before the stroke, a retraction after it.
    .filter(({ strokeS }) => strokeS >= EARLIEST_STROKE_S && strokeS < lastS)
    .sort((a, b) => b.weight - a.weight);
  for (const suggestion of suggestions) {
    const strokeS = suggestion.strokeS;
    const room = suggestion.strong ? Math.min(gapS, 1.2) : gapS;
    const isFree = planned.every((other) => {
      const wait = strokeS > other.strokeS ? tailS(other.gesture) : tailS(suggestion.gesture);
      return Math.abs(strokeS - other.strokeS) > room + wait;
    });
    if (!isFree) continue;
    const before = planned.filter((other) => other.strokeS < strokeS).at(-1)?.gesture;
    const after = planned.find((other) => other.strokeS > strokeS)?.gesture;
    const gesture = [suggestion.gesture, ...suggestion.otherwise].find(
      (name) => name !== before && name !== after,
    );
    if (!gesture) continue;
    planned.push({
      gesture,
      strokeS,
      side: GESTURE_FORMS[gesture].hands === 'both' ? 'both' : suggestion.side,
      size: between(random, 0.82, 1.02) * clamp(0.75 + 0.25 * energy, 0.8, 1.1),
      marked: false,
    });
    planned.sort((a, b) => a.strokeS - b.strokeS);
  }
  return planned;
}

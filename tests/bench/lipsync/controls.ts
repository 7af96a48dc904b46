/**
 * What a score must not survive: the sound a fifth of a second early or late, and another clip's sound. A contender that
 * keeps its score there is being paid for something else than hearing the words.
 */
import type { Contender, Sound } from './contender.ts';
import { SAMPLE_RATE_HZ } from './film.ts';
import { bootstrap, pearson, type Interval } from './scores.ts';
import type { Truth } from './truth.ts';

export interface Control {
  readonly what: string;
  readonly all: Interval;
  readonly speech: Interval;
}

const SHIFT_S = 0.2;

/** The sound `byS` later (earlier where negative); what leaves at one end comes in at the other, so silence stays silence. */
export function shiftedSound(sound: Sound, byS: number): Sound {
  const { pcm } = sound;
  const by = Math.round(byS * SAMPLE_RATE_HZ);
  const moved = pcm.map((_, i) => pcm[(((i - by) % pcm.length) + pcm.length) % pcm.length] ?? 0);
  return { ...sound, clip: `${sound.clip}, moved`, pcm: moved, said: null };
}

/** What is predicted from the moved sound; stored curves are moved themselves. */
async function openingOf(contender: Contender, sound: Sound, byS: number): Promise<readonly number[]> {
  if (!contender.stored) return (await contender.predict(shiftedSound(sound, byS))).opening;
  const { opening } = await contender.predict(sound);
  const by = Math.round(byS * sound.fps);
  return opening.map((_, i) => opening[(i - by + opening.length) % opening.length] ?? 0);
}

/**
 * The tracked lips themselves under the same controls. Speech and silence alone make moved lips agree with unmoved ones,
 * and sentences of one corpus with each other: no honest contender can be expected to score much below this.
 */
export function controlFloor(truths: readonly Truth[]): Promise<Control[]> {
  const lips = new Map(truths.map(({ clip, opening, width }) => [clip.name, { opening, width }]));
  return controls(
    {
      name: 'tracked lips',
      note: '',
      needsText: false,
      timed: false,
      stored: true,
      predict: ({ clip }) => Promise.resolve(lips.get(clip) ?? { opening: [], width: null }),
    },
    truths,
  );
}

/** Only for contenders that need no text: words and their times would have to be moved too. */
export async function controls(contender: Contender, truths: readonly Truth[]): Promise<Control[]> {
  const found: Control[] = [];
  for (const [byS, what] of [
    [-SHIFT_S, 'sound 200 ms early'],
    [SHIFT_S, 'sound 200 ms late'],
  ] as const) {
    const scores = [];
    for (const truth of truths) {
      const opening = await openingOf(contender, truth.sound, byS);
      scores.push(against(truth, opening));
    }
    found.push(controlOf(what, scores));
  }
  const curves: (readonly number[])[] = [];
  for (const { sound } of truths) curves.push((await contender.predict(sound)).opening);
  const pairs = truths.flatMap((truth, i) =>
    curves.flatMap((opening, j) => (i === j ? [] : [against(truth, opening)])),
  );
  if (pairs.length > 0) found.push(controlOf(`another clip's sound, ${String(pairs.length)} pairs`, pairs));
  return found;
}

interface Pair {
  readonly all: number;
  readonly speech: number;
}

function against({ opening, speech }: Truth, predicted: readonly number[]): Pair {
  return { all: pearson(predicted, opening), speech: pearson(predicted, opening, speech) };
}

function controlOf(what: string, scores: readonly Pair[]): Control {
  return {
    what,
    all: bootstrap(scores.map(({ all }) => all)),
    speech: bootstrap(scores.map(({ speech }) => speech)),
  };
}

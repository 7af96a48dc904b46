/**
 * What words suggest to the hands: counting words raise fingers, `all` spreads the arms, `but` cuts, a greeting
 * waves, a question opens the palms, and a plain stressed word is beaten. A suggestion is only that; the plan
 * decides which are made.
 */
import type { GestureName } from '../../document/script.ts';
import type { Cues, Nucleus } from '../phrases.ts';
import { nucleusOfWord } from '../phrases.ts';
import type { Side } from '../track.ts';

export interface Suggestion {
  readonly gesture: GestureName;
  /** What to make instead when that would repeat its neighbour. */
  readonly otherwise: readonly GestureName[];
  readonly strokeS: number;
  readonly side: Side;
  /** The heaviest are planned first. */
  readonly weight: number;
  /** Worth making closer to its neighbours than usual. */
  readonly strong: boolean;
}

/** Before this a hand cannot have been prepared. */
export const EARLIEST_STROKE_S = 0.55;

interface Entry {
  readonly words: ReadonlySet<string>;
  readonly gesture: GestureName;
  readonly otherwise: readonly GestureName[];
  readonly weight: number;
  /** How often the word moves the hand at all. */
  readonly chance: number;
  readonly strong?: true;
  readonly only?: (cues: Cues, word: number) => boolean;
}

function words(list: string): ReadonlySet<string> {
  return new Set(list.split(' '));
}

/** Early in its phrase: where a counting or contrasting word leads the sentence instead of being mentioned. */
function leadsPhrase(cues: Cues, word: number): boolean {
  return cues.phrases.some((phrase) => word >= phrase.firstWord && word - phrase.firstWord <= 1);
}
function opensParagraph(_cues: Cues, word: number): boolean {
  return word < 3;
}

const LEXICON: readonly Entry[] = [
  {
    words: words('hello hi hey welcome goodbye bye'),
    gesture: 'wave',
    otherwise: ['open-palms'],
    weight: 5,
    chance: 0.9,
    strong: true,
    only: opensParagraph,
  },
  {
    words: words('first firstly'),
    gesture: 'count-one',
    otherwise: ['beat'],
    weight: 4,
    chance: 0.95,
    strong: true,
    only: leadsPhrase,
  },
  {
    words: words('second secondly two both'),
    gesture: 'count-two',
    otherwise: ['beat'],
    weight: 4,
    chance: 0.8,
    strong: true,
    only: leadsPhrase,
  },
  {
    words: words('third thirdly three'),
    gesture: 'count-three',
    otherwise: ['beat'],
    weight: 4,
    chance: 0.85,
    strong: true,
  },
  {
    words: words('one single only'),
    gesture: 'count-one',
    otherwise: ['beat', 'chop'],
    weight: 2.2,
    chance: 0.5,
  },
  {
    words: words('no never stop wait nothing nobody'),
    gesture: 'stop',
    otherwise: ['chop', 'beat'],
    weight: 3,
    chance: 0.7,
  },
  {
    words: words('but however although instead yet exactly precisely must'),
    gesture: 'chop',
    otherwise: ['beat-both', 'beat'],
    weight: 2.2,
    chance: 0.7,
  },
  {
    words: words(
      'all every everyone everything everywhere large big huge whole entire world wide many across',
    ),
    gesture: 'spread',
    otherwise: ['open-palms', 'beat-both'],
    weight: 2.6,
    chance: 0.75,
  },
  {
    words: words('together small summary short sum combine team little simple inside'),
    gesture: 'gather',
    otherwise: ['beat-both', 'open-palms'],
    weight: 2.4,
    chance: 0.7,
  },
  {
    words: words('you your yours yourself'),
    gesture: 'offer',
    otherwise: ['open-palms', 'beat'],
    weight: 1.8,
    chance: 0.5,
  },
  {
    words: words('i my me we our love thank thanks grateful sorry'),
    gesture: 'heart',
    otherwise: ['beat', 'offer'],
    weight: 1.5,
    chance: 0.16,
  },
  {
    words: words('love thank thanks grateful sorry promise heart'),
    gesture: 'heart',
    otherwise: ['offer'],
    weight: 2.8,
    chance: 0.7,
  },
  {
    words: words('maybe perhaps whatever unsure guess somehow'),
    gesture: 'shrug',
    otherwise: ['open-palms'],
    weight: 2.6,
    chance: 0.7,
  },
  {
    words: words('great perfect excellent done works agree well'),
    gesture: 'thumbs-up',
    otherwise: ['open-palms', 'beat'],
    weight: 1.8,
    chance: 0.25,
  },
  {
    words: words('this here these look see show'),
    gesture: 'open-palms',
    otherwise: ['offer', 'beat-both'],
    weight: 1.7,
    chance: 0.5,
  },
];

const PLAIN: readonly { gesture: GestureName; share: number }[] = [
  { gesture: 'beat', share: 0.3 },
  { gesture: 'beat-both', share: 0.22 },
  { gesture: 'open-palms', share: 0.24 },
  { gesture: 'offer', share: 0.18 },
  { gesture: 'chop', share: 0.06 },
];

function anyPlain(random: () => number): GestureName {
  let roll = random();
  for (const { gesture, share } of PLAIN) {
    roll -= share;
    if (roll < 0) return gesture;
  }
  return 'beat';
}

/** A word without stress lends its meaning to the next syllable that has it, if that comes soon. */
function nextNucleus(cues: Cues, word: number): Nucleus | undefined {
  const endS = cues.words[word]?.endS ?? 0;
  return cues.nuclei.find((nucleus) => nucleus.word > word && nucleus.atS - endS < 0.5);
}

/** All suggestions of a paragraph, in no order. */
export function suggestGestures(cues: Cues, random: () => number): Suggestion[] {
  // People have a side; one in five gestures is made with the other.
  const side = (): Side => (random() < 0.2 ? 'left' : 'right');
  const found: Suggestion[] = [];
  cues.plainWords.forEach((word, w) => {
    const nucleus = nucleusOfWord(cues, w) ?? nextNucleus(cues, w);
    if (!nucleus) return;
    for (const entry of LEXICON) {
      if (!entry.words.has(word)) continue;
      if (random() > entry.chance || (entry.only && !entry.only(cues, w))) continue;
      found.push({
        gesture: entry.gesture,
        otherwise: entry.otherwise,
        // A greeting waves a little late rather than not at all: it is the first thing said.
        strokeS: entry.gesture === 'wave' ? Math.max(nucleus.atS, EARLIEST_STROKE_S) : nucleus.atS,
        // What has a meaning of its own is made with the leading hand.
        side: 'right',
        weight: entry.weight + 0.5 * nucleus.prominence,
        strong: entry.strong ?? false,
      });
    }
  });
  for (const phrase of cues.phrases) {
    const inside = cues.nuclei.filter(({ word }) => word >= phrase.firstWord && word <= phrase.lastWord);
    for (const nucleus of inside) {
      const emphasised = nucleus.emphasis > 0;
      found.push({
        gesture: emphasised ? (random() < 0.5 ? 'beat' : 'beat-both') : anyPlain(random),
        otherwise: ['beat', 'open-palms', 'beat-both'],
        strokeS: nucleus.atS,
        side: side(),
        weight: nucleus.prominence + (emphasised ? 2 + nucleus.emphasis : 0) + 0.25 * random(),
        strong: emphasised,
      });
    }
    const close = inside.at(-1);
    if (phrase.isQuestion && close && random() < 0.75)
      found.push({
        gesture: random() < 0.3 ? 'shrug' : 'open-palms',
        otherwise: ['offer', 'open-palms'],
        strokeS: close.atS,
        side: side(),
        weight: 2.5,
        strong: false,
      });
  }
  return found;
}

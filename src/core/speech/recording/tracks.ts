/**
 * A recording becomes shots: one a paragraph, cut in the pauses between them. Nothing of the sound is lost, so the
 * speaker's own rhythm stays; only where two paragraphs run into each other is a breath of silence put between them,
 * because a presenter begins and ends every shot at rest.
 */
import { HEARD_RATE_HZ } from '../listen/heard.ts';
import { fadeEnds } from '../pcm.ts';
import { timeGestures } from '../gesture-times.ts';
import type { SpeechTrack, TimedPhone, TimedWord } from '../ports.ts';
import { spreadStress } from '../syllable.ts';
import { pausesBetween, type Span } from './pauses.ts';
import { layOver, type PlacedWord } from './placed.ts';
import type { SceneScript } from './script.ts';
import { LEAD_S, type Sound, TAIL_S } from './sound.ts';

/** One paragraph's share of the sound. */
export interface ShotCut {
  /** Seconds of the prepared sound. */
  readonly fromS: number;
  readonly toS: number;
  /** Silence before and after it, seconds. */
  readonly leadS: number;
  readonly tailS: number;
  /** The words said in it, in order, with their place among the scene's spoken words. */
  readonly firstSpoken: number;
  readonly words: readonly PlacedWord[];
}

/** Between two cuts there is no click. */
const FADE_S = 0.006;
/** So little less silence than wanted is silence enough. */
const ENOUGH_S = 0.06;
/** How long a paragraph of which nothing is heard lasts. */
const EMPTY_S = 0.6;
/** How far a cut may move to find a pause when words were only laid over the sound. */
const SNAP_S = 2.5;

/**
 * One cut a paragraph, null for those in which nothing is said. A script without any words has one cut: its first
 * paragraph is given the whole sound.
 */
export function cutShots(
  script: SceneScript,
  placed: readonly PlacedWord[],
  speech: readonly Span[],
  durationS: number,
): readonly (ShotCut | null)[] {
  const groups = script.paragraphs.map((_, p) =>
    script.spoken.flatMap((word, i) => (word.paragraph === p ? [i] : [])),
  );
  const speaking = groups.flatMap((group, p) => (group.length > 0 ? [p] : []));
  if (speaking.length === 0)
    return groups.map((_, p) => (p === 0 ? shot(0, durationS, [], 0, speech) : null));
  const cuts = [0];
  for (let k = 1; k < speaking.length; k++) {
    const last = placed[(groups[speaking[k - 1] as number] as number[]).at(-1) as number] as PlacedWord;
    const first = placed[(groups[speaking[k] as number] as number[])[0] as number] as PlacedWord;
    const wanted =
      last.aligned || first.aligned
        ? last.endS + ((first.startS - last.endS) * TAIL_S) / (LEAD_S + TAIL_S)
        : nearestPause(speech, (last.endS + first.startS) / 2);
    cuts.push(Math.max(cuts.at(-1) as number, Math.min(durationS, onStep(wanted))));
  }
  cuts.push(durationS);
  const shots: (ShotCut | null)[] = groups.map(() => null);
  speaking.forEach((p, k) => {
    const group = groups[p] as number[];
    const [fromS, toS] = [cuts[k] as number, cuts[k + 1] as number];
    const words = group.map((i) => placed[i] as PlacedWord);
    // Words that were laid over the whole sound are laid over their own part of it.
    const own = words.some(({ aligned }) => aligned)
      ? words
      : layOver(
          group.map((i) => script.spoken[i] as SceneScript['spoken'][number]),
          speech,
          fromS,
          toS,
        ).map((span) => ({ ...span, aligned: null }));
    shots[p] = shot(fromS, toS, own, group[0] as number, speech);
  });
  return shots;
}

function shot(
  fromS: number,
  toS: number,
  words: readonly PlacedWord[],
  firstSpoken: number,
  speech: readonly Span[],
): ShotCut {
  // Speech that no word stands for needs its silence too.
  const within = speech.filter((span) => span.endS > fromS + 0.02 && span.startS < toS - 0.02);
  const firstS = Math.min(words[0]?.startS ?? toS, within[0]?.startS ?? toS);
  const lastS = Math.max(words.at(-1)?.endS ?? fromS, within.at(-1)?.endS ?? fromS);
  const missing = (wantedS: number, thereS: number) => {
    const shortS = wantedS - Math.max(0, thereS);
    return shortS < ENOUGH_S ? 0 : onStep(shortS);
  };
  return {
    fromS,
    toS,
    leadS: missing(LEAD_S, firstS - fromS),
    tailS: missing(TAIL_S, toS - lastS),
    firstSpoken,
    words,
  };
}

/** To whole steps of what is heard. */
function onStep(timeS: number): number {
  return Math.round(timeS * HEARD_RATE_HZ) / HEARD_RATE_HZ;
}

function nearestPause(speech: readonly Span[], atS: number): number {
  let best = atS;
  let bestValue = 0;
  for (const { startS, endS } of pausesBetween(speech)) {
    const middle = (startS + endS) / 2;
    const value = Math.min(1, endS - startS) - 0.35 * Math.abs(middle - atS);
    if (Math.abs(middle - atS) <= SNAP_S && value > bestValue) [best, bestValue] = [middle, value];
  }
  return best;
}

/** The sound of one shot, silence around it. */
export function shotSound({ sampleRateHz, pcm }: Sound, cut: ShotCut): Float32Array<ArrayBuffer> {
  const samples = (s: number) => Math.round(s * sampleRateHz);
  const part = pcm.slice(samples(cut.fromS), samples(cut.toS));
  fadeEnds(part, samples(FADE_S));
  const whole = new Float32Array(samples(cut.leadS) + part.length + samples(cut.tailS));
  whole.set(part, samples(cut.leadS));
  return whole;
}

/** Nothing is said: a moment of silence. */
export function silentSound(sampleRateHz: number): Float32Array<ArrayBuffer> {
  return new Float32Array(Math.round(EMPTY_S * sampleRateHz));
}

/**
 * Words, phones and gestures of one shot, on its own clock.
 * @param overheard phones that were heard in the shot's sound, for where none are aligned; may be empty
 */
export function timeShot(
  paragraph: SceneScript['paragraphs'][number],
  spoken: SceneScript['spoken'],
  cut: ShotCut | null,
  durationS: number,
  overheard: readonly TimedPhone[],
): Pick<SpeechTrack, 'words' | 'phones' | 'gestures'> {
  const offsetS = cut ? cut.leadS - cut.fromS : 0;
  const at = (timeS: number) => Math.max(0, Math.min(durationS, timeS + offsetS));
  const placed = (cut?.words ?? []).map((word, i) => ({
    ...word,
    startS: at(word.startS),
    endS: at(word.endS),
    word: spoken[(cut as ShotCut).firstSpoken + i]?.word ?? -1,
  }));
  let beforeS = placed[0]?.startS ?? Math.min(LEAD_S, durationS);
  const words = paragraph.script.words.map((word, w): TimedWord => {
    const own = placed.filter((p) => p.word === w);
    const startS = own[0]?.startS ?? beforeS;
    const endS = own.at(-1)?.endS ?? startS;
    beforeS = endS;
    return {
      text: word.text,
      startS,
      endS,
      sourceStart: word.start,
      sourceEnd: word.end,
      emphasis: word.emphasis,
      boundary: paragraph.boundaries[w] ?? 'none',
    };
  });
  const said: TimedPhone[] = [];
  for (const { aligned, word } of placed) {
    if (!aligned) continue;
    const stresses = spreadStress(aligned.phones);
    aligned.phones.forEach(({ phone, startS, endS }, i) =>
      said.push({ phone, startS: at(startS), endS: at(endS), stress: stresses[i]?.stress ?? 0, word }),
    );
  }
  return {
    words,
    phones: gapless(fillFrom(said, overheard, placed), durationS),
    gestures: timeGestures(paragraph.script, words, placed[0]?.startS ?? 0, durationS),
  };
}

/** What was heard takes the place of what was not aligned: phones whose middle lies in no aligned word. */
function fillFrom(
  said: readonly TimedPhone[],
  overheard: readonly TimedPhone[],
  placed: readonly Pick<PlacedWord, 'aligned'>[],
): readonly TimedPhone[] {
  // Where all words are aligned, what else is heard is breath.
  if (placed.length > 0 && placed.every(({ aligned }) => aligned)) return said;
  const free = overheard.filter(({ phone, startS, endS }) => {
    const middle = (startS + endS) / 2;
    return phone !== 'sil' && !said.some((p) => p.startS <= middle && middle < p.endS);
  });
  return [...said, ...free].sort((a, b) => a.startS - b.startS);
}

/** Covers [0, durationS): silence between phones, overlaps given to the one that began. */
function gapless(phones: readonly TimedPhone[], durationS: number): TimedPhone[] {
  const out: TimedPhone[] = [];
  const quiet = (endS: number) => {
    const startS = out.at(-1)?.endS ?? 0;
    if (endS - startS > 1e-9) out.push({ phone: 'sil', startS, endS, stress: 0, word: -1 });
  };
  for (const phone of phones) {
    const reachedS = out.at(-1)?.endS ?? 0;
    const startS = Math.max(reachedS, phone.startS);
    if (phone.endS - startS <= 1e-9) continue;
    quiet(startS);
    out.push({ ...phone, startS: out.at(-1)?.endS ?? 0 });
  }
  quiet(durationS);
  return out;
}

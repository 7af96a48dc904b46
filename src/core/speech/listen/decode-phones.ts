/**
 * From phone probabilities to phones with times: the most probable path through all steps (Viterbi), where staying in
 * a phone is free and changing costs. No grammar and no words: this is for sounds whose text nobody knows.
 */
import { isVowel, PHONES, type Phone } from '../phone.ts';
import type { TimedPhone } from '../ports.ts';
import { HEARD_RATE_HZ, type HeardSpeech } from './heard.ts';

/** Log-probability that a step's change of phone costs. */
const CHANGE_COST = 1.3;
/**
 * Phones that look alike and are mistaken for each other by ear: what speaks for one speaks for this share of the
 * others, so that a closure is not lost because nobody can tell a [p] from a [b].
 */
const ALIKE: readonly (readonly Phone[])[] = [
  ['p', 'b', 'm'],
  ['f', 'v'],
  ['t', 'd', 'ɾ'],
  ['k', 'ɡ'],
  ['s', 'z'],
  ['ʃ', 'ʒ'],
  ['tʃ', 'dʒ'],
  ['θ', 'ð'],
];
const SHARED = 0.7;
const FLOOR = 1e-5;
const ALIKE_INDEX = ALIKE.map((group) => group.map((phone) => PHONES.indexOf(phone)));
/** A vowel this emphatic, by the model's word, counts as stressed. */
const STRESSED_FROM = 0.45;

/** Phones that cover the sound without gaps; `word` is −1 for all of them, and stress is by ear. */
export function decodePhones(heard: HeardSpeech): TimedPhone[] {
  const path = bestPath(heard);
  const phones: TimedPhone[] = [];
  for (let from = 0; from < path.length;) {
    let to = from + 1;
    while (to < path.length && path[to] === path[from]) to++;
    const phone = PHONES[path[from] as number] as Phone;
    phones.push({
      phone,
      startS: from / HEARD_RATE_HZ,
      endS: to / HEARD_RATE_HZ,
      stress: isVowel(phone) && mean(heard.emphasis, from, to) >= STRESSED_FROM ? 1 : 0,
      word: -1,
    });
    from = to;
  }
  return phones;
}

function bestPath(heard: HeardSpeech): Uint8Array {
  const width = PHONES.length;
  const { steps, phones } = heard;
  const cameFrom = new Uint8Array(steps * width);
  let scores = new Float64Array(width);
  for (let i = 0; i < steps; i++) {
    const belief = pooled(phones.subarray(i * width, (i + 1) * width));
    let best = 0;
    for (let p = 1; p < width; p++) if ((scores[p] as number) > (scores[best] as number)) best = p;
    const changed = (scores[best] as number) - CHANGE_COST;
    const next = new Float64Array(width);
    for (let p = 0; p < width; p++) {
      const stay = scores[p] as number;
      const from = stay >= changed ? p : best;
      cameFrom[i * width + p] = from;
      next[p] = Math.max(stay, changed) + Math.log(Math.max(FLOOR, belief[p] as number));
    }
    scores = next;
  }
  const path = new Uint8Array(steps);
  let at = scores.indexOf(Math.max(...scores));
  for (let i = steps - 1; i >= 0; i--) {
    path[i] = at;
    at = cameFrom[i * width + at] as number;
  }
  return path;
}

function pooled(probabilities: Float32Array): Float64Array {
  const out = Float64Array.from(probabilities);
  for (const group of ALIKE_INDEX) {
    const sum = group.reduce((total, p) => total + (probabilities[p] as number), 0);
    for (const p of group) out[p] = (1 - SHARED) * (probabilities[p] as number) + SHARED * sum;
  }
  return out;
}

function mean(values: Float32Array, from: number, to: number): number {
  let sum = 0;
  for (let i = from; i < to; i++) sum += values[i] as number;
  return sum / Math.max(1, to - from);
}

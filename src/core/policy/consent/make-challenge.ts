/**
 * The script of a consent session, made at random: a round for each sentence of the statement and one more. A round
 * opens with a new code, which the next round's replaces ten to fifteen seconds later; after it come, in random order,
 * its sentence and a turn of the head or a flash. Pure: the same random numbers make the same challenge.
 */
import { AppError } from '../../base/errors.ts';
import {
  FLASHES,
  TURNS,
  type ConsentChallenge,
  type ConsentPrompt,
  type ConsentScope,
  type FlashColor,
  type TurnDirection,
} from './challenge.ts';
import { statementSentences } from './statement.ts';
import { CONSENT_LANGUAGES, codeWords, consentLanguage, type ConsentLanguage } from './words/words.ts';

/** A whole number in [0, below), all equally likely. In production from a cryptographic source. */
export type RandomInt = (below: number) => number;

/** How a session goes, milliseconds. A prompt is on the screen for so long, unless the next replaces it sooner. */
export const PACE = {
  codeMs: 4200,
  turnMs: 2600,
  flashMs: 1200,
  /** Reading a sentence aloud: a breath, then each word. */
  sentenceMs: 800,
  wordMs: 350,
  /** Between two prompts, so that none begins on the last one's final word. */
  gapMs: 250,
  /** A code is replaced after this at the soonest, and at the latest. */
  shortestRoundMs: 10_000,
  longestRoundMs: 15_000,
  /** From the end of what is asked to the arrival of the chunk that carries it: the chunk itself, and the network. */
  arrivalMs: 4000,
} as const;

const WORDS_A_CODE = 3;
const FEWEST_ROUNDS = 5;
/** What a guess at all codes of a session must be up against, at least. */
export const LEAST_CODE_BITS = 40;
const SIDEWAYS: readonly TurnDirection[] = ['left', 'right'];

type Action =
  | { readonly kind: 'turn'; readonly direction: TurnDirection }
  | { readonly kind: 'flash'; readonly color: FlashColor };
type Part = Action | { readonly kind: 'statement'; readonly text: string };

/**
 * @param language BCP 47, of the person
 * @throws AppError invalid-input where there are no words in this language, or the scope is too long to be read
 */
export function makeChallenge(language: string, scope: ConsentScope, random: RandomInt): ConsentChallenge {
  const known = consentLanguage(language);
  if (known === null)
    throw new AppError('invalid-input', `Consent cannot be spoken in “${language}” yet.`, {
      way: `Choose one of ${CONSENT_LANGUAGES.join(', ')}.`,
    });
  const sentences = statementSentences(known, scope);
  const rounds = Math.max(FEWEST_ROUNDS, sentences.length + 1);
  const words = shuffled(codeWords(known), random).map(([word]) => word);
  if (words.length < rounds * WORDS_A_CODE)
    throw new AppError('invalid-input', 'This consent names too much to be read aloud at once.', {
      way: 'Choose fewer languages, or any language.',
    });
  const actions = makeActions(rounds, random);
  const prompts: ConsentPrompt[] = [];
  let atMs = 0;
  for (let i = 0; i < rounds; i++) {
    const sentence = sentences[i];
    const parts: Part[] = [
      ...(actions[i] ?? []),
      ...(sentence === undefined ? [] : [{ kind: 'statement' as const, text: sentence }]),
    ];
    const code = words.slice(i * WORDS_A_CODE, (i + 1) * WORDS_A_CODE);
    // Sentences stay in order from round to round; within one, whether it comes before the action is a toss.
    atMs = addRound(prompts, atMs, code, shuffled(parts, random), random);
  }
  return { language: known, prompts };
}

/** Adds a round's prompts and answers when the next begins. */
function addRound(
  prompts: ConsentPrompt[],
  startMs: number,
  code: readonly string[],
  parts: readonly Part[],
  random: RandomInt,
): number {
  const wantedMs = parts.reduce((sum, part) => sum + durationMs(part) + PACE.gapMs, 0);
  const roomMs = PACE.longestRoundMs - PACE.codeMs - PACE.gapMs;
  // A very long sentence is to be read a little faster: codes do not wait for it.
  const hurryMs = Math.max(0, wantedMs - roomMs);
  let busyMs = PACE.codeMs + PACE.gapMs;
  const placed = parts.map((part) => {
    const shownAtMs = startMs + busyMs;
    const lastsMs = durationMs(part) - (part.kind === 'statement' ? hurryMs : 0);
    busyMs += lastsMs + PACE.gapMs;
    return { ...part, shownAtMs, untilMs: shownAtMs + lastsMs + PACE.arrivalMs };
  });
  const spareMs = Math.max(0, PACE.longestRoundMs - Math.max(busyMs, PACE.shortestRoundMs));
  const endMs =
    startMs + Math.max(busyMs, PACE.shortestRoundMs) + random(Math.min(1500, Math.floor(spareMs)) + 1);
  prompts.push({ kind: 'code', words: code, shownAtMs: startMs, untilMs: endMs }, ...placed);
  return endMs;
}

function durationMs(part: Part): number {
  switch (part.kind) {
    case 'turn':
      return PACE.turnMs;
    case 'flash':
      return PACE.flashMs;
    case 'statement':
      return PACE.sentenceMs + PACE.wordMs * part.text.split(/\s+/u).length;
  }
}

/** One a round and two in the last: turns and flashes by turns, never the same twice running, at least one sideways. */
function makeActions(rounds: number, random: RandomInt): readonly (readonly Action[])[] {
  const count = rounds + 1;
  const turnsFirst = random(2);
  const sideways = random(Math.floor(count / 2));
  let [turns, lastTurn, lastFlash]: [number, TurnDirection | null, FlashColor | null] = [0, null, null];
  const all = Array.from({ length: count }, (_, i): Action => {
    if (i % 2 === turnsFirst) {
      const from = turns++ === sideways ? SIDEWAYS : TURNS;
      lastTurn = drawn(from, lastTurn, random);
      return { kind: 'turn', direction: lastTurn };
    }
    lastFlash = drawn(FLASHES, lastFlash, random);
    return { kind: 'flash', color: lastFlash };
  });
  return Array.from({ length: rounds }, (_, i) => all.slice(i, i === rounds - 1 ? i + 2 : i + 1));
}

function drawn<T>(all: readonly T[], last: T | null, random: RandomInt): T {
  const left = all.filter((one) => one !== last);
  return left[random(left.length)] as T;
}

/** Fisher–Yates. */
function shuffled<T>(all: readonly T[], random: RandomInt): T[] {
  const out = [...all];
  for (let i = out.length - 1; i > 0; i--) {
    const j = random(i + 1);
    [out[i], out[j]] = [out[j] as T, out[i] as T];
  }
  return out;
}

/** Bits that whoever guesses all codes of a challenge is up against: its words are drawn without putting any back. */
export function challengeCodeBits(challenge: ConsentChallenge): number {
  const list = codeWords(challenge.language as ConsentLanguage).length;
  const said = challenge.prompts.reduce(
    (sum, prompt) => sum + (prompt.kind === 'code' ? prompt.words.length : 0),
    0,
  );
  let bits = 0;
  for (let i = 0; i < said; i++) bits += Math.log2(list - i);
  return bits;
}

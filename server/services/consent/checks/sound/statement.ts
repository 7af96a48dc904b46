/**
 * Was the statement said? Codes prove that a person was there and spoke when asked; that they agreed to anything, only the
 * statement does. Of each of its sentences a few runs of words are listened for while it is on the screen, as codes are: whoever
 * says the codes alone, led by another, is not taken for one who consents. What is not heard is not refused but left to a
 * person: a sentence is long, its words are short, and who reads it in their own way has read it.
 */
import { throwIfCancelled, type CancelSignal } from '#core/base/errors.ts';
import type { Statement } from '#core/policy/consent/challenge.ts';
import { codeWords, consentLanguage, type ConsentLanguage } from '#core/policy/consent/words/words.ts';
import type { WordSpotter } from '#core/speech/spot.ts';
import type { ConsentCheck, ConsentEvidence } from '../../evidence.ts';
import { listenIn, mediaTimeOf, verified } from './listen-in.ts';
import { result } from './result.ts';

/** Words of a run: so many of them stand beside each other in few other sentences. */
const RUN = 3;
/** Runs that are listened for in a sentence, those of the longest words; half of them have to be heard. */
const RUNS = 3;
const HEARD = 0.5;
/** Short words alone fit into any talk. */
const FEWEST_LETTERS = 9;
/** Seconds before a sentence was shown, and after what answers it may arrive. */
const MARGIN_S = 0.5;
/** A search costs by its length; nobody is given longer to read a sentence. */
const LONGEST_S = 20;
const UNIT = 'sentences';

export function statementCheck(spotter: WordSpotter): ConsentCheck {
  return {
    answers: ['statement'],
    async run(evidence, signal) {
      const { challenge } = evidence;
      const sentences = challenge.prompts.filter((prompt) => prompt.kind === 'statement');
      const answer = (outcome: 'passed' | 'unsure', score: number | null, reason: string) => [
        result('statement', outcome, score, sentences.length, UNIT, reason),
      ];
      const language = consentLanguage(challenge.language);
      if (language === null || !spotter.serves(language))
        return answer(
          'unsure',
          null,
          `Nothing here recognises words in “${challenge.language}” yet: a person has to listen.`,
        );
      if (sentences.length === 0) return answer('unsure', 0, 'Nobody was asked to read the statement.');
      const missed: string[] = [];
      for (const sentence of sentences) {
        throwIfCancelled(signal);
        if (!(await wasRead(spotter, evidence, sentence, language, signal))) missed.push(sentence.text);
      }
      if (missed.length === 0) return answer('passed', sentences.length, 'The statement was read.');
      return answer(
        'unsure',
        sentences.length - missed.length,
        `Not heard, so a person has to listen: “${missed.join('” “')}”`,
      );
    },
  };
}

async function wasRead(
  spotter: WordSpotter,
  { film, chunks, challenge }: ConsentEvidence,
  { text, shownAtMs, untilMs }: Statement,
  language: ConsentLanguage,
  signal?: CancelSignal,
): Promise<boolean> {
  const media = mediaTimeOf(chunks);
  const fromS = media(shownAtMs) - MARGIN_S;
  const untilS = Math.min(media(untilMs) + MARGIN_S, fromS + LONGEST_S);
  const words = wordsOf(text);
  const known = await spotter.knows(language, words, signal);
  const runs = tellingRuns(words, known);
  // A code that was asked for is said beside the sentence, and better than anything: it tells nothing against it.
  const asked = new Set(challenge.prompts.flatMap((prompt) => (prompt.kind === 'code' ? prompt.words : [])));
  const others = codeWords(language).flatMap(([word]) => (asked.has(word) ? [] : [word]));
  let [heard, left] = [0, runs.length];
  for (const run of runs) {
    const list = [...new Set([...others, ...run])];
    const found = await listenIn(
      spotter,
      film.sound,
      { language, words: run, list },
      [fromS, untilS],
      signal,
    );
    if (found === 'silence') return false;
    left--;
    if (verified(found)) heard++;
    if (heard >= HEARD * runs.length) return true;
    if (heard + left < HEARD * runs.length) return false;
  }
  return false;
}

/** As a dictionary writes them. */
export function wordsOf(text: string): readonly string[] {
  return text
    .toLowerCase()
    .replace(/’/gu, "'")
    .split(/[^\p{L}\p{N}']+/u)
    .filter((word) => word !== '');
}

/** Runs of known words that stand beside each other and do not overlap, those with most letters first. */
export function tellingRuns(
  words: readonly string[],
  known: readonly boolean[],
): readonly (readonly string[])[] {
  const letters = (run: readonly string[]) => run.join('').length;
  const all = words.flatMap((_, at) => {
    const run = words.slice(at, at + RUN);
    const whole = run.length === RUN && run.every((word, i) => known[at + i] === true && !word.includes("'"));
    return whole && letters(run) >= FEWEST_LETTERS ? [{ at, run }] : [];
  });
  const chosen: typeof all = [];
  for (const one of all.toSorted((a, b) => letters(b.run) - letters(a.run) || a.at - b.at)) {
    if (chosen.length === RUNS) break;
    if (chosen.every(({ at }) => Math.abs(at - one.at) >= RUN)) chosen.push(one);
  }
  return chosen.map(({ run }) => run);
}

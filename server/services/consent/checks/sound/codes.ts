/**
 * Were the codes said, and when? Each code is verified in the sound around its own time: it has to fit better than the
 * codes that were not asked for, and well enough to be words at all. Where it lies in media time says which chunk carried
 * it, and the server's clock says when that chunk came: after it was shown, before it was replaced.
 */
import { throwIfCancelled, type CancelSignal } from '#core/base/errors.ts';
import type { SpokenCode } from '#core/policy/consent/challenge.ts';
import type { CheckResult } from '#core/policy/consent/checks.ts';
import { codeWords, consentLanguage } from '#core/policy/consent/words/words.ts';
import type { SpottedWords, WordSpotter } from '#core/speech/spot.ts';
import type { ConsentCheck, ConsentEvidence } from '../../evidence.ts';
import { arrivalsOf, chunkAt } from './arrivals.ts';
import { listenIn, mediaTimeOf, verified } from './listen-in.ts';
import { result } from './result.ts';

/** Where a code is looked for first, seconds about the moment it was shown: it is read at once. */
const AT_ONCE = { before: 1, after: 7.5 } as const;
/** And where, if it is not there, so that what is said too early or too late can be told. */
const ANYWHERE = { before: 6, afterEnd: 6, longest: 24 } as const;

interface FoundCode {
  readonly code: SpokenCode;
  /** Null where it was not heard. Times are media time. */
  readonly heard: SpottedWords | null;
  /** Something sounded where it was looked for, be it words or not. */
  readonly sounded: boolean;
}

export function codesCheck(spotter: WordSpotter): ConsentCheck {
  return {
    answers: ['codes', 'codes-on-time'],
    async run(evidence, signal) {
      const codes = evidence.challenge.prompts.filter((prompt) => prompt.kind === 'code');
      const language = consentLanguage(evidence.challenge.language);
      if (language === null || !spotter.serves(language)) return unheard(evidence.challenge.language);
      const list = codeWords(language).map(([word]) => word);
      const found: FoundCode[] = [];
      for (const code of codes) {
        throwIfCancelled(signal);
        found.push(await findCode(spotter, evidence, code, language, list, signal));
      }
      return [judgeCodes(found), judgeTimes(found, evidence)];
    },
  };
}

async function findCode(
  spotter: WordSpotter,
  { film, chunks }: ConsentEvidence,
  code: SpokenCode,
  language: string,
  list: readonly string[],
  signal?: CancelSignal,
): Promise<FoundCode> {
  let sounded = false;
  const media = mediaTimeOf(chunks);
  const spotIn = async (fromS: number, untilS: number) => {
    const heard = await listenIn(
      spotter,
      film.sound,
      { language, words: code.words, list },
      [fromS, untilS],
      signal,
    );
    if (heard !== 'silence') sounded = true;
    return heard === 'silence' ? null : heard;
  };
  const shownS = media(code.shownAtMs);
  const first = await spotIn(shownS - AT_ONCE.before, shownS + AT_ONCE.after);
  if (verified(first)) return { code, heard: first, sounded };
  const fromS = shownS - ANYWHERE.before;
  const untilS = Math.min(media(code.untilMs) + ANYWHERE.afterEnd, fromS + ANYWHERE.longest);
  const heard = (await spotIn(fromS, untilS)) ?? first;
  return { code, heard, sounded };
}

function judgeCodes(found: readonly FoundCode[]): CheckResult {
  const right = found.filter(({ heard }) => verified(heard)).length;
  const missed = found.filter(({ heard }) => !verified(heard));
  const [count, all] = [found.length - right, found.length];
  const outcome = count === 0 && all > 0 ? 'passed' : count === 1 && all > 3 ? 'unsure' : 'failed';
  const heardOf = missed.some(({ heard }) => heard !== null)
    ? 'Other words were heard.'
    : missed.some(({ sounded }) => sounded)
      ? 'What was heard was not these words.'
      : 'No words were heard.';
  const reason =
    outcome === 'passed'
      ? 'Every code was said.'
      : outcome === 'unsure'
        ? `All codes but one (“${missed[0]?.code.words.join(' ')}”) were said.`
        : `${count} of ${all} codes were not said. ${heardOf}`;
  return result('codes', outcome, right, all, 'codes', reason);
}

function judgeTimes(found: readonly FoundCode[], { chunks }: ConsentEvidence): CheckResult {
  const { beganMs } = arrivalsOf(chunks);
  const said = found.flatMap(({ code, heard }) => {
    if (!verified(heard)) return [];
    const arrivedMs = chunkAt(chunks, heard.endS)?.receivedAtMs ?? Infinity;
    return [
      {
        code,
        // The true beginning lies before `beganMs`, so the code was said no later than this.
        reactionS: (beganMs + 1000 * heard.startS - code.shownAtMs) / 1000,
        spareS: (code.untilMs - arrivedMs) / 1000,
      },
    ];
  });
  const name = ({ code }: (typeof said)[number]) => `“${code.words.join(' ')}”`;
  const worst = Math.min(...said.flatMap(({ reactionS, spareS }) => [reactionS, spareS]));
  const answer = (outcome: CheckResult['outcome'], reason: string) =>
    result('codes-on-time', outcome, said.length === 0 ? 0 : worst, 0, 's', reason);
  const early = said.find(({ reactionS }) => reactionS < 0);
  if (early) return answer('failed', `The code ${name(early)} was said before it was shown.`);
  const late = said.find(({ spareS }) => spareS < 0);
  if (late) return answer('failed', `The code ${name(late)} arrived after it had been replaced.`);
  if (said.length * 2 < found.length || said.length === 0)
    return answer('failed', 'Too few codes were heard to say when they were said.');
  return answer(
    'passed',
    'Every code that was heard was said while it was shown, and arrived before it was replaced.',
  );
}

function unheard(language: string): readonly CheckResult[] {
  const reason = `Nothing here recognises words in “${language}” yet: a person has to listen.`;
  return [
    result('codes', 'unsure', null, null, 'codes', reason),
    result('codes-on-time', 'unsure', null, null, 's', reason),
  ];
}

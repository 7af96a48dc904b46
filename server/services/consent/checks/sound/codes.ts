/**
 * Were the codes said, and when? Each code is verified in the sound around its own time: it has to fit better than the
 * codes that were not asked for, and well enough to be words at all. Where it lies in media time says which chunk carried
 * it, and the server's clock says when that chunk came: after it was shown, before it was replaced.
 */
import { throwIfCancelled, type CancelSignal } from '#core/base/errors.ts';
import type { SpokenCode } from '#core/policy/consent/challenge.ts';
import type { CheckResult } from '#core/policy/consent/checks.ts';
import { codeWords, consentLanguage } from '#core/policy/consent/words/words.ts';
import { SPOT_RATE_HZ, type SpottedWords, type WordSpotter } from '#core/speech/spot.ts';
import type { ConsentCheck, ConsentEvidence } from '../../evidence.ts';
import { arrivalsOf, chunkAt } from './arrivals.ts';
import { result } from './result.ts';

/** Chosen on data: `npm run bench:consent`, rows “code …”. */
export const CODE_LIMITS = {
  /** Least lead over other codes, and least fit, in the units of SpottedWords. */
  lead: -0.4,
  fit: -7,
} as const;

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

export function verified(heard: SpottedWords | null): heard is SpottedWords {
  return heard !== null && heard.lead >= CODE_LIMITS.lead && heard.fit >= CODE_LIMITS.fit;
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
  const { beganMs } = arrivalsOf(chunks);
  const media = (ms: number) => (ms - beganMs) / 1000;
  const spotIn = async (fromS: number, untilS: number) => {
    const from = Math.max(0, Math.round(fromS * SPOT_RATE_HZ));
    const until = Math.max(from, Math.round(untilS * SPOT_RATE_HZ));
    const [pcm, cutS] = speechOf(film.sound.samples.subarray(from, until));
    if (pcm.length < SPOT_RATE_HZ / 2) return null;
    sounded = true;
    const heard = await spotter.spot({ language, pcm, words: code.words, list }, signal);
    return (
      heard && {
        ...heard,
        startS: heard.startS + cutS + from / SPOT_RATE_HZ,
        endS: heard.endS + cutS + from / SPOT_RATE_HZ,
      }
    );
  };
  const shownS = media(code.shownAtMs);
  const first = await spotIn(shownS - AT_ONCE.before, shownS + AT_ONCE.after);
  if (verified(first)) return { code, heard: first, sounded };
  const fromS = shownS - ANYWHERE.before;
  const untilS = Math.min(media(code.untilMs) + ANYWHERE.afterEnd, fromS + ANYWHERE.longest);
  const heard = (await spotIn(fromS, untilS)) ?? first;
  return { code, heard, sounded };
}

const FRAME = 320;
const MARGIN = 15; // frames
/** Softer than −60 dBFS nothing is a voice, nor what lies 34 dB below the loudest. */
const SOFTEST = 1e-6;
const BELOW_LOUDEST = 4e-4;

/** From the first loud frame to the last, and where that begins: long silences spoil the recogniser's idea of the channel. */
function speechOf(pcm: Float32Array): readonly [Float32Array, atS: number] {
  const levels = Float64Array.from({ length: Math.floor(pcm.length / FRAME) }, (_, k) =>
    pcm.subarray(k * FRAME, (k + 1) * FRAME).reduce((sum, value) => sum + (value * value) / FRAME, 0),
  );
  const floor = Math.max(SOFTEST, BELOW_LOUDEST * levels.reduce((a, b) => Math.max(a, b), 0));
  const first = levels.findIndex((level) => level > floor);
  if (first < 0) return [pcm.subarray(0, 0), 0];
  const from = Math.max(0, first - MARGIN) * FRAME;
  const until = (levels.findLastIndex((level) => level > floor) + MARGIN) * FRAME;
  return [pcm.subarray(from, until), from / SPOT_RATE_HZ];
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

/** How well a recording and its script go together, in sentences for the person who made both. */
import { AppError } from '../../base/errors.ts';
import type { AlignLanguage } from '../align/ports.ts';
import type { Placing } from './placed.ts';
import type { SceneScript } from './script.ts';

export interface RecordingReport {
  /**
   * followed: every word was found. partly: up to a place, or but for a place. other-words: hardly any was found.
   * by-ear: there was nothing to follow, or nobody who could.
   */
  readonly match: 'followed' | 'partly' | 'other-words' | 'by-ear';
  /** What the person should know; null where all is as it should be. */
  readonly message: string | null;
  readonly way: string | null;
  /** Where script and sound first part, seconds of the source; null where they do not. */
  readonly atS: number | null;
}

const ALL_THE_SAME = 'The presenter moves with the sound all the same; captions are approximate there.';

/** @param offsetS what to add to a time of the prepared sound to have one of the source */
export function reportOn(
  script: SceneScript,
  placing: Placing,
  offsetS: number,
  circumstances: Circumstances,
): RecordingReport {
  const report = matchOf(script, placing, offsetS, circumstances);
  if (!circumstances.deaf || report.message !== null) return report;
  return {
    ...report,
    message: 'The mouth moves by your script alone: what hears the sound could not be loaded.',
    way: UNHEARD_WAY,
  };
}

/** Whose fault it is that less is known than could be. */
export interface Circumstances {
  /** Null where the recording's language is none that is followed. */
  readonly language: AlignLanguage | null;
  /** Why the aligner could not be loaded. */
  readonly unreachable: AppError | null;
  /** Whether the lip-sync model is missing. */
  readonly deaf?: boolean;
}

const UNHEARD_WAY = 'Reload Orator to try again, with a network if there is one.';

/** @throws AppError where neither words nor sound tell what a mouth does */
export function refuseUnheard(found: number, cause: AppError): void {
  if (found > 0) return;
  throw new AppError(
    cause.code === 'cancelled' ? 'internal' : cause.code,
    'No mouth can move with this recording: what hears it could not be loaded, and no words of a script are found in it.',
    {
      cause,
      way: `${UNHEARD_WAY} Or write down what is said in it, in English or French.`,
    },
  );
}

function matchOf(
  { spoken, paragraphs }: SceneScript,
  { found, derailed }: Placing,
  offsetS: number,
  { language, unreachable }: Circumstances,
): RecordingReport {
  if (unreachable !== null)
    return {
      match: 'by-ear',
      message:
        'The recording could not be followed word by word, because a part of Orator could not be loaded.',
      way: unreachable.way ?? 'Connect to the network once; afterwards it works offline.',
      atS: null,
    };
  if (spoken.length === 0) return { match: 'by-ear', message: null, way: null, atS: null };
  if (language === null)
    return {
      match: 'by-ear',
      message: 'Recordings are followed word by word in English and French.',
      way: 'In other languages captions are spread over what is spoken, and the presenter moves with the sound.',
      atS: null,
    };
  if (derailed === null) return { match: 'followed', message: null, way: null, atS: null };
  const atS = derailed.atS + offsetS;
  if (found === 0)
    return {
      match: 'other-words',
      message: 'The recording does not say this script.',
      way: `Write what is said in it, or record the script. ${ALL_THE_SAME}`,
      atS,
    };
  const typed = (at: number): string | null => {
    const word = spoken[at];
    const text = word && paragraphs[word.paragraph]?.script.words[word.word]?.text;
    return text?.replaceAll(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, '') ?? null;
  };
  const [word, before] = [typed(derailed.at), typed(derailed.at - 1)];
  if (derailed.kind === 'unscripted')
    return {
      match: 'partly',
      message: `At ${clock(atS)}, ${before === null ? 'before the script begins' : `after “${before}”`}, the recording says something that is not in the script.`,
      way: 'Write it into the script to see it in the captions, or trim it away.',
      atS,
    };
  return {
    match: 'partly',
    message: `Script and recording part at “${word ?? ''}”, ${clock(atS)} into the recording.`,
    way: `Write what is said there, or record it again. ${ALL_THE_SAME}`,
    atS,
  };
}

function clock(timeS: number): string {
  const whole = Math.max(0, Math.floor(timeS));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}

/** How well a recording and its script go together, in sentences for the person who made both. */
import type { AppError } from '../../base/errors.ts';
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
  { spoken, paragraphs }: SceneScript,
  { found, derailed }: Placing,
  offsetS: number,
  {
    language,
    unreachable,
  }: { readonly language: AlignLanguage | null; readonly unreachable: AppError | null },
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

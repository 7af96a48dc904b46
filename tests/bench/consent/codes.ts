/** What rows of codes share: codes that are drawn, said, and counted, the said one and two that were not. */
import { execFileSync } from 'node:child_process';
import { seededRandom } from '#core/base/hashing.ts';
import type { SpottedWords, WordSpotter } from '#core/speech/spot.ts';
import { CODE_LIMITS, verified } from '#server/services/consent/checks/sound/listen-in.ts';
import { laid } from '../../server/consent-evidence.ts';
import type { Row } from '../row.ts';
import { rateRow } from './rates.ts';

export const CODES = Number(process.env['ORATOR_CONSENT_CODES'] ?? 12);

export interface Tally {
  missed: number;
  said: number;
  believed: number;
  notSaid: number;
  readonly leads: number[];
  readonly fits: number[];
}
export const tally = (): Tally => ({ missed: 0, said: 0, believed: 0, notSaid: 0, leads: [], fits: [] });

export interface CodeTrials {
  /** So many words of a list, none twice. */
  draw(list: readonly string[], count: number): string[];
  /** With a breath before and after, and noise on every second one. */
  noisy(pcm: Float32Array, every: number): Float32Array;
  /** The said code, one that shares all words but one with it, and one that shares none, on the same sound. */
  tryCode(
    into: Tally,
    language: string,
    pcm: Float32Array,
    words: readonly string[],
    list: readonly string[],
  ): Promise<void>;
}

/** The same codes each time, whatever was tried before. */
export function codeTrials(spotter: WordSpotter): CodeTrials {
  const random = seededRandom(11);

  function draw(list: readonly string[], count: number): string[] {
    const left = [...list];
    return Array.from(
      { length: count },
      () => left.splice(Math.floor(random() * left.length), 1)[0] as string,
    );
  }

  function noisy(pcm: Float32Array, every: number): Float32Array {
    const level = Math.sqrt(pcm.reduce((sum, value) => sum + value * value, 0) / pcm.length);
    const noise = every % 2 === 0 ? 0 : level * 0.1 * Math.sqrt(3);
    return laid(pcm.length / 16_000 + 0.6, [[0.3, pcm]]).map((value) => value + noise * (2 * random() - 1));
  }

  async function tryCode(
    into: Tally,
    language: string,
    pcm: Float32Array,
    words: readonly string[],
    list: readonly string[],
  ) {
    const spot = (code: readonly string[]): Promise<SpottedWords | null> =>
      spotter.spot({ language, pcm, words: code, list });
    const heard = await spot(words);
    into.said++;
    if (!verified(heard)) into.missed++;
    if (heard) {
      into.leads.push(heard.lead);
      into.fits.push(heard.fit);
    }
    if (process.env['ORATOR_CONSENT_SHOW'])
      console.log(
        'said',
        words.join(' '),
        heard?.lead.toFixed(2),
        heard?.fit.toFixed(1),
        heard?.heard.join(' '),
      );
    const others = list.filter((word) => !words.includes(word));
    const near = words.map((word, i) =>
      i === into.said % words.length ? (draw(others, 1)[0] as string) : word,
    );
    for (const code of [near, draw(others, words.length)]) {
      const other = await spot(code);
      into.notSaid++;
      if (verified(other)) into.believed++;
      if (process.env['ORATOR_CONSENT_SHOW'])
        console.log('  other', code.join(' '), other?.lead.toFixed(2), other?.fit.toFixed(1));
    }
  }

  return { draw, noisy, tryCode };
}

export function rowsOf(label: string, found: Tally, about: string): Row[] {
  const part = (values: readonly number[], share: number) =>
    [...values].sort((a, b) => a - b)[Math.floor(values.length * share)] ?? NaN;
  return [
    rateRow(`code, ${label}: said and not believed (FNMR)`, found.missed, found.said, about),
    rateRow(
      `code, ${label}: believed and not said (FMR)`,
      found.believed,
      found.notSaid,
      'half of them with two words of three right',
    ),
    {
      what: `code, ${label}: lead of what was said, tenth percentile`,
      value: part(found.leads, 0.1),
      unit: '',
      note: `limit ${CODE_LIMITS.lead}; fit ${part(found.fits, 0.1).toFixed(1)}, limit ${CODE_LIMITS.fit}`,
    },
  ];
}

/** Says so where it is not. */
export function espeakThere(): boolean {
  try {
    execFileSync('espeak-ng', ['--version']);
    return true;
  } catch {
    console.log('  skipped: eSpeak NG is not there.');
    return false;
  }
}

export function saidByEspeak(words: readonly string[], voice: string): Float32Array {
  const wav = execFileSync('sh', [
    '-c',
    `espeak-ng -s 140 -v ${voice} --stdout "$1" | ffmpeg -v error -i - -ac 1 -ar 16000 -f f32le -`,
    'sh',
    words.join(', '),
  ]);
  return new Float32Array(wav.buffer.slice(wav.byteOffset, wav.byteOffset + wav.length));
}

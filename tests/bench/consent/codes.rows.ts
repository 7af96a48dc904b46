/**
 * Codes: how often one that was said is missed, and one that was not said is believed. Flite's four voices, eSpeak NG where
 * it is there, a real speaker's digits with a list of ten, and real talk that holds no code. White noise 20 dB below the
 * voice is on every second code.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, globSync } from 'node:fs';
import { basename, join } from 'node:path';
import { seededRandom } from '#core/base/hashing.ts';
import { codeWords } from '#core/policy/consent/words/words.ts';
import type { SpottedWords } from '#core/speech/spot.ts';
import { soundswallowerNodeSpotter } from '#server/render/adapters/soundswallower-node.ts';
import { CODE_LIMITS, verified } from '#server/services/consent/checks/sound/codes.ts';
import { ROOT } from '#server/setup/place.js';
import { FLITE_VOICES, spokenCode } from '../../server/consent-voices.ts';
import { laid } from '../../server/consent-evidence.ts';
import { readSound } from '../lipsync/film.ts';
import type { Row } from '../row.ts';
import { rateRow } from './rates.ts';

const MEDIA = join(ROOT, '..', 'shared', 'media');
const CODES = Number(process.env['ORATOR_CONSENT_CODES'] ?? 12);
const DIGITS = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine'];
const random = seededRandom(11);
const spotter = soundswallowerNodeSpotter();

function draw(list: readonly string[], count: number): string[] {
  const left = [...list];
  return Array.from({ length: count }, () => left.splice(Math.floor(random() * left.length), 1)[0] as string);
}

function noisy(pcm: Float32Array, every: number): Float32Array {
  const level = Math.hypot(...pcm) / Math.sqrt(pcm.length);
  const noise = every % 2 === 0 ? 0 : level * 0.1 * Math.sqrt(3);
  return laid(pcm.length / 16_000 + 0.6, [[0.3, pcm]]).map((value) => value + noise * (2 * random() - 1));
}

interface Tally {
  missed: number;
  said: number;
  believed: number;
  notSaid: number;
  readonly leads: number[];
  readonly fits: number[];
}
const tally = (): Tally => ({ missed: 0, said: 0, believed: 0, notSaid: 0, leads: [], fits: [] });

/** The said code, one that shares two words with it, and one that shares none, on the same sound. */
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

function rowsOf(label: string, found: Tally, about: string): Row[] {
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

export async function rows(): Promise<readonly Row[]> {
  const all: Row[] = [];
  const english = codeWords('en').map(([word]) => word);
  const flite = tally();
  for (const voice of FLITE_VOICES)
    for (let i = 0; i < CODES; i++) {
      const words = draw(english, 3);
      await tryCode(
        flite,
        'en',
        noisy(await spokenCode(words, voice, 0.9 + 0.1 * (i % 3)), i),
        words,
        english,
      );
    }
  all.push(...rowsOf('Flite', flite, `four voices, three speeds`));
  all.push(...(await espeakRows()), ...(await realRows(english)));
  spotter.close();
  return all;
}

async function espeakRows(): Promise<readonly Row[]> {
  try {
    execFileSync('espeak-ng', ['--version']);
  } catch {
    console.log('  skipped: eSpeak NG is not there.');
    return [];
  }
  const all: Row[] = [];
  for (const [language, voices] of [
    ['en', ['en-us', 'en-gb+f3']],
    ['fr', ['fr-fr', 'fr-fr+f3', 'fr-fr+m3']],
  ] as const) {
    const list = codeWords(language).map(([word]) => word);
    const found = tally();
    for (const voice of voices)
      for (let i = 0; i < Math.ceil(CODES / 2); i++) {
        const words = draw(list, 3);
        const wav = execFileSync('sh', [
          '-c',
          `espeak-ng -s 140 -v ${voice} --stdout "$1" | ffmpeg -v error -i - -ac 1 -ar 16000 -f f32le -`,
          'sh',
          words.join(', '),
        ]);
        const pcm = new Float32Array(wav.buffer.slice(wav.byteOffset, wav.byteOffset + wav.length));
        await tryCode(found, language, noisy(pcm, i), words, list);
      }
    all.push(...rowsOf(`eSpeak NG ${language}`, found, `${voices.length} voices, a machine’s buzz`));
  }
  return all;
}

/** Real people: digits of the list of ten, which is harder than our lists; and sentences that hold no code. */
async function realRows(english: readonly string[]): Promise<readonly Row[]> {
  if (!existsSync(MEDIA)) {
    console.log(`  skipped: there is no sound in ${MEDIA}.`);
    return [];
  }
  const takes = globSync('digits/*.wav', { cwd: MEDIA }).sort();
  const bySpeaker = Map.groupBy(takes, (path) => basename(path).split('_')[1] ?? '');
  const found = tally();
  for (const paths of bySpeaker.values())
    for (let i = 0; i < Math.ceil(CODES / 3); i++) {
      const words = draw(DIGITS, 4);
      const parts: (readonly [number, Float32Array])[] = [];
      let at = 0;
      for (const word of words) {
        const path = paths.filter((one) => basename(one).startsWith(`${DIGITS.indexOf(word)}_`))[i % 2];
        if (path === undefined) continue;
        const pcm = await readSound(join(MEDIA, path));
        parts.push([at, pcm]);
        at += pcm.length / 16_000 + 0.15;
      }
      if (parts.length === words.length) await tryCode(found, 'en', noisy(laid(at, parts), 0), words, DIGITS);
    }
  const talk = tally();
  for (const path of globSync(['speech/english-*.wav', 'speaking/*.mpg'], { cwd: MEDIA }).sort()) {
    const pcm = (await readSound(join(MEDIA, path))).subarray(0, 8 * 16_000);
    for (let i = 0; i < 4; i++) {
      const code = draw(english, 3);
      talk.notSaid++;
      const heard = await spotter.spot({ language: 'en', pcm: noisy(pcm, 0), words: code, list: english });
      if (verified(heard)) talk.believed++;
      if (process.env['ORATOR_CONSENT_SHOW'])
        console.log('talk', code.join(' '), heard?.lead.toFixed(2), heard?.fit.toFixed(1));
    }
  }
  return [
    ...rowsOf(
      'digits of six people at 8 kHz',
      found,
      'four digits cut together from a list of ten; no real person has read our own lists here',
    ),
    rateRow(
      'code, real talk without a code: believed (FMR)',
      talk.believed,
      talk.notSaid,
      'eight clips, four codes on each',
    ),
  ];
}

/**
 * Codes: how often one that was said is missed, and one that was not said is believed. Flite's four voices, eSpeak NG where
 * it is there, a real speaker's digits with a list of ten, and real talk that holds no code. White noise 20 dB below the
 * voice is on every second code.
 */
import { existsSync, globSync } from 'node:fs';
import { basename, join } from 'node:path';
import { codeWords } from '#core/policy/consent/words/words.ts';
import { soundswallowerNodeSpotter } from '#server/render/adapters/soundswallower-node.ts';
import { verified } from '#server/services/consent/checks/sound/listen-in.ts';
import { ROOT } from '#server/setup/place.js';
import { FLITE_VOICES, spokenCode } from '../../server/consent-voices.ts';
import { laid } from '../../server/consent-evidence.ts';
import { readSound } from '../lipsync/film.ts';
import type { Row } from '../row.ts';
import { CODES, codeTrials, espeakThere, rowsOf, saidByEspeak, tally } from './codes.ts';
import { rateRow } from './rates.ts';

const MEDIA = join(ROOT, '..', 'shared', 'media');
const DIGITS = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine'];
const spotter = soundswallowerNodeSpotter();
const { draw, noisy, tryCode } = codeTrials(spotter);

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
  if (!espeakThere()) return [];
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
        await tryCode(found, language, noisy(saidByEspeak(words, voice), i), words, list);
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

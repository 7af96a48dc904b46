/**
 * The statement of a consent: how often a sentence that was read is not heard, and how often one is heard that was not read.
 * Read by Flite's four voices, every second time under noise; in its place another sentence, a code, or real talk. The check
 * is the one of a session, one sentence at a time.
 */
import { existsSync, globSync } from 'node:fs';
import { join } from 'node:path';
import type { ConsentScope } from '#core/policy/consent/challenge.ts';
import { statementSentences } from '#core/policy/consent/statement.ts';
import { codeWords } from '#core/policy/consent/words/words.ts';
import { soundswallowerNodeSpotter } from '#server/render/adapters/soundswallower-node.ts';
import { statementCheck } from '#server/services/consent/checks/sound/statement.ts';
import { evidenceOf, laid } from '../../server/consent-evidence.ts';
import { FLITE_VOICES, spoken, spokenCode } from '../../server/consent-voices.ts';
import { readSound } from '../lipsync/film.ts';
import type { Row } from '../row.ts';
import { codeTrials } from './codes.ts';
import { MEDIA } from './films.ts';
import { rateRow } from './rates.ts';

const SCOPE: ConsentScope = {
  uses: ['own-films', 'distribution', 'live'],
  languages: ['en', 'fr'],
  until: '2033-03-01T00:00:00.000Z',
};
const HZ = 16_000;

export async function rows(): Promise<readonly Row[]> {
  const spotter = soundswallowerNodeSpotter();
  const check = statementCheck(spotter);
  const { draw, noisy } = codeTrials(spotter);
  const sentences = statementSentences('en', SCOPE);
  const words = codeWords('en').map(([word]) => word);
  const heard = async (text: string, sound: Float32Array): Promise<boolean> => {
    const durationS = 1 + sound.length / HZ + 0.5;
    const shown = { kind: 'statement' as const, text, shownAtMs: 900, untilMs: 1000 * (durationS + 1) };
    const evidence = await evidenceOf({ prompts: [shown], samples: laid(durationS, [[1, sound]]) });
    return (await check.run(evidence))[0]?.outcome === 'passed';
  };
  let [read, missed, other, believed] = [0, 0, 0, 0];
  for (const voice of FLITE_VOICES)
    for (const [i, text] of sentences.entries()) {
      const next = sentences[(i + 1) % sentences.length] as string;
      read++;
      if (!(await heard(text, noisy(await spoken(text, voice), i)))) missed++;
      for (const sound of [await spoken(next, voice), await spokenCode(draw(words, 3), voice)]) {
        other++;
        if (await heard(text, noisy(sound, i))) believed++;
      }
    }
  const all = [
    rateRow('statement, read: not heard, left to a person', missed, read, 'sentences by Flite’s four voices'),
    rateRow(
      'statement, not read: heard (FMR)',
      believed,
      other,
      'another sentence or a code, the same voices',
    ),
  ];
  if (existsSync(MEDIA)) {
    let [talks, taken] = [0, 0];
    for (const path of globSync(['speech/english-*.wav', 'speaking/*.mpg'], { cwd: MEDIA }).sort()) {
      const pcm = (await readSound(join(MEDIA, path))).subarray(0, 8 * HZ);
      for (const text of sentences) {
        talks++;
        if (await heard(text, pcm)) taken++;
      }
    }
    all.push(
      rateRow('statement, real talk in its place: heard (FMR)', taken, talks, 'eight clips, every sentence'),
    );
  }
  spotter.close();
  return all;
}

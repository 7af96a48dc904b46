/**
 * Languages that nothing here was trained on: German and Spanish codes, listened for with the English and the French sounds
 * nearest to theirs, at the limits of the check. eSpeak NG says them, a machine that says a word the same way each time: people
 * vary more. White noise 20 dB below the voice is on every second code. It says why such codes go to a person.
 */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { codeWords, type ConsentLanguage } from '#core/policy/consent/words/words.ts';
import type { AlignLanguage } from '#core/speech/align/ports.ts';
import { SOUNDSWALLOWER_NODE } from '#server/render/adapters/soundswallower-node.ts';
import { soundswallowerSpotter } from '#shared/soundswallower.ts';
import type { Row } from '../row.ts';
import { CODES, codeTrials, espeakThere, rowsOf, saidByEspeak, tally } from './codes.ts';

/** What the lists' phones are in the names of the models; two where no single one is near. The Spanish r is in neither. */
const NEAREST: Readonly<Record<AlignLanguage, string>> = {
  en: `a AA|ɑ AA|e EY|ɛ EH|i IY|ɪ IH|o OW|ɔ AO|u UW|ʊ UH|y UW|ə AH|p P|b B|t T|d D|k K|ɡ G|f F|v V|θ TH|s S|z Z|ʃ SH|
    ç SH|x HH|h HH|m M|n N|ŋ NG|ɲ N Y|l L|ɹ R|r R|ʁ R|j Y|w W|tʃ CH`,
  fr: `a aa|ɑ aa|e ei|ɛ ai|i ii|ɪ ii|o au|ɔ oo|u ou|ʊ ou|y uu|ə ee|p pp|b bb|t tt|d dd|k kk|ɡ gg|f ff|v vv|θ ss|s ss|z zz|ʃ ch|
    ç ch|x rr|h rr|m mm|n nn|ŋ nn|ɲ gn|l ll|ɹ rr|r rr|ʁ rr|j yy|w ww|tʃ tt ch`,
};

/** A list's words in the names of a model, as its dictionary has them. */
function dictionary(language: ConsentLanguage, by: AlignLanguage): string {
  const names = new Map(
    NEAREST[by].split('|').map((pair) => {
      const [phone = '', ...name] = pair.trim().split(' ');
      return [phone, name.join(' ')];
    }),
  );
  return codeWords(language)
    .map(
      ([word, phones]) =>
        `${word} ${phones
          .split(' ')
          .map((phone) => names.get(phone) ?? phone)
          .join(' ')}\n`,
    )
    .join('');
}

const VOICES: Readonly<Record<'de' | 'es', readonly string[]>> = {
  de: ['de', 'de+f3', 'de+m3'],
  es: ['es', 'es+f3', 'es-419+m3'],
};

export async function rows(): Promise<readonly Row[]> {
  if (!espeakThere()) return [];
  const all: Row[] = [];
  for (const language of ['de', 'es'] as const)
    for (const by of ['en', 'fr'] as const) {
      const dict = join(mkdtempSync(join(tmpdir(), 'orator-dict-')), 'dict.txt');
      writeFileSync(dict, dictionary(language, by));
      const spotter = soundswallowerSpotter({
        ...SOUNDSWALLOWER_NODE,
        model: async (asked) => ({ ...(await SOUNDSWALLOWER_NODE.model(asked)), dict }),
      });
      const { draw, noisy, tryCode } = codeTrials(spotter);
      const list = codeWords(language).map(([word]) => word);
      const found = tally();
      for (const voice of VOICES[language])
        for (let i = 0; i < Math.ceil(CODES / 2); i++) {
          const words = draw(list, 3);
          await tryCode(found, by, noisy(saidByEspeak(words, voice), i), words, list);
        }
      spotter.close();
      all.push(
        ...rowsOf(
          `${language} by ${by} sounds`,
          found,
          `${VOICES[language].length} voices of eSpeak NG, a machine’s buzz`,
        ),
      );
    }
  return all;
}

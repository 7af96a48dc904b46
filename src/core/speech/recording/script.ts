/**
 * A scene's script as an aligner wants it: the spoken words of all paragraphs in one row, each knowing the typed word
 * it came from.
 */
import type { Paragraph } from '../../document/script.ts';
import type { AlignLanguage, AlignWord } from '../align/ports.ts';
import { frenchSpoken } from '../align/french.ts';
import { normalise } from '../normalise/normalise.ts';
import type { TimedWord } from '../ports.ts';
import { type ScriptWords, scriptWords } from '../script-words.ts';

export interface SpokenWord extends AlignWord {
  /** Index of its paragraph, and of the typed word there. */
  readonly paragraph: number;
  readonly word: number;
}

export interface SceneScript {
  readonly paragraphs: readonly {
    readonly script: ScriptWords;
    readonly boundaries: readonly TimedWord['boundary'][];
  }[];
  /** In order. Typed words that are not said have none. */
  readonly spoken: readonly SpokenWord[];
}

/** @param language null where none of ours is spoken: each typed word then counts as one spoken word */
export function sceneScript(paragraphs: readonly Paragraph[], language: AlignLanguage | null): SceneScript {
  const spoken: SpokenWord[] = [];
  const read = paragraphs.map((paragraph, p) => {
    const script = scriptWords(paragraph);
    const { tokens, boundaries } = normalise(script.words);
    if (language === 'en')
      for (const token of tokens)
        spoken.push({
          paragraph: p,
          word: token.word,
          spoken: token.spoken,
          ...(token.phones === undefined ? {} : { phones: token.phones.map(({ phone }) => phone) }),
        });
    else
      script.words.forEach((word, w) => {
        const marked = tokens.filter((token) => token.word === w);
        // A pronunciation in IPA is the same in every language.
        if (word.pronunciation && marked.length > 0 && marked.every((token) => token.phones))
          for (const { phones } of marked)
            spoken.push({
              paragraph: p,
              word: w,
              spoken: 'mot',
              phones: (phones ?? []).map(({ phone }) => phone),
            });
        else
          for (const part of language === 'fr' ? frenchSpoken(word.text) : lettersOf(word.text))
            spoken.push({ paragraph: p, word: w, spoken: part });
      });
    return { script, boundaries };
  });
  return { paragraphs: read, spoken };
}

function lettersOf(text: string): readonly string[] {
  const letters = text.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '');
  return letters === '' ? [] : [letters];
}

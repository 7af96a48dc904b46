/** Test help: how a text is spoken, as one line. Letters that are spelt stand as capitals, breaks as punctuation. */
import type { ParagraphId } from '#core/base/ids.ts';
import type { Inline, Paragraph } from '#core/document/script.ts';
import { normalise } from '#core/speech/normalise/normalise.ts';
import { scriptWords } from '#core/speech/script-words.ts';

export function paragraph(...content: (Inline | string)[]): Paragraph {
  return {
    id: 'p' as ParagraphId,
    emotion: 'neutral',
    content: content.map((part) => (typeof part === 'string' ? { kind: 'text', text: part } : part)),
  };
}

const SIGN = { none: '', comma: ',', clause: ';', sentence: '.', question: '?', exclamation: '!' } as const;

export function say(text: string): string {
  const { words } = scriptWords(paragraph(text));
  return normalise(words)
    .tokens.map(({ spoken, phones, boundary }) => {
      const plural = phones && ['s', 'z'].includes(phones.at(-1)?.phone ?? '') && !'sfxz'.includes(spoken);
      return (phones ? spoken.toUpperCase() + (plural ? 's' : '') : spoken) + SIGN[boundary];
    })
    .join(' ');
}

/** Word lists from npm, as they come: what a project takes that wants moderation in an afternoon. */
import leoProfanity from 'leo-profanity';
import { englishDataset, englishRecommendedTransformers, RegExpMatcher } from 'obscenity';

interface Rival {
  readonly name: string;
  judge(texts: readonly string[]): Promise<readonly (readonly 'any'[])[]>;
}

export function rivals(): Rival[] {
  const obscenity = new RegExpMatcher({ ...englishDataset.build(), ...englishRecommendedTransformers });
  return [
    { name: 'obscenity', judge: by((text) => obscenity.hasMatch(text)) },
    { name: 'leo-profanity', judge: by((text) => leoProfanity.check(text)) },
  ];
}

function by(check: (text: string) => boolean): Rival['judge'] {
  return (texts) => Promise.resolve(texts.map((text) => (check(text) ? (['any'] as const) : [])));
}

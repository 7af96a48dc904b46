/** What models and services call what they find, in our categories. */
import { CATEGORIES, type Category } from '#core/policy/moderation/verdict.ts';

/** Lower case. What is not here is none of ours, such as `ok`, `neutral` or `non-toxic`. */
const THEIRS: Readonly<Record<string, Category>> = {
  // OpenAI's.
  hate: 'hate',
  'hate/threatening': 'hate',
  harassment: 'harassment',
  'harassment/threatening': 'threats',
  violence: 'threats',
  'violence/graphic': 'threats',
  sexual: 'sexual',
  'sexual/minors': 'minors',
  'self-harm': 'self-harm',
  'self-harm/intent': 'self-harm',
  'self-harm/instructions': 'self-harm',
  illicit: 'regulated-goods',
  'illicit/violent': 'threats',
  // Letters of models that were taught OpenAI's published set.
  h: 'hate',
  h2: 'hate',
  hr: 'harassment',
  v: 'threats',
  v2: 'threats',
  s: 'sexual',
  s3: 'minors',
  sh: 'self-harm',
  // Jigsaw's toxic comments.
  toxic: 'harassment',
  toxicity: 'harassment',
  severe_toxic: 'harassment',
  severe_toxicity: 'harassment',
  insult: 'harassment',
  obscene: 'sexual',
  sexual_explicit: 'sexual',
  identity_hate: 'hate',
  identity_attack: 'hate',
  threat: 'threats',
};

/** @returns null for what is none of our categories */
export function categoryOfLabel(label: string): Category | null {
  const name = label.toLowerCase();
  return THEIRS[name] ?? CATEGORIES.find((category) => category === name) ?? null;
}

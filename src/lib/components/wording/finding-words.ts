/** How a finding is put into words: short, without blame, and saying for whom it matters. */
import type { Category, Decision } from '#core/policy/moderation/verdict.ts';
import { ruleOf } from '#core/policy/moderation/policy.ts';

export const CATEGORY_LABELS: Readonly<Record<Category, string>> = {
  hate: 'Hate',
  harassment: 'Harassment',
  threats: 'Threats',
  sexual: 'Sexual content',
  minors: 'Minors',
  'self-harm': 'Self-harm',
  fraud: 'Fraud and impersonation',
  'political-campaigning': 'Political campaigning',
  misinformation: 'Misinformation',
  'regulated-goods': 'Regulated goods',
  'private-data': 'Private data',
};

export const DECISION_LABELS: Readonly<Record<Exclude<Decision, 'allow'>, string>> = {
  block: 'Not for others as it stands',
  review: 'A person looks first',
};

/** `H2, dehumanising`; a rule that this version does not know goes by its number alone. */
export function ruleLabel(rule: string): string {
  try {
    const { title } = ruleOf(rule);
    return `${rule}, ${title.charAt(0).toLowerCase()}${title.slice(1)}`;
  } catch {
    return rule;
  }
}

/** `1 place`, `3 places`. */
export function places(count: number): string {
  return count === 1 ? '1 place' : `${count} places`;
}

/** Where the places to look at are. */
export function foundIn(findings: number, inPictures: number): string {
  return inPictures === 0 ? 'Wording' : inPictures === findings ? 'Pictures' : 'Wording and pictures';
}

/** What it means for whom. */
export function whatFollows(blocked: number, toReview: number): string {
  const looks = `a person looks at ${toReview === 1 ? 'one' : toReview}`;
  const first =
    blocked === 0
      ? `${looks} ${toReview === 1 ? 'place' : 'places'} first`
      : `it has to change in ${places(blocked)}${toReview > 0 ? `, and ${looks} more` : ''}`;
  return `A film of your own, made on this device, is not stopped by this. Before it can go to others through a server, ${first}.`;
}

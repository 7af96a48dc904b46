/**
 * The rules by number, as machines and authors read them. `server/policy/` says the same at length, with what is allowed
 * beside each rule; a test holds the two together. The rules' own words stand in `rule-book/`. A change of any rule or of what
 * it matches raises POLICY_VERSION.
 */
import { ABOUT_PEOPLE } from './rule-book/people.ts';
import { ABOUT_THE_PUBLIC } from './rule-book/public.ts';
import type { Table } from './rule-book/row.ts';
import type { Category, Decision, RuleId } from './verdict.ts';

export const POLICY_VERSION = '1.0.0';

export interface PolicyRule {
  readonly id: RuleId;
  readonly category: Category;
  /** A few words, for lists. */
  readonly title: string;
  /** What happens where it matches and nothing excuses it. */
  readonly decision: Exclude<Decision, 'allow'>;
  /** Why, to the author, about the words that are marked. */
  readonly reason: string;
  /** What would make it acceptable. */
  readonly way: string;
}

const ROWS: Table<Category> = { ...ABOUT_PEOPLE, ...ABOUT_THE_PUBLIC };

export const RULES: readonly PolicyRule[] = Object.entries(ROWS).flatMap(([category, rows]) =>
  rows.map(([id, title, decision, reason, way]) => ({
    id: id as RuleId,
    category: category as Category,
    title,
    decision,
    reason,
    way,
  })),
);

const BY_ID = new Map(RULES.map((rule) => [rule.id as string, rule]));

/** @throws RangeError for a number that the policy does not have */
export function ruleOf(id: string): PolicyRule {
  const rule = BY_ID.get(id);
  if (!rule) throw new RangeError(`the policy has no rule ${id}`);
  return rule;
}

/** The rule under which the classifier speaks: what reads like the category without any one rule matching outright. */
export function learnedRuleOf(category: Category): PolicyRule {
  return RULES.find((rule) => rule.category === category && rule.id.endsWith('9')) as PolicyRule;
}

/** The written policy and the machine's table of it are one. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { POLICY_VERSION, RULES } from '#core/policy/moderation/policy.ts';
import { LEXICONS } from '#core/policy/moderation/rules.ts';
import { CATEGORIES } from '#core/policy/moderation/verdict.ts';

const FOLDER = join(import.meta.dirname, '../../server/policy');
const read = (name: string) => readFileSync(join(FOLDER, name), 'utf8');
const THEN = { block: 'blocked', review: 'a person looks' } as const;

/** Rule's number → its section. */
function sections(text: string): Map<string, string> {
  return new Map(
    text
      .split(/^## /m)
      .slice(1)
      .flatMap((section) => {
        const id = /^([A-Z]\d+) /.exec(section)?.[1];
        return id === undefined ? [] : [[id, section] as const];
      }),
  );
}

describe('the written policy', () => {
  it('has a page for each category, and no other', () => {
    expect(readdirSync(FOLDER).sort()).toEqual(
      ['README.md', ...CATEGORIES.map((name) => `${name}.md`)].sort(),
    );
    expect(read('README.md')).toContain(`version ${POLICY_VERSION}`);
  });

  it.each(CATEGORIES)('%s: every rule in both, with one title, decision, reason and way on', (category) => {
    const page = read(`${category}.md`);
    const written = sections(page);
    const rules = RULES.filter((rule) => rule.category === category);
    expect([...written.keys()]).toEqual(rules.map(({ id }) => id));
    for (const { id, title, decision, reason, way } of rules) {
      const section = written.get(id) ?? '';
      expect(section.split('\n')[0]).toBe(`${id} ${title}`);
      expect(section).toContain(`- **Then:** ${THEN[decision]}.`);
      expect(section).toContain(`- **Told the author:** ${reason}`);
      expect(section).toContain(`- **Way on:** ${way}`);
      expect(section).toMatch(/- \*\*Meant:\*\* \S/);
    }
    expect(page).toMatch(/## Allowed beside it\n\n- /);
  });

  it('has phrases for every rule that is not the classifier’s, numbers and names aside', () => {
    const inEnglish = new Set(LEXICONS[0]?.rules.map(({ rule }) => rule));
    const others = RULES.map(({ id }) => id as string).filter(
      (id) => !inEnglish.has(id) && !id.endsWith('9') && !['D1', 'D3', 'F6'].includes(id),
    );
    expect(others).toEqual([]);
  });
});

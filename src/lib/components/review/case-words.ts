/** How cases read: what they are about, where they stand, and their clock. Plain, for authors and reviewers alike. */
import type { Case } from '../../api/client.ts';

const KINDS: Readonly<Record<Case['kind'], string>> = {
  content: 'A film’s words and pictures',
  consent: 'A consent',
  footage: 'Footage of a person',
  ban: 'Whether an account is banned',
};

/** What a case is about. */
export function subjectOf({ kind, claim }: Pick<Case, 'kind' | 'claim'>): string {
  return claim === 'nobody' ? 'A face or voice said to be nobody’s' : KINDS[kind];
}

export const OUTCOMES = { approved: 'Approved', rejected: 'Rejected' } as const;

/** Where a case stands, to its author. */
export function standing({ state, outcome }: Pick<Case, 'state' | 'outcome'>): string {
  switch (state) {
    case 'open':
      return 'Waits for a person';
    case 'second':
      return 'Waits for a second person';
    case 'appealed':
      return 'Appealed: someone else looks';
    case 'decided':
    case 'closed':
      return outcome === null ? 'Closed' : OUTCOMES[outcome];
  }
}

/** `due in 23 h`, `due in 40 min`, `3 h late`. */
export function due(dueAt: string, nowMs: number): string {
  const leftMin = Math.round((Date.parse(dueAt) - nowMs) / 60_000);
  const size = Math.abs(leftMin);
  const length =
    size < 90
      ? `${size} min`
      : size < 72 * 60
        ? `${Math.round(size / 60)} h`
        : `${Math.round(size / 1440)} days`;
  return leftMin >= 0 ? `due in ${length}` : `${length} late`;
}

/** `40 min old`, `5 h old`. */
export function age(hours: number): string {
  return hours < 1.5
    ? `${Math.round(hours * 60)} min`
    : hours < 72
      ? `${Math.round(hours)} h`
      : `${Math.round(hours / 24)} days`;
}

export function riskWord(risk: number): 'high' | 'medium' | 'low' {
  return risk >= 75 ? 'high' : risk >= 40 ? 'medium' : 'low';
}

/** What was said of a case so far, in order: decisions, the author’s appeal, the decision on it. */
export function historyOf({ decisions, appealWords }: Pick<Case, 'decisions' | 'appealWords'>): readonly {
  readonly by: 'decision' | 'appeal-decision' | 'author';
  readonly title: string;
  readonly words: string;
}[] {
  const first = decisions.filter(({ onAppeal }) => !onAppeal);
  const later = decisions.filter(({ onAppeal }) => onAppeal);
  return [
    ...first.map(({ outcome, reason }) => ({
      by: 'decision' as const,
      title: OUTCOMES[outcome],
      words: reason,
    })),
    ...(appealWords === null
      ? []
      : [{ by: 'author' as const, title: 'The author appeals', words: appealWords }]),
    ...later.map(({ outcome, reason }) => ({
      by: 'appeal-decision' as const,
      title: `${OUTCOMES[outcome]} on appeal, by someone else`,
      words: reason,
    })),
  ];
}

export interface Segment {
  readonly text: string;
  /** Indices of the findings that mean these words; none for words between. */
  readonly findings: readonly number[];
}

/** A text cut where findings begin and end, so that those that overlap are each shown. */
export function segmentsOf(
  text: string,
  findings: readonly { readonly index: number; readonly start: number; readonly end: number }[],
): readonly Segment[] {
  const cuts = [...new Set([0, text.length, ...findings.flatMap(({ start, end }) => [start, end])])]
    .filter((at) => at >= 0 && at <= text.length)
    .sort((a, b) => a - b);
  return cuts.slice(0, -1).map((from, i) => {
    const to = cuts[i + 1] ?? text.length;
    const here = findings.filter(({ start, end }) => start < to && from < end).map(({ index }) => index);
    return { text: text.slice(from, to), findings: here };
  });
}

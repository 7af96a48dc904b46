/** How a case reads: its clock, and its text cut where findings begin and end. */
import { describe, expect, it } from 'vitest';
import { age, due, historyOf, segmentsOf, standing } from '#lib/components/review/case-words.ts';

describe('a text cut by findings', () => {
  it('gives every letter once, with each finding that means it', () => {
    const text = 'one two three';
    const findings = [
      { index: 0, start: 4, end: 13 },
      { index: 1, start: 0, end: 7 },
    ];
    const segments = segmentsOf(text, findings);
    expect(segments).toEqual([
      { text: 'one ', findings: [1] },
      { text: 'two', findings: [0, 1] },
      { text: ' three', findings: [0] },
    ]);
  });
  it('is whole where nothing is found, and stays whole where spans lie outside', () => {
    expect(segmentsOf('abc', [])).toEqual([{ text: 'abc', findings: [] }]);
    expect(
      segmentsOf('abc', [{ index: 0, start: 1, end: 99 }])
        .map(({ text }) => text)
        .join(''),
    ).toBe('abc');
  });
});

describe('the clock', () => {
  const now = Date.parse('2026-05-01T12:00:00Z');
  it('says how long is left, or how late it is', () => {
    expect(due('2026-05-02T11:00:00Z', now)).toBe('due in 23 h');
    expect(due('2026-05-01T12:40:00Z', now)).toBe('due in 40 min');
    expect(due('2026-05-01T09:00:00Z', now)).toBe('3 h late');
    expect(due('2026-05-08T12:00:00Z', now)).toBe('due in 7 days');
    expect([age(0.5), age(5.2), age(96)]).toEqual(['30 min', '5 h', '4 days']);
  });
  it('goes on while someone still has to look', () => {
    expect(standing({ state: 'second', outcome: null })).toBe('Waits for a second person');
    expect(standing({ state: 'closed', outcome: 'approved' })).toBe('Approved');
  });
});

it('tells a case in the order in which it went', () => {
  const decision = (outcome: 'approved' | 'rejected', onAppeal: boolean) => ({
    outcome,
    onAppeal,
    reason: `${outcome}.`,
    at: '2026-05-01T12:00:00Z',
  });
  const told = historyOf({
    decisions: [decision('rejected', false), decision('approved', true)],
    appealWords: 'It is a play.',
  });
  expect(told.map(({ words }) => words)).toEqual(['rejected.', 'It is a play.', 'approved.']);
});

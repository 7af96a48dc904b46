/** The NOTICE file, read for the licences page. */
import { expect, it } from 'vitest';
import { noticeSections, withLinks } from '#lib/notice.ts';

const NOTICE = `Orator
Copyright the authors.

GPL: SEPARATE PROGRAMS

These run
on their own.

  one (with parts): GPL-2.0
    Source: https://example.org/one.
  two: MIT. Copyright
    somebody.
`;

it('finds headings, paragraphs and entries, whatever line they were broken at', () => {
  expect(noticeSections(NOTICE)).toEqual([
    { title: null, parts: [{ kind: 'text', text: 'Orator Copyright the authors.' }] },
    {
      title: 'GPL: separate programs',
      parts: [
        { kind: 'text', text: 'These run on their own.' },
        { kind: 'entry', text: 'one (with parts): GPL-2.0 Source: https://example.org/one.' },
        { kind: 'entry', text: 'two: MIT. Copyright somebody.' },
      ],
    },
  ]);
});

it('loses no word', () => {
  const words = (text: string) => text.toLowerCase().split(/\s+/).filter(Boolean);
  const read = noticeSections(NOTICE).flatMap((s) => [s.title ?? '', ...s.parts.map((part) => part.text)]);
  expect(words(read.join(' '))).toEqual(words(NOTICE));
});

it('links addresses without the full stop behind them', () => {
  expect(withLinks('See https://example.org/a. And more.')).toEqual([
    { text: 'See ', href: null },
    { text: 'https://example.org/a', href: 'https://example.org/a' },
    { text: '. And more.', href: null },
  ]);
});

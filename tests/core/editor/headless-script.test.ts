/** Plain text from the command line, cut where its writer cut it. */
import { expect, it } from 'vitest';
import { scenesOfText } from '#core/document/plain-script.ts';

it('ends a paragraph at a blank line and a scene at a line of dashes', () => {
  const text = 'One,\nstill one.\r\n\r\nTwo.\n---\n\nThree.\n -----  \nFour – not --- cut.\n';
  expect(scenesOfText(text)).toEqual([['One, still one.', 'Two.'], ['Three.'], ['Four – not --- cut.']]);
});

it('makes nothing of nothing', () => {
  expect(scenesOfText('\n\n---\n \n')).toEqual([]);
});

/** How many words a paragraph has. Counted once for each paragraph object: unchanged ones are looked up. */
import { paragraphText, type Paragraph } from '#core/document/script.ts';

const counted = new WeakMap<Paragraph, number>();

export function wordCount(paragraph: Paragraph): number {
  let count = counted.get(paragraph);
  if (count === undefined) {
    count = paragraphText(paragraph).match(/[\p{L}\p{N}][\p{L}\p{N}'’.,-]*/gu)?.length ?? 0;
    counted.set(paragraph, count);
  }
  return count;
}

/** What of a paragraph's content can be heard: part of the keys of all that is spoken from it. */
import type { Inline } from '../document/script.ts';

/** The content with neighbours of equal marks joined: how an editor cuts its text does not change the sound. */
export function soundingContent(content: readonly Inline[]): unknown[] {
  const parts: { kind: string; text?: string; marks?: string; value?: number | string }[] = [];
  for (const inline of content) {
    if (inline.kind === 'pause') parts.push({ kind: 'pause', value: inline.durationS });
    else if (inline.kind === 'gesture') parts.push({ kind: 'gesture', value: inline.gesture });
    else {
      const text = inline.kind === 'text' ? inline.text : inline.fallback;
      const own = inline.kind === 'text' ? inline.marks : undefined;
      const marks = `${own?.emphasis ?? 0} ${own?.pronunciation ?? ''}`;
      const before = parts.at(-1);
      // A pronunciation covers its own stretch, so two of them side by side are not one.
      if (before?.kind === 'text' && before.marks === marks && !own?.pronunciation) before.text += text;
      else if (text !== '') parts.push({ kind: 'text', text, marks });
    }
  }
  return parts;
}

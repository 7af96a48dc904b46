/** Marks of the policy lie under the words they mean, past atoms, and move with them while a person writes. */
import { describe, expect, it } from 'vitest';
import { newId, type VoiceId } from '#core/base/ids.ts';
import { newParagraph, newScene } from '#core/document/create.ts';
import { paragraphText, type Paragraph } from '#core/document/script.ts';
import { findingMarks, findingRange, marksOf, type FindingMark } from '#lib/editor/finding-marks.ts';
import { EditorState, type DecorationSet } from '#lib/editor/prosemirror.ts';
import { scenesToDocument } from '#lib/editor/script-document.ts';

const paragraph = newParagraph([
  { kind: 'text', text: 'Dear ' },
  { kind: 'variable', name: 'first', fallback: 'my friend' },
  { kind: 'pause', durationS: 1 },
  { kind: 'text', text: ', this ' },
  { kind: 'gesture', gesture: 'chop' },
  { kind: 'text', text: 'is marked' },
  { kind: 'text', text: ' here.', marks: { emphasis: 1 } },
]);

function stateOf(...paragraphs: Paragraph[]): EditorState {
  const scene = newScene({ voice: newId<VoiceId>(), paragraphs });
  return EditorState.create({
    doc: scenesToDocument([scene]),
    plugins: [findingMarks(() => undefined)],
  });
}
function markOf(words: string, decision: FindingMark['decision'] = 'block'): FindingMark {
  const start = paragraphText(paragraph).indexOf(words);
  return {
    key: words,
    paragraph: paragraph.id,
    span: { start, end: start + words.length },
    decision,
    label: 'Why.',
  };
}
/** The marked text as it reads in the document; a variable gives its fallback. */
function wordsAt(state: EditorState, key: string): string | null {
  const range = findingRange(state, key);
  return range && state.doc.textBetween(range.from, range.to);
}
const lay = (state: EditorState, marks: readonly FindingMark[], openKey: string | null = null) =>
  state.apply(marksOf(state, marks, openKey));

describe('marks under words', () => {
  it('cover exactly the words, across pauses, gestures, variables and changes of stress', () => {
    const state = stateOf(newParagraph('Before.'), paragraph);
    for (const words of ['this is marked', 'is marked here', 'Dear', 'here', 'my friend', ', this'])
      expect(wordsAt(lay(state, [markOf(words)]), words), words).toBe(words);
  });

  it('take a variable whole, because one cannot mark half of it', () => {
    expect(wordsAt(lay(stateOf(paragraph), [markOf('friend, this')]), 'friend, this')).toBe(
      'my friend, this',
    );
  });

  it('move with the words, shrink with them, and go when they go', () => {
    let state = lay(stateOf(paragraph), [markOf('this is marked')]);
    state = state.apply(state.tr.insertText('Well. ', 2));
    expect(wordsAt(state, 'this is marked')).toBe('this is marked');
    const { from, to } = findingRange(state, 'this is marked')!;
    state = state.apply(state.tr.delete(to - 7, to));
    expect(wordsAt(state, 'this is marked')).toBe('this is');
    state = state.apply(state.tr.delete(from, to - 7));
    expect(findingRange(state, 'this is marked')).toBeNull();
  });

  it('do not grow by what is typed behind them', () => {
    let state = lay(stateOf(paragraph), [markOf('Dear')]);
    state = state.apply(state.tr.insertText('est', findingRange(state, 'Dear')!.to));
    expect(wordsAt(state, 'Dear')).toBe('Dear');
  });

  it('are gone when the words are read again and nothing is found', () => {
    const state = lay(lay(stateOf(paragraph), [markOf('here')]), []);
    expect(findingRange(state, 'here')).toBeNull();
  });

  it('tell the decision by more than colour: a class, a description, and the gravest at the paragraph', () => {
    const state = lay(stateOf(paragraph), [markOf('here', 'review'), markOf('Dear')], 'Dear');
    const set = state.plugins[0]!.props.decorations!.call(state.plugins[0]!, state) as DecorationSet;
    const looks = set
      .find()
      .map((found) => (found as unknown as { type: { attrs: Record<string, string> } }).type.attrs);
    expect(looks).toContainEqual({ class: 'has-finding', 'data-gravest': 'block' });
    expect(looks.map((look) => look['class'])).toContain('finding is-review');
    expect(looks.map((look) => look['class'])).toContain('finding is-block is-open');
    expect(looks.filter((look) => look['aria-description'] === 'Why.')).toHaveLength(2);
  });
});

/**
 * What keys and menus do to a script: new paragraph, new scene, stress, pauses, gestures, variables, emotion. Plain
 * ProseMirror commands: they answer whether they apply, and act only when given a dispatch.
 */
import type { EmotionName, GestureName } from '#core/document/script.ts';
import {
  splitBlockAs,
  TextSelection,
  type Command,
  type ProseNode,
  type Transaction,
} from './prosemirror.ts';
import { scriptSchema } from './script-schema.ts';

const { paragraph: paragraphType, scene: sceneType } = scriptSchema.nodes;
const { emphasis: emphasisMark, pronunciation: pronunciationMark } = scriptSchema.marks;

const SCENE_DEPTH = 1;
const PARAGRAPH_DEPTH = 2;

/** Enter. At the start of a written paragraph the new one goes above, so that the written one keeps its identity. */
export const newParagraphCommand: Command = (state, dispatch) => {
  const { $from, empty } = state.selection;
  if (empty && $from.depth === PARAGRAPH_DEPTH && $from.parentOffset === 0 && $from.parent.content.size > 0) {
    const above = paragraphType.create({ id: '', emotion: $from.parent.attrs['emotion'] });
    dispatch?.(state.tr.insert($from.before(PARAGRAPH_DEPTH), above).scrollIntoView());
    return true;
  }
  return splitBlockAs((node) => ({
    type: node.type,
    attrs: { id: '', emotion: node.attrs['emotion'] as unknown },
  }))(state, dispatch);
};

/** Mod-Enter: what follows the caret becomes a scene of its own; at the very end, an empty one. */
export const newSceneCommand: Command = (state, dispatch) => {
  const { $from } = state.selection;
  if ($from.depth !== PARAGRAPH_DEPTH) return false;
  if (!dispatch) return true;
  const tr = state.selection.empty ? state.tr : state.tr.deleteSelection();
  const $at = tr.selection.$from;
  const scene = $at.node(SCENE_DEPTH);
  const atStart = $at.parentOffset === 0;
  const atEnd = $at.parentOffset === $at.parent.content.size;
  const fresh = { type: sceneType, attrs: { id: '' } };
  if (atStart && !atEnd && $at.index(SCENE_DEPTH) > 0) {
    tr.split($at.before(PARAGRAPH_DEPTH), 1, [fresh]);
  } else if (atEnd && !atStart && $at.index(SCENE_DEPTH) < scene.childCount - 1) {
    const at = $at.after(PARAGRAPH_DEPTH);
    tr.split(at, 1, [fresh]);
    tr.setSelection(TextSelection.near(tr.doc.resolve(at + 2)));
  } else {
    const emotion: unknown = $at.parent.attrs['emotion'];
    const at = $at.pos;
    tr.split(at, 2, [fresh, { type: paragraphType, attrs: { id: '', emotion } }]);
    tr.setSelection(TextSelection.near(tr.doc.resolve(at + 4)));
  }
  dispatch(tr.scrollIntoView());
  return true;
};

/** The word around an empty selection, or the selection itself: what a mark is put on. */
export function wordOrSelection(
  doc: ProseNode,
  selection: { readonly from: number; readonly to: number; readonly empty: boolean },
): { readonly from: number; readonly to: number } | null {
  if (!selection.empty) return { from: selection.from, to: selection.to };
  const $at = doc.resolve(selection.from);
  if ($at.depth !== PARAGRAPH_DEPTH) return null;
  // One character an atom, so that offsets in the text are offsets in the paragraph.
  const text = $at.parent.textBetween(0, $at.parent.content.size, '', () => '\uFFFC');
  const isWord = (at: number) => /[\p{L}\p{N}'’-]/u.test(text.charAt(at));
  let from = $at.parentOffset;
  let to = $at.parentOffset;
  while (from > 0 && isWord(from - 1)) from--;
  while (to < text.length && isWord(to)) to++;
  return from === to ? null : { from: $at.start() + from, to: $at.start() + to };
}

/** Stress at `level`, or none if all of it has that level already. */
export function toggleEmphasis(level: 1 | 2): Command {
  return (state, dispatch) => {
    const range = wordOrSelection(state.doc, state.selection);
    if (!range) return false;
    let every = true;
    state.doc.nodesBetween(range.from, range.to, (node) => {
      if (node.isText) every &&= emphasisMark.isInSet(node.marks)?.attrs['level'] === level;
    });
    const tr = every
      ? state.tr.removeMark(range.from, range.to, emphasisMark)
      : state.tr.addMark(range.from, range.to, emphasisMark.create({ level }));
    dispatch?.(tr);
    return true;
  };
}

/** How to say the word at the caret, or the selection; null goes back to the voice's own way. */
export function setPronunciation(say: string | null, at?: { from: number; to: number }): Command {
  return (state, dispatch) => {
    const range = at ?? wordOrSelection(state.doc, state.selection);
    if (!range) return false;
    const tr = state.tr.removeMark(range.from, range.to, pronunciationMark);
    if (say !== null && say.trim() !== '')
      tr.addMark(range.from, range.to, pronunciationMark.create({ say: say.trim() }));
    dispatch?.(tr);
    return true;
  };
}

function insertAtom(node: ProseNode): Command {
  return (state, dispatch) => {
    if (state.selection.$from.depth !== PARAGRAPH_DEPTH) return false;
    dispatch?.(state.tr.replaceSelectionWith(node, false).scrollIntoView());
    return true;
  };
}
export function insertPause(durationS: number): Command {
  return insertAtom(scriptSchema.node('pause', { durationS }));
}
export function insertGesture(gesture: GestureName): Command {
  return insertAtom(scriptSchema.node('gesture', { gesture }));
}
export function insertVariable(name: string, fallback: string): Command {
  return insertAtom(scriptSchema.node('variable', { name, fallback }));
}

/** The feeling of every paragraph the selection touches. */
export function setEmotion(emotion: EmotionName): Command {
  return (state, dispatch) => {
    const tr = state.tr;
    state.doc.nodesBetween(state.selection.from, state.selection.to, (node, pos) => {
      if (node.type === paragraphType && node.attrs['emotion'] !== emotion)
        tr.setNodeAttribute(pos, 'emotion', emotion);
    });
    if (tr.docChanged) dispatch?.(tr);
    return true;
  };
}

/**
 * Gives every scene and paragraph an id of its own, after a split or a paste has copied or dropped one. The first
 * holder keeps an id. Null when all is well.
 */
export function repairIds(doc: ProseNode, tr: Transaction, freshId: () => string): Transaction | null {
  const seen = new Set<string>();
  let changed = false;
  doc.descendants((node, pos) => {
    if (node.type !== sceneType && node.type !== paragraphType) return false;
    const id = String(node.attrs['id']);
    if (id === '' || seen.has(id)) {
      tr.setNodeAttribute(pos, 'id', freshId());
      changed = true;
    } else seen.add(id);
    return node.type === sceneType;
  });
  return changed ? tr : null;
}

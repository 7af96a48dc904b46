/**
 * What the policy finds, under the words it means. Marks are decorations, never part of the script: they move with the
 * text while it is edited and are laid anew when the words have been read again. A paragraph that holds one says so at
 * its edge, because a colour and a wave are not enough for everyone.
 */
import type { ParagraphId } from '#core/base/ids.ts';
import type { TextSpan } from '#core/policy/moderation/verdict.ts';
import {
  Decoration,
  DecorationSet,
  Plugin,
  PluginKey,
  type EditorState,
  type ProseNode,
  type Transaction,
} from './prosemirror.ts';
import { nodeRange } from './script-document.ts';

export interface FindingMark {
  readonly key: string;
  readonly paragraph: ParagraphId;
  /** Offsets in `paragraphText`. */
  readonly span: TextSpan;
  readonly decision: 'review' | 'block';
  /** Read out where the caret comes to the words. */
  readonly label: string;
}

interface FindingState {
  readonly marks: readonly FindingMark[];
  readonly openKey: string | null;
  readonly set: DecorationSet;
}

const findingsKey = new PluginKey<FindingState>('findings');

/** @param onPress told of a plain press on marked words */
export function findingMarks(onPress: (key: string) => void): Plugin<FindingState> {
  return new Plugin<FindingState>({
    key: findingsKey,
    state: {
      init: () => ({ marks: [], openKey: null, set: DecorationSet.empty }),
      apply: (tr, before, _old, state) => {
        const meta = tr.getMeta(findingsKey) as Pick<FindingState, 'marks' | 'openKey'> | undefined;
        if (meta) return { ...meta, set: decorate(state.doc, meta.marks, meta.openKey) };
        return tr.docChanged ? { ...before, set: before.set.map(tr.mapping, tr.doc) } : before;
      },
    },
    props: {
      decorations: (state) => findingsKey.getState(state)?.set,
      handleClick: (view, pos, event) => {
        if (event.shiftKey || event.altKey || event.metaKey || event.ctrlKey) return false;
        const key = keyAt(view.state, pos);
        if (key !== null) onPress(key);
        return false;
      },
    },
  });
}

/** Lays these marks in place of those before. @param marks of the document as it stands */
export function marksOf(
  state: EditorState,
  marks: readonly FindingMark[],
  openKey: string | null,
): Transaction {
  return state.tr.setMeta(findingsKey, { marks, openKey });
}

export function hasMarks(state: EditorState): boolean {
  return (findingsKey.getState(state)?.marks.length ?? 0) > 0;
}

/** Where a finding's words stand now; null once they are gone. */
export function findingRange(
  state: EditorState,
  key: string,
): { readonly from: number; readonly to: number } | null {
  const found = inline(state).find(({ spec }) => keyOf(spec) === key);
  return found && found.from < found.to ? { from: found.from, to: found.to } : null;
}

function keyAt(state: EditorState, pos: number): string | null {
  // The shortest of those that overlap is the most particular.
  const [found] = inline(state, pos, pos)
    .filter(({ from, to }) => from <= pos && pos <= to)
    .sort((a, b) => a.to - a.from - (b.to - b.from));
  return found ? keyOf(found.spec) : null;
}

function inline(state: EditorState, from?: number, to?: number): Decoration[] {
  return findingsKey.getState(state)?.set.find(from, to, (spec) => keyOf(spec) !== null) ?? [];
}

function keyOf(spec: unknown): string | null {
  const key: unknown = (spec as Readonly<Record<string, unknown>>)['finding'];
  return typeof key === 'string' ? key : null;
}

function decorate(doc: ProseNode, marks: readonly FindingMark[], openKey: string | null): DecorationSet {
  const byParagraph = Map.groupBy(marks, ({ paragraph }) => paragraph as string);
  const decorations: Decoration[] = [];
  doc.descendants((node, pos) => {
    if (node.type.name !== 'paragraph') return true;
    const here = byParagraph.get(String(node.attrs['id'])) ?? [];
    for (const { key, span, decision, label } of here) {
      const part = nodeRange(node, span.start, span.end);
      if (!part) continue;
      const attributes = {
        class: `finding is-${decision}${key === openKey ? ' is-open' : ''}`,
        'data-finding': key,
        role: 'mark',
        'aria-description': label,
      };
      decorations.push(
        Decoration.inline(pos + 1 + part.from, pos + 1 + part.to, attributes, { finding: key }),
      );
    }
    const gravest = here.some(({ decision }) => decision === 'block') ? 'block' : 'review';
    if (here.length > 0)
      decorations.push(
        Decoration.node(pos, pos + node.nodeSize, { class: 'has-finding', 'data-gravest': gravest }),
      );
    return false;
  });
  return DecorationSet.create(doc, decorations);
}

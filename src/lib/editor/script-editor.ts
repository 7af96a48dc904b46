/**
 * The script as a person edits it: a ProseMirror view that speaks in scenes and paragraphs. It owns no truth. Every
 * change is told to its owner, whose history decides; what the owner sets comes back in as the smallest change, so
 * that caret and scroll stay. Whatever it sets up, `destroy` tears down.
 */
import { newId, type ParagraphId, type SceneId } from '#core/base/ids.ts';
import type { Scene } from '#core/document/project.ts';
import type { EmotionName } from '#core/document/script.ts';
import {
  baseKeymap,
  chainCommands,
  Decoration,
  DecorationSet,
  EditorState,
  EditorView,
  Fragment,
  keymap,
  NodeSelection,
  Plugin,
  PluginKey,
  Slice,
  TextSelection,
  type Command,
  type ProseNode,
  type Transaction,
} from './prosemirror.ts';
import { findingMarks, findingRange, hasMarks, marksOf, type FindingMark } from './finding-marks.ts';
import { cleanPastedHtml, plainParagraphs } from './paste.ts';
import {
  newParagraphCommand,
  newSceneCommand,
  repairIds,
  toggleEmphasis,
  wordOrSelection,
} from './script-commands.ts';
import {
  documentToScenes,
  nodeRange,
  scenesToDocument,
  sourceOffset,
  type SceneScript,
} from './script-document.ts';
import { isEmotion, scriptSchema } from './script-schema.ts';
import { ParagraphView, SceneView } from './script-views.ts';

/** Where the caret is and what stands there. */
export interface CaretInfo {
  readonly scene: SceneId;
  readonly paragraph: ParagraphId;
  /** Offset in `paragraphText`. */
  readonly offset: number;
  readonly emotion: EmotionName;
  readonly emphasis: 0 | 1 | 2;
  readonly pronunciation: string | null;
  /** A pause, gesture or variable that is selected as a whole, and its position. */
  readonly atom: { readonly node: ProseNode; readonly pos: number } | null;
  readonly focused: boolean;
}

/** An open `/` query: the text typed after the slash and the range it covers. */
export interface SlashQuery {
  readonly query: string;
  readonly from: number;
  readonly to: number;
}

/** What is being said now, as the time line knows it. */
export interface SpokenRange {
  readonly paragraph: ParagraphId;
  readonly sourceStart: number;
  readonly sourceEnd: number;
}

export interface ScriptEditorEvents {
  /** `key` joins quick successive edits of one paragraph into one step of undo; null stands alone. */
  change(scenes: readonly SceneScript[], key: string | null): void;
  caret(info: CaretInfo): void;
  /** A plain click on a word. */
  clickWord(paragraph: ParagraphId, offset: number): void;
  /** A plain press on words that the policy marked. */
  clickFinding(key: string): void;
  slash(query: SlashQuery | null): void;
  /** Offered every key while a `/` query is open; true when it was used. */
  slashKey(event: KeyboardEvent): boolean;
  undo(): void;
  redo(): void;
  pronounce(): void;
  chooseEmotion(paragraph: ParagraphId, anchor: HTMLElement): void;
  /** What a scene's heading says after its number, such as its length. */
  sceneNote(scene: SceneId): string;
}

const spokenKey = new PluginKey<DecorationSet>('spoken');
const FROM_OUTSIDE = 'from-outside';

export class ScriptEditor {
  readonly view: EditorView;
  readonly #events: ScriptEditorEvents;
  #slashDismissedAt: number | null = null;
  #slashOpen = false;

  constructor(host: HTMLElement, scenes: readonly Scene[], events: ScriptEditorEvents) {
    this.#events = events;
    this.view = new EditorView(host, {
      state: EditorState.create({ doc: scenesToDocument(scenes), plugins: this.#plugins() }),
      attributes: {
        class: 'script',
        role: 'textbox',
        'aria-multiline': 'true',
        'aria-label': 'Script',
        'aria-describedby': 'script-help',
        'data-testid': 'script',
        spellcheck: 'true',
        autocapitalize: 'sentences',
      },
      nodeViews: {
        scene: (node, view, getPos) => new SceneView(node, view, getPos, events),
        paragraph: (node) => new ParagraphView(node, events),
      },
      dispatchTransaction: (tr) => this.#dispatch(tr),
      transformPastedHTML: cleanPastedHtml,
      clipboardTextParser: (text, $context) => {
        const lines = plainParagraphs(text);
        const marks = $context.marks();
        const paragraphs = lines.map((line) =>
          scriptSchema.node('paragraph', null, [scriptSchema.text(line, marks)]),
        );
        return new Slice(Fragment.from(paragraphs), lines.length > 0 ? 1 : 0, lines.length > 0 ? 1 : 0);
      },
      clipboardTextSerializer: (slice) =>
        slice.content.textBetween(0, slice.content.size, '\n', (node) =>
          node.type.name === 'variable' ? String(node.attrs['fallback']) : '',
        ),
      handleClick: (view, pos, event) => {
        if (event.shiftKey || event.altKey || event.metaKey || event.ctrlKey) return false;
        const $at = view.state.doc.resolve(pos);
        if ($at.parent.type.name !== 'paragraph') return false;
        const id = String($at.parent.attrs['id']) as ParagraphId;
        this.#events.clickWord(id, sourceOffset($at.parent, $at.parentOffset));
        return false;
      },
      handleDOMEvents: {
        focus: () => (this.#tellCaret(), false),
        blur: () => (this.#tellCaret(), false),
      },
    });
    this.#tellCaret();
  }

  /** The one way in for changes from elsewhere (undo, the strip, another scene): the smallest edit that gets there. */
  setScenes(scenes: readonly Scene[]): void {
    const { state } = this.view;
    const next = scenesToDocument(scenes);
    const start = state.doc.content.findDiffStart(next.content);
    if (start === null) return;
    const end = state.doc.content.findDiffEnd(next.content);
    let tr = state.tr;
    if (end) {
      // The ends may run past the start where text repeats itself.
      const overlap = Math.max(0, start - Math.min(end.a, end.b));
      tr = tr.replace(start, end.a + overlap, next.slice(start, end.b + overlap));
    }
    if (!tr.doc.eq(next)) tr = state.tr.replaceWith(0, state.doc.content.size, next.content);
    const caret = end ? Math.min(end.b, tr.doc.content.size) : 0;
    tr.setSelection(TextSelection.near(tr.doc.resolve(caret), -1));
    this.view.dispatch(tr.setMeta(FROM_OUTSIDE, true));
  }

  run(command: Command): boolean {
    const done = command(this.view.state, (tr) => this.view.dispatch(tr), this.view);
    this.view.focus();
    return done;
  }

  focus(): void {
    this.view.focus();
  }

  /** Puts the caret at the start (or end) of a scene and shows it. */
  goToScene(id: SceneId, where: 'start' | 'end' = 'start', focus = true): void {
    this.view.state.doc.forEach((scene, pos) => {
      if (scene.attrs['id'] !== id) return;
      const at = where === 'start' ? pos + 2 : pos + scene.nodeSize - 2;
      const selection = TextSelection.near(this.view.state.doc.resolve(at));
      this.view.dispatch(this.view.state.tr.setSelection(selection).scrollIntoView());
    });
    if (focus) this.view.focus();
  }

  setSpoken(range: SpokenRange | null): void {
    this.view.dispatch(this.view.state.tr.setMeta(spokenKey, { range }));
  }

  /** @param marks of the script as it stands here */
  setFindings(marks: readonly FindingMark[], openKey: string | null): void {
    const { state } = this.view;
    if (marks.length > 0 || hasMarks(state)) this.view.dispatch(marksOf(state, marks, openKey));
  }
  /** Where a finding's words stand now; null once they are gone. */
  findingRange(key: string): { readonly from: number; readonly to: number } | null {
    return findingRange(this.view.state, key);
  }
  /** Selects a finding's words, ready to be written over. */
  goToFinding(key: string): void {
    const range = this.findingRange(key);
    if (!range) return;
    const { tr, doc } = this.view.state;
    this.view.dispatch(tr.setSelection(TextSelection.create(doc, range.from, range.to)).scrollIntoView());
    this.view.focus();
  }

  /** Headings of scenes read their notes afresh. */
  refreshSceneNotes(): void {
    for (const element of this.view.dom.querySelectorAll<HTMLElement>('[data-scene-note]')) {
      const note = this.#events.sceneNote((element.dataset['sceneNote'] ?? '') as SceneId);
      if (element.textContent !== note) element.textContent = note;
    }
  }

  /** Replaces the `/query` by nothing, ready for what was chosen. */
  takeSlash(query: SlashQuery): void {
    this.view.dispatch(this.view.state.tr.delete(query.from, query.to));
  }
  dismissSlash(query: SlashQuery): void {
    this.#slashDismissedAt = query.from;
    this.#slashOpen = false;
    this.#events.slash(null);
  }

  destroy(): void {
    this.view.destroy();
  }

  #plugins(): Plugin[] {
    return [
      new Plugin({
        props: { handleKeyDown: (_view, event) => this.#slashOpen && this.#events.slashKey(event) },
      }),
      keymap({
        Enter: newParagraphCommand,
        'Shift-Enter': newParagraphCommand,
        'Mod-Enter': newSceneCommand,
        'Mod-b': toggleEmphasis(1),
        'Mod-Shift-b': toggleEmphasis(2),
        'Mod-Shift-p': () => (this.#events.pronounce(), true),
        'Mod-z': () => (this.#events.undo(), true),
        'Mod-y': () => (this.#events.redo(), true),
        'Mod-Shift-z': () => (this.#events.redo(), true),
        // A selected chip is left to its side, so that arrows and typing go on from there.
        Escape: chainCommands(leaveAtom),
      }),
      keymap(baseKeymap),
      new Plugin({
        appendTransaction: (transactions, _old, state) =>
          transactions.some((tr) => tr.docChanged)
            ? repairIds(state.doc, state.tr, () => newId<string>())
            : null,
      }),
      findingMarks((key) => this.#events.clickFinding(key)),
      new Plugin<DecorationSet>({
        key: spokenKey,
        state: {
          init: () => DecorationSet.empty,
          apply: (tr, set, _old, state) => {
            const meta = tr.getMeta(spokenKey) as { range: SpokenRange | null } | undefined;
            return meta ? spokenDecorations(state.doc, meta.range) : set.map(tr.mapping, tr.doc);
          },
        },
        props: { decorations: (state) => spokenKey.getState(state) },
      }),
      new Plugin({
        props: {
          decorations: (state) => {
            const only = state.doc.childCount === 1 ? state.doc.firstChild : null;
            const paragraph = only?.childCount === 1 ? only.firstChild : null;
            if (!paragraph || paragraph.content.size > 0) return null;
            return DecorationSet.create(state.doc, [Decoration.node(1, 3, { class: 'is-blank' })]);
          },
        },
      }),
    ];
  }

  #dispatch(tr: Transaction): void {
    const before = this.view.state;
    const { state } = before.applyTransaction(tr);
    this.view.updateState(state);
    const changed = state.doc !== before.doc;
    if (changed && tr.getMeta(FROM_OUTSIDE) !== true)
      this.#events.change(documentToScenes(state.doc), coalescingKey(before.doc, state));
    if (changed || tr.selectionSet || tr.storedMarksSet) {
      this.#tellCaret();
      this.#tellSlash();
    }
  }

  #tellCaret(): void {
    const { state } = this.view;
    const { $from } = state.selection;
    if ($from.depth < 2) return;
    const paragraph = $from.node(2);
    const atom =
      state.selection instanceof NodeSelection && state.selection.node.isAtom
        ? { node: state.selection.node, pos: state.selection.from }
        : null;
    const range = wordOrSelection(state.doc, state.selection);
    const marks = range ? state.doc.resolve(range.from).marksAcross(state.doc.resolve(range.to)) : null;
    const emphasis: unknown = marks?.find((mark) => mark.type.name === 'emphasis')?.attrs['level'];
    const say: unknown = marks?.find((mark) => mark.type.name === 'pronunciation')?.attrs['say'];
    const emotion: unknown = paragraph.attrs['emotion'];
    this.#events.caret({
      scene: String($from.node(1).attrs['id']) as SceneId,
      paragraph: String(paragraph.attrs['id']) as ParagraphId,
      offset: sourceOffset(paragraph, $from.parentOffset),
      emotion: isEmotion(emotion) ? emotion : 'neutral',
      emphasis: emphasis === 2 ? 2 : emphasis === 1 ? 1 : 0,
      pronunciation: typeof say === 'string' ? say : null,
      atom,
      focused: this.view.hasFocus(),
    });
  }

  #tellSlash(): void {
    const { selection } = this.view.state;
    const { $from } = selection;
    let open: SlashQuery | null = null;
    if (selection.empty && selection instanceof TextSelection && this.view.hasFocus()) {
      const before = $from.parent.textBetween(0, $from.parentOffset, '', () => '\uFFFC');
      const match = /(?:^|[\s\uFFFC])\/([\p{L}-]*)$/u.exec(before);
      if (match) {
        const query = match[1] ?? '';
        open = { query, from: $from.pos - query.length - 1, to: $from.pos };
      }
    }
    if (open && open.from === this.#slashDismissedAt) open = null;
    else if (!open) this.#slashDismissedAt = null;
    if (!open && !this.#slashOpen) return;
    this.#slashOpen = open !== null;
    this.#events.slash(open);
  }
}

const leaveAtom: Command = (state, dispatch) => {
  if (!(state.selection instanceof NodeSelection)) return false;
  dispatch?.(state.tr.setSelection(TextSelection.create(state.doc, state.selection.to)));
  return true;
};

/** Typing inside one paragraph joins; anything that changes how many there are stands alone. */
function coalescingKey(before: ProseNode, state: EditorState): string | null {
  const count = (doc: ProseNode) => doc.children.reduce((sum, scene) => sum + scene.childCount, 0);
  if (count(before) !== count(state.doc)) return null;
  const { $from } = state.selection;
  return $from.depth >= 2 ? `type:${String($from.node(2).attrs['id'])}` : null;
}

function spokenDecorations(doc: ProseNode, range: SpokenRange | null): DecorationSet {
  if (!range) return DecorationSet.empty;
  const decorations: Decoration[] = [];
  doc.descendants((node, pos) => {
    if (node.type.name !== 'paragraph') return true;
    if (node.attrs['id'] !== range.paragraph) return false;
    decorations.push(Decoration.node(pos, pos + node.nodeSize, { class: 'is-speaking' }));
    const part = nodeRange(node, range.sourceStart, range.sourceEnd);
    if (part)
      decorations.push(Decoration.inline(pos + 1 + part.from, pos + 1 + part.to, { class: 'spoken' }));
    return false;
  });
  return DecorationSet.create(doc, decorations);
}

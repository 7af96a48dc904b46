/**
 * How scenes and paragraphs look inside the script: a quiet heading over each scene, and beside each paragraph a
 * button for its feeling. The text itself is ProseMirror's; these only put a frame around it.
 */
import type { ParagraphId, SceneId } from '#core/base/ids.ts';
import type { EditorView, NodeView, ProseNode } from './prosemirror.ts';
import { EMOTION_LABELS, isEmotion } from './script-schema.ts';

export interface SceneViewEvents {
  sceneNote(scene: SceneId): string;
}
export interface ParagraphViewEvents {
  chooseEmotion(paragraph: ParagraphId, anchor: HTMLElement): void;
}

function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  className: string,
): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag);
  made.className = className;
  return made;
}

export class SceneView implements NodeView {
  readonly dom: HTMLElement;
  readonly contentDOM: HTMLElement;
  readonly #note: HTMLElement;
  readonly #events: SceneViewEvents;

  constructor(
    node: ProseNode,
    _view: EditorView,
    _getPos: () => number | undefined,
    events: SceneViewEvents,
  ) {
    this.#events = events;
    this.dom = element('section', 'scene');
    const heading = element('div', 'scene-heading');
    heading.contentEditable = 'false';
    // The number is counted by CSS: it is right however scenes move.
    const number = element('span', 'scene-number');
    this.#note = element('span', 'scene-note');
    heading.append(number, this.#note);
    this.contentDOM = element('div', 'scene-body');
    this.dom.append(heading, this.contentDOM);
    this.#show(node);
  }

  update(node: ProseNode): boolean {
    if (node.type.name !== 'scene') return false;
    this.#show(node);
    return true;
  }

  /** The heading's own changes are not edits of the script. */
  ignoreMutation(mutation: { readonly target: Node }): boolean {
    return !this.contentDOM.contains(mutation.target);
  }

  #show(node: ProseNode): void {
    const id = String(node.attrs['id']);
    if (this.dom.dataset['scene'] === id) return;
    this.dom.dataset['scene'] = id;
    this.#note.dataset['sceneNote'] = id;
    this.#note.textContent = this.#events.sceneNote(id as SceneId);
  }
}

export class ParagraphView implements NodeView {
  readonly dom: HTMLElement;
  readonly contentDOM: HTMLElement;
  readonly #button: HTMLButtonElement;
  #id = '';

  constructor(node: ProseNode, events: ParagraphViewEvents) {
    this.dom = element('div', 'paragraph');
    this.#button = element('button', 'paragraph-emotion');
    this.#button.type = 'button';
    this.#button.contentEditable = 'false';
    // Reached by keyboard through the toolbar and the `/` menu; a tab stop a paragraph would bury the rest.
    this.#button.tabIndex = -1;
    this.#button.addEventListener('mousedown', (event) => event.preventDefault());
    this.#button.addEventListener('click', () => events.chooseEmotion(this.#id as ParagraphId, this.#button));
    this.contentDOM = element('p', 'paragraph-text');
    this.dom.append(this.#button, this.contentDOM);
    this.update(node);
  }

  update(node: ProseNode): boolean {
    if (node.type.name !== 'paragraph') return false;
    const emotion: unknown = node.attrs['emotion'];
    const name = isEmotion(emotion) ? emotion : 'neutral';
    this.#id = String(node.attrs['id']);
    this.dom.dataset['paragraph'] = this.#id;
    this.dom.dataset['emotion'] = name;
    this.#button.title = `Feeling: ${EMOTION_LABELS[name]}`;
    this.#button.setAttribute('aria-label', `Feeling of this paragraph: ${EMOTION_LABELS[name]}`);
    return true;
  }

  ignoreMutation(mutation: { readonly target: Node }): boolean {
    return !this.contentDOM.contains(mutation.target);
  }
  /** Clicks on the button are the button's. */
  stopEvent(event: Event): boolean {
    return event.target instanceof Node && this.#button.contains(event.target);
  }
}

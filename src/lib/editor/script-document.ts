/**
 * Scenes' scripts to the editor's document and back. Pure and exact: a script that goes in comes out equal. Both ways
 * are remembered by object identity, so that a keystroke converts one paragraph and every other paragraph stays the
 * very same object (what the history, the cache keys and the engine compare by).
 */
import { newId, type ParagraphId, type SceneId } from '#core/base/ids.ts';
import type { Scene } from '#core/document/project.ts';
import type { Inline, Paragraph, Script, TextMarks } from '#core/document/script.ts';
import type { Mark, ProseNode } from './prosemirror.ts';
import { isEmotion, isGesture, scriptSchema } from './script-schema.ts';

export interface SceneScript {
  readonly id: SceneId;
  readonly script: Script;
}

const nodeOf = new WeakMap<Paragraph, ProseNode>();
const paragraphOf = new WeakMap<ProseNode, Paragraph>();
const scriptOf = new WeakMap<ProseNode, Script>();

function marksToProse(marks: TextMarks | undefined): Mark[] {
  const prose: Mark[] = [];
  if (marks?.emphasis !== undefined) prose.push(scriptSchema.mark('emphasis', { level: marks.emphasis }));
  if (marks?.pronunciation !== undefined)
    prose.push(scriptSchema.mark('pronunciation', { say: marks.pronunciation }));
  return prose;
}

function inlineToProse(inline: Inline): ProseNode | null {
  switch (inline.kind) {
    case 'text':
      return inline.text === '' ? null : scriptSchema.text(inline.text, marksToProse(inline.marks));
    case 'pause':
      return scriptSchema.node('pause', { durationS: inline.durationS });
    case 'gesture':
      return scriptSchema.node('gesture', { gesture: inline.gesture });
    case 'variable':
      return scriptSchema.node('variable', { name: inline.name, fallback: inline.fallback });
  }
}

function paragraphToProse(paragraph: Paragraph): ProseNode {
  const known = nodeOf.get(paragraph);
  if (known) return known;
  const content = paragraph.content.map(inlineToProse).filter((node) => node !== null);
  const node = scriptSchema.node('paragraph', { id: paragraph.id, emotion: paragraph.emotion }, content);
  nodeOf.set(paragraph, node);
  // Only where the way back is exact may it be remembered: adjoining equal runs come back as one.
  if (node.childCount === paragraph.content.length) paragraphOf.set(node, paragraph);
  return node;
}

/** The editor's document for these scenes. A scene without paragraphs gets an empty one to write in. */
export function scenesToDocument(scenes: readonly Pick<Scene, 'id' | 'script'>[]): ProseNode {
  const nodes = scenes.map((scene) => {
    const paragraphs = scene.script.paragraphs.map(paragraphToProse);
    if (paragraphs.length === 0)
      paragraphs.push(scriptSchema.node('paragraph', { id: newId<ParagraphId>(), emotion: 'neutral' }));
    return scriptSchema.node('scene', { id: scene.id }, paragraphs);
  });
  return scriptSchema.node('doc', null, nodes);
}

function marksFromProse(marks: readonly Mark[]): TextMarks | undefined {
  let emphasis: 1 | 2 | undefined;
  let pronunciation: string | undefined;
  for (const mark of marks) {
    if (mark.type.name === 'emphasis') emphasis = mark.attrs['level'] === 2 ? 2 : 1;
    if (mark.type.name === 'pronunciation') pronunciation = String(mark.attrs['say']);
  }
  if (emphasis === undefined && pronunciation === undefined) return undefined;
  return {
    ...(emphasis === undefined ? {} : { emphasis }),
    ...(pronunciation === undefined ? {} : { pronunciation }),
  };
}

function inlineFromProse(node: ProseNode): Inline {
  if (node.isText) {
    const marks = marksFromProse(node.marks);
    return { kind: 'text', text: node.text ?? '', ...(marks === undefined ? {} : { marks }) };
  }
  if (node.type.name === 'pause') return { kind: 'pause', durationS: Number(node.attrs['durationS']) };
  if (node.type.name === 'variable')
    return {
      kind: 'variable',
      name: String(node.attrs['name']),
      fallback: String(node.attrs['fallback']),
    };
  const gesture: unknown = node.attrs['gesture'];
  return { kind: 'gesture', gesture: isGesture(gesture) ? gesture : 'open-palms' };
}

function paragraphFromProse(node: ProseNode): Paragraph {
  const known = paragraphOf.get(node);
  if (known) return known;
  const emotion: unknown = node.attrs['emotion'];
  const paragraph: Paragraph = {
    id: String(node.attrs['id']) as ParagraphId,
    content: node.children.map(inlineFromProse),
    emotion: isEmotion(emotion) ? emotion : 'neutral',
  };
  paragraphOf.set(node, paragraph);
  nodeOf.set(paragraph, node);
  return paragraph;
}

/** The scripts a document holds, in order. Unchanged scenes give the very Script they gave before. */
export function documentToScenes(document: ProseNode): readonly SceneScript[] {
  return document.children.map((scene) => {
    let script = scriptOf.get(scene);
    if (!script) {
      script = { paragraphs: scene.children.map(paragraphFromProse) };
      scriptOf.set(scene, script);
    }
    return { id: String(scene.attrs['id']) as SceneId, script };
  });
}

/** Length a node adds to `paragraphText`: text as it is, a variable its fallback, other atoms nothing. */
function spokenLength(node: ProseNode): number {
  if (node.isText) return (node.text ?? '').length;
  return node.type.name === 'variable' ? String(node.attrs['fallback']).length : 0;
}

/** Offset in `paragraphText` of a position `offset` inside a paragraph node. */
export function sourceOffset(paragraph: ProseNode, offset: number): number {
  let source = 0;
  let at = 0;
  for (const child of paragraph.children) {
    if (at >= offset) break;
    if (child.isText) source += Math.min(offset - at, child.nodeSize);
    else source += spokenLength(child);
    at += child.nodeSize;
  }
  return source;
}

/** The range inside a paragraph node that covers [start, end) of its `paragraphText`; null where there is none. */
export function nodeRange(
  paragraph: ProseNode,
  start: number,
  end: number,
): { readonly from: number; readonly to: number } | null {
  let source = 0;
  let at = 0;
  let from: number | null = null;
  let to: number | null = null;
  for (const child of paragraph.children) {
    const length = spokenLength(child);
    if (length > 0 && source < end && source + length > start) {
      // A variable is one atom: touched at all, it is covered whole.
      from ??= child.isText ? at + Math.max(0, start - source) : at;
      to = child.isText ? at + Math.min(length, end - source) : at + child.nodeSize;
    }
    source += length;
    at += child.nodeSize;
  }
  return from === null || to === null ? null : { from, to };
}

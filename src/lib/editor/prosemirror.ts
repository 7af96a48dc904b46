/**
 * The one door to ProseMirror, the rich-text engine under the script. The rest of the editor speaks in its terms
 * (schema, state, view, commands) but takes them from here, so that the engine is named in a single file.
 */
export { Fragment, Schema, Slice } from 'prosemirror-model';
export type { Mark, Node as ProseNode, NodeType, ResolvedPos } from 'prosemirror-model';
export { EditorState, NodeSelection, Plugin, PluginKey, TextSelection } from 'prosemirror-state';
export type { Command, Transaction } from 'prosemirror-state';
export { Decoration, DecorationSet, EditorView } from 'prosemirror-view';
export type { NodeView } from 'prosemirror-view';
export { keymap } from 'prosemirror-keymap';
export { baseKeymap, chainCommands, splitBlockAs } from 'prosemirror-commands';

/**
 * What of a project is judged: every word that is said, shown or stands as a name, each in a piece of its own, so that
 * an edit has one piece judged again. A word with a pronunciation is judged both as it is written and as it is said.
 */
import type { Project } from '../../document/project.ts';
import { paragraphText, type Paragraph } from '../../document/script.ts';
import type { TextPiece, TextSpan } from './verdict.ts';

/** What a pronunciation mark makes of the words that it covers. */
export interface SaidMark {
  readonly text: string;
  /** Nobody here could tell what it says: a person looks. */
  readonly unread: boolean;
}
export type ReadMark = (say: string, written: string, language?: string) => SaidMark;

/** IPA between slashes or brackets, as it is spoken; anything else is a respelling. */
export function isPhonetic(say: string): boolean {
  return /^[/[].+[/\]]$/su.test(say.trim());
}

/** Where there is no dictionary at hand: a respelling in its letters, IPA as it is written. The server looks IPA up. */
export const plainMark: ReadMark = (say, written) => ({
  text: isPhonetic(say) ? written : say.replace(/[/[\]]/gu, ' ').trim(),
  unread: false,
});

/** The id of a paragraph's piece as it is said; as it is written it has the paragraph's own. */
export function saidPieceId(paragraphId: string): string {
  return `${paragraphId}:said`;
}

/** In reading order; pieces without a word are left out. Languages are those of the scenes' voices. */
export function textPieces(project: Project, read: ReadMark = plainMark): readonly TextPiece[] {
  const pieces: TextPiece[] = [{ id: 'project-name', kind: 'name', text: project.name }];
  for (const scene of project.scenes) {
    const language =
      scene.recording?.language ?? project.voices.find((voice) => voice.id === scene.voice)?.language;
    const spoken = language === undefined ? {} : { language };
    for (const paragraph of scene.script.paragraphs) {
      const text = paragraphText(paragraph);
      pieces.push({ id: paragraph.id, kind: 'script', text, ...spoken });
      const { text: said, unread } = saidText(paragraph, read, language);
      if (said !== text)
        pieces.push({
          ...{ id: saidPieceId(paragraph.id), kind: 'script', text: said, ...spoken },
          ...(unread.length > 0 ? { unread } : {}),
        });
    }
    for (const layer of scene.layers)
      if (layer.kind === 'text') pieces.push({ id: layer.id, kind: 'on-screen', text: layer.text });
  }
  for (const presenter of project.presenters)
    pieces.push({ id: presenter.id, kind: 'name', text: presenter.name });
  for (const voice of project.voices) pieces.push({ id: voice.id, kind: 'name', text: voice.name });
  return pieces.filter(({ text }) => text.trim() !== '');
}

/** With words in the place of which others are said. */
function saidText(
  paragraph: Paragraph,
  read: ReadMark,
  language: string | undefined,
): { readonly text: string; readonly unread: readonly TextSpan[] } {
  let text = '';
  const unread: TextSpan[] = [];
  for (const inline of paragraph.content) {
    if (inline.kind === 'variable') text += inline.fallback;
    if (inline.kind !== 'text') continue;
    const say = inline.marks?.pronunciation?.trim() ?? '';
    const said = say === '' ? null : read(say, inline.text, language);
    if (said?.unread) unread.push({ start: text.length, end: text.length + said.text.length });
    text += said?.text ?? inline.text;
  }
  return { text, unread };
}

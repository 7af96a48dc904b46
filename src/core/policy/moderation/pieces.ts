/**
 * What of a project is judged: every word that is said, shown or stands as a name, each in a piece of its own, so that
 * an edit has one piece judged again. A word with a respelling is judged both as it is written and as it is said.
 */
import type { Project } from '../../document/project.ts';
import { paragraphText, type Paragraph } from '../../document/script.ts';
import type { TextPiece } from './verdict.ts';

/** The id of a paragraph's piece as it is said; as it is written it has the paragraph's own. */
export function saidPieceId(paragraphId: string): string {
  return `${paragraphId}:said`;
}

/** In reading order; pieces without a word are left out. Languages are those of the scenes' voices. */
export function textPieces(project: Project): readonly TextPiece[] {
  const pieces: TextPiece[] = [{ id: 'project-name', kind: 'name', text: project.name }];
  for (const scene of project.scenes) {
    const language =
      scene.recording?.language ?? project.voices.find((voice) => voice.id === scene.voice)?.language;
    const spoken = language === undefined ? {} : { language };
    for (const paragraph of scene.script.paragraphs) {
      const text = paragraphText(paragraph);
      pieces.push({ id: paragraph.id, kind: 'script', text, ...spoken });
      const said = saidText(paragraph);
      if (said !== text)
        pieces.push({ id: saidPieceId(paragraph.id), kind: 'script', text: said, ...spoken });
    }
    for (const layer of scene.layers)
      if (layer.kind === 'text') pieces.push({ id: layer.id, kind: 'on-screen', text: layer.text });
  }
  for (const presenter of project.presenters)
    pieces.push({ id: presenter.id, kind: 'name', text: presenter.name });
  for (const voice of project.voices) pieces.push({ id: voice.id, kind: 'name', text: voice.name });
  return pieces.filter(({ text }) => text.trim() !== '');
}

/** With respelt words in their respelling; IPA is left as it is written, because no policy reads it. */
function saidText(paragraph: Paragraph): string {
  let text = '';
  for (const inline of paragraph.content) {
    if (inline.kind === 'variable') text += inline.fallback;
    if (inline.kind !== 'text') continue;
    const respelt = inline.marks?.pronunciation;
    text += respelt !== undefined && !respelt.startsWith('/') ? respelt : inline.text;
  }
  return text;
}

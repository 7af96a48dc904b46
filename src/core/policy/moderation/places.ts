/**
 * Findings as an author meets them: each at its place in the project, in reading order, with the words it means as they
 * stand there. What was found only in how a word is said is shown under the word as it is written.
 */
import type { AssetHash, LayerId, ParagraphId, PresenterId, SceneId, VoiceId } from '../../base/ids.ts';
import type { Project } from '../../document/project.ts';
import { paragraphText, type Paragraph } from '../../document/script.ts';
import { pictureIn, picturesOf } from './images/project-pictures.ts';
import { isPhonetic, plainMark, saidPieceId } from './pieces.ts';
import type { Finding, PieceVerdict, TextSpan } from './verdict.ts';

export type FindingPlace =
  | { readonly kind: 'script'; readonly scene: SceneId; readonly paragraph: ParagraphId }
  | { readonly kind: 'on-screen'; readonly scene: SceneId; readonly layer: LayerId }
  | { readonly kind: 'project-name' }
  | { readonly kind: 'presenter-name'; readonly presenter: PresenterId }
  | { readonly kind: 'voice-name'; readonly voice: VoiceId }
  /** A picture, wherever it is shown; its words are its name. */
  | { readonly kind: 'picture'; readonly picture: AssetHash };

export interface PlacedFinding {
  /** The same for the same finding at the same words, so that a list keeps its place over an edit elsewhere. */
  readonly key: string;
  readonly place: FindingPlace;
  readonly finding: Finding;
  /** In the place's own text, as a person wrote it; all of it where the finding names no words. */
  readonly span: TextSpan;
  readonly words: string;
}

/** @param project the one that was judged: spans are offsets into its words */
export function placedFindings(
  project: Project,
  { pieces }: { readonly pieces: readonly PieceVerdict[] },
): readonly PlacedFinding[] {
  const found = new Map(pieces.map(({ pieceId, findings }) => [pieceId, findings]));
  const placed: PlacedFinding[] = [];
  const put = (place: FindingPlace, id: string, text: string, findings: readonly Finding[]) => {
    for (const finding of inReadingOrder(findings)) {
      const span = finding.span ?? { start: 0, end: text.length };
      const key = `${id} ${finding.rule} ${span.start} ${span.end}`;
      placed.push({ key, place, finding, span, words: text.slice(span.start, span.end) });
    }
  };
  put({ kind: 'project-name' }, 'project-name', project.name, found.get('project-name') ?? []);
  for (const { id: scene, script, layers } of project.scenes) {
    for (const paragraph of script.paragraphs) {
      const place = { kind: 'script', scene, paragraph: paragraph.id } as const;
      const written = found.get(paragraph.id) ?? [];
      const said = onlySaid(paragraph, found.get(saidPieceId(paragraph.id)) ?? [], written);
      put(place, paragraph.id, paragraphText(paragraph), [...written, ...said]);
    }
    for (const layer of layers)
      if (layer.kind === 'text')
        put({ kind: 'on-screen', scene, layer: layer.id }, layer.id, layer.text, found.get(layer.id) ?? []);
  }
  for (const { id, name } of project.presenters)
    put({ kind: 'presenter-name', presenter: id }, id, name, found.get(id) ?? []);
  for (const { id, name } of project.voices)
    put({ kind: 'voice-name', voice: id }, id, name, found.get(id) ?? []);
  for (const picture of picturesOf(project))
    if (found.has(picture))
      put({ kind: 'picture', picture }, picture, pictureIn(project, picture).name, found.get(picture) ?? []);
  return placed;
}

/** Findings in what is said, at the written words; without those that the written words show themselves. */
function onlySaid(paragraph: Paragraph, said: readonly Finding[], written: readonly Finding[]): Finding[] {
  return said
    .map((finding) => ({ ...finding, span: finding.span && writtenSpan(paragraph, finding.span) }))
    .filter(
      ({ rule, span }) =>
        !written.some(
          (other) =>
            other.rule === rule &&
            (!span || !other.span || (other.span.start < span.end && span.start < other.span.end)),
        ),
    );
}

/** A span of what is said, in `paragraphText`: a word with a respelling is meant whole, however little of it is. */
export function writtenSpan(paragraph: Paragraph, said: TextSpan): TextSpan {
  let [from, at] = [0, 0];
  let start: number | null = null;
  let end = 0;
  for (const inline of paragraph.content) {
    if (inline.kind !== 'text' && inline.kind !== 'variable') continue;
    const written = inline.kind === 'text' ? inline.text : inline.fallback;
    const say = inline.kind === 'text' ? (inline.marks?.pronunciation?.trim() ?? '') : '';
    const whole = say !== '' && !isPhonetic(say);
    const length = whole ? plainMark(say, written).text.length : written.length;
    if (from < said.end && from + length > said.start) {
      start ??= whole ? at : at + Math.max(0, said.start - from);
      end = whole ? at + written.length : at + Math.min(written.length, said.end - from);
    }
    from += length;
    at += written.length;
  }
  return { start: start ?? 0, end };
}

function inReadingOrder(findings: readonly Finding[]): Finding[] {
  return findings.toSorted((a, b) => (a.span?.start ?? 0) - (b.span?.start ?? 0));
}

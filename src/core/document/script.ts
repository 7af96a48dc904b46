/**
 * A script: paragraphs of text with inline marks. Text is kept exactly as typed: Orator never rewrites a word.
 */
import type { ParagraphId } from '../base/ids.ts';

export const GESTURES = [
  'open-palms', // both hands open outwards: presenting
  'offer', // one palm up towards the viewer: giving an idea
  'point', // index finger towards the viewer
  'point-aside', // index finger towards the picture beside
  'count-one',
  'count-two',
  'count-three',
  'beat', // one small downward beat on the stressed word
  'beat-both', // both hands beat
  'chop', // edge of the hand: precise
  'spread', // hands move apart: large, all
  'gather', // hands come together: small, sum up
  'heart', // hand to chest: sincerely
  'wave', // greeting
  'stop', // palm towards the viewer: no, wait
  'shrug', // shoulders and palms up
  'thumbs-up',
] as const;
export type GestureName = (typeof GESTURES)[number];

export const EMOTIONS = ['neutral', 'warm', 'joyful', 'serious', 'concerned', 'surprised'] as const;
export type EmotionName = (typeof EMOTIONS)[number];

/** Marks that a stretch of text can carry. */
export interface TextMarks {
  /** 1 is stressed, 2 strongly stressed. */
  readonly emphasis?: 1 | 2;
  /** How to say it: IPA between slashes (`/təˈmeɪtoʊ/`) or a respelling in plain words (`oh rah tor`). */
  readonly pronunciation?: string;
}

export type Inline =
  | { readonly kind: 'text'; readonly text: string; readonly marks?: TextMarks }
  | { readonly kind: 'pause'; readonly durationS: number }
  | { readonly kind: 'gesture'; readonly gesture: GestureName }
  /** Filled per recipient; spoken as its fallback when there is none. */
  | { readonly kind: 'variable'; readonly name: string; readonly fallback: string };

export interface Paragraph {
  readonly id: ParagraphId;
  readonly content: readonly Inline[];
  readonly emotion: EmotionName;
}

export interface Script {
  readonly paragraphs: readonly Paragraph[];
}

/** The words of a paragraph as the person typed them; variables give their fallback, other marks nothing. */
export function paragraphText(paragraph: Paragraph): string {
  let text = '';
  for (const inline of paragraph.content) {
    if (inline.kind === 'text') text += inline.text;
    else if (inline.kind === 'variable') text += inline.fallback;
  }
  return text;
}

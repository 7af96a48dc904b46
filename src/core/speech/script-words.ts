/**
 * A paragraph as words, each with its place in `paragraphText` and what the script's marks say about it. A word is
 * what stands between spaces or dashes; signs that stand alone (a dash, an emoji) belong to the word before them, so
 * that captions keep every sign.
 */
import { type GestureName, paragraphText, type Paragraph } from '../document/script.ts';

export interface ScriptWord {
  /** As typed, punctuation included. */
  readonly text: string;
  /** UTF-16 offsets into paragraphText. */
  readonly start: number;
  readonly end: number;
  readonly emphasis: 0 | 1 | 2;
  /** From a pronunciation mark: what to say instead of text[from, to), offsets into `text`. */
  readonly pronunciation: { readonly say: string; readonly from: number; readonly to: number } | null;
  /** The line ends after this word. */
  readonly endsLine: boolean;
  /** Silence the script asks for after this word. */
  readonly pauseAfterS: number;
}

export interface ScriptWords {
  readonly words: readonly ScriptWord[];
  /** Silence asked for before the first word. */
  readonly leadingPauseS: number;
  /** `before`: the word that follows, or words.length at the end. `afterPause`: a pause mark stands before it there. */
  readonly gestures: readonly {
    readonly gesture: GestureName;
    readonly before: number;
    readonly afterPauseS: number;
  }[];
}

/** Longest pause a single mark can ask for. */
const MAX_PAUSE_S = 60;

interface Span {
  readonly start: number;
  readonly end: number;
}

export function scriptWords(paragraph: Paragraph): ScriptWords {
  const text = paragraphText(paragraph);
  const spans = wordSpans(text);
  const marks = readMarks(paragraph);
  const pauseAfter = new Array<number>(spans.length).fill(0);
  let leadingPauseS = 0;
  // Pauses and gestures stand at an offset; inside a word they count as after it (pause) or before it (gesture).
  const pausesSoFar = new Map<number, number>();
  const gestures: { gesture: GestureName; before: number; afterPauseS: number }[] = [];
  for (const mark of marks.points) {
    const before = spans.filter(({ start }) => start < mark.at).length;
    if (mark.kind === 'pause') {
      if (before === 0) leadingPauseS += mark.durationS;
      else pauseAfter[before - 1] = (pauseAfter[before - 1] as number) + mark.durationS;
      pausesSoFar.set(before, (pausesSoFar.get(before) ?? 0) + mark.durationS);
    } else {
      const inside = before > 0 && mark.at < (spans[before - 1] as Span).end;
      const place = inside ? before - 1 : before;
      gestures.push({
        gesture: mark.gesture,
        before: place,
        afterPauseS: inside ? 0 : (pausesSoFar.get(before) ?? 0),
      });
    }
  }
  const words = spans.map(({ start, end }, i): ScriptWord => {
    const overlaps = (span: Span) => span.start < end && span.end > start;
    const emphasis = marks.emphasis
      .filter((span) => overlaps(span) && /[\p{L}\p{N}]/u.test(common(text, span, { start, end })))
      .reduce<0 | 1 | 2>((most, { level }) => (level > most ? level : most), 0);
    const said = marks.pronunciation.find(overlaps);
    return {
      text: text.slice(start, end),
      start,
      end,
      emphasis,
      pronunciation: said
        ? {
            say: pronunciationFor(said, spans.filter(overlapsWith(said)), start),
            from: Math.max(0, said.start - start),
            to: Math.min(end, said.end) - start,
          }
        : null,
      endsLine: /[\n\r\u2028]/u.test(text.slice(end, spans[i + 1]?.start ?? end)),
      pauseAfterS: pauseAfter[i] as number,
    };
  });
  return { words, leadingPauseS, gestures };
}

function overlapsWith(a: Span): (b: Span) => boolean {
  return (b) => b.start < a.end && b.end > a.start;
}

function common(text: string, a: Span, b: Span): string {
  return text.slice(Math.max(a.start, b.start), Math.min(a.end, b.end));
}

interface Marks {
  readonly emphasis: readonly (Span & { readonly level: 1 | 2 })[];
  readonly pronunciation: readonly (Span & { readonly say: string })[];
  readonly points: readonly (
    | { readonly kind: 'pause'; readonly at: number; readonly durationS: number }
    | { readonly kind: 'gesture'; readonly at: number; readonly gesture: GestureName }
  )[];
}

function readMarks(paragraph: Paragraph): Marks {
  const emphasis: (Span & { level: 1 | 2 })[] = [];
  const pronunciation: (Span & { say: string })[] = [];
  const points: Marks['points'][number][] = [];
  let at = 0;
  for (const inline of paragraph.content) {
    switch (inline.kind) {
      case 'text': {
        const end = at + inline.text.length;
        const { marks } = inline;
        if (marks?.emphasis) emphasis.push({ start: at, end, level: marks.emphasis });
        if (marks?.pronunciation?.trim())
          pronunciation.push({ start: at, end, say: marks.pronunciation.trim() });
        at = end;
        break;
      }
      case 'variable':
        at += inline.fallback.length;
        break;
      case 'pause': {
        const durationS = Number.isFinite(inline.durationS)
          ? Math.min(MAX_PAUSE_S, Math.max(0, inline.durationS))
          : 0;
        points.push({ kind: 'pause', at, durationS });
        break;
      }
      case 'gesture':
        points.push({ kind: 'gesture', at, gesture: inline.gesture });
        break;
      default:
        inline satisfies never;
    }
  }
  return { emphasis, pronunciation, points };
}

/** A mark over several words gives each its own part when it has as many; else the first word gets it all. */
function pronunciationFor(
  mark: Span & { readonly say: string },
  covered: readonly Span[],
  start: number,
): string {
  const which = covered.findIndex((span) => span.start === start);
  if (covered.length <= 1) return mark.say;
  const slashes = /^\/(.*)\/$/su.exec(mark.say);
  const parts = (slashes ? (slashes[1] as string) : mark.say).trim().split(/\s+/u);
  if (parts.length === covered.length) return slashes ? `/${parts[which]}/` : (parts[which] as string);
  return which === 0 ? mark.say : '';
}

/** Letters or digits of any script, or a sign that is read aloud. */
const SAID = /[\p{L}\p{N}&@+=#%€$£¥°]/u;

/** A dash between two letters parts words; it stays with the first. */
const DASH = /(?<=[\p{L}\p{N}.,;:!?’'"”)])(?:[—―]|--+|–(?=\p{L}))/gu;

export function wordSpans(text: string): Span[] {
  const pieces: Span[] = [];
  for (const match of text.matchAll(/\S+/gu)) {
    let start = match.index;
    const end = start + match[0].length;
    // Web addresses keep their dashes.
    if (!/^(?:https?:|www\.)/iu.test(match[0]))
      for (const dash of match[0].matchAll(DASH)) {
        const cut = match.index + dash.index + dash[0].length;
        if (cut >= end) break;
        pieces.push({ start, end: cut });
        start = cut;
      }
    pieces.push({ start, end });
  }
  return joinSigns(text, pieces);
}

function joinSigns(text: string, pieces: readonly Span[]): Span[] {
  const words: { start: number; end: number }[] = [];
  let waiting: number | null = null;
  for (const { start, end } of pieces) {
    const before = words.at(-1);
    if (SAID.test(text.slice(start, end))) {
      words.push({ start: waiting ?? start, end });
      waiting = null;
    } else if (before) before.end = end;
    else waiting ??= start;
  }
  // A paragraph of signs alone is one silent word, so that its caption still shows.
  if (waiting !== null && words.length === 0)
    words.push({ start: waiting, end: (pieces.at(-1) as Span).end });
  return words;
}

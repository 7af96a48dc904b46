/**
 * English text to spoken words. The text on screen never changes: every spoken word knows the word it was typed as,
 * and one typed word may give many. Rules are asked in order at each word; the first that knows answers.
 */
import type { ScriptWord } from '../script-words.ts';
import { parseIpa } from '../ipa.ts';
import type { SpokenToken, TimedWord } from '../ports.ts';
import type { StressedPhone } from '../phone.ts';
import { ABBREVIATION_RULES, keepsItsDot } from './abbreviations.ts';
import { CALENDAR_RULES } from './calendar.ts';
import { letterPhones, withS } from './letters.ts';
import { plainReading } from './plain.ts';
import { QUANTITY_RULES } from './quantities.ts';
import { type Rule, viewOf, type WordView } from './reading.ts';
import { WEB_RULES } from './web.ts';

type Boundary = TimedWord['boundary'];

const RULES: readonly Rule[] = [...WEB_RULES, ...CALENDAR_RULES, ...QUANTITY_RULES, ...ABBREVIATION_RULES];

/** The spoken words, and each typed word's break, in order. */
export interface Normalised {
  readonly tokens: readonly SpokenToken[];
  readonly boundaries: readonly Boundary[];
}

export function normalise(words: readonly ScriptWord[]): Normalised {
  const views = words.map((word) => viewOf(word.text));
  const boundaries = words.map((word, i): Boundary => {
    const own = boundaryAfter(views[i] as WordView, views[i + 1]);
    // A line that ends without a sign is a line of a list, or of a poem.
    return word.endsLine && (own === 'none' || own === 'comma') ? 'clause' : own;
  });
  const readings = readAll(words, views);
  const tokens = words.flatMap((word, w) => {
    const said = readings[w] ?? [];
    return said.map((part, i): SpokenToken => {
      const last = i === said.length - 1;
      return {
        spoken: part.spoken,
        ...(part.phones === undefined ? {} : { phones: part.phones }),
        word: w,
        emphasis: word.emphasis,
        boundary: last ? (boundaries[w] as Boundary) : 'none',
        pauseAfterS: last ? word.pauseAfterS : 0,
      };
    });
  });
  return { tokens: withPausesOfSilentWords(words, readings, tokens), boundaries };
}

/** A pause after a word that is not said belongs to the last spoken word before it. */
function withPausesOfSilentWords(
  words: readonly ScriptWord[],
  readings: readonly (readonly Part[])[],
  tokens: readonly SpokenToken[],
): SpokenToken[] {
  const out = [...tokens];
  words.forEach((word, w) => {
    if ((readings[w]?.length ?? 0) > 0 || word.pauseAfterS === 0) return;
    const at = out.findLastIndex((token) => token.word < w);
    const token = out[at];
    if (token) out[at] = { ...token, pauseAfterS: token.pauseAfterS + word.pauseAfterS };
  });
  return out;
}

interface Part {
  readonly spoken: string;
  readonly phones?: readonly StressedPhone[];
}

function readAll(words: readonly ScriptWord[], views: readonly WordView[]): Part[][] {
  const shouted = isShouted(views);
  const readings: Part[][] = [];
  while (readings.length < words.length) {
    const at = readings.length;
    const word = words[at] as ScriptWord;
    if (word.pronunciation) {
      readings.push(pronounced(word, shouted));
      continue;
    }
    const found = applyRules(views, at, words) ?? [byPieces((views[at] as WordView).core, shouted)];
    for (const reading of found) readings.push(toParts(reading));
  }
  return readings;
}

/** Readings that run into a word with its own pronunciation are not taken: that word is said as the script says. */
function applyRules(
  views: readonly WordView[],
  at: number,
  words?: readonly ScriptWord[],
): readonly string[] | null {
  for (const rule of RULES) {
    const found = rule(views, at);
    if (found && !found.some((_, i) => i > 0 && words?.[at + i]?.pronunciation)) return found;
  }
  return null;
}

/** A word that no rule knows whole: its parts between hyphens, slashes and such are asked one by one. */
function byPieces(core: string, shouted: boolean): string {
  const pieces = core.split(
    /[-‐‑–—/|\\,;:()[\]{}"“”«»*]+|\.(?=\p{L})|(?<=\p{L}{3})(?=\d)|(?<=\d)(?=\p{Lu}?\p{Ll}{2,})|…/u,
  );
  return pieces
    .map((piece) => {
      if (piece === '') return '';
      // Alone, without neighbours, so that "twenty-Nov" is not a date.
      if (pieces.length > 1) {
        const own = applyRules([viewOf(piece)], 0);
        if (own) return own.join(' ');
      }
      return plainReading(piece, shouted);
    })
    .filter((reading) => reading !== '')
    .join(' ');
}

/** A text that is mostly capitals: then they tell us nothing. */
function isShouted(views: readonly WordView[]): boolean {
  const lettered = views.filter(({ core }) => /\p{L}{2,}/u.test(core));
  const capital = lettered.filter(({ core }) => core === core.toUpperCase());
  return lettered.length >= 2 && capital.length >= 0.7 * lettered.length;
}

/** A reading as spoken words: capitals are letters, with their phones. */
function toParts(reading: string): Part[] {
  return reading
    .split(/\s+/u)
    .filter((word) => /[A-Za-z]/u.test(word))
    .flatMap((word): Part[] => {
      const letter = /^([A-Z])('?s)?$/u.exec(word);
      if (letter) {
        const name = letter[1] as string;
        return [{ spoken: name.toLowerCase(), phones: letterPhones(name, letter[2] !== undefined) }];
      }
      const spoken = word
        .toLowerCase()
        .replace(/[^a-z']/gu, '')
        .replace(/^'+|'+$/gu, '');
      return spoken === '' ? [] : [{ spoken }];
    });
}

/** What a pronunciation mark asks for; what the mark does not cover of the word is read as usual. */
function pronounced(word: ScriptWord, shouted: boolean): Part[] {
  const { say, from, to } = word.pronunciation as NonNullable<ScriptWord['pronunciation']>;
  const rest = (text: string) => toParts(byPieces(viewOf(text).core, shouted));
  const before = rest(word.text.slice(0, from));
  const after = word.text.slice(to);
  const own = sayAs(say);
  const possessive = /^['’]?s(?!\p{L})/u.test(after);
  if (!possessive) return [...before, ...own, ...rest(after)];
  const last = own.at(-1);
  const joined: Part[] = last?.phones
    ? [...own.slice(0, -1), { spoken: last.spoken, phones: withS(last.phones) }]
    : last
      ? [...own.slice(0, -1), { spoken: `${last.spoken}'s` }]
      : own;
  return [...before, ...joined];
}

function sayAs(say: string): Part[] {
  const ipa = /^[/[](.+)[/\]]$/su.exec(say);
  if (ipa) {
    const said = parseIpa(ipa[1] as string);
    // The voice never reads the name, but Flite's melody wants a word that is no function word.
    if (said) return said.map((phones) => ({ spoken: 'word', phones }));
  }
  return toParts(
    byPieces(
      viewOf(
        say
          .replace(/[/[\]]/gu, ' ')
          .trim()
          .replace(/\s+/gu, '-'),
      ).core,
      true,
    ),
  );
}

function boundaryAfter(view: WordView, next: WordView | undefined): Boundary {
  const tail = view.tail;
  if (tail.includes('?')) return 'question';
  if (tail.includes('!')) return 'exclamation';
  if (/[。．｡]/u.test(tail)) return 'sentence';
  if (/…|\.\./u.test(tail)) return next ? 'clause' : 'sentence';
  if (/\.[)”"'’]*[,;:]/u.test(tail)) return /[;:]/u.test(tail) ? 'clause' : 'comma';
  if (tail.includes('.') && !keepsItsDot(view.core, next)) return 'sentence';
  if (/[;:—―]|--/u.test(tail) || /\s[-–]/u.test(tail)) return 'clause';
  if (/[,，、)]/u.test(tail) || /[([]/u.test(next?.lead ?? '')) return 'comma';
  return 'none';
}

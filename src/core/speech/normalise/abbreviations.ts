/** Shortened words, titles, letters with dots, and Roman numerals. */
import { cardinal, ordinal, romanValue } from './numbers.ts';
import { isCapitalised, type Rule, spell } from './reading.ts';
import { unitName } from './units.ts';

/** Need their full stop, for without it they are words or names of their own. */
const DOTTED: Readonly<Record<string, string>> = {
  no: 'number',
  fig: 'figure',
  figs: 'figures',
  ch: 'chapter',
  vol: 'volume',
  ed: 'edition',
  gen: 'general',
  col: 'colonel',
  sen: 'senator',
  rep: 'representative',
  pres: 'president',
  hon: 'honorable',
  rev: 'reverend',
  sr: 'senior',
  co: 'company',
  max: 'maximum',
  min: 'minimum',
  avg: 'average',
  est: 'established',
  ext: 'extension',
  p: 'page',
  pp: 'pages',
  c: 'circa',
  ca: 'circa',
  art: 'article',
  sec: 'section',
  mt: 'mount',
  ave: 'avenue',
  cf: 'compare',
  al: 'al',
  tel: 'telephone',
  op: 'opus',
  resp: 'respectively',
  univ: 'university',
};

/** Read in full with or without their full stop. */
const ALWAYS: Readonly<Record<string, string>> = {
  mr: 'mister',
  mrs: 'missus',
  ms: 'miz',
  prof: 'professor',
  vs: 'versus',
  etc: 'et cetera',
  approx: 'approximately',
  dept: 'department',
  inc: 'incorporated',
  ltd: 'limited',
  corp: 'corporation',
  jr: 'junior',
  capt: 'captain',
  lt: 'lieutenant',
  sgt: 'sergeant',
  gov: 'governor',
  blvd: 'boulevard',
  rd: 'road',
  govt: 'government',
  incl: 'including',
  excl: 'excluding',
  'w/': 'with',
  'w/o': 'without',
  'b/c': 'because',
  aka: 'A K A',
};

/** Letters with dots inside; keys without the dots. */
const LETTERS: Readonly<Record<string, string>> = {
  eg: 'for example',
  ie: 'that is',
  am: 'A M',
  pm: 'P M',
  phd: 'P H D',
};

/** Titles stand before a name, so their full stop never ends a sentence. */
const TITLES = new Set(
  'mr mrs ms dr prof st capt lt sgt gen col sen rep gov pres rev hon mt ft messrs fr no fig figs vol ch p pp approx vs cf eg ie ca'.split(
    ' ',
  ),
);

/**
 * Whether the full stop after this word is part of the word rather than the end of a sentence.
 * @param core the word without it. @param next the word that follows, if any.
 */
export function keepsItsDot(
  core: string,
  next: { readonly core: string; readonly lead: string } | undefined,
): boolean {
  if (next === undefined) return false;
  const key = core.toLowerCase().replace(/\./gu, '');
  const startsSentence = /^\p{Lu}/u.test(next.core);
  if (TITLES.has(key)) return key !== 'no' || /^\d/u.test(next.core);
  if (/^[A-Z]$/u.test(core) && core !== 'I') return true; // an initial
  // U.S., D.C. and Ph.D. stand in the middle of sentences before capitals; only a common opening word ends one.
  if (DEGREE.test(core) || /^(?:[A-Z]\.)+[A-Z]$/u.test(core))
    return !startsSentence || !OPENERS.has(next.core);
  const shortened =
    Object.hasOwn(DOTTED, key) ||
    Object.hasOwn(ALWAYS, key) ||
    /^(?:[A-Za-z]\.)+[A-Za-z]$/u.test(core) ||
    isDateWord(key);
  return shortened && (!startsSentence || (isDateWord(key) && /^\d/u.test(next.core)));
}

const DEGREE = /^(?:Ph\.?D|[BM]\.Sc|[BM]\.?Eng|[BM]\.Ed)$/u;

const OPENERS = new Set(
  'The A An It He She We They You I This That These Those There In On At But And So If When While What Why How Who Our My His Her Its Their As After Before Then Now Today'.split(
    ' ',
  ),
);

function isDateWord(key: string): boolean {
  return /^(?:jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec|mon|tues?|wed|thur?s?|fri|sat|sun)$/u.test(key);
}

const abbreviations: Rule = (words, at) => {
  const view = words[at];
  if (!view) return null;
  const next = words[at + 1];
  const before = words[at - 1];
  const key = view.core.toLowerCase();
  const dotted = view.tail.startsWith('.');
  // A shortened word is small or begins with a capital: in capitals it is an initialism.
  const shaped = view.core === key || /^[A-Z][a-z]+$/u.test(view.core);
  if (key === 'dr' && shaped) {
    const street = isCapitalised(before) && !isCapitalised(next) && before?.tail === '';
    return [street ? 'drive' : 'doctor'];
  }
  if (key === 'st' && shaped) {
    const saint = isCapitalised(next) && !(isCapitalised(before) && before?.tail === '' && !dotted);
    return [
      saint && !(isCapitalised(before) && before?.tail === '' && !isName(before.core)) ? 'saint' : 'street',
    ];
  }
  if (key === 'ft' && dotted && shaped && isCapitalised(next)) return ['fort'];
  // A unit without its number, which cannot be read as a word.
  if (/^[kcmn]?(?:m|g|l)$|^(?:mph|kph|[KMGT]B|[kMG]?Hz|kWh?|lbs?|km\/h)$/u.test(view.core) && key.length > 1)
    return [unitName(view.core, false) ?? spell(view.core)];
  if (key === 'no' && dotted) return /^\d/u.test(next?.core ?? '') ? ['number'] : null;
  if ((key === 'p' || key === 'c' || key === 'pp') && !/^\d/u.test(next?.core ?? '')) return null;
  if (dotted && shaped && Object.hasOwn(DOTTED, key)) {
    // "He is in his sec." or "… at max." at the end of a text is the word itself.
    return next !== undefined || ['co', 'sr', 'ave', 'al'].includes(key) ? [DOTTED[key] as string] : null;
  }
  if (shaped && Object.hasOwn(ALWAYS, key)) return [ALWAYS[key] as string];
  return null;
};

/** Words after which "St" begins a saint's name all the same. */
function isName(word: string): boolean {
  return /^(?:The|In|At|And|From|To|Of|Visit|On)$/u.test(word);
}

/** U.S., e.g., Ph.D., J.R.R. */
const dottedLetters: Rule = (words, at) => {
  const core = words[at]?.core ?? '';
  const key = core.toLowerCase().replace(/[.']/gu, '');
  if (DEGREE.test(core)) return [spell(core)];
  const found = /^((?:\p{L}\.)+\p{L})\.?('s|s)?$/u.exec(core);
  if (!found) return null;
  const bare = (found[1] as string).toLowerCase().replace(/\./gu, '');
  if (core === core.toLowerCase() && Object.hasOwn(LETTERS, key)) return [LETTERS[key] as string];
  return [spell(bare) + (found[2] ? "'s" : '')];
};

const REGNAL = new Set(
  (
    'charles henry elizabeth george william james louis edward richard philip francis napoleon nicholas peter alexander ' +
    'paul pius benedict leo frederick ivan catherine john mary robert david ferdinand innocent gregory clement otto ' +
    'wilhelm ramses ptolemy umberto leopold christian haakon gustav margrethe xvi'
  ).split(' '),
);
const NUMBERED = new Set(
  'chapter part act scene section volume book phase type war figure appendix bowl stage level grade class article unit lesson episode season title tier'.split(
    ' ',
  ),
);

/** Chapter IV, World War II, Henry VIII. */
const roman: Rule = (words, at) => {
  const core = (words[at]?.core ?? '').replace(/'s$/u, '');
  const value = romanValue(core);
  const before = words[at - 1];
  if (value !== null && /^centur(?:y|ies)$/u.test(words[at + 1]?.core ?? '')) return [ordinal(String(value))];
  if (value === null || !before || before.tail !== '' || !isCapitalised(before)) return null;
  const own = (words[at]?.core ?? '').endsWith("'s") ? "'s" : '';
  const name = before.core.toLowerCase();
  const number = String(value);
  if (NUMBERED.has(name)) return [cardinal(number) + own];
  if (REGNAL.has(name))
    return core === 'I' && /^[a-z]/u.test(words[at + 1]?.core ?? '') && before.core !== 'Elizabeth'
      ? null
      : [`the ${ordinal(number)}${own}`];
  // After other names only what cannot be an initialism or a word.
  return /^(?:II|III|IV|VI|VII|VIII|IX|XI|XII|XIII|XIV|XV)$/u.test(core) && /^[A-Z][a-z]/u.test(before.core)
    ? [cardinal(number) + own]
    : null;
};

export const ABBREVIATION_RULES: readonly Rule[] = [dottedLetters, roman, abbreviations];

/** Numbers that count something: money, percentages, measures, ranges, fractions, and plain ones. */
import { cardinal, decimal, digits, fraction, ordinal, year } from './numbers.ts';
import type { Rule } from './reading.ts';
import { shortDate } from './calendar.ts';
import { unitName } from './units.ts';

const NUMBER = String.raw`\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+`;
const re = (source: string, flags = 'u') => new RegExp(source.replaceAll('NUM', `(?:${NUMBER})`), flags);

/** A number with its sign. */
function signed(text: string): string {
  const sign = /^[-−–]/u.test(text) ? 'minus ' : text.startsWith('+') ? 'plus ' : '';
  return sign + decimal(text.replace(/^[-−–+]/u, ''));
}

const isOne = (text: string) => /^1(?:\.0+)?$/u.test(text);

/** one unit, its plural, and its hundredth. */
const CURRENCIES: Readonly<Record<string, readonly [string, string, string, string]>> = {
  $: ['dollar', 'dollars', 'cent', 'cents'],
  '€': ['euro', 'euros', 'cent', 'cents'],
  '£': ['pound', 'pounds', 'penny', 'pence'],
  '¥': ['yen', 'yen', 'sen', 'sen'],
  '₹': ['rupee', 'rupees', 'paisa', 'paise'],
  '₩': ['won', 'won', 'jeon', 'jeon'],
  '₽': ['ruble', 'rubles', 'kopeck', 'kopecks'],
  USD: ['U S dollar', 'U S dollars', 'cent', 'cents'],
  EUR: ['euro', 'euros', 'cent', 'cents'],
  GBP: ['pound', 'pounds', 'penny', 'pence'],
  CHF: ['swiss franc', 'swiss francs', 'centime', 'centimes'],
  JPY: ['yen', 'yen', 'sen', 'sen'],
  CAD: ['canadian dollar', 'canadian dollars', 'cent', 'cents'],
  AUD: ['australian dollar', 'australian dollars', 'cent', 'cents'],
};
const SIGN = '[$€£¥₹₩₽]';
const SCALE_WORDS = new Set(['hundred', 'thousand', 'million', 'billion', 'trillion']);
const SCALE_LETTERS: Readonly<Record<string, string>> = {
  k: 'thousand',
  m: 'million',
  mn: 'million',
  mm: 'million',
  b: 'billion',
  bn: 'billion',
  t: 'trillion',
  tn: 'trillion',
};

function amount(number: string, currency: string): string {
  const [unit, units, cent, cents] = CURRENCIES[currency] as readonly [string, string, string, string];
  const plain = number.replace(/,/gu, '');
  const parts = /^(\d*)\.(\d\d)$/u.exec(plain);
  if (!parts) return `${decimal(number)} ${isOne(plain) ? unit : units}`;
  const whole = Number(parts[1] || '0');
  const small = Number(parts[2]);
  const smallSaid = `${cardinal(String(small))} ${small === 1 ? cent : cents}`;
  const wholeSaid = `${cardinal(parts[1] || '0')} ${whole === 1 ? unit : units}`;
  if (small === 0) return wholeSaid;
  return whole === 0 ? smallSaid : `${wholeSaid} and ${smallSaid}`;
}

/** `/month`, `/kg` after an amount. */
function per(text: string | undefined): string {
  return text === undefined ? '' : ` per ${unitName(text, true) ?? text.toLowerCase()}`;
}

const MONEY_FIRST = re(
  `^([-−–+]?)(?:US|A|C|NZ|HK)?(${SIGN})([-−]?)(NUM)(k|mn|m|mm|bn|b|tn|t)?(?:/([A-Za-z]+))?$`,
  'iu',
);
const MONEY_LAST = re(`^([-−–+]?)(NUM)(k|mn|m|bn|b)?(${SIGN})$`, 'iu');
const MONEY_RANGE = re(`^(${SIGN})(NUM)(k|m|bn|b)?[-–—](?:${SIGN})?(NUM)(k|m|mn|bn|b)?$`, 'iu');

const money: Rule = (words, at) => {
  const core = words[at]?.core ?? '';
  const range = MONEY_RANGE.exec(core);
  if (range) {
    const [, sign = '$', low = '', lowScale, high = '', highScale] = range;
    const unit = (CURRENCIES[sign] as readonly string[])[1];
    const scaled = (n: string, s: string | undefined) =>
      decimal(n) + (s ? ` ${SCALE_LETTERS[s.toLowerCase()]}` : '');
    const scaleWord = nextScale(words[at + 1]?.core, words[at]?.tail);
    const said = `${scaled(low, lowScale)} to ${scaled(high, highScale)}`;
    return scaleWord ? [said, `${scaleWord} ${unit}`] : [`${said} ${unit}`];
  }
  const first = MONEY_FIRST.exec(core);
  const last = first ? null : MONEY_LAST.exec(core);
  if (!first && !last) return moneyCode(words, at);
  const minus = (first ? first[1] || first[3] : last?.[1]) ? (core.startsWith('+') ? 'plus ' : 'minus ') : '';
  const sign = (first ? first[2] : last?.[4]) as string;
  const number = (first ? first[4] : last?.[2]) as string;
  const letter = (first ? first[5] : last?.[3])?.toLowerCase();
  const units = (CURRENCIES[sign] as readonly string[])[1];
  if (letter !== undefined)
    return [`${minus}${decimal(number)} ${SCALE_LETTERS[letter]} ${units}${per(first?.[6])}`];
  const scaleWord = nextScale(words[at + 1]?.core, words[at]?.tail);
  if (scaleWord) return [minus + decimal(number), `${scaleWord} ${units}`];
  return [minus + amount(number, sign) + per(first?.[6])];
};

function nextScale(next: string | undefined, tail: string | undefined): string | null {
  const word = next?.toLowerCase() ?? '';
  if (tail !== '') return null;
  if (SCALE_WORDS.has(word)) return word;
  return next !== undefined && /^(?:bn|mn|tn)$/u.test(next) ? (SCALE_LETTERS[next] as string) : null;
}

/** USD 20, 20 EUR, EUR20. */
const moneyCode: Rule = (words, at) => {
  const core = words[at]?.core ?? '';
  const next = words[at + 1]?.core ?? '';
  const joined = /^([A-Z]{3})([\d.,]+)$/u.exec(core);
  if (joined && Object.hasOwn(CURRENCIES, joined[1] as string) && re('^NUM$').test(joined[2] as string))
    return [amount(joined[2] as string, joined[1] as string)];
  if (words[at]?.tail !== '') return null;
  if (/^[A-Z]{3}$/u.test(core) && Object.hasOwn(CURRENCIES, core) && re('^NUM$').test(next))
    return ['', amount(next, core)];
  const sign = re(`^(${SIGN})(?:/([A-Za-z]+))?$`).exec(next);
  if (sign && re('^NUM$').test(core))
    return [
      decimal(core),
      `${(CURRENCIES[sign[1] as string] as readonly string[])[isOne(core) ? 0 : 1]}${per(sign[2])}`,
    ];
  if (re('^NUM$').test(core) && next.length > 0 && next.length <= 3 && Object.hasOwn(CURRENCIES, next)) {
    const [number, unit] = [
      decimal(core),
      (CURRENCIES[next] as readonly string[])[isOne(core) ? 0 : 1] as string,
    ];
    return [number, unit];
  }
  return null;
};

const MEASURE = re(
  `^([-−–+~≈<>≤≥±]?)(NUM)(?:[-–—](NUM))?[- ]?(%|‰|[°º]?[A-Za-zµμΩ]{1,5}[23²³]?|°|′|″)(?:/([A-Za-z]{1,6}))?$`,
);
const BARE = re(`^([-−–+~≈<>≤≥±]?)(NUM)(?:[-–—](NUM))?$`);
const PREFIX: Readonly<Record<string, string>> = {
  '-': 'minus ',
  '−': 'minus ',
  '–': 'minus ',
  '+': 'plus ',
  '~': 'about ',
  '≈': 'about ',
  '<': 'less than ',
  '>': 'more than ',
  '<=': 'at most ',
  '>=': 'at least ',
  '≤': 'at most ',
  '≥': 'at least ',
  '±': 'plus or minus ',
};

/** 5 km, 20°C, 5%, 3–4 GB, 100km/h. */
const measures: Rule = (words, at) => {
  const core = words[at]?.core ?? '';
  const joined = MEASURE.exec(core);
  if (joined) {
    const [, sign = '', low = '', high, unit = '', over] = joined;
    const name =
      (over === undefined ? undefined : unitName(`${unit}/${over}`, false)) ??
      unitName(unit, high === undefined && isOne(low));
    if (name === undefined || !fits(low, unit)) return null;
    const said = (PREFIX[sign] ?? '') + decimal(low) + (high === undefined ? '' : ` to ${decimal(high)}`);
    const known = over !== undefined && unitName(`${unit}/${over}`, false) !== undefined;
    return [`${said} ${name}${known ? '' : per(over)}`];
  }
  const bare = BARE.exec(core);
  if (!bare || words[at]?.tail !== '') return null;
  const next = words[at + 1]?.core ?? '';
  const [, sign = '', low = '', high] = bare;
  const name =
    /^(?:in|a|m|t|c|h|am|as|at|K|A)$/u.test(next) && next !== 'm'
      ? undefined
      : unitName(next, high === undefined && isOne(low));
  if (name === undefined) return null;
  return [(PREFIX[sign] ?? '') + decimal(low) + (high === undefined ? '' : ` to ${decimal(high)}`), name];
};

/** 4K, 10K, 1080p: how pictures and runs are called. */
const NAMED_K = /^(?:[124568]|1[026])$/u;

/** A K that stands right at a whole number is a thousand or a name, not kelvin. */
function fits(number: string, unit: string): boolean {
  return unit !== 'K' || number.includes('.');
}

const FRACTION_SIGNS: Readonly<Record<string, readonly [string, string]>> = {
  '½': ['1', '2'],
  '⅓': ['1', '3'],
  '⅔': ['2', '3'],
  '¼': ['1', '4'],
  '¾': ['3', '4'],
  '⅕': ['1', '5'],
  '⅖': ['2', '5'],
  '⅗': ['3', '5'],
  '⅘': ['4', '5'],
  '⅙': ['1', '6'],
  '⅛': ['1', '8'],
  '⅜': ['3', '8'],
  '⅝': ['5', '8'],
  '⅞': ['7', '8'],
};

function isFraction(top: string, bottom: string): boolean {
  return Number(top) > 0 && Number(top) < Number(bottom) && /^(?:[2-9]|10|12|16|20|32|64|100)$/u.test(bottom);
}

function mixedNumber(whole: string, part: string): string {
  return `${cardinal(whole)} and ${part.replace(/^one /u, 'a ')}`;
}

/** 1/2, 3/4, ½, 2½, 1 1/2. */
const fractions: Rule = (words, at) => {
  const core = words[at]?.core ?? '';
  const sign = /^(\d*)([½⅓⅔¼¾⅕⅖⅗⅘⅙⅛⅜⅝⅞])$/u.exec(core);
  if (sign) {
    const part = fraction(...(FRACTION_SIGNS[sign[2] as string] as readonly [string, string]));
    return [sign[1] ? mixedNumber(sign[1], part) : part];
  }
  const plain = /^(\d{1,3})\/(\d{1,3})$/u.exec(core);
  if (plain) {
    const [, top = '', bottom = ''] = plain;
    if (isFraction(top, bottom)) return [fraction(top, bottom)];
    if (core === '24/7' || core === '9/11' || top === bottom) return [`${cardinal(top)} ${cardinal(bottom)}`];
    return shortDate(Number(top), Number(bottom)) ?? [`${cardinal(top)} over ${cardinal(bottom)}`];
  }
  const next = /^(\d{1,2})\/(\d{1,3})$/u.exec(words[at + 1]?.core ?? '');
  if (
    /^\d{1,4}$/u.test(core) &&
    words[at]?.tail === '' &&
    next &&
    isFraction(next[1] as string, next[2] as string)
  ) {
    const part = fraction(next[1] as string, next[2] as string).replace(/^one /u, 'a ');
    return [cardinal(core), `and ${part}`];
  }
  return null;
};

/** 21st, 5–10, 1920×1080, 16:9, 10x, 50+, #1, and every other number. */
const numbers: Rule = (words, at) => {
  const view = words[at];
  const core = view?.core ?? '';
  const nth = /^(\d[\d,]*)(?:st|nd|rd|th)$/iu.exec(core);
  if (nth) return [ordinal(nth[1] as string)];
  const places = /^(\d+)(?:st|nd|rd|th)[-–—](\d+)(?:st|nd|rd|th)$/u.exec(core);
  if (places) return [`${ordinal(places[1] as string)} to ${ordinal(places[2] as string)}`];
  const height = /^(\d)['′](\d{1,2})$/u.exec(core);
  if (height) return [`${cardinal(height[1] as string)} foot ${cardinal(height[2] as string)}`];
  const range = re(`^(NUM)[-–—](NUM)$`).exec(core);
  if (range) return [`${decimal(range[1] as string)} to ${decimal(range[2] as string)}`];
  const size = /^(\d+)\s?[x×]\s?(\d+)$/u.exec(core);
  if (size) return [`${pixels(size[1] as string)} by ${pixels(size[2] as string)}`];
  const ratio = /^(\d{1,3}):(\d{1,3})$/u.exec(core);
  if (ratio) return [`${cardinal(ratio[1] as string)} to ${cardinal(ratio[2] as string)}`];
  const times = re(`^(NUM)[x×]$`).exec(core);
  if (times) return [`${decimal(times[1] as string)} times`];
  const scaled = /^(\d+(?:\.\d+)?)(k|K|M|mn|bn|tn)(\+?)$/u.exec(core);
  if (scaled && !(scaled[2] === 'K' && NAMED_K.test(scaled[1] as string)))
    return [
      `${decimal(scaled[1] as string)} ${SCALE_LETTERS[(scaled[2] as string).toLowerCase()]}${scaled[3] ? ' plus' : ''}`,
    ];
  const more = re(`^(NUM)\\+$`).exec(core);
  if (more) return [`${decimal(more[1] as string)} plus`];
  const numbered = /^#(\d+)$/u.exec(core);
  if (numbered) return [`number ${cardinal(numbered[1] as string)}`];
  const lines = /^(\d{3,4})([pi])$/u.exec(core);
  if (lines) return [`${pixels(lines[1] as string)} ${(lines[2] as string).toUpperCase()}`];
  const model = /^(\d{1,2})([KDG])$/u.exec(core);
  if (model) return [`${cardinal(model[1] as string)} ${model[2]}`];
  const prefixed = re(`^([-−–+~≈≤≥±]|[<>]=?)(NUM)$`).exec(core);
  if (prefixed) return [(PREFIX[prefixed[1] as string] ?? '') + decimal(prefixed[2] as string)];
  if (/^0\d+$/u.test(core)) return [digits(core)];
  if (re(`^NUM$`).test(core)) return [signed(core)];
  return null;
};

/** Picture sizes are said in pairs of digits: nineteen twenty by ten eighty, seven twenty. */
function pixels(text: string): string {
  const n = Number(text);
  if (text.length === 4 && n % 1000 !== 0) return year(n);
  if (text.length === 3 && n % 100 !== 0)
    return `${cardinal(text[0] as string)} ${cardinal(String(n % 100))}`;
  return cardinal(text);
}

export const QUANTITY_RULES: readonly Rule[] = [money, fractions, measures, numbers];

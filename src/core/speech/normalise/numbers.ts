/** Numbers in words, American style: no "and" after the hundreds. Digits come as text, for they may be very many. */

const ONES = (
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen ' +
  'seventeen eighteen nineteen'
).split(' ');
const TENS = 'zero ten twenty thirty forty fifty sixty seventy eighty ninety'.split(' ');
const SCALES =
  ' thousand million billion trillion quadrillion quintillion sextillion septillion octillion nonillion decillion'.split(
    ' ',
  );

function belowHundred(n: number): string {
  if (n < 20) return ONES[n] as string;
  const tens = TENS[Math.floor(n / 10)] as string;
  return n % 10 === 0 ? tens : `${tens} ${ONES[n % 10]}`;
}

function belowThousand(n: number): string {
  if (n < 100) return belowHundred(n);
  const hundreds = `${ONES[Math.floor(n / 100)]} hundred`;
  return n % 100 === 0 ? hundreds : `${hundreds} ${belowHundred(n % 100)}`;
}

/** Each digit by itself; other signs are skipped. */
export function digits(text: string): string {
  return [...text]
    .filter((sign) => sign >= '0' && sign <= '9')
    .map((digit) => ONES[Number(digit)] as string)
    .join(' ');
}

/** @param text digits, with or without thousands commas. Beyond decillions, and with leading zeros, digit by digit. */
export function cardinal(text: string): string {
  const plain = text.replace(/[,\s_']/gu, '');
  if (plain.length > 36 || (plain.length > 1 && plain.startsWith('0'))) return digits(plain);
  const groups: string[] = [];
  for (let end = plain.length; end > 0; end -= 3) groups.push(plain.slice(Math.max(0, end - 3), end));
  const said: string[] = [];
  for (let scale = groups.length - 1; scale >= 0; scale--) {
    const value = Number(groups[scale]);
    if (value > 0) said.push(`${belowThousand(value)} ${SCALES[scale]}`.trim());
  }
  return said.length === 0 ? 'zero' : said.join(' ');
}

const ORDINALS: Readonly<Record<string, string>> = {
  one: 'first',
  two: 'second',
  three: 'third',
  five: 'fifth',
  eight: 'eighth',
  nine: 'ninth',
  twelve: 'twelfth',
};

export function ordinal(text: string): string {
  const words = cardinal(text).split(' ');
  const last = words.pop() as string;
  const end = ORDINALS[last] ?? (last.endsWith('y') ? `${last.slice(0, -1)}ieth` : `${last}th`);
  return [...words, end].join(' ');
}

/** `3`, `1,234.50`, `.5`: the whole part as a number, the rest digit by digit. */
export function decimal(text: string): string {
  const [whole = '', fraction] = text.split('.');
  const start = whole.replace(/,/gu, '') === '' ? 'zero' : cardinal(whole);
  return fraction === undefined || fraction === '' ? start : `${start} point ${digits(fraction)}`;
}

/** A year as it is said: nineteen eighty four, two thousand six, twenty twenty six. */
export function year(n: number): string {
  if (n < 1000 || n > 9999) return cardinal(String(n));
  const century = Math.floor(n / 100);
  const rest = n % 100;
  if (century % 10 === 0 && rest < 10) return cardinal(String(n));
  if (rest === 0) return `${belowHundred(century)} hundred`;
  return `${belowHundred(century)} ${rest < 10 ? `oh ${ONES[rest]}` : belowHundred(rest)}`;
}

function plural(word: string): string {
  return word.endsWith('y') ? `${word.slice(0, -1)}ies` : word.endsWith('x') ? `${word}es` : `${word}s`;
}

/** 1990 → nineteen nineties; 90 → nineties; 2000 → two thousands. */
export function decade(n: number): string {
  const words = (n < 100 ? belowHundred(n) : year(n)).split(' ');
  return [...words.slice(0, -1), plural(words.at(-1) as string)].join(' ');
}

/** numerator over denominator: three quarters, one half, five eighths. */
export function fraction(numerator: string, denominator: string): string {
  const top = cardinal(numerator);
  const one = Number(numerator) === 1;
  if (denominator === '2') return `${top} ${one ? 'half' : 'halves'}`;
  if (denominator === '4') return `${top} ${one ? 'quarter' : 'quarters'}`;
  return `${top} ${ordinal(denominator)}${one ? '' : 's'}`;
}

const ROMAN_DIGITS: Readonly<Record<string, number>> = { I: 1, V: 5, X: 10, L: 50, C: 100, D: 500, M: 1000 };

/** The value of a well-formed Roman numeral, or null. */
export function romanValue(text: string): number | null {
  if (!/^M{0,3}(CM|CD|D?C{0,3})(XC|XL|L?X{0,3})(IX|IV|V?I{0,3})$/u.test(text) || text === '') return null;
  let total = 0;
  for (let i = 0; i < text.length; i++) {
    const value = ROMAN_DIGITS[text[i] as string] ?? 0;
    total += value < (ROMAN_DIGITS[text[i + 1] ?? ''] ?? 0) ? -value : value;
  }
  return total;
}

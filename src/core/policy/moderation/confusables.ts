/**
 * Letters that look like Latin ones. Compatibility forms (fullwidth, mathematical, circled, superscript) are Unicode's
 * own business and go through NFKD; here is what NFKD leaves alone: Cyrillic, Greek, Armenian, Cherokee, small capitals,
 * phonetic letters, and letters in boxes. Whether a foreign letter really stands for a Latin one is decided word by
 * word in `unmask.ts`.
 */

/** Latin letter → what is drawn like it, in lower case where the script has one. */
const LOOKALIKES: Readonly<Record<string, string>> = {
  a: 'аαɑᴀɐ∂ձ',
  b: 'ьвʙβƅᏏᖯ',
  c: 'сϲᴄⅽ¢ꮯᏟ©',
  d: 'ԁɗᴅժđⅾ',
  e: 'еєҽεᴇǝəɛ℮Ꭼ',
  f: 'ғꜰƒϝ',
  g: 'ɡɢցǥԌ',
  h: 'һнʜհԋᏂ',
  i: 'іιıɪɩїᎥӏ¡ו',
  j: 'јʝϳᴊյ',
  k: 'кκᴋҝĸᏦ',
  l: 'ӏʟⅼłɭןᏞ',
  m: 'мᴍɱⅿᎷ',
  n: 'пɴոռηйᴎ',
  o: 'оοσᴏօøɵθ०੦০໐',
  p: 'рρᴘթƿᏢ',
  q: 'ԛգզʠ',
  r: 'гʀᴦяɼɾᏒ',
  s: 'ѕꜱʂƽᏚ§',
  t: 'тτᴛŧƭᎢ†',
  u: 'υᴜսʋцʊ',
  v: 'ѵνᴠⅴᏙ',
  w: 'ԝωᴡшщաɯᎳ',
  x: 'хχⅹ×',
  y: 'уүγʏყўᎩ',
  z: 'ᴢʐƶᏃ',
};

const BY_LOOK = new Map<string, string>();
for (const [latin, alike] of Object.entries(LOOKALIKES))
  for (const letter of alike) if (!BY_LOOK.has(letter)) BY_LOOK.set(letter, latin);

/** Letters in dark discs and boxes, of which Unicode says nothing: 26 in a row from each of these. */
const ALPHABETS = [0x1f150, 0x1f170] as const;

/** The letter in a disc or box, or null. */
export function boxedLetter(point: string): string | null {
  const code = point.codePointAt(0) as number;
  const first = ALPHABETS.find((start) => code >= start && code < start + 26);
  return first === undefined ? null : String.fromCharCode(97 + code - first);
}

/** The Latin letter that this code point looks like, or null. @param point already decomposed and in lower case */
export function lookalike(point: string): string | null {
  return BY_LOOK.get(point) ?? null;
}

/** Letters that decompose to nothing Latin, though that is what they are. */
const SPELT_OUT: Readonly<Record<string, string>> = { ß: 'ss', æ: 'ae', œ: 'oe', ð: 'd', þ: 'th', ø: 'o' };

export function speltOut(point: string): string | null {
  return SPELT_OUT[point] ?? null;
}

/** Digits and signs that are written for letters, inside words. */
export const LEET: Readonly<Record<string, string>> = {
  '0': 'o',
  '1': 'il',
  '2': 'z',
  '3': 'e',
  '4': 'a',
  '5': 's',
  '6': 'gb',
  '7': 't',
  '8': 'b',
  '9': 'g',
  '@': 'a',
  $: 's',
  '!': 'il',
  '|': 'il',
  '+': 't',
  '€': 'e',
  '£': 'l',
  '¥': 'y',
  '(': 'c',
  '<': 'c',
  '?': '',
  '#': 'h',
};

/** Signs that hide one letter, any. */
export const MASKS = '*#%?_';
/** Signs that are only put between letters. */
export const FILLERS = '.-_*\'’`´,·•~/\\|:;"^=+';

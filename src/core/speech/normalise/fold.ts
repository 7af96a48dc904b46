/**
 * Letters that an English voice can say. Accents fall away, ligatures open, Greek and Cyrillic are written in Latin
 * letters; other scripts have no answer here and give nothing.
 */

const LATIN: Readonly<Record<string, string>> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  ł: 'l',
  đ: 'd',
  ð: 'th',
  þ: 'th',
  ı: 'i',
  ŋ: 'ng',
  ħ: 'h',
  ŧ: 't',
  ĸ: 'k',
  ſ: 's',
  ə: 'e',
};

const GREEK_PAIRS: Readonly<Record<string, string>> = {
  ου: 'ou',
  αυ: 'av',
  ευ: 'ev',
  ει: 'i',
  οι: 'i',
  αι: 'e',
  μπ: 'b',
  ντ: 'd',
  γκ: 'g',
  γγ: 'ng',
};
const GREEK: Readonly<Record<string, string>> = Object.fromEntries(
  [...'αβγδεζηθικλμνξοπρσςτυφχψω'].map((letter, i) => [
    letter,
    'a v g d e z i th i k l m n x o p r s s t i f h ps o'.split(' ')[i] as string,
  ]),
);
const CYRILLIC: Readonly<Record<string, string>> = Object.fromEntries(
  [...'абвгдежзийклмнопрстуфхцчшщъыьэюяіїєґўёјљњћђџ'].map((letter, i) => [
    letter,
    'a b v g d e zh z i y k l m n o p r s t u f kh ts ch sh shch - y - e yu ya i yi ye g u yo y ly ny ch j j'.split(
      ' ',
    )[i] as string,
  ]),
);

/** @returns lower- and upper-case a–z and whatever was no letter; '' where nothing can be said. */
export function foldLetters(text: string): string {
  const bare = text.normalize('NFKD').replace(/\p{M}/gu, '');
  let out = '';
  for (let i = 0; i < bare.length; i++) {
    const sign = bare[i] as string;
    const lower = sign.toLowerCase();
    const pair = GREEK_PAIRS[lower + (bare[i + 1] ?? '').toLowerCase()];
    let said: string | undefined;
    if (pair !== undefined) {
      said = pair;
      i++;
    } else said = LATIN[lower] ?? GREEK[lower] ?? CYRILLIC[lower]?.replace('-', '');
    if (said === undefined) out += sign;
    else out += sign === lower ? said : said.charAt(0).toUpperCase() + said.slice(1);
  }
  return out;
}

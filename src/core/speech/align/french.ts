/**
 * French text to the words an aligner looks up, and how words are said that no dictionary knows. Not a voice: it has
 * to be near enough for a sound to be followed, so liaison and rare endings are left to the acoustic model's patience.
 */

const ONES =
  'zéro un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize dix-sept dix-huit dix-neuf'.split(
    ' ',
  );
const TENS = [
  '',
  'dix',
  'vingt',
  'trente',
  'quarante',
  'cinquante',
  'soixante',
  'soixante',
  'quatre-vingt',
  'quatre-vingt',
];
const LARGEST = 999_999_999;

/** A whole number in words, spaces between them; larger ones digit by digit. */
export function frenchNumber(value: number): string {
  if (value > LARGEST) return [...String(value)].map((digit) => ONES[Number(digit)]).join(' ');
  const part = (n: number, name: string, unit: number): string => {
    const count = Math.floor(n / unit);
    const rest = n % unit;
    const head = count === 1 && name !== 'million' ? name : `${frenchNumber(count)} ${name}`;
    return rest === 0 ? head : `${head} ${frenchNumber(rest)}`;
  };
  if (value >= 1_000_000) return part(value, 'million', 1_000_000);
  if (value >= 1000) return part(value, 'mille', 1000);
  if (value >= 100) return part(value, 'cent', 100);
  if (value < 20) return (ONES[value] ?? '').replace('-', ' ');
  const ten = Math.floor(value / 10);
  // Seventy is sixty-ten, ninety four-twenty-ten.
  const rest = ten === 7 || ten === 9 ? value % 20 : value % 10;
  const head = (TENS[ten] as string).replace('-', ' ');
  if (rest === 0) return head;
  const and = (rest === 1 || rest === 11) && ten < 8 ? ' et ' : ' ';
  return `${head}${and}${frenchNumber(rest)}`;
}

/** Signs that are read aloud. */
const SIGNS: Readonly<Record<string, string>> = {
  '&': 'et',
  '%': 'pour cent',
  '€': 'euros',
  '+': 'plus',
  '=': 'égale',
  '@': 'arobase',
};

/** Words said whole in spite of their apostrophe. */
const WHOLE = new Set(["aujourd'hui", "d'accord", "quelqu'un", "quelqu'une", "presqu'île", "prud'homme"]);

/** A typed word as spoken ones: `L’eau,` → `l' eau`; `42 %` → `quarante deux`. Empty for what is not said. */
export function frenchSpoken(text: string): readonly string[] {
  const plain = text
    .toLowerCase()
    .normalize('NFC')
    .replaceAll(/[’ʼ`]/gu, "'")
    .replaceAll('œ', 'oe')
    .replaceAll('æ', 'ae');
  const spelt = plain
    .replaceAll(/(?<=\d)[\s\u202f\u00a0.](?=\d{3}(?!\d))/gu, '')
    .replaceAll(/(\d+),(\d+)/gu, (_, whole: string, part: string) => `${whole} virgule ${part}`)
    .replaceAll(/\d+/gu, (digits) => ` ${frenchNumber(Number(digits))} `)
    .replaceAll(/[&%€+=@]/gu, (sign) => ` ${SIGNS[sign]} `);
  return spelt
    .split(/[^\p{L}']+/u)
    .map((word) => word.replaceAll(/^'+|(?<![a-zà-ÿ])'+$/gu, ''))
    .filter((word) => /\p{L}/u.test(word))
    .flatMap((word) => {
      if (WHOLE.has(word)) return [word];
      const cut = /^((?:[cdjlmnst]|qu|jusqu|lorsqu|puisqu|quoiqu)')(.+)$/u.exec(word);
      return cut ? [cut[1] as string, cut[2] as string] : [word.replaceAll("'", '')];
    });
}

/** Letters to phones, tried in order at each place: what stands there, what must follow, the model's names. */
const RULES: readonly (readonly [letters: string, before: RegExp | null, phones: string])[] = [
  ['eaux', /^$/u, 'au'],
  ['eau', null, 'au'],
  ['aux', /^$/u, 'au'],
  ['ouill', null, 'ou yy'],
  ['euill', null, 'oe yy'],
  ['ueill', null, 'oe yy'],
  ['aill', null, 'aa yy'],
  ['eill', null, 'ai yy'],
  ['ail', /^s?$/u, 'aa yy'],
  ['eil', /^s?$/u, 'ai yy'],
  ['euil', /^s?$/u, 'oe yy'],
  ['ille', /^s?$/u, 'ii yy'],
  ['tion', /^s?$/u, 'ss yy on'],
  ['oin', /^(?![aeiouyéèêh])/u, 'ww in'],
  ['ain', /^(?![aeiouyéèêhn])/u, 'in'],
  ['ein', /^(?![aeiouyéèêhn])/u, 'in'],
  ['ien', /^(?![aeiouyéèêhn])/u, 'yy in'],
  ['oeu', null, 'oe'],
  ['oi', null, 'ww aa'],
  ['oî', null, 'ww aa'],
  ['ou', null, 'ou'],
  ['où', null, 'ou'],
  ['oû', null, 'ou'],
  ['au', null, 'au'],
  ['ai', null, 'ai'],
  ['aî', null, 'ai'],
  ['ei', null, 'ai'],
  ['eu', null, 'eu'],
  ['oe', null, 'oe'],
  ['an', /^(?![aeiouyéèêhn])/u, 'an'],
  ['am', /^[bp]/u, 'an'],
  ['en', /^(?![aeiouyéèêhn])/u, 'an'],
  ['em', /^[bp]/u, 'an'],
  ['in', /^(?![aeiouyéèêhn])/u, 'in'],
  ['im', /^[bp]/u, 'in'],
  ['yn', /^(?![aeiouyéèêhn])/u, 'in'],
  ['ym', /^[bp]/u, 'in'],
  ['on', /^(?![aeiouyéèêhn])/u, 'on'],
  ['om', /^[bp]/u, 'on'],
  ['un', /^(?![aeiouyéèêhn])/u, 'un'],
  ['ch', null, 'ch'],
  ['ph', null, 'ff'],
  ['th', null, 'tt'],
  ['gn', null, 'gn'],
  ['gu', /^[eéèêiy]/u, 'gg'],
  ['qu', null, 'kk'],
  ['q', null, 'kk'],
  ['ç', null, 'ss'],
  ['cc', /^[eéèêiy]/u, 'kk ss'],
  ['c', /^[eéèêiy]/u, 'ss'],
  ['ge', /^[aoâô]/u, 'jj'],
  ['g', /^[eéèêiy]/u, 'jj'],
  ['er', /^s?$/u, 'ei'],
  ['ez', /^$/u, 'ei'],
  ['es', /^$/u, ''],
  ['e', /^$/u, ''],
  ['ent', /^$/u, ''],
  ['ss', null, 'ss'],
  ['x', /^$/u, ''],
  ['x', null, 'kk ss'],
  ['[sdtpz]', /^$/u, ''],
  ['h', null, ''],
  ['é', null, 'ei'],
  ['[èêë]', null, 'ai'],
  ['e', /^([bcdfgklmnpqrstvz])\1|^[rlscx][^aeiouyéèêh]/u, 'ai'],
  ['e', null, 'ee'],
  ['[aàâ]', null, 'aa'],
  ['i', /^[aeouéèê]/u, 'yy'],
  ['[iîïy]', null, 'ii'],
  ['[oô]', null, 'oo'],
  ['u', /^i/u, 'uy'],
  ['[uùûü]', null, 'uu'],
  ['b', null, 'bb'],
  ['c', null, 'kk'],
  ['d', null, 'dd'],
  ['f', null, 'ff'],
  ['g', null, 'gg'],
  ['j', null, 'jj'],
  ['k', null, 'kk'],
  ['l', null, 'll'],
  ['m', null, 'mm'],
  ['n', null, 'nn'],
  ['p', null, 'pp'],
  ['r', null, 'rr'],
  ['t', null, 'tt'],
  ['v', null, 'vv'],
  ['w', null, 'ww'],
  ['z', null, 'zz'],
];
const COMPILED = RULES.map(([letters, before, phones]) => ({
  letters: new RegExp(`^(?:${letters})`, 'u'),
  before,
  phones,
}));
const VOWEL = /[aeiouyàâéèêëîïôùûü]/u;

/** How a French word is probably said, in the model's names. Empty when it has no sound. */
export function frenchPhones(word: string): string {
  const plain = word.replaceAll("'", '');
  const out: string[] = [];
  for (let at = 0; at < plain.length;) {
    const rest = plain.slice(at);
    // Between vowels an s is voiced.
    if (
      rest.startsWith('s') &&
      !rest.startsWith('ss') &&
      VOWEL.test(plain[at - 1] ?? '') &&
      VOWEL.test(rest[1] ?? '')
    ) {
      out.push('zz');
      at++;
      continue;
    }
    const rule = COMPILED.find(({ letters, before }) => {
      const found = letters.exec(rest);
      return found !== null && (before === null || before.test(rest.slice(found[0].length)));
    });
    const length = rule?.letters.exec(rest)?.[0].length ?? 1;
    const said = rule?.phones ?? '';
    // A doubled consonant is said once.
    const doubled =
      at > 0 && plain[at] === plain[at - 1] && !VOWEL.test(plain[at] as string) && out.at(-1) === said;
    if (said !== '' && !doubled) out.push(...said.split(' '));
    at += Math.max(1, length);
  }
  return out.join(' ') || (plain === '' ? '' : 'ee');
}

/**
 * What training shares with the product, written as JSON to stdout: the phones, how other alphabets map onto them, the
 * visemes with their dominances, the front end's constants. Run by corpus.py, so that there is one truth.
 */
import { LIP_OPENING } from '#core/motion/lips.ts';
import { ARTICULATORS, PHONE_VISEMES, SHAPES } from '#core/motion/visemes.ts';
import { FLITE_SYMBOLS, fliteToIpa } from '#core/speech/flite/phones.ts';
import { parseIpa } from '#core/speech/ipa.ts';
import { HEARD_MOUTH } from '#core/speech/listen/heard.ts';
import { MEL, silentColumn } from '#core/speech/listen/mel.ts';
import { PHONES } from '#core/speech/phone.ts';

/** Signs of one or two characters that stand for phones; what falls apart into its characters is left out. */
function ipaSigns(): Record<string, readonly string[]> {
  const letters = Array.from({ length: 0x2b0 - 0x61 }, (_, i) => String.fromCodePoint(0x61 + i)).concat([
    ...'βθχ',
  ]);
  const read = (text: string) =>
    parseIpa(text)
      ?.flat()
      .map(({ phone }) => phone as string);
  const single = new Map(letters.map((sign) => [sign, read(sign)] as const).filter(([, phones]) => phones));
  const signs: Record<string, readonly string[]> = {};
  for (const [sign, phones] of single) if (phones) signs[sign] = phones;
  for (const [a, first] of single)
    for (const [b, second] of single) {
      const phones = read(a + b);
      if (phones && phones.join(' ') !== [...(first ?? []), ...(second ?? [])].join(' '))
        signs[a + b] = phones;
    }
  return signs;
}

const inventory = {
  PHONES,
  ARTICULATORS,
  PHONE_VISEMES,
  SHAPES,
  LIP_OPENING,
  HEARD_MOUTH,
  MEL,
  SILENT_COLUMN: [...silentColumn()],
  FLITE: Object.fromEntries(FLITE_SYMBOLS.map((symbol) => [symbol, fliteToIpa(symbol, 1)])),
  IPA: ipaSigns(),
};
console.log(JSON.stringify(inventory));

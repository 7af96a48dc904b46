import { expect, test } from 'vitest';
import { FLITE_SYMBOLS, fliteToIpa, ipaToFlite, isFliteSymbol } from '#core/speech/flite/phones.ts';
import { parseIpa } from '#core/speech/ipa.ts';
import { isVowel, PHONES } from '#core/speech/phone.ts';
import { spreadStress } from '#core/speech/syllable.ts';

/** The `us` phone set as Flite's own source lists it (lang/usenglish/us_phoneset.c). */
const US_PHONE_SET =
  'aa ae ah ao aw ax axr ay b ch d dh dx eh el em en er ey f g hh hv ih iy jh k l m n nx ng ow oy p r s sh t th uh uw v w y z zh pau h# brth';

test('every symbol of Flite’s phone set, and no other, has phones of ours', () => {
  expect([...FLITE_SYMBOLS].join(' ')).toBe(US_PHONE_SET);
  for (const symbol of FLITE_SYMBOLS)
    for (const stress of [0, 1, 2] as const) {
      const phones = fliteToIpa(symbol, stress);
      expect(phones.length).toBeGreaterThan(0);
      for (const phone of phones) expect(PHONES).toContain(phone);
    }
  expect(isFliteSymbol('qq')).toBe(false);
});

test('each of our phones has a symbol, and comes back as itself or as its nearest neighbour', () => {
  const neighbours: Record<string, string> = { ʔ: 't', ɾ: 'd', e: 'eɪ', ɒ: 'ɑ', o: 'oʊ', ɨ: 'ɪ' };
  for (const phone of PHONES) {
    const stress = phone === 'ɚ' ? 0 : 1;
    expect(fliteToIpa(ipaToFlite(phone), stress)).toEqual([neighbours[phone] ?? phone]);
  }
});

test('r-coloured vowels part by stress, syllabic consonants open into schwa and consonant', () => {
  expect(fliteToIpa('er', 1)).toEqual(['ɝ']);
  expect(fliteToIpa('er', 0)).toEqual(['ɚ']);
  expect(fliteToIpa('el', 0)).toEqual(['ə', 'l']);
});

const written = (ipa: string) =>
  parseIpa(ipa)?.map((word) => word.map(({ phone, stress }) => phone + (stress || '')).join(' '));

test('IPA is read with its stress, its diphthongs and its ligatures', () => {
  expect(written('/təˈmeɪtoʊ/')).toEqual(['t ə m eɪ1 t oʊ']);
  expect(written('/təˈmɑːtəʊ/')).toEqual(['t ə m ɑ1 t oʊ']);
  expect(written('[ˌɪntɚˈnæʃənəl]')).toEqual(['ɪ2 n t ɚ n æ1 ʃ ə n ə l']);
  expect(written('/t͡ʃɜːt͡ʃ/')).toEqual(['tʃ ɝ1 tʃ']);
  expect(written('/ɡɡ g/')).toEqual(['ɡ ɡ', 'ɡ']);
  expect(written('/ˈɔrətɔr ˈæp/')).toEqual(['ɔ1 ɹ ə t ɔ ɹ', 'æ1 p']);
  expect(written('/ˈbɒtl̩/')).toEqual(['b ɒ1 t ə l']);
});

test('what is not IPA is refused, not guessed', () => {
  expect(parseIpa('/tom8to/')).toBeNull();
  expect(parseIpa('//')).toBeNull();
  expect(parseIpa('/ˈ/')).toBeNull();
});

test('a consonant carries the stress of the syllable it belongs to', () => {
  const word = parseIpa('/ɪkˈspleɪn/')?.[0] ?? [];
  expect(spreadStress(word).map(({ phone, stress }) => phone + stress)).toEqual(
    'ɪ0 k0 s1 p1 l1 eɪ1 n1'.split(' '),
  );
  for (const { phone } of word) expect(isVowel(phone)).toBe(['ɪ', 'eɪ'].includes(phone));
});

/** Following a text through a sound: long sounds in stretches, French words, phone names both ways. */
import { describe, expect, test } from 'vitest';
import { frenchNumber, frenchPhones, frenchSpoken } from '#core/speech/align/french.ts';
import { fromModelPhone, toModelPhones } from '#core/speech/align/model-phones.ts';
import {
  ALIGN_RATE_HZ,
  alignLanguage,
  type AlignedWord,
  type AlignSession,
} from '#core/speech/align/ports.ts';
import { alignInWindows } from '#core/speech/align/windows.ts';
import { PHONES } from '#core/speech/phone.ts';

/** A talk of one-second words, a pause after every tenth; the session knows which seconds it is given by their level. */
function talk(words: number) {
  const secondsOf = (i: number) => i + Math.floor(i / 10);
  const pcm = new Float32Array((secondsOf(words - 1) + 2) * ALIGN_RATE_HZ);
  for (let s = 0; s < pcm.length / ALIGN_RATE_HZ; s++)
    pcm.fill(s / 1000, s * ALIGN_RATE_HZ, (s + 1) * ALIGN_RATE_HZ);
  const pauses = Array.from({ length: Math.floor(words / 10) }, (_, k) => ({
    startS: secondsOf(10 * k + 9) + 1,
    endS: secondsOf(10 * k + 9) + 2,
  }));
  const lengths: number[] = [];
  const session: AlignSession = {
    align(piece, part, all) {
      lengths.push(piece.length / ALIGN_RATE_HZ);
      const firstS = Math.round((piece[0] as number) * 1000);
      const offset = piece.findIndex((level) => Math.round(level * 1000) !== firstS) / ALIGN_RATE_HZ - 1;
      const found: AlignedWord[] = [];
      for (const { spoken } of part) {
        const startS = secondsOf(Number(spoken)) - firstS + offset;
        if (startS + 0.9 > piece.length / ALIGN_RATE_HZ) break;
        found.push({ startS, endS: startS + 0.9, misfit: 10, phones: [] });
      }
      return Promise.resolve(found.length === 0 || (all && found.length < part.length) ? null : found);
    },
  };
  const spoken = Array.from({ length: words }, (_, i) => ({ spoken: String(i) }));
  return { pcm, pauses, session, words: spoken, secondsOf, lengths };
}

test('a long sound is followed in stretches of at most half a minute, every word once and in its place', async () => {
  const { session, secondsOf, lengths, ...request } = talk(200);
  const told: number[] = [];
  const found = await alignInWindows(session, { language: 'en', ...request }, (f) => told.push(f));
  expect(found.map((word) => Math.round((word?.startS ?? -1) * 10) / 10)).toEqual(
    request.words.map((_, i) => secondsOf(i)),
  );
  expect(Math.max(...lengths)).toBeLessThan(37);
  expect(told).toEqual([...told].sort((a, b) => a - b));
  expect(told.at(-1)).toBe(1);
});

test('where the sound ends before the text, the rest is not found', async () => {
  const { session, pcm, pauses, words } = talk(60);
  const found = await alignInWindows(session, {
    language: 'en',
    pcm: pcm.slice(0, 40 * ALIGN_RATE_HZ),
    pauses,
    words,
  });
  expect(found.findIndex((word) => word === null)).toBeGreaterThan(33);
  expect(found.at(-1)).toBeNull();
});

test('a sound in which nothing is understood gives no word, and a stopped one stops', async () => {
  const { pcm, pauses, words } = talk(60);
  const deaf: AlignSession = { align: () => Promise.resolve(null) };
  const found = await alignInWindows(deaf, { language: 'en', pcm, pauses, words });
  expect(found).toEqual(words.map(() => null));
  const { session } = talk(60);
  await expect(
    alignInWindows(session, { language: 'en', pcm, pauses, words }, undefined, { aborted: true }),
  ).rejects.toMatchObject({ code: 'cancelled' });
});

test('languages go by their first part', () => {
  expect(['en-GB', 'FR', 'fr-CA', 'pl', ''].map(alignLanguage)).toEqual(['en', 'fr', 'fr', null, null]);
});

describe('French', () => {
  test.each([
    [0, 'zéro'],
    [17, 'dix sept'],
    [21, 'vingt et un'],
    [71, 'soixante et onze'],
    [80, 'quatre vingt'],
    [81, 'quatre vingt un'],
    [99, 'quatre vingt dix neuf'],
    [100, 'cent'],
    [342, 'trois cent quarante deux'],
    [1000, 'mille'],
    [2026, 'deux mille vingt six'],
    [1_000_000, 'un million'],
  ])('%i is %s', (value, said) => expect(frenchNumber(value)).toBe(said));

  test.each([
    ['L’homme,', ["l'", 'homme']],
    ['Aujourd’hui', ["aujourd'hui"]],
    ['qu’il', ["qu'", 'il']],
    ['porte-monnaie', ['porte', 'monnaie']],
    ['Cœur', ['coeur']],
    ['3,5', ['trois', 'virgule', 'cinq']],
    ['50%', ['cinquante', 'pour', 'cent']],
    ['—', []],
  ])('%s is said %j', (typed, said) => expect(frenchSpoken(typed)).toEqual(said));

  test.each([
    ['chateau', 'ch aa tt au'],
    ['maison', 'mm ai zz on'],
    ['poisson', 'pp ww aa ss on'],
    ['feuille', 'ff oe yy'],
    ['montagne', 'mm on tt aa gn'],
    ['orateur', 'oo rr aa tt eu rr'],
    ['parler', 'pp aa rr ll ei'],
    ['nation', 'nn aa ss yy on'],
    ['kowalczyk', 'kk oo ww aa ll kk zz ii kk'],
  ])('%s sounds like %s', (word, phones) => expect(frenchPhones(word)).toBe(phones));
});

test('every phone of ours has a name in both models, and every name of theirs is one of ours', () => {
  for (const phone of PHONES)
    for (const language of ['en', 'fr'] as const) {
      if (phone === 'sil') continue;
      const names = toModelPhones(language, [phone]).split(' ');
      for (const name of names) expect(fromModelPhone(language, name), `${phone} as ${name}`).not.toBe('sil');
    }
});

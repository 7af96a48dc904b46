/**
 * What a pronunciation in IPA says, in words that the policy reads. A mark may make any word sound like any other, so its
 * phones are looked up in the pronouncing dictionaries that the recogniser brings, coarsely, as a listener would: a word of
 * the same sounds, one that the rules know before others, or several in a row. What is no word and no row of words, what says
 * more than the words it covers, and what stands in a language without a dictionary is left to a person.
 */
import { readFile } from 'node:fs/promises';
import type { Project } from '#core/document/project.ts';
import { isPhonetic, plainMark, type ReadMark } from '#core/policy/moderation/pieces.ts';
import { isRuleWord } from '#core/policy/moderation/rules.ts';
import { fromModelPhone } from '#core/speech/align/model-phones.ts';
import { alignLanguage, type AlignLanguage } from '#core/speech/align/ports.ts';
import { parseIpa } from '#core/speech/ipa.ts';
import type { Phone } from '#core/speech/phone.ts';
import { soundswallowerDictionary } from '../../render/adapters/soundswallower-node.ts';

/** A word of so many letters is said with so many phones at most: `W3C` has 13, and names have fewer than letters. */
const MOST_PHONES = { aLetter: 2, besides: 8, aWord: 24 } as const;
/** What is longer is not looked up. */
const MOST_LOOKED_UP = 120;
/** Longest word of the dictionaries that is worth looking for. */
const LONGEST = 18;

/** Spellings by their coarse sounds, each with its own. */
export type SoundsOf = ReadonlyMap<string, readonly Spelling[]>;
interface Spelling {
  readonly word: string;
  readonly sounds: string;
}

const opened = new Map<AlignLanguage, Promise<SoundsOf>>();

/** Dictionaries are read when the first film with such a mark comes. */
export async function markReader(project: Project): Promise<ReadMark> {
  const known = new Map<AlignLanguage, SoundsOf>();
  const marks = project.scenes.some(({ script }) =>
    script.paragraphs.some(({ content }) =>
      content.some((inline) => inline.kind === 'text' && isPhonetic(inline.marks?.pronunciation ?? '')),
    ),
  );
  if (marks)
    for (const { language } of [
      ...project.voices,
      ...project.scenes.flatMap(({ recording }) => recording ?? []),
    ]) {
      const of = alignLanguage(language);
      if (of === null || known.has(of)) continue;
      const opening = opened.get(of) ?? readDictionary(of);
      opened.set(of, opening);
      opening.catch(() => opened.delete(of));
      known.set(of, await opening);
    }
  return (say, written, language) => {
    if (!isPhonetic(say)) return plainMark(say, written);
    const of = alignLanguage(language ?? 'en');
    return readPhones(say, written, of === null ? null : (known.get(of) ?? null));
  };
}

/** @param sounds null where there is no dictionary of this language */
export function readPhones(say: string, written: string, sounds: SoundsOf | null): ReturnType<ReadMark> {
  const words = parseIpa(say);
  // What is no IPA is read as letters, its slashes left out.
  if (!words) return { text: say.replace(/[/[\]]/gu, ' ').trim(), unread: false };
  const phones = words.map((word) => heardAs(word.map(({ phone }) => phone)));
  const count = phones.reduce((sum, word) => sum + word.length, 0);
  const spelled = sounds && count <= MOST_LOOKED_UP ? phones.map((word) => spell(word, sounds)) : [null];
  const covered = written.trim().split(/\s+/u);
  const letters = written.replace(/\s+/gu, '').length;
  const much =
    words.length > covered.length ||
    count > MOST_PHONES.aLetter * letters + MOST_PHONES.besides ||
    phones.some(({ length }) => length > MOST_PHONES.aWord);
  const text = spelled.flatMap((word) => word ?? []).join(' ');
  const unread = much || spelled.includes(null);
  // The mark itself stands beside its words, so that a person sees it, and what they allow is this mark and no other.
  return { text: unread ? `${text} ${say}`.trim() : text, unread };
}

/**
 * A word, or a row of as few words as can be; words of the very same sounds come before those that are only taken for them,
 * and words that the rules know before others. Null: it is none.
 */
function spell(phones: readonly string[], sounds: SoundsOf): string | null {
  const costs: number[] = [0];
  const rows: (readonly string[])[] = [[]];
  for (let end = 1; end <= phones.length; end++)
    for (let start = Math.max(0, end - LONGEST); start < end; start++) {
      const before = costs[start];
      const part = phones.slice(start, end);
      const own = part.join(' ');
      const spellings = before === undefined ? undefined : sounds.get(coarse(part));
      for (const { word, sounds: theirs } of spellings ?? []) {
        // One phone is a word by chance more often than it is one.
        const odd = (theirs === own ? 0 : 0.2) + (end - start === 1 ? 1 : 0);
        const cost = (before as number) + (isRuleWord(word) ? 0.9 : 1) + odd;
        if (cost >= (costs[end] ?? Infinity)) continue;
        costs[end] = cost;
        rows[end] = [...(rows[start] ?? []), word];
      }
    }
  return rows[phones.length]?.join(' ') ?? null;
}

/** Signs for one sound, in IPA and in the dictionaries. */
const SAME: Readonly<Partial<Record<Phone, Phone>>> = {
  ...{ ʌ: 'ə', ɨ: 'ɪ', ɒ: 'ɑ', e: 'eɪ', o: 'oʊ', ɚ: 'ɝ', ɾ: 't', ʔ: 't' },
};
/** Sounds that are taken for each other where they carry no stress, or in another accent. */
const ALIKE: Readonly<Record<string, Phone>> = { ɪ: 'ə', ʊ: 'ə', ɔ: 'ɑ' };

function heardAs(phones: readonly Phone[]): readonly string[] {
  const out: string[] = [];
  for (const phone of phones) {
    if (phone === 'sil') continue;
    if (phone === 'ɹ' && out.at(-1) === 'ə') out[out.length - 1] = 'ɝ';
    else out.push(SAME[phone] ?? phone);
  }
  return out;
}

function coarse(heard: readonly string[]): string {
  return heard.map((sound) => ALIKE[sound] ?? sound).join(' ');
}

async function readDictionary(language: AlignLanguage): Promise<SoundsOf> {
  const sounds = new Map<string, Spelling[]>();
  for (const line of (await readFile(soundswallowerDictionary(language), 'utf8')).split('\n')) {
    if (line === '' || line.startsWith(';;')) continue;
    const [entry = '', ...names] = line.trim().split(/\s+/u);
    const word = entry.replace(/\(\d+\)$/u, '').toLowerCase();
    const heard = heardAs(names.map((name) => fromModelPhone(language, name)));
    const spelling = { word, sounds: heard.join(' ') };
    const same = sounds.get(coarse(heard));
    if (same) same.push(spelling);
    else sounds.set(coarse(heard), [spelling]);
  }
  return sounds;
}

/**
 * The words that codes are made of: common, at least four phones long, and phonetically far apart (a test holds them to
 * it). Sixty-four to a list: six bits a word.
 */
import { ENGLISH } from './en.ts';
import { FRENCH } from './fr.ts';
import { GERMAN } from './de.ts';
import { SPANISH } from './es.ts';

export type CodeWord = readonly [word: string, phones: string];

const LISTS = { en: ENGLISH, fr: FRENCH, de: GERMAN, es: SPANISH } as const;

/** Languages in which a person can consent: there are words for codes and a statement. */
export type ConsentLanguage = keyof typeof LISTS;
export const CONSENT_LANGUAGES = Object.keys(LISTS) as readonly ConsentLanguage[];

/** The language of a BCP 47 tag, if there are words in it: `fr-CA` → `fr`. */
export function consentLanguage(tag: string): ConsentLanguage | null {
  const primary = tag.toLowerCase().split('-')[0];
  return CONSENT_LANGUAGES.find((language) => language === primary) ?? null;
}

export function codeWords(language: ConsentLanguage): readonly CodeWord[] {
  return LISTS[language];
}

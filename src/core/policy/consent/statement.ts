/**
 * What a person reads aloud to consent, in plain words of their own language: what may be made, what for, in which
 * languages, until when, and that they can end it. A sentence is short enough to be read in one go, so that a code can
 * stand between it and the next.
 */
import { CONSENT_USES, type ConsentScope, type ConsentUse } from './challenge.ts';
import type { ConsentLanguage } from './words/words.ts';

interface Phrases {
  readonly what: string;
  readonly uses: (list: string) => string;
  readonly use: Readonly<Record<ConsentUse, string>>;
  readonly languages: (list: string) => string;
  readonly anyLanguage: string;
  readonly until: (date: string) => string;
}

const PHRASES: Readonly<Record<ConsentLanguage, Phrases>> = {
  en: {
    what: 'A presenter with my face and my voice may say words that I never said.',
    uses: (list) => `It may be used ${list}.`,
    use: {
      'own-films': 'in films made by this account',
      distribution: 'in films that others see',
      localize: 'for translating my films',
      personalize: 'for films made for one viewer',
      live: 'live, in my place',
    },
    languages: (list) => `It may speak ${list}.`,
    anyLanguage: 'any language',
    until: (date) => `This holds until ${date}, and I can end it at any time.`,
  },
  fr: {
    what: 'Un présentateur avec mon visage et ma voix peut dire des mots que je n’ai jamais dits.',
    uses: (list) => `Il peut servir ${list}.`,
    use: {
      'own-films': 'dans les films faits par ce compte',
      distribution: 'dans des films montrés à d’autres',
      localize: 'à traduire mes films',
      personalize: 'dans des films faits pour un seul spectateur',
      live: 'en direct, à ma place',
    },
    languages: (list) => `Il peut parler ${list}.`,
    anyLanguage: 'toutes les langues',
    until: (date) => `Cela vaut jusqu’au ${date}, et je peux y mettre fin à tout moment.`,
  },
  de: {
    what: 'Ein Sprecher mit meinem Gesicht und meiner Stimme darf Worte sagen, die ich nie gesagt habe.',
    uses: (list) => `Er darf verwendet werden ${list}.`,
    use: {
      'own-films': 'in Filmen dieses Kontos',
      distribution: 'in Filmen, die andere sehen',
      localize: 'zum Übersetzen meiner Filme',
      personalize: 'in Filmen für einzelne Zuschauer',
      live: 'live, an meiner Stelle',
    },
    languages: (list) => `Er darf ${list} sprechen.`,
    anyLanguage: 'jede Sprache',
    until: (date) => `Das gilt bis zum ${date}, und ich kann es jederzeit beenden.`,
  },
  es: {
    what: 'Un presentador con mi cara y mi voz puede decir palabras que nunca dije.',
    uses: (list) => `Se puede usar ${list}.`,
    use: {
      'own-films': 'en películas hechas por esta cuenta',
      distribution: 'en películas que ven otros',
      localize: 'para traducir mis películas',
      personalize: 'en películas hechas para un solo espectador',
      live: 'en directo, en mi lugar',
    },
    languages: (list) => `Puede hablar ${list}.`,
    anyLanguage: 'cualquier idioma',
    until: (date) => `Esto vale hasta el ${date}, y puedo ponerle fin en cualquier momento.`,
  },
};

const USES_A_SENTENCE = 2;
const LANGUAGES_A_SENTENCE = 4;

/** The sentences in order; each use and each language of the scope is named in exactly one. */
export function statementSentences(language: ConsentLanguage, scope: ConsentScope): readonly string[] {
  const phrases = PHRASES[language];
  const listed = (parts: readonly string[]) =>
    new Intl.ListFormat(language, { type: 'conjunction' }).format(parts);
  const names = new Intl.DisplayNames([language], { type: 'language' });
  const uses = CONSENT_USES.filter((use) => scope.uses.includes(use)).map((use) => phrases.use[use]);
  const languages = scope.languages.includes('*')
    ? [phrases.anyLanguage]
    : scope.languages.map((tag) => names.of(tag) ?? tag);
  const date = new Intl.DateTimeFormat(language, { dateStyle: 'long', timeZone: 'UTC' }).format(
    new Date(scope.until),
  );
  return [
    phrases.what,
    ...inGroups(uses, USES_A_SENTENCE).map((group) => phrases.uses(listed(group))),
    ...inGroups(languages, LANGUAGES_A_SENTENCE).map((group) => phrases.languages(listed(group))),
    phrases.until(date),
  ];
}

function inGroups<T>(all: readonly T[], size: number): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(all.length / size) }, (_, i) => all.slice(i * size, (i + 1) * size));
}

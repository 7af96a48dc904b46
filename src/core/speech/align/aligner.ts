/**
 * A SpeechAligner from a program that aligns. The program knows a dictionary; words outside it are given a way to be
 * said: the script's own, else the English voice's (its dictionary and letter-to-sound rules), else French rules. Its
 * models know no stress, which gestures and brows need: English stress is asked of the voice, French lies at the end.
 */
import { throwIfCancelled } from '../../base/errors.ts';
import { isVowel, type StressedPhone } from '../phone.ts';
import { frenchPhones } from './french.ts';
import { fromModelPhone, toModelPhones } from './model-phones.ts';
import type {
  AlignedWord,
  AlignLanguage,
  AlignProgram,
  AlignSession,
  AlignWord,
  ProgramWord,
  SpeechAligner,
} from './ports.ts';
import { alignInWindows } from './windows.ts';

/** Raise it when the same program would give another answer. */
const VERSION = 2;
/** Brings a hundredth of a second's misfit to the scale that AlignedWord speaks of. */
const MISFIT_SCALE = 1e4;
const FRAME_S = 0.01;

export interface AlignerParts {
  /** Of the program and its models. */
  readonly version: string;
  /** @throws AppError network */
  open(language: AlignLanguage): Promise<AlignProgram>;
  /** Between stretches: lets whoever wants to stop it be heard. */
  breathe(): Promise<void>;
  /** English words as a voice would say them, in order; an empty list for one that it cannot. */
  pronounce(words: readonly string[]): Promise<readonly (readonly StressedPhone[])[]>;
}

export function createSpeechAligner(parts: AlignerParts): SpeechAligner {
  const programs = new Map<AlignLanguage, Promise<AlignProgram>>();
  const program = (language: AlignLanguage) => {
    const known = programs.get(language);
    if (known) return known;
    // A load that failed may be tried again: the network can come back.
    const opened = parts.open(language).catch((error: unknown) => {
      programs.delete(language);
      throw error;
    });
    programs.set(language, opened);
    return opened;
  };
  return {
    version: `${parts.version}/${VERSION}`,
    async align(request, onProgress, signal) {
      const { language, words } = request;
      if (words.length === 0) return [];
      const opened = await program(language);
      throwIfCancelled(signal);
      const lexicon = language === 'en' ? await sayings(words, parts) : new Map<string, never>();
      teach(opened, language, words, lexicon);
      const session: AlignSession = {
        async align(pcm, part, all) {
          await parts.breathe();
          throwIfCancelled(signal);
          const found = opened.align(
            pcm,
            part.map((word) => nameOf(word)),
            all,
          );
          const aligned = found?.map((raw, i) =>
            toAligned(raw, language, lexicon.get((part[i] as AlignWord).spoken) ?? null),
          );
          return aligned ?? null;
        },
      };
      return alignInWindows(session, request, onProgress, signal);
    },
    close() {
      for (const opened of programs.values())
        opened.then(
          (ready) => ready.close(),
          () => undefined,
        );
      programs.clear();
    },
  };
}

/** A word with phones of its own is another word to the program, whatever its letters are. */
function nameOf({ spoken, phones }: AlignWord): string {
  return phones === undefined
    ? spoken
    : `as-${phones.map((phone) => phone.codePointAt(0)?.toString(36)).join('-')}`;
}

async function sayings(words: readonly AlignWord[], parts: AlignerParts) {
  const distinct = [
    ...new Set(words.filter(({ phones }) => phones === undefined).map(({ spoken }) => spoken)),
  ];
  const said = await parts.pronounce(distinct);
  return new Map(distinct.map((word, i) => [word, said[i] ?? []]));
}

function teach(
  program: AlignProgram,
  language: AlignLanguage,
  words: readonly AlignWord[],
  lexicon: ReadonlyMap<string, readonly StressedPhone[]>,
): void {
  for (const word of words) {
    const name = nameOf(word);
    if (program.knows(name)) continue;
    const own = word.phones ?? lexicon.get(word.spoken)?.map(({ phone }) => phone);
    const said = own ? toModelPhones(language, own) : frenchPhones(word.spoken);
    // Something is said, if nothing is known of it: the most neutral of vowels.
    program.add(name, said || (language === 'en' ? 'AH' : 'ee'));
  }
}

function toAligned(
  raw: ProgramWord,
  language: AlignLanguage,
  said: readonly StressedPhone[] | null,
): AlignedWord {
  const { startS, endS } = raw;
  const names = raw.phones.map(({ name }) => fromModelPhone(language, name));
  const stresses = language === 'en' ? englishStress(names, said) : finalStress(names);
  return {
    startS,
    endS,
    misfit: (-raw.logFit / Math.max(1, (endS - startS) / FRAME_S)) * MISFIT_SCALE,
    phones: raw.phones.map((phone, i) => ({
      phone: names[i] as StressedPhone['phone'],
      stress: stresses[i] ?? 0,
      startS: phone.startS,
      endS: phone.endS,
    })),
  };
}

type Stress = StressedPhone['stress'];

/** The voice's stresses, vowel by vowel; where it has another number of vowels, its stressed one by its place. */
function englishStress(
  phones: readonly StressedPhone['phone'][],
  said: readonly StressedPhone[] | null,
): Stress[] {
  const pattern = (said ?? []).filter(({ phone }) => isVowel(phone)).map(({ stress }) => stress);
  const vowels = phones.flatMap((phone, i) => (isVowel(phone) ? [i] : []));
  const stresses = phones.map((): Stress => 0);
  vowels.forEach((at, v) => {
    const same = pattern.length === vowels.length;
    const from = same ? v : Math.round(((pattern.length - 1) * v) / Math.max(1, vowels.length - 1));
    if (pattern.length > 0) stresses[at] = pattern[from] ?? 0;
    else if (v === 0) stresses[at] = 1;
  });
  return stresses;
}

/** French stresses the last vowel that is not a schwa. */
function finalStress(phones: readonly StressedPhone['phone'][]): Stress[] {
  const last = phones.findLastIndex((phone) => isVowel(phone) && phone !== 'ə');
  return phones.map((_, i): Stress => (i === last && phones.length > 2 ? 1 : 0));
}

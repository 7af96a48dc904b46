/**
 * SoundSwallower (MIT), a small PocketSphinx in WASM, as the aligner's program on every host. The host says where its
 * own file and a language's model lie; both are loaded when a sound is first followed in that language.
 */
import createModule from 'soundswallower';
import type { Segment, SoundSwallowerModule } from 'soundswallower';
import { createSpeechAligner, type AlignerParts } from '#core/speech/align/aligner.ts';
import {
  ALIGN_RATE_HZ,
  type AlignLanguage,
  type AlignProgram,
  type ProgramWord,
  type SpeechAligner,
} from '#core/speech/align/ports.ts';
import { alignLanguage } from '#core/speech/align/ports.ts';
import { SPOT_RATE_HZ, type SpottedWords, type WordSpotter } from '#core/speech/spot.ts';
import { AppError, throwIfCancelled } from '#core/base/errors.ts';

/** Addresses of one language's files: paths in Node, URLs in a browser. */
export interface AlignModelFiles {
  readonly featparams: string;
  readonly mdef: string;
  readonly mean: string;
  readonly var: string;
  readonly sendump: string;
  readonly tmat: string;
  readonly dict: string;
  readonly fdict: string;
}

export interface SoundswallowerFiles {
  /** The program itself; null lets the package find its own. @throws AppError network */
  program(): Promise<ArrayBuffer | null>;
  /** Ready to be read when this resolves. @throws AppError network */
  model(language: AlignLanguage): Promise<AlignModelFiles>;
}

export interface SoundswallowerHost extends SoundswallowerFiles {
  readonly pronounce: AlignerParts['pronounce'];
  readonly breathe: AlignerParts['breathe'];
}

/** The package's version; its models come with it. */
export const SOUNDSWALLOWER_VERSION = 'soundswallower 0.6.3';

/** Loads the program when it is first asked for; a load that failed may be tried again. */
function programLoader(host: SoundswallowerFiles): () => Promise<SoundSwallowerModule> {
  let loading: Promise<SoundSwallowerModule> | null = null;
  return () => {
    loading ??= (async () => {
      const wasmBinary = await host.program();
      const options = {
        defaultModel: null,
        print: () => undefined,
        printErr: () => undefined,
        ...(wasmBinary === null ? {} : { wasmBinary }),
      };
      return createModule(options);
    })();
    loading.catch(() => (loading = null));
    return loading;
  };
}

export function soundswallowerAligner(host: SoundswallowerHost): SpeechAligner {
  const load = programLoader(host);
  return createSpeechAligner({
    version: SOUNDSWALLOWER_VERSION,
    pronounce: host.pronounce,
    breathe: host.breathe,
    async open(language) {
      const [module, files] = await Promise.all([load(), host.model(language)]);
      return openProgram(module, files);
    },
  });
}

async function openProgram(module: SoundSwallowerModule, files: AlignModelFiles): Promise<AlignProgram> {
  const decoder = new module.Decoder({
    ...files,
    // Asked for where there is none, it would be fetched from an address that may well answer with a page.
    lda: 'data:none',
    loglevel: 'FATAL',
    samprate: ALIGN_RATE_HZ,
    // The text is known, so there is little to search: with the narrow beams of dictation real speakers were lost half-way.
    beam: 1e-100,
    pbeam: 1e-100,
    wbeam: 1e-80,
  });
  await decoder.initialize();
  return {
    knows: (word) => decoder.lookup_word(word) !== null,
    add: (word, phones) => decoder.add_words([word, phones]),
    align(pcm, words, all) {
      if (all) decoder.set_align_text(words.join(' '));
      else decoder.set_grammar(anyPrefixOf(words));
      decoder.start();
      decoder.process_audio(pcm, false, true);
      decoder.stop();
      const said = readAlignment(decoder.get_alignment.bind(decoder));
      return said === null || (all && said.length !== words.length) || said.length > words.length
        ? null
        : said;
    },
    close: () => decoder.delete(),
  };
}

/** `a`, `a b`, `a b c`, …: each word may be followed by the rest, or by nothing. */
function anyPrefixOf(words: readonly string[]): string {
  const body = words.map((word, i) => (i === 0 ? word : ` [${word}`)).join('') + ']'.repeat(words.length - 1);
  return `#JSGF V1.0;\ngrammar prefix;\npublic <prefix> = ${body};`;
}

/** Null when the search ended nowhere: then what it answers is no JSON. */
function readAlignment(ask: (options: { align_level: number }) => Segment): readonly ProgramWord[] | null {
  let answer: Segment;
  try {
    answer = ask({ align_level: 1 });
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
  return (answer.w ?? [])
    .filter(({ t }) => !/^[<[]/u.test(t))
    .map(({ b, d, p, w }) => ({
      startS: b,
      endS: b + d,
      logFit: Math.log(Math.max(p, 1e-30)),
      phones: (w ?? []).map((phone) => ({ name: phone.t, startS: phone.b, endS: phone.b + phone.d })),
    }));
}

/** All sounds' scores are reckoned, so that two grammars can be held against each other. */
const SPOT_OPTIONS = { compallsen: true, cmn: 'batch', lw: 1, wip: 1, silprob: 0.1 } as const;
const SPOT_BEAMS = { beam: 1e-100, pbeam: 1e-100, wbeam: 1e-80 } as const;
const SPOT_SCALE = 1000;
/** Digital silence has no logarithm; a breath of noise under everything keeps pauses pauses. */
const DITHER = 1e-3;

/**
 * Verifies known words by two searches over the same sound, with any phones before and after: one for the code, one for
 * any code of the list. Both see the same sounds outside of the code, so their difference is the code's own.
 */
export function soundswallowerSpotter(host: SoundswallowerFiles): WordSpotter {
  const load = programLoader(host);
  const opened = new Map<AlignLanguage, Promise<SpotProgram>>();
  const program = (language: AlignLanguage) => {
    const known = opened.get(language);
    if (known) return known;
    const opening = (async () => openSpotter(await load(), await host.model(language)))();
    opened.set(language, opening);
    opening.catch(() => opened.delete(language));
    return opening;
  };
  return {
    version: SOUNDSWALLOWER_VERSION,
    serves: (language) => alignLanguage(language) !== null,
    async knows(language, words, signal) {
      const search = await program(served(language));
      throwIfCancelled(signal);
      return words.map((word) => search.knows(word));
    },
    async spot({ language, pcm, words, list }, signal) {
      const search = await program(served(language));
      throwIfCancelled(signal);
      const sound = dithered(pcm);
      const any = search(sound, words.map(() => '<any>').join(' '), list);
      if (any !== null && words.every((word, i) => any.words[i]?.name === word)) return compare(any, any);
      await new Promise((resolve) => setTimeout(resolve, 0));
      throwIfCancelled(signal);
      const code = search(sound, words.join(' '), list);
      return code === null || code.words.length !== words.length ? null : compare(code, any);
    },
    close() {
      for (const opening of opened.values())
        opening.then(
          (search) => search.close(),
          () => undefined,
        );
      opened.clear();
    },
  };
}

function served(language: string): AlignLanguage {
  const known = alignLanguage(language);
  if (known !== null) return known;
  throw new AppError('invalid-input', `Nothing here listens to words in “${language}”.`);
}

interface Search {
  /** Over the whole sound. */
  readonly log: number;
  readonly words: readonly {
    readonly name: string;
    readonly startS: number;
    readonly endS: number;
    readonly log: number;
  }[];
}
interface SpotProgram {
  (pcm: Float32Array, code: string, list: readonly string[]): Search | null;
  knows(word: string): boolean;
  close(): void;
}

function compare(code: Search, any: Search | null): SpottedWords {
  const frames = code.words.reduce((sum, { startS, endS }) => sum + Math.max(1, (endS - startS) * 100), 0);
  const [first, last] = [code.words[0], code.words.at(-1)];
  return {
    // A search for any code holds this one, too: where it found none, nothing was compared, and nothing is believed.
    lead: any === null ? -Infinity : (SPOT_SCALE * (code.log - any.log)) / frames,
    fit: (SPOT_SCALE * code.words.reduce((sum, { log }) => sum + log, 0)) / frames,
    startS: first?.startS ?? 0,
    endS: last?.endS ?? 0,
    heard: (any ?? code).words.map(({ name }) => name),
  };
}

async function openSpotter(module: SoundSwallowerModule, files: AlignModelFiles): Promise<SpotProgram> {
  const decoder = new module.Decoder({
    ...files,
    ...SPOT_OPTIONS,
    ...SPOT_BEAMS,
    lda: 'data:none',
    loglevel: 'FATAL',
    samprate: SPOT_RATE_HZ,
  });
  await decoder.initialize();
  const phones = new Set<string>();
  return Object.assign(
    (pcm: Float32Array, code: string, list: readonly string[]): Search | null => {
      for (const word of list) {
        const said = decoder.lookup_word(word) as string | null;
        if (said === null)
          throw new AppError('internal', `“${word}” has no place in a code: nothing knows its sound.`);
        for (const phone of said.split(' ')) {
          if (phones.has(phone)) continue;
          phones.add(phone);
          decoder.add_words([phoneWord(phone), phone]);
        }
      }
      decoder.set_grammar(spotGrammar(code, list, [...phones]));
      decoder.start();
      decoder.process_audio(pcm, false, true);
      decoder.stop();
      return readSearch(decoder.get_alignment.bind(decoder));
    },
    {
      knows: (word: string) => (decoder.lookup_word(word) as string | null) !== null,
      close: () => decoder.delete(),
    },
  );
}

/** Phones as words of their own, to stand for whatever else is said. */
function phoneWord(phone: string): string {
  return `_${phone.toLowerCase()}`;
}

function spotGrammar(code: string, list: readonly string[], phones: readonly string[]): string {
  return `#JSGF V1.0;
grammar spot;
<else> = ${phones.map(phoneWord).join(' | ')};
<any> = ${list.join(' | ')};
public <spot> = [<else>+] ${code} [<else>+];`;
}

/** Null when the search ended nowhere: its answer is then empty, or no JSON. */
function readSearch(ask: (options: { align_level: number }) => Segment): Search | null {
  let answer: Segment;
  try {
    answer = ask({ align_level: 0 });
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
  const all = (answer.w ?? []).map(({ t, b, d, p }) => ({
    name: t.replace(/\(\d+\)$/u, ''),
    startS: b,
    endS: b + d,
    log: Math.log(Math.max(p, 1e-30)),
  }));
  if (all.length === 0) return null;
  return {
    log: all.reduce((sum, { log }) => sum + log, 0),
    words: all.filter(({ name }) => !/^[_<[(]/u.test(name)),
  };
}

function dithered(pcm: Float32Array): Float32Array {
  let state = 1;
  return pcm.map((value) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return value + DITHER * (state / 2 ** 31 - 1);
  });
}

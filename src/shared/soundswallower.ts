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

export interface SoundswallowerHost {
  /** The program itself; null lets the package find its own. @throws AppError network */
  program(): Promise<ArrayBuffer | null>;
  /** Ready to be read when this resolves. @throws AppError network */
  model(language: AlignLanguage): Promise<AlignModelFiles>;
  readonly pronounce: AlignerParts['pronounce'];
  readonly breathe: AlignerParts['breathe'];
}

/** The package's version; its models come with it. */
export const SOUNDSWALLOWER_VERSION = 'soundswallower 0.6.3';

export function soundswallowerAligner(host: SoundswallowerHost): SpeechAligner {
  let loading: Promise<SoundSwallowerModule> | null = null;
  const load = () => {
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

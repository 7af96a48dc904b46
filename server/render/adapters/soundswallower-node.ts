/** SoundSwallower's files in Node: they lie in the package, which finds its own program. */
import { fileURLToPath } from 'node:url';
import type { AlignLanguage, SpeechAligner } from '#core/speech/align/ports.ts';
import type { StressedPhone } from '#core/speech/phone.ts';
import type { WordSpotter } from '#core/speech/spot.ts';
import {
  soundswallowerAligner,
  soundswallowerSpotter,
  type SoundswallowerFiles,
} from '#shared/soundswallower.ts';

const FOLDERS: Readonly<Record<AlignLanguage, string>> = { en: 'en-us', fr: 'fr-fr' };

function modelFile(language: AlignLanguage, name: string): string {
  const folder = `../../../node_modules/soundswallower/model/${FOLDERS[language]}/`;
  return fileURLToPath(new URL(folder + name, import.meta.url));
}

export const SOUNDSWALLOWER_NODE: SoundswallowerFiles = {
  program: () => Promise.resolve(null),
  model(language) {
    const file = (name: string) => modelFile(language, name);
    return Promise.resolve({
      featparams: file('feat_params.json'),
      mdef: file('mdef'),
      mean: file('means'),
      var: file('variances'),
      sendump: file('sendump'),
      tmat: file('transition_matrices'),
      dict: file('dict.txt'),
      fdict: file('noisedict.txt'),
    });
  },
};

/** Its pronouncing dictionary: a word and its phones a line. */
export function soundswallowerDictionary(language: AlignLanguage): string {
  return modelFile(language, 'dict.txt');
}

/** Verifies known words; its program is loaded when it is first asked. */
export function soundswallowerNodeSpotter(): WordSpotter {
  return soundswallowerSpotter(SOUNDSWALLOWER_NODE);
}

export function soundswallowerNodeAligner(
  pronounce: (words: readonly string[]) => Promise<readonly (readonly StressedPhone[])[]>,
): SpeechAligner {
  return soundswallowerAligner({
    ...SOUNDSWALLOWER_NODE,
    pronounce,
    breathe: () => new Promise((resolve) => setImmediate(resolve)),
  });
}

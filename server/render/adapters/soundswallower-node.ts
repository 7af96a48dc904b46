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

export const SOUNDSWALLOWER_NODE: SoundswallowerFiles = {
  program: () => Promise.resolve(null),
  model(language) {
    const folder = `../../../node_modules/soundswallower/model/${FOLDERS[language]}/`;
    const file = (name: string) => fileURLToPath(new URL(folder + name, import.meta.url));
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

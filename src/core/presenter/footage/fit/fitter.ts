/**
 * From a followed person and the frames themselves to what a twin is drawn from: its mouths, the film as a graph, and how
 * the person talks.
 */
import type { HeardSpeech } from '../../../speech/listen/heard.ts';
import type { FootageTrack } from '../../../track/footage-track.ts';
import type { Picture } from '../../../track/ports.ts';
import { fitBase } from '../base/build.ts';
import { createSmallPictures } from '../base/features.ts';
import { FOOTAGE_FIT_VERSION, type FilmLayout, type FootageFit } from '../fit.ts';
import { createMouthFitter } from '../mouth/fit-mouths.ts';
import { fitStyle } from '../style/fit-style.ts';
import { createAmbient } from './ambient.ts';

/** One run over the film, in order. Holds descriptors, not pictures: memory grows slowly with the film. */
export interface FootageFitter {
  /**
   * Looks at frame `i` in full size. Answers with the lower face to keep for it (to be packed at index order of
   * `MouthBank.kept`), or null where this frame's mouth is not worth keeping.
   */
  look(i: number, picture: Picture): Picture | null;
  /** @param heard what the film's own sound says, one step each 20 ms from its start; null where it has none */
  finish(heard: HeardSpeech | null, layout: FilmLayout): FootageFit;
}

/** @param track the whole film's */
export function createFootageFitter(track: FootageTrack): FootageFitter {
  const mouths = createMouthFitter(track);
  const small = createSmallPictures(track);
  const ambient = createAmbient(track);
  return {
    look(i, picture) {
      small.look(i, picture);
      ambient.look(i, picture);
      return mouths.look(i, picture);
    },
    finish(heard, layout) {
      const bank = mouths.finish();
      const graph = fitBase(track, small);
      return {
        kind: 'footage',
        version: FOOTAGE_FIT_VERSION,
        layout,
        track,
        bank,
        graph,
        ambient: ambient.finish(),
        style: fitStyle(track, bank, graph.labels, heard),
      };
    },
  };
}

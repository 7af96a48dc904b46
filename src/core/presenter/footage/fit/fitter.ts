/** From a followed person and the frames themselves to what a twin is drawn from. */
import type { HeardSpeech } from '../../../speech/listen/heard.ts';
import type { Picture } from '../../../track/ports.ts';
import type { FilmLayout, FootageFit } from '../fit.ts';

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

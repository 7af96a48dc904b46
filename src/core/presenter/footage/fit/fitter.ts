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
import { createMouthFitter, type MouthPart } from '../mouth/fit-mouths.ts';
import { fitStyle } from '../style/fit-style.ts';
import { createAmbient, type AmbientSums } from './ambient.ts';

/** What some frames in a row have shown, as plain data: a fitter that is given it need not look at them. */
export interface FitPart {
  readonly from: number;
  readonly to: number;
  readonly small: Uint8Array<ArrayBuffer>;
  readonly mouths: MouthPart;
  /** From the film's start up to `to`. */
  readonly ambient: AmbientSums;
}

/** One run over the film, in order. Holds descriptors, not pictures: memory grows slowly with the film. */
export interface FootageFitter {
  /**
   * Looks at frame `i` in full size. Answers with the lower face to keep for it (to be packed at index order of
   * `MouthBank.kept`), or null where this frame's mouth is not worth keeping.
   */
  look(i: number, picture: Picture): Picture | null;
  /** @param heard what the film's own sound says, one step each 20 ms from its start; null where it has none */
  finish(heard: HeardSpeech | null, layout: FilmLayout): FootageFit;
  /** What the frames from `from` up to the last that was looked at have shown. */
  partFrom(from: number): FitPart;
  /** In order, from the film's start on: parts of a fitter of the same track. Frames after them are looked at. */
  goOn(part: FitPart): void;
}

/** @param track the whole film's */
export function createFootageFitter(track: FootageTrack): FootageFitter {
  const mouths = createMouthFitter(track);
  const small = createSmallPictures(track);
  const ambient = createAmbient(track);
  const cells = small.columns * small.rows;
  let next = 0;
  return {
    partFrom: (from) => ({
      from,
      to: next,
      small: small.luma.slice(from * cells, next * cells),
      mouths: mouths.part(from, next),
      ambient: ambient.sums(),
    }),
    goOn(part) {
      small.luma.set(part.small, part.from * cells);
      mouths.goOn(part.from, part.mouths);
      ambient.goOn(part.ambient);
      next = part.to;
    },
    look(i, picture) {
      next = i + 1;
      small.look(i, picture);
      ambient.look(i, picture);
      return mouths.look(i, picture);
    },
    finish(heard, layout) {
      const { bank, track: laid } = mouths.finish();
      const graph = fitBase(laid, small);
      return {
        kind: 'footage',
        version: FOOTAGE_FIT_VERSION,
        layout,
        track: laid,
        bank,
        graph,
        ambient: ambient.finish(),
        style: fitStyle(laid, bank, graph.labels, heard),
      };
    },
  };
}

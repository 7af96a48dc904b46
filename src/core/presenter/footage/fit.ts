/**
 * What a twin is made of, beside its film and its mouths. Presenter space of a twin: pixels of the film's colour part.
 */
import { AppError } from '../../base/errors.ts';
import { decodeRecord, encodeRecord } from '../../base/records.ts';
import type { Affine } from '../../draw/draw-list.ts';
import type { FootageTrack } from '../../track/footage-track.ts';
import type { LightColor } from '../kind.ts';
import type { BaseGraph } from './base/graph.ts';
import type { MouthBank } from './mouth/bank.ts';
import type { TalkingStyle } from './style/style.ts';

export const FOOTAGE_FIT_VERSION = 4;

/** Where a film holds its picture and, below it, the matte that cuts the person out. */
export interface FilmLayout {
  /** The colour part fills the film's width from its top; this fraction of its height. */
  readonly colourHeight: number;
  /** (u, v) of a colour → (u, v) of its alpha; null where the person was not cut out. */
  readonly matte: Affine | null;
}

export interface FootageFit {
  readonly kind: 'footage';
  readonly version: typeof FOOTAGE_FIT_VERSION;
  readonly layout: FilmLayout;
  readonly track: FootageTrack;
  readonly bank: MouthBank;
  readonly graph: BaseGraph;
  readonly style: TalkingStyle;
  /** Mean colour about the person in the film: the light they seem to stand in. */
  readonly ambient: LightColor;
}

export function encodeFootageFit(fit: FootageFit): Uint8Array<ArrayBuffer> {
  return encodeRecord(fit);
}

/** @throws AppError corrupt-file | newer-version */
export function decodeFootageFit(bytes: Uint8Array): FootageFit {
  const fit = decodeRecord(bytes) as Partial<FootageFit> | null;
  if (fit?.kind !== 'footage')
    throw new AppError('corrupt-file', 'This is no fitted footage.', { way: 'Add the video again.' });
  if (fit.version !== FOOTAGE_FIT_VERSION)
    throw new AppError('newer-version', 'This twin was fitted by another version of Orator.', {
      way: 'Fit it again from its video.',
    });
  return fit as FootageFit;
}

/** A frame of the base as parts of the picture: the film's own, or two of them bent to each other. */
import type { AssetHash } from '../../../base/ids.ts';
import { rateToFps } from '../../../base/time.ts';
import type { Affine, Mesh, MeshPicture } from '../../../draw/draw-list.ts';
import { quadMesh } from '../../../draw/mesh.ts';
import type { FootageTrack } from '../../../track/footage-track.ts';
import type { PresenterPart } from '../../kind.ts';
import type { FilmLayout, FootageFit } from '../fit.ts';
import type { BasePath, BasePlace, SmallPictures } from './graph.ts';
import { fadedSides, sidedMesh } from './sides.ts';
import { bentMesh, crossingOf, filmGrid, sharesOf, type Crossing, type FilmGrid } from './warp.ts';

export interface BaseFilm {
  readonly film: AssetHash;
  readonly track: FootageTrack;
  readonly layout: FilmLayout;
  readonly small: SmallPictures;
  readonly grid: FilmGrid;
  readonly still: Mesh;
  /** As layout.matte where the person is cut out, else null. */
  readonly matte: Affine | null;
}

export function baseFilm(
  film: AssetHash,
  { track, layout, graph }: Pick<FootageFit, 'track' | 'layout' | 'graph'>,
  cutOut: boolean,
): BaseFilm {
  const matte = cutOut ? layout.matte : null;
  return {
    ...{ film, track, layout, small: graph.small },
    grid: filmGrid(track, layout.colourHeight),
    still: matte ? sidedMesh(track, layout.colourHeight) : wholeMesh(track, layout),
    matte,
  };
}

function wholeMesh({ widthPx, heightPx }: FootageTrack, { colourHeight }: FilmLayout): Mesh {
  return quadMesh(
    { x: 0, y: 0, width: widthPx, height: heightPx },
    { x: 0, y: 0, width: 1, height: colourHeight },
  );
}

/** @param crossing of the fade that this place is in; needed where `mix` is above 0 */
export function baseParts(
  film: BaseFilm,
  { frame, other, mix }: BasePlace,
  crossing: Crossing | null,
): PresenterPart[] {
  if (mix <= 0 || frame === other || !crossing) return [{ ...picture(film, frame, film.still), ...WHOLE }];
  const { track, grid, small, matte } = film;
  const there = bentMesh(track, grid, small, crossing.there, frame, other, mix);
  const back = bentMesh(track, grid, small, crossing.back, other, frame, 1 - mix);
  const from = picture(film, frame, there);
  // Cut out, the two are added by one share of the whole: elsewhere each place has its own.
  if (matte !== null) {
    const to = picture(film, other, fadedSides(back, track));
    return fading({ ...from, mesh: fadedSides(there, track) }, to, mix);
  }
  const opacity = sharesOf(track, crossing, back.positions, other, mix);
  return [
    { ...from, ...WHOLE },
    { ...picture(film, other, { ...back, opacity }), ...WHOLE },
  ];
}

const WHOLE = { kind: 'mesh', opacity: 1 } as const;

/** One picture on its way into another. Where neither is clear anywhere, one over the other is as good, and cheaper. */
export function fading(from: MeshPicture, to: MeshPicture, share: number): PresenterPart[] {
  if (from.matte !== null) return [{ kind: 'dissolve', from, to, share }];
  return [
    { ...from, ...WHOLE },
    { ...to, kind: 'mesh', opacity: share },
  ];
}

/** The crossings of a walk: for each of its frames the one it is in, or null. */
export function crossingsOf(small: SmallPictures, { frame, other, mix }: BasePath): (Crossing | null)[] {
  const out = new Array<Crossing | null>(mix.length).fill(null);
  for (let i = 0; i < mix.length; i++) {
    if (mix[i] === 0) continue;
    let end = i;
    while (end + 1 < mix.length && mix[end + 1]! > mix[end]!) end++;
    const middle = (i + end) >> 1;
    out.fill(crossingOf(small, frame[middle]!, other[middle]!), i, end + 1);
    i = end;
  }
  return out;
}

function picture({ film, track, matte }: BaseFilm, frame: number, mesh: Mesh): MeshPicture {
  // The middle of the frame's time: rounding then takes no other.
  const timeS = (frame + 0.5) / rateToFps(track.rate);
  return { image: { asset: film, kind: 'video', timeS }, mesh, matte, unmix: matte !== null, blurTexels: 0 };
}

/** A frame of the base as parts of the picture: the film's own, or two of them bent to each other. */
import type { AssetHash } from '../../../base/ids.ts';
import { rateToFps } from '../../../base/time.ts';
import type { Affine, Mesh } from '../../../draw/draw-list.ts';
import { quadMesh } from '../../../draw/mesh.ts';
import type { FootageTrack } from '../../../track/footage-track.ts';
import type { PresenterPart } from '../../kind.ts';
import type { FilmLayout } from '../fit.ts';
import { bentMesh, filmGrid, type FilmGrid } from './warp.ts';

export interface BaseFilm {
  readonly film: AssetHash;
  readonly track: FootageTrack;
  readonly layout: FilmLayout;
  readonly grid: FilmGrid;
  readonly still: Mesh;
  /** As layout.matte where the person is cut out, else null. */
  readonly matte: Affine | null;
}

export function baseFilm(
  film: AssetHash,
  track: FootageTrack,
  layout: FilmLayout,
  cutOut: boolean,
): BaseFilm {
  return {
    ...{ film, track, layout },
    grid: filmGrid(track, layout.colourHeight),
    still: quadMesh(
      { x: 0, y: 0, width: track.widthPx, height: track.heightPx },
      { x: 0, y: 0, width: 1, height: layout.colourHeight },
    ),
    matte: cutOut ? layout.matte : null,
  };
}

export function baseParts(film: BaseFilm, frame: number, other: number, mix: number): PresenterPart[] {
  if (mix <= 0 || frame === other) return [part(film, frame, film.still, 1)];
  const { track, grid } = film;
  return [
    part(film, frame, bentMesh(track, grid, frame, other, mix), 1),
    part(film, other, bentMesh(track, grid, other, frame, 1 - mix), mix),
  ];
}

function part({ film, track, matte }: BaseFilm, frame: number, mesh: Mesh, opacity: number): PresenterPart {
  // The middle of the frame's time: rounding then takes no other.
  const timeS = (frame + 0.5) / rateToFps(track.rate);
  return { kind: 'mesh', opacity, image: { asset: film, kind: 'video', timeS }, mesh, matte, blurTexels: 0 };
}

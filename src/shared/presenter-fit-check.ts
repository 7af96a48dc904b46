/**
 * Whether what was fitted holds together, before anything is drawn from it: a file from elsewhere may say that there are
 * more frames than it measures, or measure what is no number. What only looks wrong is not judged.
 */
import { AppError } from '#core/base/errors.ts';
import { BODY_POINTS, FACE_POINTS } from '#core/track/ports.ts';
import { MEASURES } from '#core/track/footage-track.ts';
import type { FittedPresenter } from '#core/pipeline/fit-api.ts';
import { decodeFootageFit } from '#core/presenter/footage/fit.ts';
import { decodePhotoFit } from '#core/presenter/photo/fit.ts';

const MOST_FRAMES = 200_000;
const MOST_SIDE_PX = 16_384;

/** @throws AppError corrupt-file | newer-version */
export function requireSoundFit(presenter: FittedPresenter['presenter'], fit: Uint8Array): void {
  try {
    check(presenter, fit);
  } catch (error) {
    if (error instanceof AppError) throw error;
    // Fields that are not there at all.
    throw unsound(error);
  }
}

function check(presenter: FittedPresenter['presenter'], fit: Uint8Array): void {
  if (presenter.kind === 'photo') {
    const { track } = decodePhotoFit(fit);
    require(isSide(track?.widthPx) && isSide(track.heightPx));
    require(isNumbers(track.points, FACE_POINTS * 3));
    return;
  }
  const { track, layout, bank, graph } = decodeFootageFit(fit);
  const count = track?.frameCount;
  require(Number.isInteger(count) && count > 0 && count <= MOST_FRAMES);
  require(isSide(track.widthPx) && isSide(track.heightPx));
  const { num, den } = track.rate;
  require(Number.isInteger(num) && Number.isInteger(den) && den > 0 && num / den >= 1 && num / den <= 240);
  require(isNumbers(track.points, count * FACE_POINTS * 3) && isNumbers(track.sure, count));
  require(isNumbers(track.measures, count * MEASURES.length));
  require(isNumbers(track.body, count * BODY_POINTS.length * 3));
  require(track.seen instanceof Uint8Array && track.seen.length === count);
  require(layout.colourHeight > 0 && layout.colourHeight <= 1);
  require(layout.matte === null || (layout.matte.length === 6 && layout.matte.every(Number.isFinite)));
  require(Number.isInteger(graph.rest) && graph.rest >= 0 && graph.rest < count);
  require(bank.kept instanceof Uint32Array && bank.kept.every((frame) => frame < count));
}

function isSide(value: unknown): boolean {
  return typeof value === 'number' && Number.isInteger(value) && value > 0 && value <= MOST_SIDE_PX;
}

function isNumbers(values: unknown, length: number): boolean {
  return values instanceof Float32Array && values.length === length && values.every(Number.isFinite);
}

function require(holds: boolean): void {
  if (!holds) throw unsound();
}

function unsound(cause?: unknown): AppError {
  return new AppError(
    'corrupt-file',
    'This presenter file is damaged: what was measured does not fit together.',
    { ...(cause === undefined ? {} : { cause }), way: 'Copy or download it again.' },
  );
}

/** Presenters as they are prepared for a film, whoever made what was fitted to them. */
import { AppError } from '../base/errors.ts';
import type { Presenter } from '../document/project.ts';
import type { MotionTrack } from '../motion/track.ts';
import { presenterKind } from './index.ts';
import type { PresenterData, PresenterTrack, Stand } from './kind.ts';

/**
 * As the presenter's kind does it. A fit comes from a file that anyone may have written: one that nothing can be made of is
 * told as damaged, and is no fault of the machine it is tried on.
 * @throws AppError corrupt-file, from `draw` too
 */
export function prepareFitted(
  presenter: Presenter,
  motion: MotionTrack,
  data: PresenterData,
  stand: Stand,
): PresenterTrack {
  const kind = presenterKind(presenter);
  if (data === null) return kind.prepare(presenter, motion, data, stand);
  const { frameCount, draw } = orDamaged(presenter, () => kind.prepare(presenter, motion, data, stand));
  return { frameCount, draw: (i) => orDamaged(presenter, () => draw(i)) };
}

function orDamaged<T>({ name }: Presenter, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    throw new AppError('corrupt-file', `What was fitted to “${name}” is damaged.`, {
      cause,
      way: 'Fit the presenter again, or import its file again.',
    });
  }
}

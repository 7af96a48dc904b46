/** The kinds of presenter, by the kind a project names, and what each must have read before it can be prepared. */
import { AppError } from '../base/errors.ts';
import type { AssetHash } from '../base/ids.ts';
import type { Presenter } from '../document/project.ts';
import { decodeFootageFit } from './footage/fit.ts';
import { footage } from './footage/index.ts';
import { illustrated } from './illustrated/index.ts';
import type { PresenterData, PresenterKind } from './kind.ts';
import { decodePhotoFit } from './photo/fit.ts';
import { photo } from './photo/index.ts';

export function presenterKind(presenter: Presenter): PresenterKind {
  switch (presenter.kind) {
    case 'illustrated':
      return illustrated;
    case 'photo':
      return photo;
    case 'footage':
      return footage;
    default:
      return presenter satisfies never;
  }
}

/**
 * @param get an asset's bytes, or null when they are gone
 * @throws AppError not-found | corrupt-file | newer-version
 */
export async function readPresenterData(
  presenter: Presenter,
  get: (hash: AssetHash) => Promise<Uint8Array | null>,
): Promise<PresenterData> {
  if (presenter.kind === 'illustrated') return null;
  const bytes = await get(presenter.fit);
  if (bytes === null)
    throw new AppError('not-found', `“${presenter.name}” is not on this device.`, {
      way: 'Import the presenter’s file, or choose another presenter.',
    });
  return presenter.kind === 'photo' ? decodePhotoFit(bytes) : decodeFootageFit(bytes);
}

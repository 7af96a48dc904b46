/** The kinds of presenter, by the kind a project names. */
import type { Presenter } from '../document/project.ts';
import { illustrated } from './illustrated/index.ts';
import type { PresenterKind } from './kind.ts';

export function presenterKind(presenter: Presenter): PresenterKind {
  switch (presenter.kind) {
    case 'illustrated':
      return illustrated;
    default:
      return presenter.kind satisfies never;
  }
}

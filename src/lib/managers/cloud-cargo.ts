/**
 * What of a project goes to the server, and whose it is: said before anything is sent. Only what the server lacks goes.
 */
import type { AssetHash } from '#core/base/ids.ts';
import type { Presenter, Project } from '#core/document/project.ts';

export interface CargoItem {
  readonly what: string;
  readonly bytes: number;
  /** It shows or sounds like someone. */
  readonly personal: boolean;
}

export interface Missing {
  readonly hash: string;
  readonly bytes: number;
}

/** Presenters first, then recordings, then all other media as one. */
export function cargoOf(project: Project, missing: readonly Missing[]): readonly CargoItem[] {
  const left = new Map(missing.map(({ hash, bytes }) => [hash as AssetHash, bytes]));
  const take = (hashes: readonly AssetHash[]): number => {
    let bytes = 0;
    for (const hash of hashes) {
      bytes += left.get(hash) ?? 0;
      left.delete(hash);
    }
    return bytes;
  };
  const items: CargoItem[] = [];
  for (const presenter of project.presenters) {
    const bytes = take(partsOf(presenter));
    const personal = presenter.likeness.kind === 'person';
    if (bytes > 0) items.push({ what: faceText(presenter, personal), bytes, personal });
  }
  const recordings = project.scenes.flatMap(({ recording }) => (recording === null ? [] : [recording]));
  for (const { asset, likeness } of recordings) {
    const bytes = take([asset]);
    const personal = likeness.kind === 'person';
    if (bytes > 0)
      items.push({ what: personal ? 'A recording of someone’s voice' : 'A recording', bytes, personal });
  }
  const others = [...left.keys()];
  if (others.length > 0) {
    const what = others.length === 1 ? 'One picture or film' : `${others.length} pictures and films`;
    items.push({ what, bytes: take(others), personal: false });
  }
  return items;
}

function partsOf(presenter: Presenter): readonly AssetHash[] {
  switch (presenter.kind) {
    case 'illustrated':
      return [];
    case 'photo':
      return [presenter.fit, presenter.picture, presenter.person, presenter.plate];
    case 'footage':
      return [presenter.fit, presenter.film, presenter.mouths];
  }
}

function faceText({ name, kind }: Presenter, personal: boolean): string {
  const what = kind === 'footage' ? 'film' : 'picture';
  return personal ? `${name}: the ${what} of their face` : `${name}: the ${what}`;
}

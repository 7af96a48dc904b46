/** The still pictures of a project that are judged beside its words: which they are, what they are called, where they are seen. */
import type { AssetHash } from '../../../base/ids.ts';
import type { Project } from '../../../document/project.ts';

/** Each once: media, presenters' photos with the parts made of them, the logo. */
export function picturesOf(project: Project): readonly AssetHash[] {
  const { logo } = project.brand;
  return [
    ...new Set([
      ...project.media.filter(({ kind }) => kind === 'image').map(({ hash }) => hash),
      ...project.presenters.flatMap((one) =>
        one.kind === 'photo' ? [one.picture, one.person, one.plate] : [],
      ),
      ...(logo ? [logo.asset] : []),
    ]),
  ];
}

/** How the project calls a picture of it, and the scenes it is seen in, counted from 1. */
export function pictureIn(
  project: Project,
  hash: AssetHash,
): { readonly name: string; readonly scenes: readonly number[] } {
  const of = project.presenters.filter(
    (one) => one.kind === 'photo' && [one.picture, one.person, one.plate].includes(hash),
  );
  const logo = project.brand.logo?.asset === hash;
  const scenes = project.scenes.flatMap(({ background, layers, presenters }, i) =>
    logo ||
    (background.kind === 'image' && background.asset === hash) ||
    layers.some((layer) => layer.kind === 'image' && layer.asset === hash) ||
    presenters.some(({ presenter }) => of.some(({ id }) => id === presenter))
      ? [i + 1]
      : [],
  );
  const media = project.media.find((one) => one.hash === hash);
  return { name: media?.name ?? of[0]?.name ?? (logo ? 'The logo' : 'A picture'), scenes };
}

/** What the presenter of a case was made from: which files its hash is made of, and whether one that is sent is one of them. */
import { AppError } from '#core/base/errors.ts';
import { sha256Hex } from '#core/base/hashing.ts';
import type { AssetHash } from '#core/base/ids.ts';
import type { Project } from '#core/document/project.ts';
import { presenterHash, recordingHash } from '#core/policy/consent/presenter-hash.ts';
import type { SourceKind } from '../../database/schema/moderation.ts';
import type { ConsentRow } from '../../repositories/consent.ts';
import type { StoredSource } from '../../repositories/evidence.ts';
import { fileKey } from '../consent/begin.ts';
import { mediaTypeOf } from '../media-type.ts';

/** What a subject of this film was made from; nothing where that is no file, as with a voice. */
export function sourcesOf(
  project: Project,
  subject: AssetHash,
): readonly Pick<StoredSource, 'what' | 'name' | 'hash'>[] {
  for (const presenter of project.presenters)
    if (presenter.kind !== 'illustrated' && presenterHash(presenter) === subject) {
      const { name } = presenter;
      if (presenter.kind === 'footage') return [{ what: 'source', name, hash: presenter.film }];
      return [
        { what: 'source', name, hash: presenter.picture },
        { what: 'drawn', name, hash: presenter.person },
      ];
    }
  for (const { recording } of project.scenes)
    if (recording && recordingHash(recording) === subject)
      return [{ what: 'source', name: 'A recorded voice', hash: recording.asset }];
  return [];
}

/** The consent's own copy. */
export function keptKey(session: ConsentRow, what: SourceKind): string | null {
  return what === 'drawn' ? fileKey(session, 'person') : fileKey(session, 'film', 'picture');
}

/** Which of them it is. @throws AppError too-large, unsupported-media, refused */
export async function requireSource(
  sources: readonly StoredSource[],
  bytes: Uint8Array<ArrayBuffer>,
): Promise<readonly StoredSource[]> {
  if (mediaTypeOf(bytes) === null)
    throw new AppError(
      'unsupported-media',
      'This is no film, picture or sound that a reviewer could look at.',
    );
  const hash = await sha256Hex(bytes);
  const same = sources.filter((source) => source.hash === (hash as string));
  if (same.length > 0) return same;
  throw new AppError('refused', 'This is not the file that the presenter was made from.', {
    way: 'Send it from the device that made the presenter.',
  });
}

/**
 * The beginning of a consent: what is asked for, of which presenter, and the pictures it is drawn from. A presenter is named
 * by the hash of its parts, which is reckoned here, and what is uploaded must be those very parts, all of them that show a
 * face: nobody consents with their own face to a presenter that has another's, nor with their own photo to one that draws
 * another picture in its place.
 */
import { AppError } from '#core/base/errors.ts';
import { sha256Hex } from '#core/base/hashing.ts';
import { newId, type AssetHash } from '#core/base/ids.ts';
import type { FootagePresenter, PhotoPresenter } from '#core/document/project.ts';
import type { ConsentScope, ConsentSessionId } from '#core/policy/consent/challenge.ts';
import { presenterHash } from '#core/policy/consent/presenter-hash.ts';
import { latestUntil } from '#core/policy/consent/receipt.ts';
import { consentRepository, type ConsentRow } from '../../repositories/consent.ts';
import { accountKey } from '../store.ts';
import { spendQuota } from '../limits.ts';
import { linkOf, tokenHash } from './link.ts';
import type { PresenterFile, PresenterPart } from './evidence.ts';
import type { ConsentParts } from './parts.ts';

/** A presenter's parts, as its hash is made of them. */
export type PresenterParts =
  | Pick<PhotoPresenter, 'kind' | 'fit' | 'picture' | 'person' | 'plate'>
  | Pick<FootagePresenter, 'kind' | 'fit' | 'film' | 'mouths'>;

export interface ConsentWish {
  readonly presenter: PresenterParts;
  readonly presenterName: string;
  /** BCP 47, of the person. */
  readonly language: string;
  readonly scope: ConsentScope;
}

export const MOST_PICTURE_BYTES = 128 * 1024 * 1024;
/** Pictures that may be on their way in at once; each is held in memory. */
const UPLOADS_AT_ONCE = 4;

/** @throws AppError too-many | invalid-input */
export async function beginConsent(
  parts: ConsentParts,
  accountId: string,
  wish: ConsentWish,
): Promise<ConsentRow> {
  const { database, host, settings, random, usage } = parts;
  const now = new Date(host.now());
  const scope = { ...wish.scope, until: new Date(wish.scope.until).toISOString() };
  if (scope.until <= now.toISOString() || scope.until > latestUntil(now.toISOString()))
    throw new AppError('invalid-input', 'A consent lasts ten years at most, and ends in the future.');
  const challenge = parts.challenge(wish.language, scope, random);
  const id = newId<ConsentSessionId>();
  const { token } = linkOf(parts, id);
  const quota = { kind: 'consent', perDay: settings.CONSENTS_PER_DAY, what: 'consent recordings' };
  await spendQuota(usage, quota, accountId, now.getTime());
  const consents = consentRepository(database.queries);
  await consents.add({
    id,
    accountId,
    state: 'open',
    presenterHash: presenterHash(wish.presenter as PhotoPresenter | FootagePresenter),
    presenterName: wish.presenterName,
    files: filesOf(wish.presenter),
    language: challenge.language,
    scope,
    challenge,
    createdAt: now,
    revokeTokenHash: tokenHash(token),
  });
  return requireRow(await consents.find(id));
}

/** What of a presenter shows whose face it is. A twin's mouths are lower faces alone, and are not among it. */
function filesOf(presenter: PresenterParts): readonly PresenterFile[] {
  const file = (part: PresenterPart, hash: AssetHash): PresenterFile => ({ part, hash, key: null });
  if (presenter.kind === 'footage') return [file('film', presenter.film)];
  const { picture, person, plate } = presenter;
  return [file('picture', picture), file('person', person), file('plate', plate)];
}

/** Where one of a session's files lies; null where it is not there. */
export function fileKey(
  { files, mediaDeletedAt }: ConsentRow,
  ...parts: readonly PresenterPart[]
): string | null {
  if (mediaDeletedAt !== null) return null;
  return files.find(({ part }) => parts.includes(part))?.key ?? null;
}

export interface PictureUploads {
  /** Counts one in before its bytes are read. @throws AppError busy */
  admit(): () => void;
  /** @throws AppError refused: it is not the part the presenter was made of; not-found: it has no such part; conflict */
  take(row: ConsentRow, part: PresenterPart, bytes: Uint8Array<ArrayBuffer>): Promise<void>;
}

export function pictureUploads({ database, store }: ConsentParts): PictureUploads {
  let underWay = 0;
  return {
    admit() {
      if (underWay >= UPLOADS_AT_ONCE)
        throw new AppError('busy', 'The server is taking in other films.', { way: 'Try again in a moment.' });
      underWay++;
      let over = false;
      return () => {
        if (!over) underWay--;
        over = true;
      };
    },
    async take(row, part, bytes) {
      const file = row.files.find((one) => one.part === part);
      if (!file) throw new AppError('not-found', 'This presenter has no such part.');
      if (row.state !== 'open')
        throw new AppError('conflict', 'The recording has begun; what it is compared with stays as it is.');
      if ((await sha256Hex(bytes)) !== (file.hash as AssetHash))
        throw new AppError('refused', 'This is not the film or photo that the presenter is drawn from.', {
          way: 'Open the presenter on the device that made it, and begin again from there.',
        });
      const key = accountKey(row.accountId, 'consent', row.id, part);
      await store.put(key, bytes);
      // It may have taken minutes to come; the consent may have been taken back, and its films deleted, meanwhile.
      const kept = await database.transaction(async (queries) => {
        const consents = consentRepository(queries);
        const now = await consents.findToChange(row.id);
        const files = now?.files.map((one) => (one.part === part ? { ...one, key } : one));
        if (now?.state === 'open' && files) await consents.change(row.id, { files });
        return now !== null && now.mediaDeletedAt === null && now.state !== 'withdrawn';
      });
      if (kept) return;
      await store.delete(key);
      throw new AppError('conflict', 'This consent ended while the film was on its way.');
    },
  };
}

export function requireRow(row: ConsentRow | null): ConsentRow {
  if (row) return row;
  throw new AppError('not-found', 'There is no such consent, or it is not yours.');
}

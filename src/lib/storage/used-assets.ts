/** What the asset store must keep: everything else in it may be swept. */
import type { AssetHash } from '#core/base/ids.ts';
import { storageError, type Database } from './db.ts';

/**
 * Every asset that a project, an export, a film on its way to the server, a presenter or one being made refers to. A document that cannot be read
 * protects every hash that its text holds.
 */
export async function usedAssets(database: Database): Promise<ReadonlySet<AssetHash>> {
  const used = new Set<AssetHash>();
  const note = (text: string) => {
    for (const match of text.matchAll(/[0-9a-f]{64}/g)) used.add(match[0] as AssetHash);
  };
  try {
    await database.documents.each((row) => {
      note(row.json);
      if (row.lastGood !== null) note(row.lastGood.json);
      row.damaged.forEach(note);
    });
    await database.exports.each((row) => {
      note(row.json);
      if (row.movie !== null) used.add(row.movie.asset);
    });
    await database.cloud.each((row) => {
      // While it is made the server has them; what ended without a film may be asked for again.
      if (row.stage !== 'rendering' && row.stage !== 'done') note(row.json);
    });
    await database.presenters.each((row) => row.media.forEach(({ hash }) => used.add(hash)));
    await database.fits.each((row) => void used.add(row.job.source));
  } catch (error) {
    throw storageError(error);
  }
  return used;
}

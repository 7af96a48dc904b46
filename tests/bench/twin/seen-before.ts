/**
 * What networks said of a film, kept beside the bench's results: following is most of what a run takes. Kept by the film's
 * own bytes and by whatever the answer hangs on; nobody has to clear it away, and it may be cleared away at any time.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { decodeRecord, encodeRecord } from '#core/base/records.ts';

/**
 * @param film its path @param what the answer hangs on beside the film's bytes: versions, counts
 * @param make the answer, a record (core/base/records.ts)
 */
export async function seenBefore<T>(
  folder: string,
  film: string,
  what: readonly (string | number)[],
  make: () => Promise<T>,
): Promise<{ readonly value: T; readonly known: boolean }> {
  const hash = createHash('sha256').update(readFileSync(film));
  for (const part of what) hash.update(`\n${String(part)}`);
  const place = join(folder, `${basename(film)}.${hash.digest('hex').slice(0, 24)}.seen`);
  if (existsSync(place)) return { value: decodeRecord(readFileSync(place)) as T, known: true };
  const value = await make();
  mkdirSync(folder, { recursive: true });
  // Whole or not at all: a run may be stopped.
  writeFileSync(`${place}.part`, encodeRecord(value));
  renameSync(`${place}.part`, place);
  return { value, known: false };
}

/**
 * Zip archives (PKZIP APPNOTE 6.3) through fflate, for `.orator` files. Writing streams entry by entry into a Blob and
 * stamps one fixed date, so that the same entries always give the same bytes. Reading bounds everything before it
 * inflates: how many entries, how large each and all together claim to be, and how far one may expand.
 */
import { Zip, ZipDeflate, ZipPassThrough, unzipSync, type UnzipFileInfo } from 'fflate';
import { AppError } from '#core/base/errors.ts';

export interface ZipEntry {
  readonly name: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Media are compressed already; text is not. */
  readonly compress: boolean;
}

/** The earliest moment a zip can hold is 1980; noon keeps it there in every time zone. */
const FIXED_DATE = '1980-01-02T12:00:00';
/** Zip without its 64-bit extension ends at 4 GiB; far below it, a browser's memory does. */
const MAX_ARCHIVE_BYTES = 2 ** 31;
/** What is smaller is harmless however it is packed. */
const EXPANSION_FROM_BYTES = 1 << 12;
const CHUNK_BYTES = 1 << 20;

export async function zipEntries(entries: AsyncIterable<ZipEntry> | Iterable<ZipEntry>): Promise<Blob> {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let bytes = 0;
  let failure: unknown = null;
  const zip = new Zip((error, chunk) => {
    if (error !== null) failure = error;
    else {
      bytes += chunk.byteLength;
      parts.push(chunk);
    }
  });
  for await (const entry of entries) {
    if (bytes + entry.bytes.byteLength > MAX_ARCHIVE_BYTES)
      throw new AppError(
        'invalid-input',
        'This project’s media are larger than one .orator file can hold (2 GB).',
        {
          way: 'Remove the largest videos from it, or shorten them.',
        },
      );
    const file = entry.compress ? new ZipDeflate(entry.name, { level: 9 }) : new ZipPassThrough(entry.name);
    file.mtime = FIXED_DATE;
    zip.add(file);
    // In pieces, so that compressing never needs a second copy of a large entry.
    for (let at = 0; at < entry.bytes.byteLength || at === 0; at += CHUNK_BYTES) {
      const end = Math.min(at + CHUNK_BYTES, entry.bytes.byteLength);
      file.push(entry.bytes.slice(at, end), end === entry.bytes.byteLength);
    }
    if (failure !== null) break;
  }
  if (failure === null) zip.end();
  if (failure !== null) throw new AppError('internal', 'The file could not be packed.', { cause: failure });
  return new Blob(parts, { type: 'application/zip' });
}

export interface UnzipLimits {
  readonly entries: number;
  /** Of one entry, unpacked. */
  readonly entryBytes: (name: string) => number;
  /** Of all together, unpacked. */
  readonly totalBytes: number;
  /** How many times its packed size one deflated entry may become; deflate itself ends at 1032. */
  readonly expansion?: (name: string) => number;
}

/** The entries `wanted` says yes to. @throws AppError corrupt-file | invalid-input (over the limits) */
export function unzipEntries(
  archive: Uint8Array<ArrayBuffer>,
  wanted: (name: string) => boolean,
  limits: UnzipLimits,
): Map<string, Uint8Array<ArrayBuffer>> {
  let entries = 0;
  let total = 0;
  const admit = (file: UnzipFileInfo): boolean => {
    entries += 1;
    if (entries > limits.entries) throw tooLarge('it holds too many files');
    if (!wanted(file.name)) return false;
    total += file.originalSize;
    if (file.originalSize > limits.entryBytes(file.name) || total > limits.totalBytes)
      throw tooLarge(`“${file.name}” unpacks to more than it may`);
    const most = limits.expansion?.(file.name) ?? Infinity;
    if (file.compression !== 0 && file.originalSize > most * (file.size + EXPANSION_FROM_BYTES))
      throw tooLarge(`“${file.name}” unpacks to more than it may`);
    // Deflate cannot expand beyond 1032 : 1; a claim above that, or a stored entry of another size, is a lie.
    const honest =
      file.compression === 0 ? file.originalSize === file.size : file.originalSize <= 1032 * file.size + 1032;
    if (!honest)
      throw new AppError('corrupt-file', `This file is damaged: the size of “${file.name}” is wrong.`, {
        way: 'Copy or download it again.',
      });
    return true;
  };
  try {
    return new Map(
      Object.entries(unzipSync(archive, { filter: admit })).map(([name, bytes]) => [name, own(bytes)]),
    );
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    throw new AppError('corrupt-file', 'This file is damaged, or ends early.', {
      cause,
      way: 'Copy or download it again.',
    });
  }
}

/** A stored entry is a view into the archive; on its own it does not keep the whole archive alive. */
function own(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return bytes.slice();
}

function tooLarge(why: string): AppError {
  return new AppError('invalid-input', `This file was not opened: ${why}.`, {
    way: 'Choose a file that Orator saved; its name ends in .orator.',
  });
}

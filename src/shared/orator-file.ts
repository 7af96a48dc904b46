/**
 * `.orator` files: a project with its media, in one zip. Inside are `manifest.json` (what should be there, with
 * hashes), `project.json`, `receipts.json` where there are any, and `media/<sha256>`. Reading trusts none of it: names other than these are passed over,
 * every medium must have the hash it is named by, and what is missing or damaged is told rather than guessed.
 */
import { AppError } from '#core/base/errors.ts';
import { canonicalJson, sha256Hex } from '#core/base/hashing.ts';
import type { AssetHash } from '#core/base/ids.ts';
import { pruneUnused } from '#core/document/edit.ts';
import { PROJECT_LIMITS } from '#core/document/limits.ts';
import type { Project } from '#core/document/project.ts';
import type { ReceiptBundle } from '#core/policy/consent/bundle.ts';
import type { Inventory } from '#core/document/validate.ts';
import { encodeProject, parseProject } from './project-codec.ts';
import { receiptEntries, receiptsIn, RECEIPTS_NAME } from './receipts-entry.ts';
import { unzipEntries, zipEntries, type ZipEntry } from './zip.ts';

export const ORATOR_FILE_MIME = 'application/vnd.orator+zip';

const PROJECT_NAME = 'project.json';
const MANIFEST_NAME = 'manifest.json';
const MEDIA_NAME = /^media\/([0-9a-f]{64})$/;
const FILE_FORMAT = 1;
const MAX_MEDIUM_BYTES = 2 ** 30;
/**
 * Media are compressed already, and stored here as they are. A person who packed the folder anew may have deflated
 * them; what shrinks further than this is no medium but a bomb.
 */
const MAX_MEDIUM_EXPANSION = 20;
/** Unpacked, media and document together: what a browser's memory is sure to hold. */
const MAX_CONTENT_BYTES = 1.5 * 2 ** 30;
/** No file made here is larger: media are stored as they are, and the zip's own lists are small. */
export const ORATOR_FILE_MAX_BYTES = MAX_CONTENT_BYTES + 2 ** 26;

const LIMITS = {
  entries: PROJECT_LIMITS.media + 100,
  entryBytes: (name: string) =>
    MEDIA_NAME.test(name) ? MAX_MEDIUM_BYTES : 4 * PROJECT_LIMITS.jsonCharacters,
  totalBytes: MAX_CONTENT_BYTES,
  expansion: (name: string) => (MEDIA_NAME.test(name) ? MAX_MEDIUM_EXPANSION : Infinity),
};

export interface OratorFile {
  readonly project: Project;
  readonly media: ReadonlyMap<AssetHash, Uint8Array<ArrayBuffer>>;
  /** What was mended or left out, one sentence each. */
  readonly notes: readonly string[];
  /** As the file says; nothing of them is verified. */
  readonly receipts: readonly ReceiptBundle[];
}

/**
 * Packs the project with the media it uses; what nothing refers to stays behind. The same project and media always
 * give the same bytes.
 * @param getMedia gives a medium's bytes, or null when they are gone
 * @throws AppError not-found: a medium's bytes are gone; invalid-input: more than could be opened again
 */
export async function writeOratorFile(
  project: Project,
  getMedia: (hash: AssetHash) => Promise<Uint8Array<ArrayBuffer> | null>,
  receipts: readonly ReceiptBundle[] = [],
): Promise<Blob> {
  const packed = pruneUnused(project);
  const document = new TextEncoder().encode(encodeProject(packed));
  requireRoom(packed, document.byteLength);
  const manifest = {
    kind: 'orator',
    format: FILE_FORMAT,
    project: await sha256Hex(document),
    media: packed.media.map((entry) => ({ hash: entry.hash, bytes: entry.bytes, mime: entry.mime })),
  };
  async function* entries(): AsyncGenerator<ZipEntry> {
    const head = new TextEncoder().encode(canonicalJson(manifest));
    yield { name: MANIFEST_NAME, bytes: head, compress: true };
    yield { name: PROJECT_NAME, bytes: document, compress: true };
    yield* receiptEntries(receipts);
    for (const entry of packed.media) {
      const bytes = await getMedia(entry.hash);
      if (bytes === null)
        throw new AppError('not-found', `The media file “${entry.name}” is no longer on this device.`, {
          way: 'Replace it in the project, or remove it, then save the file again.',
        });
      yield { name: `media/${entry.hash}`, bytes, compress: false };
    }
  }
  const zip = await zipEntries(entries());
  return zip.slice(0, zip.size, ORATOR_FILE_MIME);
}

/** What could be saved and not be opened again is not saved. */
function requireRoom(project: Project, documentBytes: number): void {
  const manifestBytes = 200 * (project.media.length + 1);
  const total = project.media.reduce((sum, { bytes }) => sum + bytes, documentBytes + manifestBytes);
  const largest = project.media.find(({ bytes }) => bytes > MAX_MEDIUM_BYTES);
  if (total <= MAX_CONTENT_BYTES && largest === undefined) return;
  throw new AppError(
    'invalid-input',
    largest === undefined
      ? 'This project’s media are larger than one .orator file can hold (1.5 GB).'
      : `The media file “${largest.name}” is larger than an .orator file can hold (1 GB).`,
    { way: 'Remove the largest videos from the project, or shorten them.' },
  );
}

/**
 * Opens a file made by `writeOratorFile`, of this or an earlier version.
 * @throws AppError corrupt-file | invalid-input | newer-version, each with a sentence for the person
 */
export async function readOratorFile(
  bytes: Uint8Array<ArrayBuffer>,
  inventory: Inventory = {},
): Promise<OratorFile> {
  if (!looksLikeZip(bytes))
    throw new AppError('invalid-input', 'This is not an .orator file.', {
      way: 'Choose a file that Orator saved; its name ends in .orator.',
    });
  const notes: string[] = [];
  let foreign = 0;
  const known = (name: string): boolean => {
    const ours = [PROJECT_NAME, MANIFEST_NAME, RECEIPTS_NAME].includes(name) || MEDIA_NAME.test(name);
    if (!ours && !name.endsWith('/')) foreign += 1;
    return ours;
  };
  const entries = unzipEntries(bytes, known, LIMITS);
  if (foreign > 0)
    notes.push(
      foreign === 1
        ? 'One file in it was not Orator’s and was left out.'
        : `${foreign} files in it were not Orator’s and were left out.`,
    );

  const document = entries.get(PROJECT_NAME);
  if (document === undefined)
    throw new AppError('corrupt-file', 'This file holds no project: its project.json is missing.', {
      way: 'Choose a file that Orator saved; its name ends in .orator.',
    });
  await checkManifest(entries.get(MANIFEST_NAME), document);

  const media = new Map<AssetHash, Uint8Array<ArrayBuffer>>();
  const damaged = new Set<string>();
  for (const [name, content] of entries) {
    const hash = MEDIA_NAME.exec(name)?.[1] as AssetHash | undefined;
    if (hash === undefined) continue;
    if ((await sha256Hex(content)) === hash) media.set(hash, content);
    else damaged.add(hash);
  }
  if (damaged.size > 0)
    notes.push(
      damaged.size === 1
        ? 'One media file in it is damaged and was left out.'
        : `${damaged.size} media files in it are damaged and were left out.`,
    );
  const decoded = parseProject(new TextDecoder().decode(document), {
    ...inventory,
    media: new Set(media.keys()),
  });
  for (const hash of media.keys())
    if (!decoded.project.media.some((entry) => entry.hash === hash)) media.delete(hash);
  const receipts = receiptsIn(entries.get(RECEIPTS_NAME));
  return { project: decoded.project, media, notes: [...notes, ...decoded.notes], receipts };
}

/** A file without a manifest is read all the same; one whose manifest disagrees has been damaged. */
async function checkManifest(
  manifest: Uint8Array<ArrayBuffer> | undefined,
  document: Uint8Array<ArrayBuffer>,
): Promise<void> {
  if (manifest === undefined) return;
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder().decode(manifest));
  } catch (cause) {
    throw new AppError('corrupt-file', 'This file is damaged: its list of contents cannot be read.', {
      cause,
      way: 'Copy or download it again.',
    });
  }
  const fields = typeof json === 'object' && json !== null ? (json as Record<string, unknown>) : {};
  if (typeof fields['format'] === 'number' && fields['format'] > FILE_FORMAT)
    throw new AppError('newer-version', 'This file was made by a newer version of Orator.', {
      way: 'Update Orator, then open it again.',
    });
  if (fields['project'] !== (await sha256Hex(document)))
    throw new AppError(
      'corrupt-file',
      'This file is damaged: the project in it is not the one that was saved.',
      {
        way: 'Copy or download it again.',
      },
    );
}

function looksLikeZip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x50 && bytes[1] === 0x4b;
}

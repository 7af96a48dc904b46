/**
 * `.presenter` files: a presenter that was made of someone, with all it is drawn from, in one zip. Inside are
 * `manifest.json` (what should be there, with hashes), `presenter.json` (who it is, whose likeness, by what consent, and
 * what was wrong with what it was made of), `receipts.json` where there are any, `thumbnail.jpg` and `parts/<sha256>`. Reading trusts none of it: other names
 * are passed over, parts must have the hash they are named by, what was fitted must hold together, and the likeness is
 * taken as it is said, never as more: consent is a reference that only its issuer can confirm.
 */
import { AppError } from '#core/base/errors.ts';
import { canonicalJson, sha256Hex } from '#core/base/hashing.ts';
import type { AssetHash } from '#core/base/ids.ts';
import { newProject } from '#core/document/create.ts';
import { presenterMedia } from '#core/document/edit.ts';
import { PROJECT_SCHEMA_VERSION, type MediaEntry } from '#core/document/project.ts';
import type { FittedPresenter } from '#core/pipeline/fit-api.ts';
import type { ReceiptBundle } from '#core/policy/consent/bundle.ts';
import { TROUBLES, type Trouble } from '#core/track/troubles.ts';
import { requireSoundFit } from './presenter-fit-check.ts';
import { decodeProject } from './project-codec.ts';
import { receiptEntries, receiptsIn, RECEIPTS_NAME } from './receipts-entry.ts';
import { unzipEntries, zipEntries, type ZipEntry } from './zip.ts';

export const PRESENTER_FILE_MIME = 'application/vnd.orator.presenter+zip';
export const PRESENTER_FILE_EXTENSION = 'presenter';

const MANIFEST_NAME = 'manifest.json';
const PRESENTER_NAME = 'presenter.json';
const THUMBNAIL_NAME = 'thumbnail.jpg';
const PART_NAME = /^parts\/([0-9a-f]{64})$/;
const FILE_FORMAT = 1;
const MAX_PARTS = 8;
const MAX_PART_BYTES = 2 ** 30;
const MAX_TEXT_BYTES = 1 << 20;
const MAX_THUMBNAIL_BYTES = 4 << 20;
const MAX_CONTENT_BYTES = 1.5 * 2 ** 30;
/** Parts are compressed already, but for the measurements, which shrink to a third. */
const MAX_PART_EXPANSION = 30;
export const PRESENTER_FILE_MAX_BYTES = MAX_CONTENT_BYTES + 2 ** 24;
const MOST_TROUBLES = 1000;
const MAX_SENTENCE_CHARACTERS = 1000;

const LIMITS = {
  entries: MAX_PARTS + 32,
  entryBytes: (name: string) =>
    PART_NAME.test(name) ? MAX_PART_BYTES : name === THUMBNAIL_NAME ? MAX_THUMBNAIL_BYTES : MAX_TEXT_BYTES,
  totalBytes: MAX_CONTENT_BYTES,
  expansion: (name: string) => (PART_NAME.test(name) ? MAX_PART_EXPANSION : Infinity),
};

/** What a file carries of a presenter, beside its parts. */
export interface PortablePresenter extends Pick<
  FittedPresenter,
  'presenter' | 'media' | 'thumbnail' | 'troubles'
> {
  /** Of the footage it was made from; 0 for a photo. */
  readonly durationS: number;
}

export interface PresenterFile extends PortablePresenter {
  readonly parts: ReadonlyMap<AssetHash, Uint8Array<ArrayBuffer>>;
  /** As the file says; nothing of them is verified. */
  readonly receipts: readonly ReceiptBundle[];
}

/**
 * The same presenter always gives the same bytes.
 * @param getPart gives a part's bytes, or null when they are gone
 * @throws AppError not-found: a part is gone; invalid-input: more than could be opened again
 */
export async function writePresenterFile(
  made: PortablePresenter,
  getPart: (hash: AssetHash) => Promise<Uint8Array<ArrayBuffer> | null>,
  receipts: readonly ReceiptBundle[] = [],
): Promise<Blob> {
  const { presenter, troubles, durationS } = made;
  const hashes = [...new Set(presenterMedia(presenter))];
  const media = made.media.filter(({ hash }) => hashes.includes(hash));
  const total = media.reduce((sum, { bytes }) => sum + bytes, MAX_THUMBNAIL_BYTES);
  if (total > MAX_CONTENT_BYTES || media.some(({ bytes }) => bytes > MAX_PART_BYTES))
    throw new AppError('invalid-input', 'This presenter is larger than one .presenter file can hold.', {
      way: 'Make it again from a shorter video.',
    });
  const document = text({ schema: PROJECT_SCHEMA_VERSION, presenter, media, troubles, durationS });
  const thumbnail = new Uint8Array(await made.thumbnail.arrayBuffer());
  const manifest = {
    kind: 'orator-presenter',
    format: FILE_FORMAT,
    presenter: await sha256Hex(document),
    thumbnail: await sha256Hex(thumbnail),
    parts: media.map(({ hash, bytes, mime }) => ({ hash, bytes, mime })),
  };
  async function* entries(): AsyncGenerator<ZipEntry> {
    yield { name: MANIFEST_NAME, bytes: text(manifest), compress: true };
    yield { name: PRESENTER_NAME, bytes: document, compress: true };
    yield* receiptEntries(receipts);
    yield { name: THUMBNAIL_NAME, bytes: thumbnail, compress: false };
    for (const hash of hashes) {
      const bytes = await getPart(hash);
      if (bytes === null)
        throw new AppError('not-found', `A part of “${presenter.name}” is no longer on this device.`, {
          way: 'Make the presenter again from its video or photo.',
        });
      yield { name: `parts/${hash}`, bytes, compress: hash === presenter.fit };
    }
  }
  const zip = await zipEntries(entries());
  return zip.slice(0, zip.size, PRESENTER_FILE_MIME);
}

/**
 * Opens a file made by `writePresenterFile`, of this or an earlier version.
 * @throws AppError corrupt-file | invalid-input | newer-version, each with a sentence for the person
 */
export async function readPresenterFile(bytes: Uint8Array<ArrayBuffer>): Promise<PresenterFile> {
  if (bytes[0] !== 0x50 || bytes[1] !== 0x4b)
    throw new AppError('invalid-input', 'This is not a .presenter file.', {
      way: 'Choose a file that Orator saved; its name ends in .presenter.',
    });
  const known = (name: string) =>
    [MANIFEST_NAME, PRESENTER_NAME, THUMBNAIL_NAME, RECEIPTS_NAME].includes(name) || PART_NAME.test(name);
  const entries = unzipEntries(bytes, known, LIMITS);
  const document = entries.get(PRESENTER_NAME);
  if (document === undefined)
    throw new AppError('corrupt-file', 'This file holds no presenter: its presenter.json is missing.', {
      way: 'Choose a file that Orator saved; its name ends in .presenter.',
    });
  const thumbnail = entries.get(THUMBNAIL_NAME) ?? new Uint8Array(0);
  await checkManifest(entries.get(MANIFEST_NAME), document, thumbnail);
  const { presenter, media, troubles, durationS } = readDocument(jsonOf(document));
  const parts = new Map<AssetHash, Uint8Array<ArrayBuffer>>();
  for (const hash of presenterMedia(presenter)) {
    const content = entries.get(`parts/${hash}`);
    const entry = media.find((candidate) => candidate.hash === hash);
    if (content === undefined || entry === undefined) throw damaged('a part of it is missing');
    if ((await sha256Hex(content)) !== hash || content.byteLength !== entry.bytes)
      throw damaged('a part of it is not the one that was saved');
    parts.set(hash, content);
  }
  requireSoundFit(presenter, parts.get(presenter.fit) as Uint8Array);
  return {
    presenter,
    media: media.filter(({ hash }) => parts.has(hash)),
    thumbnail: new Blob([thumbnail], { type: 'image/jpeg' }),
    troubles,
    durationS,
    parts,
    receipts: receiptsIn(entries.get(RECEIPTS_NAME)),
  };
}

/** Shape and meaning are checked as those of a project in which the presenter stands; old ones are brought up the same way. */
function readDocument(json: unknown): Omit<PortablePresenter, 'thumbnail'> {
  const fields = recordOf(json);
  const { project } = decodeProject({
    ...newProject(),
    schema: fields['schema'],
    presenters: [...newProject().presenters, fields['presenter']],
    media: fields['media'],
  });
  const presenter = project.presenters.find((candidate) => candidate.kind !== 'illustrated');
  if (presenter === undefined) throw damaged('it holds a presenter of another kind');
  const media: readonly MediaEntry[] = project.media;
  const durationS = fields['durationS'];
  return {
    presenter,
    media,
    troubles: troublesIn(fields['troubles']),
    durationS: typeof durationS === 'number' && durationS >= 0 && durationS < 1e6 ? durationS : 0,
  };
}

/** What cannot be understood of them is left out: they are words, and nothing depends on them. */
function troublesIn(json: unknown): Trouble[] {
  if (!Array.isArray(json)) return [];
  return json.slice(0, MOST_TROUBLES).flatMap((item: unknown) => {
    const { code, weight, startS, endS, sentence, way } = recordOf(item);
    const known = TROUBLES.find((name) => name === code);
    const [said, advice] = [sentenceOf(sentence), sentenceOf(way)];
    if (!known || said === null || advice === null) return [];
    const time = (value: unknown) => (typeof value === 'number' && Number.isFinite(value) ? value : null);
    return [
      {
        code: known,
        weight: weight === 'stop' ? 'stop' : 'warn',
        startS: time(startS),
        endS: time(endS),
        sentence: said,
        way: advice,
      },
    ];
  });
}

function sentenceOf(value: unknown): string | null {
  return typeof value === 'string' && value.length <= MAX_SENTENCE_CHARACTERS ? value : null;
}

async function checkManifest(
  manifest: Uint8Array<ArrayBuffer> | undefined,
  document: Uint8Array<ArrayBuffer>,
  thumbnail: Uint8Array<ArrayBuffer>,
): Promise<void> {
  if (manifest === undefined) throw damaged('its list of contents is missing');
  const fields = recordOf(jsonOf(manifest));
  if (fields['kind'] !== 'orator-presenter')
    throw new AppError('invalid-input', 'This is not a .presenter file.', {
      way: 'Choose a file that Orator saved; its name ends in .presenter.',
    });
  if (typeof fields['format'] === 'number' && fields['format'] > FILE_FORMAT)
    throw new AppError('newer-version', 'This presenter was saved by a newer version of Orator.', {
      way: 'Update Orator, then open it again.',
    });
  if (fields['presenter'] !== (await sha256Hex(document))) throw damaged('it was changed after it was saved');
  if (fields['thumbnail'] !== (await sha256Hex(thumbnail))) throw damaged('its picture was changed');
}

function text(value: unknown): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(canonicalJson(value));
}

function jsonOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes)) as unknown;
  } catch (cause) {
    throw damaged('its description cannot be read', cause);
  }
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function damaged(why: string, cause?: unknown): AppError {
  return new AppError('corrupt-file', `This presenter file is damaged: ${why}.`, {
    ...(cause === undefined ? {} : { cause }),
    way: 'Copy or download it again.',
  });
}

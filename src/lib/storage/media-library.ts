/**
 * Pictures and videos that a person brings. A file is looked at before it is believed: its first bytes say what it is,
 * the browser's own decoder says how large, and what neither understands is refused with a sentence. The bytes then
 * go to the asset store, streamed, under their hash.
 */
import { AppError, type CancelSignal, throwIfCancelled } from '#core/base/errors.ts';
import type { AssetHash } from '#core/base/ids.ts';
import { HEAD_BYTES, mediaKindOf } from '#core/base/media-kind.ts';
import { RANGES } from '#core/document/limits.ts';
import type { MediaEntry } from '#core/document/project.ts';
import type { OpfsStore } from '#shared/opfs.ts';

const MAX_IMAGE_BYTES = 200e6;
const MAX_VIDEO_BYTES = 1e9; // what an .orator file can carry
const MAX_SOUND_BYTES = 500e6;
const MAX_IMAGE_PIXELS = 100e6;
const PROBE_TIMEOUT_MS = 20_000;

export interface Sniffed {
  readonly kind: 'image' | 'video';
  readonly mime: string;
}

export class MediaLibrary {
  readonly #assets: OpfsStore;

  constructor(assets: OpfsStore) {
    this.#assets = assets;
  }

  /** @throws AppError unsupported-media | corrupt-file | invalid-input | storage-full */
  async add(file: File): Promise<MediaEntry> {
    const sniffed = await sniff(file);
    const limit = sniffed.kind === 'image' ? MAX_IMAGE_BYTES : MAX_VIDEO_BYTES;
    if (file.size > limit)
      throw new AppError('invalid-input', `“${file.name}” is larger than ${Math.round(limit / 1e6)} MB.`, {
        way:
          sniffed.kind === 'image'
            ? 'Save it smaller, then add it again.'
            : 'Shorten or compress it, then add it again.',
      });
    const typed = new Blob([file], { type: sniffed.mime });
    const size =
      sniffed.kind === 'image' ? await probeImage(typed, file.name) : await probeVideo(typed, file.name);
    const hash = await this.#assets.putBlob(file);
    return {
      hash,
      name: file.name.slice(0, 500),
      mime: sniffed.mime,
      bytes: file.size,
      kind: sniffed.kind,
      ...size,
    };
  }

  /**
   * A sound: a file of its own kind, or the sound track of a film.
   * @param onProgress fraction stored, 0…1
   * @throws AppError unsupported-media | corrupt-file | invalid-input | storage-full | cancelled
   */
  async addSound(
    file: File,
    signal?: CancelSignal,
    onProgress?: (fraction: number) => void,
  ): Promise<MediaEntry> {
    if (file.size > MAX_SOUND_BYTES)
      throw new AppError('invalid-input', `“${file.name}” is larger than ${MAX_SOUND_BYTES / 1e6} MB.`, {
        way: 'Cut out the part that is to be spoken, or save it as MP3 or M4A.',
      });
    // What reads sounds is large, and wanted by few.
    const { readSoundFacts } = await import('#shared/sound-file.ts');
    const { durationS, mime } = await readSoundFacts(file);
    if (durationS < RANGES.recordingS.min)
      throw new AppError('invalid-input', `“${file.name}” is too short to say anything.`, {
        way: 'Choose another file, or record it again.',
      });
    throwIfCancelled(signal);
    const hash = await this.#assets.putBlob(file, signal, onProgress);
    const name = file.name.slice(0, 500);
    return { hash, name, mime, bytes: file.size, kind: 'sound', widthPx: 0, heightPx: 0, durationS };
  }

  /** The medium's file on disk with its type set, for object URLs; null when it is gone. */
  async file(entry: MediaEntry): Promise<Blob | null> {
    const file = await this.#assets.file(entry.hash);
    return file === null ? null : file.slice(0, file.size, entry.mime);
  }

  bytes(hash: AssetHash): Promise<Uint8Array<ArrayBuffer> | null> {
    return this.#assets.get(hash);
  }
}

/**
 * What a file is, by its first bytes: names and types that came with it are what somebody once called it.
 * @throws AppError unsupported-media | corrupt-file
 */
export async function sniff(file: File): Promise<Sniffed> {
  const head = new Uint8Array(await file.slice(0, HEAD_BYTES).arrayBuffer());
  if (head.length === 0)
    throw new AppError('corrupt-file', `“${file.name}” is empty.`, {
      way: 'Choose the original file again.',
    });
  const known = mediaKindOf(head);
  if (known?.mime === 'image/heic')
    throw new AppError('unsupported-media', `“${file.name}” is a HEIC photo, which browsers cannot show.`, {
      way: 'Save it as JPEG or PNG, then add it again.',
    });
  if (known?.kind === 'image' || known?.kind === 'video') return { kind: known.kind, mime: known.mime };
  throw new AppError(
    'unsupported-media',
    `“${file.name}” is neither a picture nor a video that Orator knows.`,
    {
      way: 'Use PNG, JPEG, WebP, GIF or AVIF for pictures, MP4, MOV or WebM for videos.',
    },
  );
}

type Probed = Pick<MediaEntry, 'widthPx' | 'heightPx' | 'durationS'>;

async function probeImage(blob: Blob, name: string): Promise<Probed> {
  let bitmap: ImageBitmap;
  try {
    bitmap = await createImageBitmap(blob);
  } catch (cause) {
    throw new AppError(
      'corrupt-file',
      `The picture “${name}” is damaged or of a kind this browser cannot show.`,
      {
        cause,
        way: 'Open it in a picture editor, save it as PNG or JPEG, then add it again.',
      },
    );
  }
  const { width, height } = bitmap;
  bitmap.close();
  if (width * height > MAX_IMAGE_PIXELS)
    throw new AppError('invalid-input', `The picture “${name}” has more than 100 million pixels.`, {
      way: 'Save it smaller, then add it again.',
    });
  return { widthPx: width, heightPx: height, durationS: null };
}

async function probeVideo(blob: Blob, name: string): Promise<Probed> {
  const url = URL.createObjectURL(blob);
  const video = document.createElement('video');
  video.preload = 'metadata';
  video.muted = true;
  const refused = (cause: unknown) =>
    new AppError('unsupported-media', `This browser cannot play the video “${name}”.`, {
      cause,
      way: 'Convert it to MP4 with H.264, then add it again.',
    });
  try {
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => reject(refused(new Error('timed out'))), PROBE_TIMEOUT_MS);
      video.onloadeddata = () => (clearTimeout(timer), resolve());
      video.onerror = () => (
        clearTimeout(timer),
        reject(refused(new Error(video.error?.message ?? 'unknown')))
      );
      video.preload = 'auto';
      video.src = url;
    });
    if (video.videoWidth === 0)
      throw new AppError('unsupported-media', `“${name}” has no picture that this browser can show.`, {
        way: 'Convert it to MP4 with H.264, then add it again.',
      });
    const durationS = Number.isFinite(video.duration) ? video.duration : null;
    return { widthPx: video.videoWidth, heightPx: video.videoHeight, durationS };
  } finally {
    video.removeAttribute('src');
    video.load();
    URL.revokeObjectURL(url);
  }
}

/** Pictures and films of an account, decoded by Skia and FFmpeg for the compositor. */
import { openAsBlob } from 'node:fs';
import { mkdir, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { AssetHash } from '#core/base/ids.ts';
import type { ImageProvider } from '#core/compose/ports.ts';
import type { PictureLooks } from '#core/frame/picture-look.ts';
import { createImages } from '#shared/pictures/images.ts';
import { createLooks } from '#shared/pictures/picture-looks.ts';
import { VideoFile } from '#shared/pictures/video-source.ts';
import { assetKey } from '../services/assets/account-assets.ts';
import { withRoomTold } from '../services/no-room.ts';
import type { FileStore } from '../services/store.ts';
import { useNativeDecoders } from './adapters/native-decoders.ts';
import { decodeStill, skiaContext } from './adapters/skia.ts';
import { toFrame } from './film-frame.ts';

/** What is larger is put into a file beside the process, and read from there piece by piece. */
const IN_MEMORY_BYTES = 16e6;

export interface AssetFiles {
  /** Null when it is gone. @throws AppError storage-failed | storage-full */
  file(hash: AssetHash): Promise<Blob | null>;
}

/** @param scratch a folder of this process's own */
export function assetFiles(store: FileStore, accountId: string, scratch: string): AssetFiles {
  const files = new Map<AssetHash, Promise<Blob | null>>();
  const read = async (hash: AssetHash): Promise<Blob | null> => {
    const key = assetKey(accountId, hash);
    const bytes = await store.size(key);
    if (bytes === null) return null;
    if (bytes <= IN_MEMORY_BYTES) return new Blob([new Uint8Array(await store.get(key))]);
    const path = join(scratch, hash);
    await mkdir(scratch, { recursive: true, mode: 0o700 });
    const file = await open(path, 'w', 0o600);
    try {
      for await (const piece of store.read(key)) await file.writeFile(piece);
    } catch (error) {
      await rm(path, { force: true });
      throw withRoomTold(error);
    } finally {
      await file.close();
    }
    return openAsBlob(path);
  };
  return {
    file(hash) {
      const before = files.get(hash);
      if (before) return before;
      const reading = read(hash);
      files.set(hash, reading);
      // Small ones are decoded once and need not stay; what failed may be there the next time.
      void reading.then(
        (file) => (file?.size ?? 0) <= IN_MEMORY_BYTES && files.delete(hash),
        () => files.delete(hash),
      );
      return reading;
    },
  };
}

const host = {
  decodeStill,
  context: skiaContext,
  openVideo: (file: Blob) => {
    useNativeDecoders();
    return VideoFile.open(file, toFrame);
  },
};

export function nativeImages(files: AssetFiles): ImageProvider {
  return createImages({ get: () => Promise.resolve(null), file: (hash) => files.file(hash) }, host);
}

export function nativeLooks(files: AssetFiles): PictureLooks {
  return createLooks((hash) => files.file(hash), host);
}

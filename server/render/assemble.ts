/** A film from its segments and its sound: packets are copied into a file beside the process, and that goes to the store. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { throwIfCancelled, type CancelSignal } from '#core/base/errors.ts';
import type { AssetHash } from '#core/base/ids.ts';
import type { MovieFile, Segment, VideoEncoding } from '#core/output/ports.ts';
import { writeMovie, type MovieRequest, type MovieSound } from '#shared/mediabunny.ts';
import { assetKey } from '../services/assets/account-assets.ts';
import { withRoomTold } from '../services/no-room.ts';
import type { FileStore } from '../services/store.ts';
import type { OutputSpec } from './process.ts';
import { undate } from './undated.ts';

export interface AssembleRequest {
  readonly container: OutputSpec['container'];
  readonly encoding: VideoEncoding;
  readonly frameCount: number;
  readonly segments: AsyncIterable<Segment>;
  readonly sound: MovieSound;
  readonly title: string;
}

const CONTAINERS: Readonly<Record<OutputSpec['container'], MovieRequest['container']>> = {
  mp4: 'mp4-head-first',
  mov: 'mov-head-first',
  webm: 'webm',
};
const MIMES: Readonly<Record<OutputSpec['container'], string>> = {
  mp4: 'video/mp4',
  mov: 'video/quicktime',
  webm: 'video/webm',
};

/** @throws AppError cancelled | storage-full | storage-failed, and what the segments throw */
export async function assembleFilm(
  { container, frameCount, ...request }: AssembleRequest,
  place: { readonly store: FileStore; readonly accountId: string; readonly scratch: string },
  onProgress: (fraction: number) => void,
  signal?: CancelSignal,
): Promise<MovieFile> {
  await mkdir(place.scratch, { recursive: true, mode: 0o700 });
  const path = join(place.scratch, `film.${container}`);
  try {
    const file = await open(path, 'w+', 0o600);
    try {
      await writeMovie(
        {
          ...request,
          frameCount,
          container: CONTAINERS[container],
          write: async (bytes, at) => {
            let done = 0;
            while (done < bytes.length)
              done += (await file.write(bytes, done, bytes.length - done, at + done)).bytesWritten;
          },
          onFrames: (done) => onProgress((0.9 * done) / frameCount),
        },
        signal,
      );
      if (container !== 'webm') await undate(file);
    } finally {
      await file.close();
    }
    const { size } = await stat(path);
    const asset = await hashOf(path);
    throwIfCancelled(signal);
    const key = assetKey(place.accountId, asset);
    if ((await place.store.size(key)) !== size) await place.store.putPieces(key, createReadStream(path));
    onProgress(1);
    return { mime: MIMES[container], extension: container, bytes: size, asset };
  } catch (error) {
    throw withRoomTold(error);
  } finally {
    await rm(path, { force: true });
  }
}

async function hashOf(path: string): Promise<AssetHash> {
  const hash = createHash('sha256');
  for await (const piece of createReadStream(path)) hash.update(piece as Buffer);
  return hash.digest('hex') as AssetHash;
}

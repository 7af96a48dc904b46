/** Files of accounts in a folder. */
import { randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { AppError, toAppError } from '#core/base/errors.ts';
import { storeKey, type FileStore } from '../services/store.ts';

export function diskStore(folder: string): FileStore {
  const place = (key: string) => join(folder, ...key.split('/'));
  return {
    async put(key, bytes) {
      await write(place(key), (file) => file.write(bytes));
    },
    async putPieces(key, pieces) {
      await write(place(key), async (file) => {
        for await (const piece of pieces) await file.write(piece);
      });
    },
    async get(key) {
      try {
        return new Uint8Array(await readFile(place(key)));
      } catch (error) {
        throw storeError(error);
      }
    },
    async *read(key, begin = 0, end) {
      if (end !== undefined && end <= begin) return;
      try {
        const last = end === undefined ? {} : { end: end - 1 };
        yield* createReadStream(place(key), { start: begin, ...last });
      } catch (error) {
        throw storeError(error);
      }
    },
    async size(key) {
      try {
        return (await stat(place(key))).size;
      } catch (error) {
        const appError = storeError(error);
        if (appError.code === 'not-found') return null;
        throw appError;
      }
    },
    delete: (key) => rm(place(key), { force: true }),
    async *list(prefix, before) {
      // From the deepest folder that the prefix names, so that an account's files are found without walking all others'.
      const from = place(prefix.slice(0, prefix.lastIndexOf('/') + 1));
      const found = await readdir(from, { recursive: true, withFileTypes: true }).catch(() => []);
      for (const entry of found) {
        if (!entry.isFile() || entry.name.endsWith('.part')) continue;
        const path = join(entry.parentPath, entry.name);
        const key = relative(folder, path).split(sep).join('/');
        if (key.startsWith(prefix) && (!before || (await writtenMs(path)) < before.getTime()))
          yield storeKey(...key.split('/'));
      }
    },
    async dropUnfinished(before) {
      let dropped = 0;
      const found = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
      for (const entry of found) {
        if (!entry.isFile() || !entry.name.endsWith('.part')) continue;
        const path = join(entry.parentPath, entry.name);
        if ((await writtenMs(path)) >= before.getTime()) continue;
        await rm(path, { force: true });
        dropped++;
      }
      return dropped;
    },
    async ping() {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await stat(folder);
    },
  };
}

/** Never, for what is gone meanwhile. */
async function writtenMs(path: string): Promise<number> {
  return stat(path).then(
    ({ mtimeMs }) => mtimeMs,
    () => Infinity,
  );
}

/**
 * A file beside its place, moved there when it is whole. What was acknowledged must still be there after the machine goes
 * down: so its bytes go to the disk, then its name, which is in its folder.
 */
async function write(path: string, fill: (file: Writing) => Promise<void>): Promise<void> {
  const partial = `${path}.${randomBytes(6).toString('hex')}.part`;
  try {
    const folder = dirname(path);
    await makeFolder(folder);
    const file = await open(partial, 'wx', 0o600);
    try {
      await fill({ write: (bytes) => file.writeFile(bytes) });
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(partial, path);
    await syncFolder(folder);
  } catch (error) {
    await rm(partial, { force: true });
    throw storeError(error);
  }
}

/** The name of a new folder is in the one above it. */
async function makeFolder(folder: string): Promise<void> {
  const highest = await mkdir(folder, { recursive: true, mode: 0o700 });
  if (highest === undefined) return;
  for (let made = folder; ; made = dirname(made)) {
    await syncFolder(dirname(made));
    if (made.length <= highest.length) return;
  }
}

/** Windows keeps names by itself, and opens no folder. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

interface Writing {
  write(bytes: Uint8Array): Promise<void>;
}

function storeError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  const code = error instanceof Error && 'code' in error ? error.code : null;
  if (code === 'ENOENT')
    return new AppError('not-found', 'That file is not on the server.', { cause: error });
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return new AppError('storage-full', 'The server has no room left.', {
      cause: error,
      way: 'Nothing was lost; try again when its keeper has made room.',
    });
  return toAppError(error, 'storage-failed');
}

/**
 * The AssetStore of browsers, in the origin private file system; pages and workers share it. Assets are named by the
 * SHA-256 of their bytes, cached products by their key. A write goes to a temporary name and is then moved, so that a
 * name that exists is whole. Writers hold a shared Web Lock, sweeping an exclusive one: nothing is swept from under
 * a writer's hands.
 *
 *   orator/assets/ab/abcd…           media and finished films
 *   orator/products/<kind>/ab/abcd…  what can be made again: speech, segments, …
 *   orator/temporary/<random>        writes under way
 */
import { AppError, type CancelSignal, throwIfCancelled, toAppError } from '#core/base/errors.ts';
import { newId, type AssetHash, type CacheKey } from '#core/base/ids.ts';
import { createSha256 } from '#core/base/sha256.ts';
import { sha256Hex } from '#core/base/hashing.ts';
import type { AssetStore } from '#core/output/ports.ts';

export interface StoreUsage {
  readonly assetBytes: number;
  readonly productBytes: number;
}

/** A write in pieces, for what does not fit in memory. Ends with `finish` or `discard`. */
export interface AssetWriter {
  /** Bytes may be written out of order (a file's head goes in last); `at` counts from its start. */
  write(bytes: Uint8Array<ArrayBuffer>, at: number): Promise<void>;
  /** Reads the whole once more to learn its hash when it was written out of order. */
  finish(): Promise<AssetHash>;
  discard(): Promise<void>;
}

export interface OpfsStore extends AssetStore {
  /** The asset as a File on disk, not in memory; null when there is none. */
  file(hash: AssetHash): Promise<File | null>;
  /**
   * Streamed. Nothing is left of one that was stopped.
   * @param onProgress fraction written, 0…1
   * @throws AppError storage-full | storage-failed | cancelled
   */
  putBlob(blob: Blob, signal?: CancelSignal, onProgress?: (fraction: number) => void): Promise<AssetHash>;
  openWriter(): Promise<AssetWriter>;
  assets(): Promise<readonly AssetHash[]>;
  usage(): Promise<StoreUsage>;
  /**
   * Puts a product in the place of one that is there; until the new one is whole, the old one stays.
   * @throws AppError storage-full | storage-failed
   */
  replaceProduct(kind: string, key: CacheKey, bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  /**
   * Removes the oldest products until those left take at most `keepBytes`. Products younger than `minAgeMs` stay, and
   * so does work that was begun: it is no cache, and whoever began it removes it.
   * @returns bytes freed
   */
  sweepProducts(keepBytes: number, minAgeMs?: number): Promise<number>;
  /** Forgets every product of this kind. */
  removeProductsOf(kind: string): Promise<void>;
  /** Removes assets that are not in `used` and are older than `minAgeMs`. @returns bytes freed */
  sweepAssets(used: ReadonlySet<AssetHash>, minAgeMs?: number): Promise<number>;
}

/** Kinds of products that are parts of unfinished work begin with this. */
export const BEGUN = 'begun-';

const LOCK = 'orator-assets';
/** A write that has been under way for longer was abandoned by a closed tab. */
const TEMPORARY_MAX_AGE_MS = 24 * 3600 * 1000;
/** When the disk is full, products of the running work are spared. */
const SPARE_MS = 10 * 60 * 1000;
const HASH = /^[0-9a-f]{64}$/;
const KIND = /^[a-z][a-z0-9-]{0,40}$/;

/** `move` is in every engine that has OPFS, but not yet in TypeScript's library. */
type Movable = FileSystemFileHandle & {
  move(folder: FileSystemDirectoryHandle, name: string): Promise<void>;
};

/**
 * @param folder name of the store's folder; tests use one of their own
 * @throws AppError unsupported-browser | storage-failed
 */
export async function openOpfsStore(folder = 'orator'): Promise<OpfsStore> {
  if (navigator.storage?.getDirectory === undefined)
    throw new AppError('unsupported-browser', 'This browser cannot keep files for a web page.', {
      way: 'Open Orator in a current Chrome, Edge, Firefox or Safari, and not in a private window.',
    });
  try {
    const origin = await navigator.storage.getDirectory();
    const root = await origin.getDirectoryHandle(folder, { create: true });
    return new Opfs(
      root,
      await root.getDirectoryHandle('assets', { create: true }),
      await root.getDirectoryHandle('products', { create: true }),
      await root.getDirectoryHandle('temporary', { create: true }),
    );
  } catch (cause) {
    const error = toAppError(cause, 'storage-failed');
    if (error.code !== 'storage-failed') throw error;
    throw new AppError('storage-failed', 'This browser did not open its storage for Orator.', {
      cause,
      way: 'Leave private browsing, or allow this site to store data, then reload.',
    });
  }
}

class Opfs implements OpfsStore {
  readonly #lock: string;
  readonly #assets: FileSystemDirectoryHandle;
  readonly #products: FileSystemDirectoryHandle;
  readonly #temporary: FileSystemDirectoryHandle;

  constructor(
    root: FileSystemDirectoryHandle,
    assets: FileSystemDirectoryHandle,
    products: FileSystemDirectoryHandle,
    temporary: FileSystemDirectoryHandle,
  ) {
    this.#lock = `${LOCK}:${root.name}`;
    this.#assets = assets;
    this.#products = products;
    this.#temporary = temporary;
  }

  async put(bytes: Uint8Array<ArrayBuffer>): Promise<AssetHash> {
    const hash = await sha256Hex(bytes);
    if (!(await this.has(hash)))
      await this.#writing(async () => this.#place(bytes, await bucket(this.#assets, hash), hash));
    return hash;
  }

  async putBlob(
    blob: Blob,
    signal?: CancelSignal,
    onProgress?: (fraction: number) => void,
  ): Promise<AssetHash> {
    const writer = await this.openWriter();
    try {
      let at = 0;
      for await (const chunk of blob.stream()) {
        throwIfCancelled(signal);
        await writer.write(chunk, at);
        at += chunk.byteLength;
        onProgress?.(at / blob.size);
      }
      throwIfCancelled(signal);
      return await writer.finish();
    } catch (error) {
      await writer.discard();
      throw toAppError(error, 'storage-failed');
    }
  }

  async openWriter(): Promise<AssetWriter> {
    const name = newId();
    const handle = await this.#temporary.getFileHandle(name, { create: true });
    const out = await handle.createWritable();
    let sum: ReturnType<typeof createSha256> | null = createSha256();
    let end = 0;
    let open = true;
    return {
      write: async (bytes, at) => {
        if (at === end && sum !== null) {
          sum.update(bytes);
          end += bytes.byteLength;
        } else sum = null;
        await guarded(() => out.write({ type: 'write', position: at, data: bytes }));
      },
      finish: async () => {
        open = false;
        await guarded(() => out.close());
        const hash = sum?.hex() ?? (await hashOfFile(await handle.getFile()));
        await this.#writing(async () => this.#move(handle, await bucket(this.#assets, hash), hash));
        return hash;
      },
      discard: async () => {
        if (open) await out.abort().catch(() => undefined);
        open = false;
        await this.#temporary.removeEntry(name).catch(() => undefined);
      },
    };
  }

  async get(hash: AssetHash): Promise<Uint8Array<ArrayBuffer> | null> {
    const file = await this.file(hash);
    return file === null ? null : new Uint8Array(await file.arrayBuffer());
  }

  async file(hash: AssetHash): Promise<File | null> {
    return readFile(this.#assets, [hash.slice(0, 2)], checkedHash(hash));
  }

  async has(hash: AssetHash): Promise<boolean> {
    return (await this.file(hash)) !== null;
  }

  async remove(hash: AssetHash): Promise<void> {
    await removeFile(this.#assets, [hash.slice(0, 2)], checkedHash(hash));
  }

  async putProduct(kind: string, key: CacheKey, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    await this.#writing(async () => {
      const folder = await this.#products.getDirectoryHandle(checkedKind(kind), { create: true });
      await this.#place(bytes, await bucket(folder, key), key);
    });
  }

  async replaceProduct(kind: string, key: CacheKey, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    await this.#writing(async () => {
      const folder = await this.#products.getDirectoryHandle(checkedKind(kind), { create: true });
      await this.#place(bytes, await bucket(folder, key), key, true);
    });
  }

  async getProduct(kind: string, key: CacheKey): Promise<Uint8Array<ArrayBuffer> | null> {
    const file = await readFile(this.#products, [checkedKind(kind), key.slice(0, 2)], checkedHash(key));
    return file === null ? null : new Uint8Array(await file.arrayBuffer());
  }

  async hasProduct(kind: string, key: CacheKey): Promise<boolean> {
    const path = [checkedKind(kind), key.slice(0, 2)];
    return (await readFile(this.#products, path, checkedHash(key))) !== null;
  }

  async removeProduct(kind: string, key: CacheKey): Promise<void> {
    await removeFile(this.#products, [checkedKind(kind), key.slice(0, 2)], checkedHash(key));
  }

  async removeProductsOf(kind: string): Promise<void> {
    await this.#products.removeEntry(checkedKind(kind), { recursive: true }).catch((error: unknown) => {
      if (!isNotFound(error)) throw toAppError(error, 'storage-failed');
    });
  }

  async assets(): Promise<readonly AssetHash[]> {
    const hashes: AssetHash[] = [];
    for await (const { name } of filesUnder(this.#assets))
      if (HASH.test(name)) hashes.push(name as AssetHash);
    return hashes;
  }

  async usage(): Promise<StoreUsage> {
    const sum = async (folder: FileSystemDirectoryHandle) => {
      let bytes = 0;
      for await (const { file } of filesUnder(folder)) bytes += file.size;
      return bytes;
    };
    return { assetBytes: await sum(this.#assets), productBytes: await sum(this.#products) };
  }

  async sweepProducts(keepBytes: number, minAgeMs = 0): Promise<number> {
    return navigator.locks.request(this.#lock, async () => {
      await this.#sweepTemporary();
      const found: Found[] = [];
      let total = 0;
      for await (const [kind, folder] of this.#products.entries()) {
        if (folder.kind !== 'directory' || kind.startsWith(BEGUN)) continue;
        for await (const item of filesUnder(folder)) {
          found.push(item);
          total += item.file.size;
        }
      }
      found.sort((a, b) => a.file.lastModified - b.file.lastModified);
      let freed = 0;
      for (const item of found) {
        if (total - freed <= keepBytes) break;
        if (Date.now() - item.file.lastModified < minAgeMs) break; // the rest are younger still
        if (await removed(item)) freed += item.file.size;
      }
      return freed;
    });
  }

  async sweepAssets(used: ReadonlySet<AssetHash>, minAgeMs = SPARE_MS): Promise<number> {
    return navigator.locks.request(this.#lock, async () => {
      let freed = 0;
      const unused: Found[] = [];
      for await (const item of filesUnder(this.#assets))
        if (!used.has(item.name as AssetHash) && Date.now() - item.file.lastModified >= minAgeMs)
          unused.push(item);
      for (const item of unused) if (await removed(item)) freed += item.file.size;
      return freed;
    });
  }

  async #sweepTemporary(): Promise<void> {
    const stale: Found[] = [];
    for await (const item of filesUnder(this.#temporary))
      if (Date.now() - item.file.lastModified > TEMPORARY_MAX_AGE_MS) stale.push(item);
    for (const item of stale) await removed(item);
  }

  /** Runs a write under the shared lock. A full disk is swept of products once before it is an error. */
  async #writing<T>(write: () => Promise<T>): Promise<T> {
    const locked = () => navigator.locks.request(this.#lock, { mode: 'shared' }, () => guarded(write));
    try {
      return await locked();
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'storage-full') throw error;
      if ((await this.sweepProducts(0, SPARE_MS)) === 0) throw error;
      return locked();
    }
  }

  async #place(
    bytes: Uint8Array<ArrayBuffer>,
    folder: FileSystemDirectoryHandle,
    name: string,
    replace = false,
  ): Promise<void> {
    const temporary = newId();
    const handle = await this.#temporary.getFileHandle(temporary, { create: true });
    try {
      const out = await handle.createWritable();
      try {
        await out.write(bytes);
      } catch (error) {
        await out.abort().catch(() => undefined);
        throw error;
      }
      await out.close();
      await this.#move(handle, folder, checkedHash(name), replace);
    } catch (error) {
      await this.#temporary.removeEntry(temporary).catch(() => undefined);
      throw error;
    }
  }

  /**
   * One mover a name at a time: a file that is being moved onto refuses a second. Unless it is to be replaced, the name
   * says what is in it.
   */
  async #move(
    handle: FileSystemFileHandle,
    folder: FileSystemDirectoryHandle,
    name: string,
    replace = false,
  ): Promise<void> {
    await navigator.locks.request(`${this.#lock}:${name}`, async () => {
      const there = await readFile(folder, [], name);
      if (replace || there === null || there.size !== (await handle.getFile()).size)
        await (handle as Movable).move(folder, name);
      else await this.#temporary.removeEntry(handle.name);
    });
  }
}

interface Found {
  readonly name: string;
  readonly file: File;
  readonly folder: FileSystemDirectoryHandle;
}

async function* filesUnder(folder: FileSystemDirectoryHandle): AsyncGenerator<Found> {
  for await (const [name, handle] of folder.entries()) {
    if (handle.kind === 'directory') yield* filesUnder(handle);
    else {
      // Gone between listing and looking is as good as not there.
      const file = await handle.getFile().catch(() => null);
      if (file !== null) yield { name, file, folder };
    }
  }
}

async function removed(item: Found): Promise<boolean> {
  try {
    await item.folder.removeEntry(item.name);
    return true;
  } catch {
    return false; // open in another tab: the next sweep takes it
  }
}

/** Two hex digits a folder keep any one folder small. */
function bucket(parent: FileSystemDirectoryHandle, name: string): Promise<FileSystemDirectoryHandle> {
  return parent.getDirectoryHandle(checkedHash(name).slice(0, 2), { create: true });
}

async function readFile(
  parent: FileSystemDirectoryHandle,
  path: readonly string[],
  name: string,
): Promise<File | null> {
  try {
    let folder = parent;
    for (const part of path) folder = await folder.getDirectoryHandle(part);
    return await (await folder.getFileHandle(name)).getFile();
  } catch (error) {
    if (isNotFound(error)) return null;
    throw toAppError(error, 'storage-failed');
  }
}

async function removeFile(parent: FileSystemDirectoryHandle, path: readonly string[], name: string) {
  try {
    let folder = parent;
    for (const part of path) folder = await folder.getDirectoryHandle(part);
    await folder.removeEntry(name);
  } catch (error) {
    if (!isNotFound(error)) throw toAppError(error, 'storage-failed');
  }
}

function isNotFound(error: unknown): boolean {
  return error instanceof Error && error.name === 'NotFoundError';
}

async function guarded<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw toAppError(error, 'storage-failed');
  }
}

async function hashOfFile(file: File): Promise<AssetHash> {
  const sum = createSha256();
  for await (const chunk of file.stream()) sum.update(chunk);
  return sum.hex();
}

function checkedHash(name: string): string {
  if (!HASH.test(name)) throw new AppError('internal', `“${name.slice(0, 80)}” is not a hash.`);
  return name;
}

function checkedKind(kind: string): string {
  if (!KIND.test(kind)) throw new AppError('internal', `“${kind.slice(0, 80)}” is not a kind of product.`);
  return kind;
}

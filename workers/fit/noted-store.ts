/**
 * What making a presenter puts into the store, written down as it is put. A presenter that comes of it names its parts;
 * where none comes, because nobody is seen or the person stops, nothing else would know them, and a face would stay.
 */
import type { AssetHash } from '#core/base/ids.ts';
import type { OpfsStore } from '#shared/opfs.ts';
import { keptOf } from './kept.ts';

const NOTES = 'assets that were put';
const NAME = 'assets';

/** The same store; every asset that is put through it is written down beside what is kept of this source. */
export function notedStore(store: OpfsStore, source: AssetHash): OpfsStore {
  let queue: Promise<unknown> = Promise.resolve();
  const note = (hash: AssetHash): Promise<AssetHash> => {
    const written = queue.then(async () => {
      const known = await notedAssets(store, source);
      if (known.includes(hash)) return;
      const bytes = new TextEncoder().encode(JSON.stringify([...known, hash]));
      await keptOf(store, source, NOTES).write(NAME, bytes);
    });
    queue = written.catch(() => undefined);
    return written.then(() => hash);
  };
  return {
    put: async (bytes) => note(await store.put(bytes)),
    putBlob: async (...args) => note(await store.putBlob(...args)),
    async openWriter() {
      const writer = await store.openWriter();
      return { ...writer, finish: async () => note(await writer.finish()) };
    },
    get: (hash) => store.get(hash),
    file: (hash) => store.file(hash),
    has: (hash) => store.has(hash),
    remove: (hash) => store.remove(hash),
    putProduct: (...args) => store.putProduct(...args),
    replaceProduct: (...args) => store.replaceProduct(...args),
    getProduct: (...args) => store.getProduct(...args),
    hasProduct: (...args) => store.hasProduct(...args),
    removeProduct: (...args) => store.removeProduct(...args),
    removeProductsOf: (kind) => store.removeProductsOf(kind),
    assets: () => store.assets(),
    usage: () => store.usage(),
    sweepProducts: (...args) => store.sweepProducts(...args),
    sweepAssets: (...args) => store.sweepAssets(...args),
  };
}

/** What was put for this source and not forgotten since. */
export async function notedAssets(store: OpfsStore, source: AssetHash): Promise<readonly AssetHash[]> {
  const bytes = await keptOf(store, source, NOTES).read(NAME);
  return bytes === null ? [] : (JSON.parse(new TextDecoder().decode(bytes)) as AssetHash[]);
}

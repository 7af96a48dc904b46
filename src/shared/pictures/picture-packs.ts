/** Stills out of packs (see core/draw/picture-pack.ts): a pack's head is read once, then each still by its own slice. */
import type { AssetHash } from '#core/base/ids.ts';
import { damagedPack, packHeadBytes, readPackHead } from '#core/draw/picture-pack.ts';

interface Pack {
  readonly file: Blob;
  readonly stills: ReturnType<typeof readPackHead>;
}

/** Heads kept: a film has few presenters on screen at once. */
const PACKS_OPEN = 4;

export class PicturePacks {
  readonly #open: (hash: AssetHash) => Promise<Blob>;
  /** In the order of use, newest last. */
  readonly #packs = new Map<AssetHash, Promise<Pack>>();

  /** @param open a file of the store; its error is passed on */
  constructor(open: (hash: AssetHash) => Promise<Blob>) {
    this.#open = open;
  }

  /** The file of one still. @throws AppError not-found | corrupt-file */
  async still(hash: AssetHash, index: number): Promise<Blob> {
    const { file, stills } = await this.#pack(hash);
    const place = stills[index];
    if (place === undefined) throw damagedPack();
    return file.slice(place.begin, place.end);
  }

  #pack(hash: AssetHash): Promise<Pack> {
    const pack = this.#packs.get(hash) ?? this.#read(hash);
    this.#packs.delete(hash);
    this.#packs.set(hash, pack);
    const [oldest] = this.#packs.keys();
    if (this.#packs.size > PACKS_OPEN && oldest !== undefined) this.#packs.delete(oldest);
    return pack;
  }

  #read(hash: AssetHash): Promise<Pack> {
    const reading = this.#open(hash).then(async (file) => {
      const bytes = async (end: number) => new Uint8Array(await file.slice(0, end).arrayBuffer());
      const head = await bytes(packHeadBytes(await bytes(8)));
      return { file, stills: readPackHead(head, file.size) };
    });
    // What could not be read may be there the next time.
    reading.catch(() => {
      if (this.#packs.get(hash) === reading) this.#packs.delete(hash);
    });
    return reading;
  }
}

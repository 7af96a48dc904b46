/** What was fitted to the presenters in use, read once and at hand: decoding a twin takes longer than a key press. */
import type { AssetHash } from '../base/ids.ts';
import type { Presenter } from '../document/project.ts';
import { readPresenterData } from './index.ts';
import type { PresenterData } from './kind.ts';

const KEPT = 4;

export class PresenterShelf {
  readonly #kept = new Map<AssetHash, Promise<PresenterData>>();
  readonly #get: (hash: AssetHash) => Promise<Uint8Array | null>;

  /** @param get an asset's bytes, or null when they are gone */
  constructor(get: (hash: AssetHash) => Promise<Uint8Array | null>) {
    this.#get = get;
  }

  /** @throws AppError not-found | corrupt-file | newer-version */
  read(presenter: Presenter): Promise<PresenterData> {
    if (presenter.kind === 'illustrated') return Promise.resolve(null);
    const kept = this.#kept.get(presenter.fit);
    const reading = kept ?? readPresenterData(presenter, this.#get);
    // Newest last: the map's order is the order of use.
    this.#kept.delete(presenter.fit);
    this.#kept.set(presenter.fit, reading);
    // What failed may be there the next time.
    if (!kept) reading.catch(() => this.#kept.delete(presenter.fit));
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= KEPT) break;
      this.#kept.delete(oldest);
    }
    return reading;
  }
}

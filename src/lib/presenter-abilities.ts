/**
 * What a presenter can be asked for: how near it may be shown, and whether it can leave its own background. That is
 * decided by what was fitted, which is read here once for each presenter; the code that reads it loads when it is wanted.
 */
import type { AssetHash } from '#core/base/ids.ts';
import type { Framing, Presenter } from '#core/document/project.ts';
import type { PresenterShelf } from '#core/presenter/shelf.ts';

export interface PresenterAbilities {
  /** The one that suits it best first. */
  readonly framings: readonly Framing[];
  readonly canCutOut: boolean;
  /** Made by an earlier Orator, from a picture that is kept: made anew it would be better. */
  readonly outdated: boolean;
}

export class AbilityBook {
  readonly #get: (hash: AssetHash) => Promise<Uint8Array | null>;
  readonly #known = new Map<AssetHash, Promise<PresenterAbilities>>();
  #shelf: Promise<PresenterShelf> | null = null;

  /** @param get an asset's bytes, or null when they are gone */
  constructor(get: (hash: AssetHash) => Promise<Uint8Array | null>) {
    this.#get = get;
  }

  /** @throws AppError not-found | corrupt-file | newer-version */
  async of(presenter: Presenter): Promise<PresenterAbilities> {
    if (presenter.kind === 'illustrated') {
      const { illustrated } = await import('#core/presenter/illustrated/index.ts');
      return { framings: illustrated.framings(), canCutOut: false, outdated: false };
    }
    const { fit } = presenter;
    const known = this.#known.get(fit) ?? this.#read(presenter);
    this.#known.set(fit, known);
    // What failed may be there the next time.
    known.catch(() => this.#known.delete(fit));
    return known;
  }

  async #read(presenter: Presenter): Promise<PresenterAbilities> {
    this.#shelf ??= import('#core/presenter/shelf.ts').then((m) => new m.PresenterShelf(this.#get));
    const { presenterKind } = await import('#core/presenter/index.ts');
    const { PHOTO_FIT_VERSION } = await import('#core/presenter/photo/fit.ts');
    const data = await (await this.#shelf).read(presenter);
    return {
      framings: presenterKind(presenter).framings(presenter, data),
      canCutOut: data?.kind === 'photo' || (data?.kind === 'footage' && data.layout.matte !== null),
      outdated: data?.kind === 'photo' && data.version < PHOTO_FIT_VERSION,
    };
  }
}

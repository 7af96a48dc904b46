/** Films that are there already, as the queue asks for films: nothing is drawn, and what is put together is what was given. */
import { createHash } from 'node:crypto';
import type { AssetHash, CacheKey } from '#core/base/ids.ts';
import type {
  OpenRenderProcess,
  RenderProcess,
  RenderSpec,
  RenderStep,
  StepResults,
} from '#server/render/process.ts';
import { assetKey } from '#server/services/assets/account-assets.ts';
import type { FileStore } from '#server/services/store.ts';

export interface GivenFilm {
  readonly bytes: Uint8Array;
  readonly durationS: number;
}

/** @param given by the project's name */
export function givenFilms(store: FileStore, given: ReadonlyMap<string, GivenFilm>): OpenRenderProcess {
  const sha256 = (data: string | Uint8Array) => createHash('sha256').update(data).digest('hex');
  const resultOf = async ({ project, accountId }: RenderSpec, { kind }: RenderStep) => {
    const film = given.get(project.name);
    if (!film) throw new Error(`no film called ${project.name} was given`);
    const key = sha256(project.name) as CacheKey;
    const segment = { index: 0, key, frameCount: 1, stored: true };
    const hash = sha256(film.bytes) as AssetHash;
    switch (kind) {
      case 'prepare':
        return { segments: [segment], frameCount: 1, durationS: film.durationS };
      case 'draw':
        return { segments: [segment], cpuS: 0, drawing: null };
      case 'sound':
        return { key };
      case 'assemble':
        await store.put(assetKey(accountId, hash), film.bytes);
        return { film: hash, bytes: film.bytes.length, mime: 'video/mp4', extension: 'mp4', captions: null };
      default:
        return kind satisfies never;
    }
  };
  return (spec) =>
    Promise.resolve({
      ended: false,
      encodedBy: 'software',
      run: <K extends RenderStep['kind']>(step: Extract<RenderStep, { readonly kind: K }>) =>
        resultOf(spec, step) as Promise<StepResults[K]>,
      close: () => Promise.resolve(),
    } satisfies RenderProcess);
}

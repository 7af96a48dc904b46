/**
 * What a receipt names: whose face or voice, by what it is drawn or heard from. Only the content counts. A presenter's
 * name, its id and what is said about it may change, and the hash of its face does not; parts are themselves named by
 * the SHA-256 of their bytes, so the same `.presenter` file has the same hash on every device. Fitting again, from the
 * same footage even, makes other parts and another hash: what is drawn is then not what was consented to.
 */
import { canonicalJson } from '../../base/hashing.ts';
import type { AssetHash } from '../../base/ids.ts';
import { sha256HexNow } from '../../base/sha256.ts';
import type { Presenter, Recording, Voice } from '../../document/project.ts';

/** SHA-256 of `orator/presenter/v1`, a line feed, and the presenter's parts in canonical JSON. */
export function presenterHash(presenter: Presenter): AssetHash {
  return hashOf('orator/presenter/v1', partsOf(presenter));
}

/** Of a voice that is someone's, by engine and the engine's own name for it; pace and pitch are not the person. */
export function voiceHash({ engine, engineVoice }: Pick<Voice, 'engine' | 'engineVoice'>): AssetHash {
  return hashOf('orator/voice/v1', { engine, engineVoice });
}

/** Of a sound in which someone speaks: the whole of it, whichever part is used. */
export function recordingHash({ asset }: Pick<Recording, 'asset'>): AssetHash {
  return hashOf('orator/recording/v1', { sound: asset });
}

function partsOf(presenter: Presenter): object {
  switch (presenter.kind) {
    case 'illustrated':
      return { kind: presenter.kind, preset: presenter.preset, parameters: presenter.parameters };
    case 'photo': {
      const { kind, fit, picture, person, plate } = presenter;
      return { kind, fit, picture, person, plate };
    }
    case 'footage': {
      const { kind, fit, film, mouths } = presenter;
      return { kind, fit, film, mouths };
    }
    default:
      return presenter satisfies never;
  }
}

function hashOf(domain: string, parts: object): AssetHash {
  return sha256HexNow(new TextEncoder().encode(`${domain}\n${canonicalJson(parts)}`));
}

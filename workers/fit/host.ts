/** What a presenter is made with, and what is said while it is made. */
import type { CancelSignal } from '#core/base/errors.ts';
import type { FitEvent } from '#core/pipeline/fit-api.ts';
import type { OpenFaceTools } from '#core/track/tools/open.ts';
import type { OpfsStore } from '#shared/opfs.ts';
import type { StreamingEars } from '../adapters/remote-ears.ts';
import type { FarTape } from './far-tape.ts';
import type { FitProgress } from './progress.ts';
import type { TapeRequest } from './tape-service.ts';

export interface FitHost {
  readonly store: OpfsStore;
  readonly ears: () => Promise<StreamingEars>;
  readonly tools: () => Promise<OpenFaceTools>;
  readonly openTape: (
    request: Omit<TapeRequest, 'baseUrl' | 'card'>,
    signal: CancelSignal,
  ) => Promise<FarTape>;
}

export interface FitContext {
  readonly signal: CancelSignal;
  readonly progress: FitProgress;
  readonly emit: (event: FitEvent) => void;
}

/** What parent and child of a render say to each other, over Node's own channel (structured clone). */
import type { ErrorWire } from '#core/base/errors.ts';
import type {
  CompositorWish,
  Drawing,
  EncodedBy,
  RenderSpec,
  RenderStep,
  StepProgress,
  StepResults,
} from './process.ts';
import type { StorePlace } from './store-place.ts';

export type ToChild =
  | {
      readonly type: 'open';
      readonly spec: RenderSpec;
      readonly place: StorePlace;
      readonly scratch: string;
      readonly wish: CompositorWish;
      readonly known: Readonly<Record<string, Drawing>>;
      readonly encodedBy: EncodedBy;
    }
  | { readonly type: 'run'; readonly id: number; readonly step: RenderStep }
  | { readonly type: 'cancel'; readonly id: number };

export type FromChild =
  | { readonly type: 'opened' }
  /** Who draws, before it does. */
  | { readonly type: 'drawing'; readonly kindOfFilm: string; readonly drawing: Drawing }
  | { readonly type: 'progress'; readonly id: number; readonly progress: StepProgress }
  | { readonly type: 'done'; readonly id: number; readonly result: StepResults[RenderStep['kind']] }
  /** `id` null: it could not even be opened. */
  | { readonly type: 'failed'; readonly id: number | null; readonly error: ErrorWire }
  /** Now and then: what it takes of the memory, for hosts that cannot be asked from outside. */
  | { readonly type: 'memory'; readonly rssBytes: number };

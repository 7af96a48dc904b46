/**
 * How the app asks for a presenter to be made of a person's video or photo. fit.worker decodes, follows, fits and keeps;
 * what it has done so far it keeps under a key of the source, so that asking again goes on where it stopped.
 */
import type { ErrorWire } from '../base/errors.ts';
import type { AssetHash, JobId, PresenterId } from '../base/ids.ts';
import type { Likeness } from '../document/likeness.ts';
import type { FootagePresenter, MediaEntry, PhotoPresenter } from '../document/project.ts';
import type { ModelPlacement } from '../model/runtime.ts';
import type { Picture } from '../track/ports.ts';
import type { Trouble } from '../track/troubles.ts';

export interface FitJob {
  readonly kind: 'footage' | 'photo';
  /** The file as it was brought, in the asset store. */
  readonly source: AssetHash;
  /** For sentences, such as `me.mov`. */
  readonly fileName: string;
  readonly name: string;
  readonly likeness: Likeness;
  /** The presenter that this one takes the place of, made anew of the same picture; absent for a new one. */
  readonly instead?: PresenterId;
}

export type FitPhase = 'read' | 'track' | 'fit' | 'keep';

/** A presenter, ready to stand in a project. */
export interface FittedPresenter {
  readonly presenter: PhotoPresenter | FootagePresenter;
  /** What its parts are in the asset store; a project that uses it lists them. */
  readonly media: readonly MediaEntry[];
  /** Head and shoulders, JPEG or PNG, about 320 px high. */
  readonly thumbnail: Blob;
  readonly troubles: readonly Trouble[];
  readonly report: FitReport;
}
export interface FitReport {
  readonly frames: number;
  readonly durationS: number;
  readonly secondsTaken: number;
  /** Of following alone; decoding and the working film go on beside it. 0 where nothing was followed this time. */
  readonly trackedFps: number;
  /** Where the mesh network ran, and why there. */
  readonly placement: ModelPlacement | null;
  /** Whether the footage's own voice taught the style. */
  readonly learnedStyle: boolean;
}

export type FitEvent =
  | {
      readonly type: 'progress';
      readonly phase: FitPhase;
      /** Work done over every phase, 0…1; it only grows. */
      readonly fraction: number;
      readonly secondsLeft: number | null;
    }
  /** Said as soon as it is known; a `stop` is followed by `failed`. */
  | { readonly type: 'trouble'; readonly trouble: Trouble }
  /** What is being looked at, now and then: a small picture with the face's box drawn by whoever shows it. */
  | {
      readonly type: 'seen';
      readonly picture: Picture;
      /** Fractions of the picture; null where no face is. */
      readonly face: {
        readonly x: number;
        readonly y: number;
        readonly width: number;
        readonly height: number;
      } | null;
    }
  | { readonly type: 'done'; readonly result: FittedPresenter }
  | { readonly type: 'failed'; readonly error: ErrorWire };

export interface FitWorkerInit {
  /** Where static files are served from, such as `/`. */
  readonly baseUrl: string;
  /** Port that speech.worker listens on (SpeechWorkerApi.connectEars): the footage's own sound is heard there. */
  readonly ears: MessagePort;
}

export interface FitWorkerApi {
  start(init: FitWorkerInit): Promise<void>;
  /** One at a time; a second waits. */
  submit(id: JobId, job: FitJob, listener: (event: FitEvent) => void): Promise<void>;
  /** Ends it as cancelled. What was done stays for the next time, until `forget`. */
  cancel(id: JobId): Promise<void>;
  /**
   * Removes everything that was kept of fitting this source; asked for when it is done, too.
   * @returns the assets that were made for it: whoever knows what is in use removes the rest
   */
  forget(source: AssetHash): Promise<readonly AssetHash[]>;
  /** What a camera sees now, for the guide: a face, its size and light. Cheap; frames come a few a second. */
  glance(frame: Picture): Promise<readonly Trouble[]>;
}

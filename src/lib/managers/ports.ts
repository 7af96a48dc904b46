/**
 * What the app needs of the engine and of playback, in the app's own words. `src/lib/engine` answers them; the managers
 * know nothing else of workers, and tests may answer with less.
 */
import type { CancelSignal } from '#core/base/errors.ts';
import type { AssetHash, JobId, SceneId } from '#core/base/ids.ts';
import type { Project, Voice } from '#core/document/project.ts';
import type { ModelPlacement } from '#core/model/runtime.ts';
import type { MovieFile } from '#core/output/ports.ts';
import type {
  DeviceReport,
  ExportSettings,
  JobEvent,
  ListenerReport,
  PreparedFilm,
} from '#core/pipeline/worker-api.ts';
import type { FitEvent, FitJob, FittedPresenter } from '#core/pipeline/fit-api.ts';
import type { LiveEvent } from '#core/pipeline/live-api.ts';
import type { ModerationVerdict, PieceVerdict, TextPiece } from '#core/policy/moderation/verdict.ts';
import type { EngineVoiceInfo } from '#core/speech/ports.ts';
import type { Picture } from '#core/track/ports.ts';
import type { Trouble } from '#core/track/troubles.ts';

export type ExportProgress = Omit<Extract<JobEvent, { type: 'progress' }>, 'type'>;
export type VoiceChoice = EngineVoiceInfo & { readonly engine: string };
export interface SpokenSample {
  readonly sampleRateHz: number;
  readonly pcm: Float32Array<ArrayBuffer>;
}

/** How a presenter that is being made goes on. */
export type FitNews = Exclude<FitEvent, { readonly type: 'done' | 'failed' }>;

/** Makes presenters of people's videos and photos. */
export interface PresenterMaker {
  /** Goes on from what was done before for the same source. @throws AppError */
  fit(
    job: FitJob,
    options: {
      readonly id?: JobId;
      readonly signal: AbortSignal;
      readonly onNews: (news: FitNews) => void;
    },
  ): Promise<FittedPresenter>;
  /** Removes everything that was kept of making one of this source. @returns the assets that were made for it */
  forget(source: AssetHash): Promise<readonly AssetHash[]>;
  /** What is wrong with what the camera sees now. */
  glance(picture: Picture): Promise<readonly Trouble[]>;
}

/** Reads words and looks at pictures by the written policy, on this device. */
export interface ContentJudge {
  /** A newer question ends an older one as cancelled. @throws AppError */
  judge(pieces: readonly TextPiece[]): Promise<ModerationVerdict>;
  /** A picture of the asset store. @throws AppError */
  see(picture: AssetHash): Promise<PieceVerdict>;
}

export interface StudioEngine {
  readonly fitting: PresenterMaker;
  readonly judging: ContentJudge;
  /** What the start-up probe found. @throws AppError when nothing here can draw */
  device(): Promise<DeviceReport>;
  /** A newer prepare supersedes an older one, which rejects as cancelled. */
  prepare(
    project: Project,
    options?: { onProgress: (progress: ExportProgress) => void; signal: AbortSignal },
  ): Promise<PreparedFilm>;
  exportFilm(
    project: Project,
    settings: ExportSettings,
    options: { onProgress: (progress: ExportProgress) => void; signal: AbortSignal },
  ): Promise<MovieFile>;
  thumbnail(project: Project, scene: SceneId, heightPx: number, signal?: CancelSignal): Promise<Blob>;
  voices(): Promise<readonly VoiceChoice[]>;
  listen(voice: Voice, text: string): Promise<SpokenSample>;
  /** Where the model that listens to sounds runs, and why there. Opens it if nobody has yet. */
  listenerReport(): Promise<ListenerReport>;
  /** A scene whose presenters speak along; the film waits until `stopLive`. */
  startLive(
    project: Project,
    scene: SceneId,
    sampleRateHz: number,
    onEvent: (event: LiveEvent) => void,
  ): Promise<{ readonly sound: MessagePort; readonly placement: ModelPlacement }>;
  changeLive(project: Project, scene: SceneId): Promise<void>;
  stopLive(): Promise<void>;
  /** Draws a frame of the film prepared last; only the latest wish is drawn. */
  show(frame: number): Promise<void>;
  /** Raised whenever the worker behind the stage is new: its canvas must be new too. */
  readonly stageVersion: number;
  attachStage(canvas: HTMLCanvasElement, widthPx: number, heightPx: number): Promise<void>;
}

/** The stage's clock: sound and picture in step. Frames drop rather than drift. */
export interface Playback {
  /** Takes a film over, standing at `frame`; goes on playing if it was. */
  load(film: PreparedFilm, frame: number): void;
  play(): Promise<void>;
  pause(): void;
  seek(frame: number): void;
  setMuted(muted: boolean): void;
}

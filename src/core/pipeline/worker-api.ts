/**
 * How the app talks to the workers. Comlink opens the port; the work on it is jobs with an id, a priority and
 * cancel-by-id (an AbortSignal does not clone). Errors cross as data.
 */
import type { ErrorWire } from '../base/errors.ts';
import type { AssetHash, CacheKey, JobId, ParagraphId, SceneId } from '../base/ids.ts';
import type { Rational } from '../base/time.ts';
import type { Project, Voice } from '../document/project.ts';
import type { MovieFile, VideoCodec } from '../output/ports.ts';
import type { LiveEvent } from './live-api.ts';
import type { SceneRecording } from './prepare.ts';
import type { ExportTimings } from './timings.ts';
import type { ReceiptBundle } from '../policy/consent/bundle.ts';
import type { Connection, Grade } from '../policy/permit.ts';
import type { ModelPlacement } from '../model/runtime.ts';
import type { HeardSpeech } from '../speech/listen/heard.ts';
import type { EngineVoiceInfo, TimedWord } from '../speech/ports.ts';

/** What the start-up probe found and chose. */
export interface DeviceReport {
  readonly compositor: 'webgpu' | 'canvas2d';
  readonly codec: VideoCodec | null;
  readonly hardwareEncoder: boolean | null;
  /** One plain line: what was chosen and why. */
  readonly summary: string;
  /** Height in pixels the preview is drawn at. */
  readonly previewHeightPx: number;
  readonly details: readonly { readonly name: string; readonly ok: boolean; readonly value: string }[];
}

/** A film ready to play: what the stage needs to show words, scrub and sound. */
export interface PreparedFilm {
  readonly rate: Rational;
  readonly frameCount: number;
  /** Multiply samples by this to hear the level that the export will have. */
  readonly gain: number;
  readonly shots: readonly PreparedFilmShot[];
  /** One a scene that a recording speaks: how script and sound go together. */
  readonly recordings: readonly SceneRecording[];
}
export interface PreparedFilmShot {
  readonly scene: SceneId;
  readonly paragraph: ParagraphId;
  readonly startFrame: number;
  readonly frameCount: number;
  /** Shot-relative times. */
  readonly words: readonly TimedWord[];
  /** Voices and recordings have rates of their own. */
  readonly sampleRateHz: number;
  /** Mono; starts with the shot. */
  readonly pcm: Float32Array<ArrayBuffer>;
}

/** As it crosses from the worker: a shot whose sound the app has comes without samples. */
export interface PreparedFilmWire extends PreparedFilm {
  /** One a shot: equal keys, equal sounds. */
  readonly sounds: readonly CacheKey[];
}

export interface ExportSettings {
  /** The short side. 180 and 360 are for tests and benches. */
  readonly heightPx: 180 | 360 | 720 | 1080;
  readonly rateFps: 25 | 30;
  readonly aspect: '16:9' | '9:16' | '1:1';
  readonly grade: Grade;
  readonly connection: Connection;
}

/** `receipts`: of the people in the project, verified again by the worker. */
export type RenderJob =
  /** Makes `project` the film on stage. A newer prepare supersedes an older one, which ends as cancelled. */
  | {
      readonly kind: 'prepare';
      readonly project: Project;
      readonly receipts: readonly ReceiptBundle[];
      /** Sounds the app holds already, by `PreparedFilmWire.sounds`: they are not sent again. */
      readonly known: readonly CacheKey[];
    }
  | {
      readonly kind: 'export';
      readonly project: Project;
      readonly receipts: readonly ReceiptBundle[];
      readonly settings: ExportSettings;
    }
  /** A still of one scene for the strip; drawn when nothing more urgent waits. */
  | {
      readonly kind: 'thumbnail';
      readonly project: Project;
      readonly receipts: readonly ReceiptBundle[];
      readonly scene: SceneId;
      readonly heightPx: number;
    };

export type JobResult =
  | { readonly kind: 'prepare'; readonly film: PreparedFilmWire }
  | { readonly kind: 'export'; readonly movie: MovieFile; readonly timings: ExportTimings }
  | { readonly kind: 'thumbnail'; readonly png: Blob };

export type JobEvent =
  | {
      readonly type: 'progress';
      readonly phase: ExportPhase;
      /** Work done and work in all, over every phase, counted in frames: done ÷ total only ever grows. */
      readonly done: number;
      readonly total: number;
      readonly secondsLeft: number | null;
      readonly reused: number;
    }
  | { readonly type: 'done'; readonly result: JobResult }
  | { readonly type: 'failed'; readonly error: ErrorWire };
export type ExportPhase = 'speak' | 'draw' | 'sound' | 'file';

export interface RenderWorkerInit {
  /** Port that speech.worker serves its engine on (SpeechWorkerApi.connect); see workers/adapters/remote-speech.ts. */
  readonly speech: MessagePort;
  /** Port that speech.worker aligns and listens on (SpeechWorkerApi.connectEars); see workers/adapters/remote-ears.ts. */
  readonly ears: MessagePort;
  /** Where static files are served from, such as `/`. */
  readonly baseUrl: string;
  /** Forces a compositor, for tests and for people whose GPU misbehaves. */
  readonly compositor?: 'webgpu' | 'canvas2d';
}

export interface RenderWorkerApi {
  start(init: RenderWorkerInit): Promise<DeviceReport>;
  /** Takes the stage's canvas (transferred). Call again with a new canvas after a resize of the format. */
  attachStage(canvas: OffscreenCanvas, widthPx: number, heightPx: number): Promise<void>;
  /** Draws film frame `index` of the prepared film on the stage; only the latest request is drawn. */
  show(index: number): Promise<void>;
  /**
   * Puts a scene on stage whose presenters speak along with what is heard: HeardMessage comes over `heard` (transferred).
   * The film waits until `stopLive`. One show at a time: a newer one ends the older.
   * @throws ErrorWire refused | not-found | invalid-input
   */
  startLive(
    project: Project,
    receipts: readonly ReceiptBundle[],
    scene: SceneId,
    heard: MessagePort,
    listener: (event: LiveEvent) => void,
  ): Promise<void>;
  /** The show goes on with this scene. */
  changeLive(project: Project, receipts: readonly ReceiptBundle[], scene: SceneId): Promise<void>;
  /** Back to the film. */
  stopLive(): Promise<void>;
  submit(id: JobId, job: RenderJob, listener: (event: JobEvent) => void): Promise<void>;
  cancel(id: JobId): Promise<void>;
  /** Resolves when the graphics device goes away, which ends this worker's use. Never, where there is none. */
  lost(): Promise<string>;
  /** Simulates that loss, for tests and benches. */
  loseDevice(): Promise<void>;
  /** Forgets cached products beyond this many bytes, and assets not named (when a list is given). @returns bytes freed */
  sweep(productBudgetBytes: number, keepAssets: readonly AssetHash[] | null): Promise<number>;
}

/** Where the model that listens runs, and why there; or why none does. */
export type ListenerReport =
  | { readonly model: string; readonly placement: ModelPlacement; readonly error: null }
  | { readonly model: string; readonly placement: null; readonly error: ErrorWire };

/** A sound that is heard while it is made; see ListenStream in core/speech/listen/heard.ts. Errors cross as data. */
export interface HearingStream {
  push(pcm: Float32Array<ArrayBuffer>): Promise<HeardSpeech>;
  finish(): Promise<HeardSpeech>;
  /** Wanted when the stream is not finished. */
  close(): Promise<void>;
}

export interface SpeechWorkerApi {
  /** First. @param baseUrl where static files, and models among them, are served from; `/` unless told */
  start(baseUrl: string): Promise<void>;
  voices(): Promise<readonly (EngineVoiceInfo & { readonly engine: string })[]>;
  /** One sentence for the voice picker. @throws ErrorWire */
  listen(
    voice: Voice,
    text: string,
  ): Promise<{ readonly sampleRateHz: number; readonly pcm: Float32Array<ArrayBuffer> }>;
  /** What is heard in a whole sound, mono. @throws ErrorWire */
  hear(id: JobId, pcm: Float32Array<ArrayBuffer>, sampleRateHz: number): Promise<HeardSpeech>;
  cancelHearing(id: JobId): Promise<void>;
  /** A stream over Comlink. @throws ErrorWire */
  openHearing(sampleRateHz: number): Promise<HearingStream>;
  /** Opens the model if nobody has yet. */
  listenerReport(): Promise<ListenerReport>;
  /**
   * Hears a microphone as it speaks: SoundPieces come in on `sound`, HeardMessages go out on `heard` (both transferred).
   * Opens the model first. One at a time: a newer one ends the older. @throws ErrorWire
   */
  hearLive(
    ports: { readonly sound: MessagePort; readonly heard: MessagePort },
    sampleRateHz: number,
  ): Promise<ModelPlacement>;
  stopHearing(): Promise<void>;
  /** Serves the engine on `port` (transferred), for render.worker: see workers/adapters/remote-speech.ts. */
  connect(port: MessagePort): Promise<void>;
  /** Serves aligner and listener on `port` (transferred), for render.worker: see workers/adapters/remote-ears.ts. */
  connectEars(port: MessagePort): Promise<void>;
}

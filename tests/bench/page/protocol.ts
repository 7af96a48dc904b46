/** What the bench page answers, for the benches in Node that ask it. Everything crosses as JSON. */
import type { ExportTimings } from '#core/pipeline/timings.ts';

export type CompositorKind = 'webgpu' | 'canvas2d';

/** The passes of one frame, in the order in which it goes through them. */
export const FRAME_PASSES = ['plan', 'record', 'raster', 'upload', 'gpu', 'read', 'i420', 'encode'] as const;
export type FramePass = (typeof FRAME_PASSES)[number];

/** One kind of layer drawn alone, until its pixels are there. `nothing` is what an empty frame costs. */
export const PARTS = ['nothing', 'background', 'presenter', 'caption'] as const;
export type Part = (typeof PARTS)[number];

export interface FrameWish {
  readonly kind: CompositorKind;
  readonly heightPx: number;
  readonly frames: number;
}

export interface FrameFigures {
  readonly widthPx: number;
  readonly heightPx: number;
  /** Milliseconds, one a frame. A pass that this compositor has not is empty. */
  readonly passes: Readonly<Record<FramePass, readonly number[]>>;
  readonly parts: Readonly<Record<Part, readonly number[]>>;
  /** Of the whole film, divided by its frames. */
  readonly beforehand: { readonly speak: number; readonly animate: number; readonly prepare: number };
  readonly planFilmMs: number;
  readonly gpu: string | null;
}

export interface ExportRun {
  readonly wallMs: number;
  readonly timings: ExportTimings;
  readonly bytes: number;
}
export interface Floor {
  readonly frames: number;
  readonly decodeMs: number;
  readonly encodeMs: number;
}
export interface ExportFigures {
  readonly summary: string;
  readonly frames: number;
  readonly durationS: number;
  /** Speaking, animating and preparing all of it for the first time. */
  readonly prepareMs: number;
  readonly first: ExportRun;
  /** One of the four paragraphs says something else. */
  readonly edited: ExportRun;
  /** Nothing is different. */
  readonly again: ExportRun;
  readonly floor: Floor;
}

export interface EditWish {
  readonly kind: CompositorKind;
  readonly paragraphs: number;
  readonly rounds: number;
}
export interface EditFigures {
  /** One a round, milliseconds from the edit. */
  readonly prepared: readonly number[];
  readonly shown: readonly number[];
  /** Until the canvas on the page has other pixels, looked at once a display frame. */
  readonly seen: readonly number[];
  /** The same edits once more, stage by stage, in a worker of the bench's own. */
  readonly stages: Readonly<Record<EditStage, readonly number[]>>;
}
export const EDIT_STAGES = ['speak', 'animate', 'prepare', 'loudness', 'plan', 'draw'] as const;
export type EditStage = (typeof EDIT_STAGES)[number];

export interface LongExport {
  readonly frames: number;
  readonly durationS: number;
  readonly wallMs: number;
  readonly timings: ExportTimings;
  readonly bytes: number;
}

export interface ListenWish {
  readonly provider: 'wasm' | 'webgpu';
  readonly threads: number;
  /** Of sound. */
  readonly seconds: number;
}
export interface ListenFigures {
  readonly summary: string;
  readonly steady: 'captured' | 'bound' | null;
  /** From nothing to a model that was tried. */
  readonly openMs: number;
  /** Sound that one run of the model stands for, and milliseconds of runs. */
  readonly modelSeconds: number;
  readonly modelMs: readonly number[];
  readonly wholeSeconds: number;
  readonly wholeMs: number;
  readonly pieceMs: number;
  /** One a piece of the stream. */
  readonly pushMs: readonly number[];
  /** Sound pushed until the first step came, and the work of that push. */
  readonly first: { readonly soundMs: number; readonly pushMs: number };
  /** From a step's middle to the end of the piece that brought it, at most, work aside. */
  readonly waitMs: number;
}

export interface MeshWish {
  readonly through: 'raster' | CompositorKind;
  readonly rounds: number;
}
/** Milliseconds, one a round. */
export type MeshFigures = readonly { readonly name: string; readonly ms: readonly number[] }[];

export interface FollowWish {
  readonly threads: number;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly frames: number;
}
/** Sums over all frames, milliseconds. */
export interface FollowFigures {
  readonly summary: string;
  readonly frames: number;
  readonly seen: number;
  readonly wallMs: number;
  /** NaN where nobody tells. */
  readonly cpuMs: number;
  readonly finishMs: number;
  readonly stages: Readonly<
    Record<
      // `own`: cutting patches and looking at light and colours.
      'detect' | 'mesh' | 'body' | 'own',
      {
        readonly ms: number;
        readonly calls: number;
        /** A call that only one in ten is quicker than. */
        readonly quickMs: number;
      }
    >
  >;
}

export interface BenchApi {
  frames(wish: FrameWish): Promise<FrameFigures>;
  exports(kind: CompositorKind, heightPx: 360 | 720 | 1080): Promise<ExportFigures>;
  edits(wish: EditWish): Promise<EditFigures>;
  longExport(minutes: number): Promise<LongExport>;
  listen(wish: ListenWish): Promise<ListenFigures>;
  meshes(wish: MeshWish): Promise<MeshFigures>;
  follow(wish: FollowWish): Promise<FollowFigures>;
  /** Bytes of script memory that are alive in the page and its workers, after a collection. */
  liveBytes(): Promise<number>;
}
export interface BenchWindow {
  bench?: BenchApi;
  /** How far `longExport` is, 0…1, and in which phase. */
  benchProgress?: { readonly phase: string; readonly fraction: number };
}

/** What the bench's own worker is asked. */
export interface WorkerApi {
  frames(wish: FrameWish): Promise<FrameFigures>;
  floor(asset: string): Promise<Floor>;
  editStages(wish: EditWish): Promise<EditFigures['stages']>;
  listen(wish: ListenWish): Promise<ListenFigures>;
  meshes(wish: MeshWish): Promise<MeshFigures>;
  follow(wish: FollowWish): Promise<FollowFigures>;
}

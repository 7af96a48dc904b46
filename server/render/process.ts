/**
 * A render is done in a process of its own, step by step: what draws and encodes may be killed, run out of memory or be lost
 * with its graphics card, and the server lives on. This is what crosses between the two: plain data, no handles.
 *
 * A step answers only when what it made lies in the store, under keys of what it shows; doing a step twice is therefore
 * harmless, and any machine with the same store can do any step.
 */
import type { CancelSignal } from '#core/base/errors.ts';
import type { AssetHash, CacheKey } from '#core/base/ids.ts';
import type { Rational } from '#core/base/time.ts';
import type { Compositor } from '#core/compose/ports.ts';
import type { Project } from '#core/document/project.ts';
import type { ReceiptBundle } from '#core/policy/consent/bundle.ts';
import type { Connection, Grade } from '#core/policy/permit.ts';

export type NativeCodec = 'h264' | 'h265' | 'av1' | 'prores4444' | 'vp9';

/** What is wanted of the film, beyond what the project says. */
export interface OutputSpec {
  readonly codec: NativeCodec;
  readonly container: 'mp4' | 'mov' | 'webm';
  readonly widthPx: number;
  readonly heightPx: number;
  readonly rate: Rational;
  readonly bits: 8 | 10;
  /** Nothing behind the presenter; prores4444 and vp9 alone. */
  readonly alpha: boolean;
  /** draft: back within seconds, at a low rate of bits. full: the slow settings. */
  readonly effort: 'draft' | 'full';
  /** Drawn at so many times the size, then reduced. */
  readonly supersample: 1 | 2;
  readonly captions: 'burned' | 'separate' | 'none';
}

/** Everything that one film is made from. The process derives its permit again from `receipts`. */
export interface RenderSpec {
  readonly project: Project;
  readonly grade: Grade;
  /** Whether a server makes it for an account, or someone for himself. */
  readonly connection: Connection;
  readonly receipts: readonly ReceiptBundle[];
  readonly output: OutputSpec;
  /** Who encodes all of it, once that was settled. Where that one cannot, the process says who would. */
  readonly encodedBy?: EncodedBy | null;
  /** Whose part of the store is read and written. */
  readonly accountId: string;
}

export interface SegmentSummary {
  readonly index: number;
  readonly key: CacheKey;
  readonly frameCount: number;
  /** Whether the store had it already. */
  readonly stored: boolean;
}

export type RenderStep =
  | { readonly kind: 'prepare' }
  | { readonly kind: 'draw'; readonly segments: readonly number[] }
  | { readonly kind: 'sound' }
  | { readonly kind: 'assemble' };

/** What was asked for: a kind of compositor, or the faster one. */
export const COMPOSITOR_WISHES = ['auto', 'canvas2d', 'dawn'] as const;
export type CompositorWish = (typeof COMPOSITOR_WISHES)[number];

/** Who may encode: see encoder-choice.ts. */
export const ENCODER_WISHES = ['auto', 'software', 'nvenc'] as const;
export type EncoderWish = (typeof ENCODER_WISHES)[number];
export type EncodedBy = Exclude<EncoderWish, 'auto'>;

/** Who was found to draw, and why: plain data, for whoever asks and for films like this one. */
export interface Drawing {
  readonly kind: Compositor['kind'];
  readonly why:
    'asked' | 'no-card' | 'card-too-small' | 'card-failed' | 'card-wrong' | 'card-slower' | 'card-faster';
  readonly card: { readonly name: string; readonly software: boolean } | null;
  /** A frame of this film by each; null where nothing was measured. */
  readonly msPerFrame: { readonly canvas2d: number; readonly webgpu: number } | null;
}

/** What each kind of step answers. */
export interface StepResults {
  readonly prepare: {
    readonly segments: readonly SegmentSummary[];
    readonly frameCount: number;
    readonly durationS: number;
  };
  readonly draw: {
    readonly segments: readonly SegmentSummary[];
    readonly cpuS: number;
    /** Who drew; null where all of it was in the store. */
    readonly drawing: Drawing | null;
  };
  readonly sound: { readonly key: CacheKey };
  readonly assemble: {
    readonly film: AssetHash;
    readonly bytes: number;
    readonly mime: string;
    readonly extension: string;
    /** WebVTT, where captions are separate. */
    readonly captions: AssetHash | null;
  };
}

export interface StepProgress {
  /** Of this step, 0…1. */
  readonly fraction: number;
  readonly secondsLeft: number | null;
}

export interface ProcessLimits {
  readonly wallS: number;
  readonly memoryMiB: number;
  readonly diskMiB: number;
}

/** One process that has one film open. */
export interface RenderProcess {
  /** It is no more, whatever ended it, and does no more steps. */
  readonly ended: boolean;
  /** Who encodes what it draws. */
  readonly encodedBy: EncodedBy;
  /**
   * @throws AppError invalid-input | refused | cancelled | too-large (a limit was met) | device-lost (the process died) |
   *   encoder-failed | storage-full | storage-failed
   */
  run<K extends RenderStep['kind']>(
    step: Extract<RenderStep, { readonly kind: K }>,
    onProgress: (progress: StepProgress) => void,
    signal?: CancelSignal,
  ): Promise<StepResults[K]>;
  /** Ends it, within a second, whatever it does. */
  close(): Promise<void>;
}

export type OpenRenderProcess = (spec: RenderSpec, limits: ProcessLimits) => Promise<RenderProcess>;

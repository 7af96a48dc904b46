/** What is measured against the lips: anything that turns a sound into how far and how wide a mouth is open. */
import type { TimedPhone, TimedWord } from '#core/speech/ports.ts';
import { SAMPLE_RATE_HZ } from './film.ts';
import { gaussian, valueAt } from './signal.ts';

/** What a contender is given: the sound and its frame grid, and the words where they are known. */
export interface Sound {
  /** The clip's name. */
  readonly clip: string;
  /** Mono at 16 kHz, peak at LEVEL; every contender hears the same. */
  readonly pcm: Float32Array<ArrayBuffer>;
  readonly fps: number;
  readonly frames: number;
  readonly said: Said | null;
}

/** The transcript, aligned to the sound. */
export interface Said {
  readonly text: string;
  readonly words: readonly TimedWord[];
  /** Cover the sound without gaps. */
  readonly phones: readonly TimedPhone[];
}

/** One value a frame, in units of the contender's own; frame i is the middle of its time, (i + ½) ÷ fps. */
export interface Curves {
  readonly opening: readonly number[];
  /** Null for what says nothing of the width. */
  readonly width: readonly number[] | null;
  /** How long the listening alone took, without what makes motion of it, seconds. */
  readonly listenS?: number;
}

export interface Contender {
  readonly name: string;
  /** What was done for it, in one line: its table, its smoothing. */
  readonly note: string;
  /** True where it reads the transcript; it is left out for clips without one. */
  readonly needsText: boolean;
  /** False where waiting is part of the answer, so that speed would mean nothing. */
  readonly timed: boolean;
  /** True for curves that were stored and cannot hear another sound. */
  readonly stored?: boolean;
  predict(sound: Sound): Promise<Curves>;
  close?(): Promise<void>;
}

export const LEVEL = 0.9;

/** The same sound with its highest peak at LEVEL: recordings differ, and thresholds are made for levelled speech. */
export function levelled(pcm: Float32Array<ArrayBuffer>): Float32Array<ArrayBuffer> {
  const peak = pcm.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return peak > 0 ? pcm.map((value) => (value * LEVEL) / peak) : pcm;
}

/** A shape of a rival's own alphabet as numbers: opening 0…1, width 1 at rest. */
export type ShapeTable = Readonly<Record<string, readonly [opening: number, width: number]>>;

export interface Cue {
  readonly startS: number;
  readonly endS: number;
  readonly shape: string;
}

const GRID_HZ = 200;

/** Shapes in time to curves: steps on a fine grid, smoothed without delay, read at the middle of each frame. */
export function curvesOfCues(
  cues: readonly Cue[],
  table: ShapeTable,
  { fps, frames, pcm }: Sound,
  sigmaS: number,
): Curves {
  const steps = Math.ceil((Math.max(frames / fps, pcm.length / SAMPLE_RATE_HZ) + 0.1) * GRID_HZ);
  const opening = new Array<number>(steps).fill(0);
  const width = new Array<number>(steps).fill(1);
  for (const { startS, endS, shape } of cues) {
    const [tall, wide] = table[shape] ?? [0, 1];
    const from = Math.max(0, Math.round(startS * GRID_HZ));
    for (let i = from; i < Math.min(steps, Math.round(endS * GRID_HZ)); i++) {
      opening[i] = tall;
      width[i] = wide;
    }
  }
  return {
    opening: atFrames(gaussian(opening, sigmaS * GRID_HZ), GRID_HZ, fps, frames),
    width: atFrames(gaussian(width, sigmaS * GRID_HZ), GRID_HZ, fps, frames),
  };
}

/** A curve whose sample k stands at (k + ½) ÷ rate, read at the middle of each frame. */
export function atFrames(values: readonly number[], rateHz: number, fps: number, frames: number): number[] {
  return Array.from({ length: frames }, (_, i) => valueAt(values, ((i + 0.5) / fps) * rateHz - 0.5));
}

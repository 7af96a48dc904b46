/**
 * Whose voice a sound is, as a direction: Resemblyzer's encoder (GE2E; Wan et al. 2018) on windows of 1.6 s of speech, its
 * answers averaged. The front end is the one it was trained with: power in forty Slaney mel bands, at −30 dBFS, pauses cut out.
 */
import type { CancelSignal } from '#core/base/errors.ts';
import { loadManifest, type ModelFiles } from '#core/model/files.ts';
import type { ModelRuntime } from '#core/model/runtime.ts';
import { tensor } from '#core/model/tensor.ts';
import { eachSpectrum } from './spectrum.ts';

export const VOICEPRINT_MODEL = 'voiceprint';
const RATE_HZ = 16_000;
const SHAPE = { windowSamples: 400, hopSamples: 160, fftSize: 512 } as const;
const BANDS = 40;
const COLUMNS = 160;
/** Columns between two windows: three quarters of a second. */
const STEP = 77;
const LEVEL_DBFS = -30;
/** Windows to a run of the network. */
const BATCH = 16;
/** A column this far below the loud ones is a pause; pauses up to 0.2 s are left in. */
const PAUSE_DB = 28;
const KEPT_PAUSE = 10;

export interface Voiceprint {
  /** Of length 1. */
  readonly direction: Float32Array;
  /** Seconds of speech that it was made from. */
  readonly speechS: number;
}

export interface VoiceprintModel {
  /** Null where there is less than a second of speech. @throws AppError cancelled | internal */
  of(samples: Float32Array, signal?: CancelSignal): Promise<Voiceprint | null>;
  close(): Promise<void>;
}

/** @throws AppError network | not-found | corrupt-file | internal */
export async function openVoiceprint(runtime: ModelRuntime, files: ModelFiles): Promise<VoiceprintModel> {
  const manifest = await loadManifest(files, VOICEPRINT_MODEL);
  const session = await runtime.open(manifest);
  return {
    async of(samples, signal) {
      const mel = speechColumns(samples);
      const columns = mel.length / BANDS;
      if (columns < 100) return null;
      const starts: number[] = [];
      for (let at = 0; at === 0 || at + COLUMNS * 0.75 <= columns; at += STEP) starts.push(at);
      const sum = new Float64Array(256);
      for (let from = 0; from < starts.length; from += BATCH) {
        const part = starts.slice(from, from + BATCH);
        const input = new Float32Array(part.length * COLUMNS * BANDS);
        part.forEach((start, i) =>
          input.set(mel.subarray(start * BANDS, (start + COLUMNS) * BANDS), i * COLUMNS * BANDS),
        );
        const answer = await session.run({ mel: tensor([part.length, COLUMNS, BANDS], input) }, signal);
        const { data } = answer['voiceprint'] ?? { data: new Float32Array() };
        data.forEach((value, i) => (sum[i % 256] = (sum[i % 256] as number) + value));
      }
      const norm = Math.hypot(...sum) || 1;
      return {
        direction: Float32Array.from(sum, (value) => value / norm),
        speechS: (columns * SHAPE.hopSamples) / RATE_HZ,
      };
    },
    close: () => session.close(),
  };
}

/** Cosine: 1 for the same direction. */
export function likeness(a: Voiceprint, b: Voiceprint): number {
  return a.direction.reduce((sum, value, i) => sum + value * (b.direction[i] as number), 0);
}

/** Mel columns of the speech alone, levelled; band fastest. */
export function speechColumns(samples: Float32Array): Float32Array {
  const filters = slaneyFilters();
  const count = Math.floor(samples.length / SHAPE.hopSamples) + 1;
  const mel = new Float32Array(count * BANDS);
  const power = new Float64Array(count);
  eachSpectrum(samples, SHAPE, (bins, k) => {
    filters.forEach(({ from, weights }, band) => {
      let sum = 0;
      for (let i = 0; i < weights.length; i++) sum += (weights[i] as number) * (bins[from + i] as number);
      mel[k * BANDS + band] = sum;
      power[k] = (power[k] as number) + sum;
    });
  });
  const spoken = speechMask(power);
  const kept = new Float32Array(spoken.reduce((sum, value) => sum + value, 0) * BANDS);
  let at = 0;
  let [energy, seen] = [0, 0];
  for (let k = 0; k < count; k++) {
    if (!spoken[k]) continue;
    kept.set(mel.subarray(k * BANDS, (k + 1) * BANDS), at);
    at += BANDS;
    for (let i = k * SHAPE.hopSamples; i < Math.min((k + 1) * SHAPE.hopSamples, samples.length); i++, seen++)
      energy += (samples[i] as number) ** 2;
  }
  const gain = 10 ** (LEVEL_DBFS / 10) / Math.max(1e-12, energy / Math.max(1, seen));
  return kept.map((value) => value * gain);
}

/** 1 where someone speaks: within PAUSE_DB of the loud columns, short pauses closed. */
function speechMask(power: Float64Array): Uint8Array {
  const sorted = [...power].sort((a, b) => a - b);
  const loud = sorted[Math.floor(sorted.length * 0.95)] ?? 0;
  const floor = Math.max(loud * 10 ** (-PAUSE_DB / 10), 1e-9);
  const mask = Uint8Array.from(power, (value) => (value > floor ? 1 : 0));
  let last = -Infinity;
  for (let k = 0; k < mask.length; k++) {
    if (!mask[k]) continue;
    if (k - last <= KEPT_PAUSE) mask.fill(1, last, k);
    last = k;
  }
  return mask;
}

interface Filter {
  readonly from: number;
  readonly weights: Float64Array;
}

/** Slaney's mel scale (linear below 1 kHz), triangles of equal area, as librosa has them; bins of 31.25 Hz for its 40. */
function slaneyFilters(): readonly Filter[] {
  const logStep = Math.log(6.4) / 27;
  const toHz = (mel: number) => (mel < 15 ? (mel * 200) / 3 : 1000 * Math.exp(logStep * (mel - 15)));
  const top = 15 + Math.log(8) / logStep; // 8 kHz
  const edge = (i: number) => toHz((top * i) / (BANDS + 1));
  const binHz = RATE_HZ / SHAPE.fftSize;
  const finer = SHAPE.windowSamples / SHAPE.fftSize;
  return Array.from({ length: BANDS }, (_, band) => {
    const [left, centre, right] = [edge(band), edge(band + 1), edge(band + 2)];
    const from = Math.ceil(left / binHz);
    const to = Math.min(Math.floor(right / binHz), SHAPE.fftSize / 2);
    const weights = Float64Array.from({ length: Math.max(0, to - from + 1) }, (_, k) => {
      const hz = (from + k) * binHz;
      const height = hz <= centre ? (hz - left) / (centre - left) : (right - hz) / (right - centre);
      return Math.max(0, height) * (2 / (right - left)) * finer;
    });
    return { from, weights };
  });
}

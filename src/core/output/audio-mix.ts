/**
 * The film's sound: each shot's speech resampled to 48 kHz, padded to the shot's whole frames, laid end to end, brought
 * to −14 LUFS and kept under −1 dBTP. It is made shot by shot and handed on in bounded chunks; the whole film's sound
 * is never in memory at once. Speech is one voice in the middle: both channels are the same array.
 */
import { throwIfCancelled } from '../base/errors.ts';
import type { CancelSignal } from '../base/errors.ts';
import { frameToSample } from '../base/time.ts';
import type { Rational } from '../base/time.ts';
import { Limiter } from './limiter.ts';
import { integratedLoudness, LoudnessMeter } from './loudness.ts';
import type { AudioChunks } from './ports.ts';
import { resample } from './resample.ts';

export const FILM_SAMPLE_RATE_HZ = 48_000;
export const TARGET_LUFS = -14;
export const TRUE_PEAK_CEILING_DB = -1;
const CHANNELS = 2;
/** Under the ceiling by what coding to AAC is known to add back. */
const CEILING = dbToGain(TRUE_PEAK_CEILING_DB - 0.3);
/** Whispers are not blown up to more than this. */
const MAX_GAIN_DB = 40;
const CLOSE_ENOUGH_LU = 0.1;
const MAX_ROUNDS = 6;
const CHUNK_SAMPLES = FILM_SAMPLE_RATE_HZ;
/** Films so short (35 MB of sound) are resampled once; of longer ones each round resamples again, so that memory stays flat. */
const KEPT_S = 180;

export interface ShotSound {
  /** Mono, −1…1: held, or fetched each time it is needed, so that a long film's sound is never whole in memory. */
  readonly pcm: () => Promise<Float32Array<ArrayBuffer>>;
  readonly sampleRateHz: number;
  readonly startFrame: number;
  readonly frameCount: number;
}

/**
 * How loud one shot is, a number a tenth of a second; kept with the shot, so that an edit measures one shot only.
 * Measured at the speech's own rate: resampling it first took ten times as long, and an edit waits for this.
 */
export function loudnessSteps(sound: {
  readonly pcm: Float32Array<ArrayBuffer>;
  readonly sampleRateHz: number;
}): readonly number[] {
  const meter = new LoudnessMeter(sound.sampleRateHz);
  meter.push(sound.pcm);
  return meter.steps();
}

/** The gain that brings shots of this loudness to the target, before any limiting; what the preview plays at. */
export function previewGain(steps: readonly (readonly number[])[]): number {
  return gainFor(integratedLoudness(steps.flat(), CHANNELS));
}

/**
 * The finished sound. Limiting takes a little loudness away, so it is measured as it will be heard, and the gain
 * corrected, until it is on target.
 * @param breathe called between chunks; lets more urgent work through
 */
export async function masterSound(
  shots: readonly ShotSound[],
  rate: Rational,
  firstGain: number,
  breathe: () => Promise<void>,
  signal?: CancelSignal,
): Promise<{ readonly audio: AudioChunks; readonly lufs: number }> {
  const last = shots.at(-1);
  const totalSamples = last ? frameToSample(last.startFrame + last.frameCount, rate, FILM_SAMPLE_RATE_HZ) : 0;
  const padded = totalSamples <= KEPT_S * FILM_SAMPLE_RATE_HZ ? paddedOnce(rate) : paddedAnew(rate);
  let gain = firstGain;
  let lufs = -Infinity;
  let before: { readonly gainDb: number; readonly lufs: number } | null = null;
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const meter = new LoudnessMeter();
    for await (const chunk of masteredChunks(shots, rate, gain, padded)) {
      throwIfCancelled(signal);
      meter.push(chunk);
      await breathe();
    }
    lufs = integratedLoudness(meter.steps(), CHANNELS);
    if (!Number.isFinite(lufs) || Math.abs(lufs - TARGET_LUFS) < CLOSE_ENOUGH_LU || round === MAX_ROUNDS - 1)
      break;
    const now = { gainDb: gainToDb(gain), lufs };
    // The harder the limiter works, the less a decibel of gain gives: follow the slope (the secant method).
    const slope = before ? (now.lufs - before.lufs) / (now.gainDb - before.gainDb) : 1;
    const next = Math.min(now.gainDb + (TARGET_LUFS - lufs) / Math.min(1, Math.max(0.2, slope)), MAX_GAIN_DB);
    if (Math.abs(next - now.gainDb) < 0.01) break;
    before = now;
    gain = dbToGain(next);
  }
  const finalGain = gain;
  const audio: AudioChunks = {
    sampleRateHz: FILM_SAMPLE_RATE_HZ,
    channels: CHANNELS,
    totalSamples,
    async *chunks(chunkSignal?: CancelSignal) {
      for await (const chunk of masteredChunks(shots, rate, finalGain, padded)) {
        throwIfCancelled(chunkSignal);
        await breathe();
        yield [chunk, chunk];
      }
    },
  };
  return { audio, lufs };
}

/** One channel, amplified and limited, in chunks of about a second. */
export async function* masteredChunks(
  shots: readonly ShotSound[],
  rate: Rational,
  gain: number,
  padded: (shot: ShotSound) => Promise<Float32Array<ArrayBuffer>> = paddedAnew(rate),
): AsyncGenerator<Float32Array<ArrayBuffer>> {
  const limiter = new Limiter(CEILING, FILM_SAMPLE_RATE_HZ);
  for (const shot of shots) {
    const sound = await padded(shot);
    for (let from = 0; from < sound.length; from += CHUNK_SAMPLES) {
      const chunk = sound.slice(from, from + CHUNK_SAMPLES);
      for (let i = 0; i < chunk.length; i++) chunk[i] = (chunk[i] as number) * gain;
      const settled = limiter.push(chunk);
      if (settled.length > 0) yield settled;
    }
  }
  const rest = limiter.finish();
  if (rest.length > 0) yield rest;
}

const paddedAnew = (rate: Rational) => (shot: ShotSound) => paddedShot(shot, rate);

function paddedOnce(rate: Rational): (shot: ShotSound) => Promise<Float32Array<ArrayBuffer>> {
  const kept = new Map<ShotSound, Float32Array<ArrayBuffer>>();
  return async (shot) => {
    const known = kept.get(shot);
    if (known) return known;
    const sound = await paddedShot(shot, rate);
    kept.set(shot, sound);
    return sound;
  };
}

/** A shot at the film's rate, as long as its frames: silence after the last word, or a hair cut off it. */
export async function paddedShot(shot: ShotSound, rate: Rational): Promise<Float32Array<ArrayBuffer>> {
  const from = frameToSample(shot.startFrame, rate, FILM_SAMPLE_RATE_HZ);
  const to = frameToSample(shot.startFrame + shot.frameCount, rate, FILM_SAMPLE_RATE_HZ);
  const sound = resample(await shot.pcm(), shot.sampleRateHz, FILM_SAMPLE_RATE_HZ);
  if (sound.length === to - from) return sound;
  const padded = new Float32Array(to - from);
  padded.set(sound.subarray(0, padded.length));
  return padded;
}

/** What the stage plays for one shot: the same gain, the same ceiling, at the speech's own rate. */
export function previewSound(
  pcm: Float32Array<ArrayBuffer>,
  sampleRateHz: number,
  gain: number,
): Float32Array<ArrayBuffer> {
  const limiter = new Limiter(CEILING, sampleRateHz);
  const settled = limiter.push(pcm.map((sample) => sample * gain));
  const rest = limiter.finish();
  const whole = new Float32Array(settled.length + rest.length);
  whole.set(settled);
  whole.set(rest, settled.length);
  return whole;
}

function gainFor(lufs: number): number {
  if (!Number.isFinite(lufs)) return 1;
  return dbToGain(Math.min(TARGET_LUFS - lufs, MAX_GAIN_DB));
}

export function dbToGain(db: number): number {
  return Math.pow(10, db / 20);
}

function gainToDb(gain: number): number {
  return 20 * Math.log10(gain);
}

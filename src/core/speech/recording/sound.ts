/**
 * A recording made ready to speak: the part that is used, at a rate that keeps a voice whole, without the silence at
 * its ends, and as loud as the embedded voices, so that scenes with and without a recording follow each other evenly.
 */
import { integratedLoudness, LoudnessMeter } from '../../output/loudness.ts';
import { resample } from '../../output/resample.ts';
import { fadeEnds, quantise16, removeOffset, softLimit } from '../pcm.ts';
import { type Span, speechSpans } from './pauses.ts';

/** Mono, −1…1. */
export interface Sound {
  readonly sampleRateHz: number;
  readonly pcm: Float32Array<ArrayBuffer>;
}

export interface PreparedSound extends Sound {
  /** Where its first sample stood in the part that was used, seconds. */
  readonly offsetS: number;
  /** Where someone speaks in it. */
  readonly speech: readonly Span[];
}

/** Raise it when the same sound would come out otherwise. */
export const SOUND_VERSION = 1;

/** A voice reaches to 16 kHz; what was recorded at less is kept at less. */
const FULL_RATE_HZ = 32_000;
const NARROW_RATE_HZ = 16_000;
/** What the four embedded voices measure, in the mean (−16 to −20), as two channels. */
export const SPEECH_LUFS = -17.5;
const CHANNELS = 2;
/** A whisper is raised by so much, and the room with it. */
const MAX_GAIN_DB = 36;
/** Silence that stays at the ends, for the presenter to open the mouth and to come to rest. */
export const LEAD_S = 0.25;
export const TAIL_S = 0.4;
/** A trimmed end must not click. */
const FADE_S = 0.01;

/** @param part of the source that is used, decoded and mixed to one channel */
export function prepareSound(part: Sound): PreparedSound {
  const sampleRateHz = part.sampleRateHz <= NARROW_RATE_HZ ? NARROW_RATE_HZ : FULL_RATE_HZ;
  const resampled = resample(part.pcm, part.sampleRateHz, sampleRateHz);
  const whole = resampled === part.pcm ? part.pcm.slice() : resampled;
  removeOffset(whole, sampleRateHz);
  const spans = speechSpans(whole, sampleRateHz);
  const durationS = whole.length / sampleRateHz;
  const fromS = Math.max(0, (spans[0]?.startS ?? 0) - LEAD_S);
  const toS = Math.min(durationS, (spans.at(-1)?.endS ?? durationS) + TAIL_S);
  const from = Math.round(fromS * sampleRateHz);
  const pcm = whole.slice(from, Math.round(toS * sampleRateHz));
  level(pcm, sampleRateHz);
  fadeEnds(pcm, Math.round(FADE_S * sampleRateHz));
  quantise16(pcm);
  const offsetS = from / sampleRateHz;
  const speech = spans.map(({ startS, endS }) => ({ startS: startS - offsetS, endS: endS - offsetS }));
  return { sampleRateHz, pcm, offsetS, speech };
}

/** The whole of a sound as loud as the embedded voices, nothing trimmed: its times are the source's. */
export function levelledSound(source: Sound): Sound {
  const sampleRateHz = source.sampleRateHz <= NARROW_RATE_HZ ? NARROW_RATE_HZ : FULL_RATE_HZ;
  const pcm = resample(source.pcm, source.sampleRateHz, sampleRateHz).slice();
  removeOffset(pcm, sampleRateHz);
  level(pcm, sampleRateHz);
  quantise16(pcm);
  return { sampleRateHz, pcm };
}

/** To SPEECH_LUFS, in place; peaks that would pass full scale are bent. */
function level(pcm: Float32Array, sampleRateHz: number): void {
  const meter = new LoudnessMeter(sampleRateHz);
  meter.push(pcm);
  const lufs = integratedLoudness(meter.steps(), CHANNELS);
  if (!Number.isFinite(lufs)) return;
  const gain = 10 ** (Math.min(MAX_GAIN_DB, SPEECH_LUFS - lufs) / 20);
  for (let i = 0; i < pcm.length; i++) pcm[i] = softLimit((pcm[i] as number) * gain);
}

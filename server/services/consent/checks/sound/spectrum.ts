/** Power spectra along a sound, for what listens here: windows of its own length, laid at even steps, zero beyond the ends. */
import { createRealFft } from '#core/speech/listen/mel.ts';

export interface SpectrumShape {
  readonly windowSamples: number;
  readonly hopSamples: number;
  /** A power of two, at least the window's length. */
  readonly fftSize: number;
}

/**
 * Calls back with each window's power spectrum, fftSize ÷ 2 + 1 bins; the array is used again for the next. Window k is
 * centred at k × hop.
 */
export function eachSpectrum(
  samples: Float32Array,
  { windowSamples, hopSamples, fftSize }: SpectrumShape,
  look: (power: Float64Array, window: number) => void,
): number {
  const fft = createRealFft(fftSize);
  const hann = Float64Array.from(
    { length: windowSamples },
    (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / windowSamples),
  );
  const frame = new Float64Array(fftSize);
  const count = Math.floor(samples.length / hopSamples) + 1;
  for (let k = 0; k < count; k++) {
    frame.fill(0);
    const from = k * hopSamples - (windowSamples >> 1);
    for (let i = 0; i < windowSamples; i++) frame[i] = (samples[from + i] ?? 0) * (hann[i] as number);
    look(fft(frame), k);
  }
  return count;
}

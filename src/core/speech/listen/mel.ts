/**
 * The ear of the lip-sync model: sound becomes a hundred columns of log-mel energies a second, made independent of
 * level and of the recording's colour as it streams. All state runs forward only, so a sound that comes in pieces
 * gives the very columns that it gives whole.
 *
 * Column f is a 25 ms Hann window centred at f × 10 + 5 ms, its power spectrum summed in triangles on the mel scale of
 * O'Shaughnessy (2595 · log10(1 + f ÷ 700)). Each band is taken relative to a peak of total power that forgets slowly,
 * floored, and rid of its running mean over the columns that hold speech (cepstral mean normalisation, one-sided).
 */

/** Every constant of the front end; training reads these same numbers. */
export const MEL = {
  sampleRateHz: 16000,
  windowSamples: 400,
  hopSamples: 160,
  fftSize: 512,
  /** Samples of silence before the first one, which centre column 0 at 5 ms. */
  leadSamples: 120,
  bands: 48,
  lowHz: 60,
  highHz: 7600,
  /** The peak starts at the power of quiet speech and halves in about seven seconds. */
  peakStart: 2,
  peakDecay: 0.999,
  /** Bands further below the peak than this are silence. */
  floor: 1e-6,
  /** Columns with less of the peak's power than this leave the mean alone. */
  speechShare: 1e-3,
  /** The mean starts as if it had heard this many columns of `meanStart`, and forgets beyond `meanColumns`. */
  meanStartColumns: 100,
  meanColumns: 600,
  /** Divides the result, so that it is about −2 … 2. */
  scale: 3,
  /** The mean of speech at first, band by band: a straight tilt, natural log. */
  meanStartLow: -4.5,
  meanStartHigh: -9,
} as const;

/** The columns of a sound that has been pushed so far, streaming. */
export interface MelStream {
  /** Columns that have become certain, band-fastest: columns × MEL.bands. Times ascend. */
  push(pcm: Float32Array): Float32Array<ArrayBuffer>;
}

/** What a column of nothing looks like before anything was heard. */
export function silentColumn(): Float32Array<ArrayBuffer> {
  return startMean().map((mean) => (Math.log(MEL.floor) - mean) / MEL.scale);
}

export function createMelStream(): MelStream {
  const filters = melFilters();
  const fft = createRealFft(MEL.fftSize);
  const window = hann(MEL.windowSamples);
  const mean = Float64Array.from(startMean());
  const frame = new Float64Array(MEL.fftSize);
  let pending = new Float32Array(MEL.leadSamples);
  let peak: number = MEL.peakStart;
  let heard: number = MEL.meanStartColumns;

  function column(samples: Float32Array, at: number, out: Float32Array, to: number): void {
    frame.fill(0);
    for (let i = 0; i < MEL.windowSamples; i++)
      frame[i] = (samples[at + i] as number) * (window[i] as number);
    const power = fft(frame);
    let total = 0;
    const energies = filters.map(({ from, weights }) => {
      let sum = 0;
      for (let k = 0; k < weights.length; k++) sum += (weights[k] as number) * (power[from + k] as number);
      total += sum;
      return sum;
    });
    peak = Math.max(total, peak * MEL.peakDecay);
    const isSpeech = total > peak * MEL.speechShare;
    if (isSpeech) heard = Math.min(heard + 1, MEL.meanColumns);
    energies.forEach((energy, band) => {
      const level = Math.log(energy / peak + MEL.floor);
      if (isSpeech) mean[band] = (mean[band] as number) + (level - (mean[band] as number)) / heard;
      out[to + band] = (level - (mean[band] as number)) / MEL.scale;
    });
  }

  return {
    push(pcm) {
      const samples = new Float32Array(pending.length + pcm.length);
      samples.set(pending);
      samples.set(pcm, pending.length);
      const columns = Math.max(0, Math.floor((samples.length - MEL.windowSamples) / MEL.hopSamples) + 1);
      const out = new Float32Array(columns * MEL.bands);
      for (let c = 0; c < columns; c++) column(samples, c * MEL.hopSamples, out, c * MEL.bands);
      pending = samples.slice(columns * MEL.hopSamples);
      return out;
    },
  };
}

function startMean(): Float32Array<ArrayBuffer> {
  const { bands, meanStartLow, meanStartHigh } = MEL;
  return Float32Array.from(
    { length: bands },
    (_, band) => meanStartLow + ((meanStartHigh - meanStartLow) * band) / (bands - 1),
  );
}

function hann(length: number): Float64Array {
  return Float64Array.from({ length }, (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / length));
}

interface Filter {
  readonly from: number;
  readonly weights: Float64Array;
}

function melFilters(): readonly Filter[] {
  const toMel = (hz: number) => 2595 * Math.log10(1 + hz / 700);
  const toHz = (mel: number) => 700 * (10 ** (mel / 2595) - 1);
  const [low, high] = [toMel(MEL.lowHz), toMel(MEL.highHz)];
  const edge = (i: number) => toHz(low + ((high - low) * i) / (MEL.bands + 1));
  const binHz = MEL.sampleRateHz / MEL.fftSize;
  return Array.from({ length: MEL.bands }, (_, band) => {
    const [left, centre, right] = [edge(band), edge(band + 1), edge(band + 2)];
    const from = Math.ceil(left / binHz);
    const to = Math.floor(right / binHz);
    const weights = Float64Array.from({ length: Math.max(0, to - from + 1) }, (_, k) => {
      const hz = (from + k) * binHz;
      return Math.max(0, hz <= centre ? (hz - left) / (centre - left) : (right - hz) / (right - centre));
    });
    // The lowest triangles are narrower than a bin: each takes the nearest one, so that none is deaf.
    if (weights.every((weight) => weight === 0))
      return { from: Math.round(centre / binHz), weights: Float64Array.of(1) };
    return { from, weights };
  });
}

/** Radix-2 decimation in time; gives |X|² of the first size ÷ 2 + 1 bins. The answer is overwritten by the next call. */
export function createRealFft(size: number): (samples: Float64Array) => Float64Array {
  const bits = Math.log2(size);
  const reversed = Uint16Array.from({ length: size }, (_, i) => {
    let r = 0;
    for (let b = 0; b < bits; b++) r |= ((i >> b) & 1) << (bits - 1 - b);
    return r;
  });
  const cos = Float64Array.from({ length: size / 2 }, (_, k) => Math.cos((2 * Math.PI * k) / size));
  const sin = Float64Array.from({ length: size / 2 }, (_, k) => -Math.sin((2 * Math.PI * k) / size));
  const re = new Float64Array(size);
  const im = new Float64Array(size);
  const power = new Float64Array(size / 2 + 1);
  return (samples) => {
    for (let i = 0; i < size; i++) re[i] = samples[reversed[i] as number] as number;
    im.fill(0);
    for (let half = 1; half < size; half *= 2) {
      const step = size / (2 * half);
      for (let start = 0; start < size; start += 2 * half)
        for (let k = 0; k < half; k++) {
          const [a, b] = [start + k, start + k + half];
          const [c, s] = [cos[k * step] as number, sin[k * step] as number];
          const [br, bi] = [re[b] as number, im[b] as number];
          const tr = br * c - bi * s;
          const ti = br * s + bi * c;
          re[b] = (re[a] as number) - tr;
          im[b] = (im[a] as number) - ti;
          re[a] = (re[a] as number) + tr;
          im[a] = (im[a] as number) + ti;
        }
    }
    for (let k = 0; k < power.length; k++) power[k] = (re[k] as number) ** 2 + (im[k] as number) ** 2;
    return power;
  };
}

/** Small operations on sound: mono samples, −1…1. */

/** Removes what does not swing: a one-pole high-pass, in place. @param cutoffHz where it is down by 3 dB. */
export function removeOffset(pcm: Float32Array, sampleRateHz: number, cutoffHz = 25): void {
  const pole = Math.exp((-2 * Math.PI * cutoffHz) / sampleRateHz);
  let before = 0;
  let out = 0;
  for (let i = 0; i < pcm.length; i++) {
    const now = pcm[i] as number;
    out = now - before + pole * out;
    before = now;
    pcm[i] = out;
  }
}

/** Raises the first and lowers the last `samples` with a half cosine, in place. */
export function fadeEnds(pcm: Float32Array, samples: number): void {
  const n = Math.min(samples, pcm.length >> 1);
  for (let i = 0; i < n; i++) {
    const gain = 0.5 - 0.5 * Math.cos((Math.PI * (i + 0.5)) / n);
    pcm[i] = (pcm[i] as number) * gain;
    const j = pcm.length - 1 - i;
    pcm[j] = (pcm[j] as number) * gain;
  }
}

/**
 * One value a sample from stretches that each want their own: `rest` elsewhere, half-cosine ramps of `rampSamples`
 * centred on each edge, so that nothing jumps.
 */
export function contour(
  length: number,
  parts: readonly { readonly start: number; readonly end: number; readonly value: number }[],
  rest: number,
  rampSamples: number,
): Float32Array<ArrayBuffer> {
  const values = new Float32Array(length).fill(rest);
  for (const { start, end, value } of parts) values.fill(value, Math.max(0, start), Math.min(length, end));
  if (rampSamples < 2) return values;
  const edges: number[] = [];
  for (let i = 1; i < length; i++) if (values[i] !== values[i - 1]) edges.push(i);
  let last = 0;
  for (const [k, edge] of edges.entries()) {
    const half = Math.min(rampSamples >> 1, edge - last, ((edges[k + 1] ?? length) - edge) >> 1);
    const from = values[edge - 1] as number;
    const to = values[edge] as number;
    for (let i = edge - half; i < edge + half; i++) {
      const way = 0.5 - 0.5 * Math.cos((Math.PI * (i - edge + half + 0.5)) / (2 * half));
      values[i] = from + (to - from) * way;
    }
    last = edge + half;
  }
  return values;
}

/** Between neighbouring samples of speech nothing moves this far, unless 16 bits have run over. */
const OVERRUN = 1.25;

/**
 * Undoes 16-bit overflow, in place: where a vocoder was louder than full scale its samples come out two units off, on
 * the other side. Afterwards samples may pass ±1; see softLimit.
 */
export function unwrap16(pcm: Float32Array): void {
  let before = 0;
  for (let i = 0; i < pcm.length; i++) {
    const sample = pcm[i] as number;
    const step = sample - before;
    // Only near full scale can it have happened, and only to the other side.
    const over = before > 0.5 && step < -OVERRUN ? 2 : before < -0.5 && step > OVERRUN ? -2 : 0;
    before = Math.abs(sample + over) < 1.6 ? sample + over : sample;
    pcm[i] = before;
  }
}

const KNEE = 0.85;

/** A sample that would pass full scale is bent below it; under 0.85 nothing changes. */
export function softLimit(sample: number): number {
  const level = Math.abs(sample);
  if (level <= KNEE) return sample;
  return Math.sign(sample) * (KNEE + (1 - KNEE) * Math.tanh((level - KNEE) / (1 - KNEE)));
}

/** Rounds to what 16-bit PCM can hold, in place, so that a track is the same before and after it is stored. */
export function quantise16(pcm: Float32Array): void {
  for (let i = 0; i < pcm.length; i++) pcm[i] = toInt16(pcm[i] as number) / 32768;
}

export function toInt16(sample: number): number {
  const value = Math.round(sample * 32768);
  return value > 32767 ? 32767 : value < -32768 ? -32768 : value + 0;
}

/** A mono 16-bit WAV file. */
export function writeWav(pcm: Float32Array, sampleRateHz: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(44 + 2 * pcm.length);
  const view = new DataView(bytes.buffer);
  const tag = (at: number, text: string) => bytes.set(new TextEncoder().encode(text), at);
  tag(0, 'RIFF');
  view.setUint32(4, 36 + 2 * pcm.length, true);
  tag(8, 'WAVEfmt ');
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true); // PCM
  view.setUint16(22, 1, true); // channels
  view.setUint32(24, sampleRateHz, true);
  view.setUint32(28, 2 * sampleRateHz, true);
  view.setUint16(32, 2, true);
  view.setUint16(34, 16, true);
  tag(36, 'data');
  view.setUint32(40, 2 * pcm.length, true);
  for (let i = 0; i < pcm.length; i++) view.setInt16(44 + 2 * i, toInt16(pcm[i] as number), true);
  return bytes;
}

/** A mono 16-bit WAV file's sound; null when the bytes are something else. */
export function parseWav(bytes: Uint8Array): { sampleRateHz: number; pcm: Float32Array<ArrayBuffer> } | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const tag = (at: number) => String.fromCharCode(...bytes.subarray(at, at + 4));
  if (bytes.length < 12 || tag(0) !== 'RIFF' || tag(8) !== 'WAVE') return null;
  let sampleRateHz = 0;
  for (let at = 12; at + 8 <= bytes.length;) {
    const size = view.getUint32(at + 4, true);
    const body = at + 8;
    if (tag(at) === 'fmt ') {
      if (view.getUint16(body, true) !== 1 || view.getUint16(body + 2, true) !== 1) return null;
      if (view.getUint16(body + 14, true) !== 16) return null;
      sampleRateHz = view.getUint32(body + 4, true);
    } else if (tag(at) === 'data') {
      const samples = Math.min(size, bytes.length - body) >> 1;
      const pcm = new Float32Array(samples);
      for (let i = 0; i < samples; i++) pcm[i] = view.getInt16(body + 2 * i, true) / 32768;
      return sampleRateHz > 0 ? { sampleRateHz, pcm } : null;
    }
    at = body + size + (size & 1);
  }
  return null;
}

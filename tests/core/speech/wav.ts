/** Test help: samples as a 16-bit mono WAV file. */
export function wavFile(pcm: Float32Array, sampleRateHz: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(44 + 2 * pcm.length);
  const view = new DataView(bytes.buffer);
  const tag = (at: number, text: string) => bytes.set(new TextEncoder().encode(text), at);
  tag(0, 'RIFF');
  view.setUint32(4, 36 + 2 * pcm.length, true);
  tag(8, 'WAVEfmt ');
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, sampleRateHz, true);
  view.setUint32(28, 2 * sampleRateHz, true);
  view.setUint16(32, 2, true);
  view.setUint16(34, 16, true);
  tag(36, 'data');
  view.setUint32(40, 2 * pcm.length, true);
  pcm.forEach((sample, i) =>
    view.setInt16(44 + 2 * i, Math.max(-32768, Math.min(32767, Math.round(sample * 32768))), true),
  );
  return bytes;
}

/** Sounds one after the other, with so much silence before, between and after them. */
export function joined(
  sounds: readonly Float32Array[],
  sampleRateHz: number,
  silenceS = 0,
): Float32Array<ArrayBuffer> {
  const gap = Math.round(silenceS * sampleRateHz);
  const whole = new Float32Array(sounds.reduce((sum, sound) => sum + sound.length + gap, gap));
  let at = gap;
  for (const sound of sounds) {
    whole.set(sound, at);
    at += sound.length + gap;
  }
  return whole;
}

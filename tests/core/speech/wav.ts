/** Test help: sounds put together. */
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

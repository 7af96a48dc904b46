/** How loud a stream is now, for a meter that a person can read. */

/** Speech at arm's length peaks around here; the meter is full above. */
const FULL = 0.35;

export interface LevelMeter {
  /** 0…1 */
  level(): number;
  close(): void;
}

export function meterOf(stream: MediaStream): LevelMeter {
  const context = new AudioContext();
  const analyser = context.createAnalyser();
  analyser.fftSize = 1024;
  context.createMediaStreamSource(stream).connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  return {
    level() {
      analyser.getFloatTimeDomainData(samples);
      const peak = samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
      return Math.min(1, peak / FULL);
    },
    close: () => void context.close(),
  };
}

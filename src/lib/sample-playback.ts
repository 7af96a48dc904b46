/** Plays one short piece of speech, such as a voice introducing itself. */

export interface SamplePlayback {
  stop(): void;
}

let context: AudioContext | null = null;

export function playSample(
  sample: { readonly sampleRateHz: number; readonly pcm: Float32Array<ArrayBuffer> },
  onEnd: () => void,
): SamplePlayback {
  context ??= new AudioContext();
  void context.resume();
  const buffer = context.createBuffer(1, Math.max(1, sample.pcm.length), sample.sampleRateHz);
  buffer.copyToChannel(sample.pcm, 0);
  const source = context.createBufferSource();
  source.buffer = buffer;
  source.connect(context.destination);
  source.onended = onEnd;
  source.start();
  return {
    stop: () => {
      source.onended = null;
      source.stop();
      source.disconnect();
    },
  };
}

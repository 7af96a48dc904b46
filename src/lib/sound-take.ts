/**
 * Records the microphone in place. The browser's recorder codes as it goes, so an hour costs little memory; what comes
 * out is decoded once and kept as WAV, because recorders write files without length or index.
 */
import { AppError } from '#core/base/errors.ts';
import { writeWav } from '#core/speech/pcm.ts';

export interface MicrophoneTake {
  /** Loudness now, 0…1; for a meter. */
  level(): number;
  /** Ends it. @throws AppError corrupt-file */
  finish(): Promise<File>;
  /** Ends it and forgets it. */
  discard(): void;
}

const BITRATE = 192_000;
/** Speech at arm's length peaks around here; the meter is full above. */
const METER_FULL = 0.35;
/** Coders leave a whisper of noise of silence. */
const SILENT = 1e-3;

/**
 * @param onGone the microphone was unplugged or taken away; what was recorded until then can be finished
 * @throws AppError refused (no permission) | not-found (no microphone) | unsupported-media | unsupported-browser
 */
export async function recordMicrophone(name: string, onGone: () => void): Promise<MicrophoneTake> {
  if (!('MediaRecorder' in globalThis) || !navigator.mediaDevices)
    throw new AppError('unsupported-browser', 'This browser cannot record.', {
      way: 'Record it elsewhere, and add the sound file.',
    });
  const stream = await openMicrophone();
  try {
    return takeOf(stream, name, onGone);
  } catch (cause) {
    // What cannot record holds no microphone.
    for (const track of stream.getTracks()) track.stop();
    throw new AppError('unsupported-browser', 'This browser cannot record.', {
      cause,
      way: 'Record it elsewhere, and add the sound file.',
    });
  }
}

function takeOf(stream: MediaStream, name: string, onGone: () => void): MicrophoneTake {
  const recorder = new MediaRecorder(stream, { audioBitsPerSecond: BITRATE });
  const pieces: Blob[] = [];
  recorder.ondataavailable = ({ data }) => void (data.size > 0 && pieces.push(data));
  const stopped = new Promise<void>((resolve) =>
    recorder.addEventListener('stop', () => resolve(), { once: true }),
  );
  const meter = meterOf(stream);
  for (const track of stream.getTracks()) track.onended = onGone;
  const end = () => {
    if (recorder.state !== 'inactive') recorder.stop();
    for (const track of stream.getTracks()) {
      track.onended = null;
      track.stop();
    }
    meter.close();
  };
  recorder.start(1000);
  return {
    level: meter.level,
    async finish() {
      end();
      await stopped;
      if (pieces.length === 0)
        throw new AppError('invalid-input', 'Nothing was recorded.', {
          way: 'Record it again, and wait until the clock runs.',
        });
      const { decodeSound } = await import('#shared/sound-file.ts');
      const { pcm, sampleRateHz } = await decodeSound(new Blob(pieces, { type: recorder.mimeType }));
      if (!pcm.some((sample) => Math.abs(sample) > SILENT))
        throw new AppError('invalid-input', 'The microphone gave only silence.', {
          way: 'See whether it is muted, or choose another one in the settings of the browser; then record again.',
        });
      return new File([writeWav(pcm, sampleRateHz)], `${name}.wav`, { type: 'audio/wav' });
    },
    discard: end,
  };
}

async function openMicrophone(): Promise<MediaStream> {
  try {
    // A voice as it is: what cleans calls also dulls them.
    return await navigator.mediaDevices.getUserMedia({
      audio: { echoCancellation: false, autoGainControl: false, noiseSuppression: true, channelCount: 1 },
    });
  } catch (cause) {
    const reason = cause instanceof DOMException ? cause.name : '';
    if (reason === 'NotAllowedError' || reason === 'SecurityError')
      throw new AppError('refused', 'Orator may not use the microphone.', {
        cause,
        way: 'Allow it beside the address of this page, then try again; or add a sound file.',
      });
    if (reason === 'NotFoundError' || reason === 'OverconstrainedError')
      throw new AppError('not-found', 'There is no microphone on this device.', {
        cause,
        way: 'Plug one in, or add a sound file.',
      });
    throw new AppError('unsupported-media', 'The microphone did not start.', {
      cause,
      way: 'Close other programs that use it, then try again.',
    });
  }
}

function meterOf(stream: MediaStream): { level: () => number; close: () => void } {
  const context = new AudioContext();
  const analyser = context.createAnalyser();
  analyser.fftSize = 1024;
  context.createMediaStreamSource(stream).connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  return {
    level() {
      analyser.getFloatTimeDomainData(samples);
      const peak = samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
      return Math.min(1, peak / METER_FULL);
    },
    close: () => void context.close(),
  };
}

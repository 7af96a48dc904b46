/**
 * Records the microphone in place. The browser's recorder codes as it goes, so an hour costs little memory; what comes
 * out is decoded once and kept as WAV, because recorders write files without length or index.
 */
import { AppError } from '#core/base/errors.ts';
import { writeWav } from '#core/speech/pcm.ts';
import { meterOf } from './level-meter.ts';
import { askFor, stopTracks } from './media-devices.ts';

export interface MicrophoneTake {
  /** Loudness now, 0…1; for a meter. */
  level(): number;
  /** Ends it. @throws AppError corrupt-file */
  finish(): Promise<File>;
  /** Ends it and forgets it. */
  discard(): void;
}

const BITRATE = 192_000;
/** What cleans calls also dulls a voice. */
export const VOICE_AS_IT_IS: MediaTrackConstraints = {
  echoCancellation: false,
  autoGainControl: false,
  noiseSuppression: true,
  channelCount: 1,
};
/** Coders leave a whisper of noise of silence. */
const SILENT = 1e-3;

/**
 * @param onGone the microphone was unplugged or taken away; what was recorded until then can be finished
 * @throws AppError refused (no permission) | not-found (no microphone) | unsupported-media | unsupported-browser
 */
export async function recordMicrophone(name: string, onGone: () => void): Promise<MicrophoneTake> {
  if (!('MediaRecorder' in globalThis))
    throw new AppError('unsupported-browser', 'This browser cannot record.', {
      way: 'Record it elsewhere, and add the sound file.',
    });
  const stream = await askFor('microphone', { audio: VOICE_AS_IT_IS }, 'add a sound file');
  try {
    return takeOf(stream, name, onGone);
  } catch (cause) {
    // What cannot record holds no microphone.
    stopTracks(stream);
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
    stopTracks(stream);
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

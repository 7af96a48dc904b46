/**
 * The microphone: asked for when someone wants to speak, let go as soon as they stop. Its sound goes from the audio
 * thread straight to the worker that hears; the page gets the level, and nothing is kept.
 */
import earUrl from '../../../workers/ear.worklet.js?url&no-inline';
import { AppError, toAppError } from '#core/base/errors.ts';
import { askFor, stopTracks } from '../media-devices.ts';

export interface MicrophoneOptions {
  /** Root mean square of the last moments, 0…1, about sixteen times a second. */
  readonly onLevel: (level: number) => void;
  /** It was unplugged, or taken away by the system or the browser. */
  readonly onGone: () => void;
}

export interface Microphone {
  readonly sampleRateHz: number;
  /** As the system calls it; may be empty. */
  readonly label: string;
  /** Sends SoundPieces there (transferred) from now on. */
  sendTo(port: MessagePort): void;
  close(): void;
}

/** As a voice is: its own level kept even, and nothing taken out of it that a mouth makes. */
const WANTED: MediaTrackConstraints = {
  channelCount: 1,
  echoCancellation: false,
  noiseSuppression: false,
  autoGainControl: true,
};

/** @throws AppError refused | not-found | unsupported-media | unsupported-browser | internal */
export async function openMicrophone({ onLevel, onGone }: MicrophoneOptions): Promise<Microphone> {
  if (!('audioWorklet' in AudioContext.prototype))
    throw new AppError('unsupported-browser', 'This browser cannot listen to a microphone here.', {
      way: 'Open Orator over https or on this machine, in a current browser.',
    });
  const stream = await askFor('microphone', { audio: WANTED }, null);
  let context: AudioContext | null = null;
  const close = () => {
    stopTracks(stream);
    if (context && context.state !== 'closed') void context.close();
  };
  try {
    context = new AudioContext({ latencyHint: 'interactive' });
    await context.audioWorklet.addModule(earUrl);
    await context.resume();
    const ear = new AudioWorkletNode(context, 'ear', {
      channelCount: 1,
      channelCountMode: 'explicit',
      channelInterpretation: 'speakers',
      outputChannelCount: [1],
    });
    // Connected to the end, or it would not be asked for anything; what comes out of it is silence.
    context.createMediaStreamSource(stream).connect(ear).connect(context.destination);
    ear.port.onmessage = ({ data }: MessageEvent<number>) => onLevel(data);
    const [track] = stream.getAudioTracks();
    if (track)
      track.onended = () => {
        close();
        onGone();
      };
    return {
      sampleRateHz: context.sampleRate,
      label: track?.label ?? '',
      sendTo: (port) => ear.port.postMessage(port, [port]),
      close() {
        ear.port.postMessage('end');
        ear.port.onmessage = null;
        close();
      },
    };
  } catch (error) {
    close();
    throw toAppError(error);
  }
}

/**
 * The camera, with the microphone where there is one: shown as a mirror, looked at now and then by whoever guides, and
 * recorded into a file like any that a person could have chosen.
 */
import { AppError } from '#core/base/errors.ts';
import type { Picture } from '#core/track/ports.ts';
import { meterOf } from './level-meter.ts';
import { askFor, stopTracks } from './media-devices.ts';
import { VOICE_AS_IT_IS } from './sound-take.ts';

export interface Camera {
  /** What the camera sees, without sound; for a video element. */
  readonly view: MediaStream;
  /** There is a microphone too. */
  readonly hears: boolean;
  /** Loudness now, 0…1. */
  level(): number;
  /** What it sees now, its long side at most this; null before the first picture. */
  glance(longSidePx: number): Picture | null;
  record(): CameraTake;
  /** Records and gives each piece away as it is made, about one a second; nothing is kept here. */
  recordLive(onPiece: (piece: Blob) => void): LiveTake;
  /** What the browser says of it. */
  describe(): { readonly label: string; readonly settings: Readonly<Record<string, unknown>> };
  close(): void;
}

export interface LiveTake {
  /** Ends it; the last piece has been given away when this is done. */
  finish(): Promise<void>;
}

export interface CameraTake {
  pause(): void;
  resume(): void;
  /** Ends it. @throws AppError invalid-input when nothing was recorded */
  finish(): Promise<File>;
  /** Ends it and forgets it. */
  discard(): void;
}

/** A face wants pixels; what is more costs and shows nothing. */
const PICTURE: MediaTrackConstraints = {
  width: { ideal: 1280 },
  height: { ideal: 720 },
  frameRate: { ideal: 30 },
  facingMode: 'user',
};
/** Generous, so that teeth and lashes survive: the presenter is cut from this. */
const VIDEO_BITRATE = 10_000_000;
const SOUND_BITRATE = 160_000;
/** The first that the browser can write: H.264 is the cheapest to code, and the camera's clock must not be held up. */
const KINDS = ['video/mp4;codecs=avc1.42E028,mp4a.40.2', 'video/webm;codecs=h264,opus', 'video/webm'];
/** What is watched as it comes need not be as fine, and must get through. VP8 is the cheapest to make in real time. */
const LIVE_VIDEO_BITRATE = 2_500_000;
const LIVE_SOUND_BITRATE = 96_000;
const LIVE_KINDS = [
  'video/webm;codecs=vp8,opus',
  'video/mp4;codecs=avc1.42E01E,opus',
  'video/mp4',
  'video/webm',
];
const PIECE_MS = 1000;
const OR = 'choose a video that you have';

/**
 * @param onGone it was unplugged or taken away
 * @throws AppError refused | not-found | unsupported-media | unsupported-browser | internal
 */
export async function openCamera(onGone: () => void): Promise<Camera> {
  if (!('MediaRecorder' in globalThis))
    throw new AppError('unsupported-browser', 'This browser cannot record.', {
      way: 'Record a video elsewhere, and choose it here.',
    });
  const stream = await askFor('camera', { video: PICTURE, audio: VOICE_AS_IT_IS }, OR).catch(
    (error: unknown) => {
      // Chromium says the same of a missing microphone: the picture alone is worth having.
      if (error instanceof AppError && error.code === 'not-found')
        return askFor('camera', { video: PICTURE }, OR);
      throw error;
    },
  );
  const [track] = stream.getVideoTracks();
  if (track) track.onended = onGone;
  const view = new MediaStream(stream.getVideoTracks());
  const hears = stream.getAudioTracks().length > 0;
  const meter = hears ? meterOf(stream) : null;
  const eye = document.createElement('video');
  eye.muted = true;
  eye.playsInline = true;
  eye.srcObject = view;
  void eye.play().catch(() => undefined); // the guide then sees nothing, and says nothing
  const canvas = new OffscreenCanvas(1, 1);
  const paint = canvas.getContext('2d', { willReadFrequently: true });
  return {
    view,
    hears,
    level: () => meter?.level() ?? 0,
    glance(longSidePx) {
      const { videoWidth, videoHeight } = eye;
      if (!paint || videoWidth === 0 || eye.readyState < HTMLMediaElement.HAVE_CURRENT_DATA) return null;
      const scale = Math.min(1, longSidePx / Math.max(videoWidth, videoHeight));
      const [widthPx, heightPx] = [Math.round(videoWidth * scale), Math.round(videoHeight * scale)];
      if (canvas.width !== widthPx || canvas.height !== heightPx)
        [canvas.width, canvas.height] = [widthPx, heightPx];
      paint.drawImage(eye, 0, 0, widthPx, heightPx);
      return { widthPx, heightPx, rgba: paint.getImageData(0, 0, widthPx, heightPx).data };
    },
    record: () => takeOf(stream),
    recordLive: (onPiece) => liveTakeOf(stream, onPiece),
    describe: () => ({ label: track?.label ?? '', settings: { ...track?.getSettings() } }),
    close() {
      meter?.close();
      eye.srcObject = null;
      stopTracks(stream);
    },
  };
}

function takeOf(stream: MediaStream): CameraTake {
  const mimeType = KINDS.find((kind) => MediaRecorder.isTypeSupported(kind));
  const recorder = new MediaRecorder(stream, {
    ...(mimeType === undefined ? {} : { mimeType }),
    videoBitsPerSecond: VIDEO_BITRATE,
    audioBitsPerSecond: SOUND_BITRATE,
  });
  const pieces: Blob[] = [];
  recorder.ondataavailable = ({ data }) => void (data.size > 0 && pieces.push(data));
  const stopped = new Promise<void>((resolve) =>
    recorder.addEventListener('stop', () => resolve(), { once: true }),
  );
  const end = () => {
    if (recorder.state !== 'inactive') recorder.stop();
  };
  recorder.start(1000);
  return {
    pause() {
      if (recorder.state === 'recording') recorder.pause();
    },
    resume() {
      if (recorder.state === 'paused') recorder.resume();
    },
    async finish() {
      end();
      await stopped;
      if (pieces.length === 0)
        throw new AppError('invalid-input', 'Nothing was recorded.', {
          way: 'Record it again, and wait until the clock runs.',
        });
      const type = recorder.mimeType.split(';', 1)[0] ?? 'video/webm';
      return new File(pieces, `camera.${type === 'video/mp4' ? 'mp4' : 'webm'}`, { type });
    },
    discard: end,
  };
}

function liveTakeOf(stream: MediaStream, onPiece: (piece: Blob) => void): LiveTake {
  const mimeType = LIVE_KINDS.find((kind) => MediaRecorder.isTypeSupported(kind));
  const recorder = new MediaRecorder(stream, {
    ...(mimeType === undefined ? {} : { mimeType }),
    videoBitsPerSecond: LIVE_VIDEO_BITRATE,
    audioBitsPerSecond: LIVE_SOUND_BITRATE,
  });
  recorder.ondataavailable = ({ data }) => {
    if (data.size > 0) onPiece(data);
  };
  const stopped = new Promise<void>((resolve) =>
    recorder.addEventListener('stop', () => resolve(), { once: true }),
  );
  recorder.start(PIECE_MS);
  return {
    async finish() {
      if (recorder.state !== 'inactive') recorder.stop();
      await stopped;
    },
  };
}

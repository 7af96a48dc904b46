/**
 * The sound in a file, as samples: WAV, MP3, M4A, Ogg, FLAC, WebM and the sound track of films, streamed through
 * mediabunny. PCM is read on every host; coded sound where the host has WebCodecs. What cannot be read is refused with
 * what to do about it.
 */
import { AppError, type CancelSignal, throwIfCancelled, toAppError } from '#core/base/errors.ts';
import type { Sound } from '#core/speech/recording/sound.ts';
import {
  ALL_FORMATS,
  AudioSampleSink,
  BlobSource,
  Input,
  type InputAudioTrack,
  UnsupportedInputFormatError,
} from './mediabunny.ts';
import { requireSaneIndex } from './mp4-index.ts';

export interface SoundFacts {
  readonly durationS: number;
  readonly sampleRateHz: number;
  readonly channels: number;
  readonly mime: string;
}

const CONVERT = 'Save it as WAV, MP3 or M4A, then add it again.';
/** Sound at a lower rate than this is a telephone at best; nothing is made of less. */
const MIN_RATE_HZ = 6000;
const MAX_RATE_HZ = 400_000;

/**
 * What is in the file, as far as it can be read and played here.
 * @throws AppError unsupported-media | corrupt-file
 */
export async function readSoundFacts(file: Blob): Promise<SoundFacts> {
  return withTrack(file, async (track, input) => {
    const durationS = await track.computeDuration();
    if (!(durationS > 0))
      throw new AppError('corrupt-file', 'There is no sound in this file.', { way: 'Choose another file.' });
    return {
      durationS,
      sampleRateHz: await track.getSampleRate(),
      channels: await track.getNumberOfChannels(),
      mime: (await input.getMimeType()).split(';')[0]?.trim() ?? 'audio/wav',
    };
  });
}

/**
 * The part [startS, endS), its channels mixed into one; shorter where the file ends. Times of samples are kept: what
 * lies before the file's first sample, or in a gap, is silence.
 * @throws AppError unsupported-media | corrupt-file | cancelled
 */
export async function decodeSound(
  file: Blob,
  startS = 0,
  endS = Infinity,
  signal?: CancelSignal,
  onProgress?: (fraction: number) => void,
): Promise<Sound> {
  return withTrack(file, async (track) => {
    const sampleRateHz = await track.getSampleRate();
    const lastS = Math.min(endS, await track.computeDuration());
    const pcm = new Float32Array(Math.max(0, Math.round((lastS - startS) * sampleRateHz)));
    let plane = new Float32Array(0);
    let samples = 0;
    for await (const sample of new AudioSampleSink(track).samples(startS, lastS)) {
      using held = sample;
      throwIfCancelled(signal);
      if (held.sampleRate !== sampleRateHz)
        throw new AppError('unsupported-media', 'The sound changes its sample rate in the middle.', {
          way: CONVERT,
        });
      const { numberOfFrames, numberOfChannels, timestamp } = held;
      if (plane.length < numberOfFrames) plane = new Float32Array(numberOfFrames);
      const at = Math.round((timestamp - startS) * sampleRateHz);
      const from = Math.max(0, -at);
      const to = Math.min(numberOfFrames, pcm.length - at);
      for (let channel = 0; channel < numberOfChannels; channel++) {
        held.copyTo(plane, { planeIndex: channel, format: 'f32-planar', frameCount: numberOfFrames });
        for (let i = from; i < to; i++) {
          const value = plane[i] as number;
          // Files of floating-point samples may hold what is no number; one of those would spoil all that follow.
          if (Number.isFinite(value)) pcm[at + i] = (pcm[at + i] as number) + value / numberOfChannels;
        }
      }
      samples += Math.max(0, to - from);
      onProgress?.(Math.min(1, samples / pcm.length));
    }
    if (samples === 0 && pcm.length > 0)
      throw new AppError('corrupt-file', 'Nothing of this sound could be read.', { way: CONVERT });
    return { sampleRateHz, pcm };
  });
}

/**
 * How loud the sound is along its length: the largest sample of each of `count` equal parts, 0…1, for a picture of it.
 * Nothing of the sound is kept while it is read.
 * @throws AppError unsupported-media | corrupt-file | cancelled
 */
export async function readPeaks(
  file: Blob,
  count: number,
  signal?: CancelSignal,
): Promise<Float32Array<ArrayBuffer>> {
  return withTrack(file, async (track) => {
    const durationS = await track.computeDuration();
    const peaks = new Float32Array(count);
    let plane = new Float32Array(0);
    for await (const sample of new AudioSampleSink(track).samples()) {
      using held = sample;
      throwIfCancelled(signal);
      const { numberOfFrames, timestamp, sampleRate } = held;
      if (plane.length < numberOfFrames) plane = new Float32Array(numberOfFrames);
      held.copyTo(plane, { planeIndex: 0, format: 'f32-planar', frameCount: numberOfFrames });
      for (let i = 0; i < numberOfFrames; i++) {
        const at = Math.floor(((timestamp + i / sampleRate) / durationS) * count);
        const level = Math.abs(plane[i] as number);
        if (at >= 0 && at < count && level > (peaks[at] as number)) peaks[at] = level;
      }
    }
    return peaks;
  });
}

async function withTrack<T>(
  file: Blob,
  work: (track: InputAudioTrack, input: Input) => Promise<T>,
): Promise<T> {
  if (file.size === 0)
    throw new AppError('corrupt-file', 'The file is empty.', { way: 'Choose the original file again.' });
  const input = new Input({ source: new BlobSource(file), formats: ALL_FORMATS });
  try {
    await requireSaneIndex(file);
    const track = await input.getPrimaryAudioTrack();
    if (track === null)
      throw new AppError('unsupported-media', 'There is no sound in this file.', {
        way: 'Choose another file.',
      });
    const rate = await track.getSampleRate();
    if (rate < MIN_RATE_HZ || rate > MAX_RATE_HZ)
      throw new AppError('unsupported-media', `A sound of ${rate} samples a second cannot be used.`, {
        way: CONVERT,
      });
    if (!(await decodable(track))) {
      const codec = await track.getCodec();
      throw new AppError(
        'unsupported-media',
        `The format of this sound${codec === null ? '' : ` (${codec.toUpperCase()})`} cannot be played here.`,
        { way: CONVERT },
      );
    }
    return await work(track, input);
  } catch (error) {
    throw described(error);
  } finally {
    input.dispose();
  }
}

/** Hosts without WebCodecs have no word for it, and fail when asked. */
async function decodable(track: InputAudioTrack): Promise<boolean> {
  try {
    return await track.canDecode();
  } catch {
    return false;
  }
}

function described(error: unknown): AppError {
  if (error instanceof AppError) return error;
  if (error instanceof UnsupportedInputFormatError)
    return new AppError('unsupported-media', 'Orator does not know this kind of sound file.', {
      cause: error,
      way: 'Use WAV, MP3, M4A, Ogg, FLAC or WebM.',
    });
  const known = toAppError(error);
  if (known.code === 'cancelled') return known;
  return new AppError('corrupt-file', 'This sound is damaged and cannot be read to its end.', {
    cause: error,
    way: 'Choose the original file again, or save it anew as WAV.',
  });
}

/** Small films as the server writes them, by its own encoders, in segments: each frame is one grey, which says its number. */
import type { AudioChunks, Segment } from '#core/output/ports.ts';
import { openNativeWriter, codeSound } from '#server/render/adapters/node-av.ts';
import { encoderSettings, nativeEncoding } from '#server/render/encoder-settings.ts';
import type { OutputSpec } from '#server/render/process.ts';
import { writeMovie } from '#shared/mediabunny.ts';
import { OUTPUT } from './films.ts';

export const GREY_SIDE_PX = 64;
/** Of 255; frames after one another differ by more than a coarse encoder loses. */
export const greyOf = (frame: number): number => 40 + ((frame * 37) % 160);

const SEGMENT_S = 60;
const CONTAINERS = { mp4: 'mp4-head-first', mov: 'mov-head-first', webm: 'webm' } as const;

export interface GreyFilm extends Partial<Pick<OutputSpec, 'codec' | 'container' | 'alpha' | 'bits'>> {
  readonly seconds: number;
  readonly fps: number;
  /** Silence, as long as the film. */
  readonly sound?: boolean;
}

export async function greyFilm({ seconds, fps, sound = false, ...over }: GreyFilm): Promise<Uint8Array> {
  const output: OutputSpec = { ...OUTPUT, ...over, rate: { num: fps, den: 1 }, effort: 'draft' };
  const encoding = nativeEncoding(output);
  const writer = openNativeWriter(encoding, encoderSettings(output));
  const frameCount = seconds * fps;
  const rgba = new Uint8ClampedArray(encoding.widthPx * encoding.heightPx * 4);
  const segment = async (from: number): Promise<Segment> => {
    const opened = await writer.openSegment();
    for (let frame = from; frame < Math.min(frameCount, from + SEGMENT_S * fps); frame++) {
      rgba.fill(greyOf(frame));
      // Alpha as faint as it comes must hide nothing.
      for (let at = 3; at < rgba.length; at += 4) rgba[at] = output.alpha ? 128 : 255;
      await opened.encode(rgba, frame - from);
    }
    return opened.finish();
  };
  const written = { bytes: new Uint8Array(2 ** 20), length: 0 };
  await writeMovie({
    container: CONTAINERS[output.container],
    encoding,
    frameCount,
    segments: (async function* () {
      for (let from = 0; from < frameCount; from += SEGMENT_S * fps) yield await segment(from);
    })(),
    sound: sound ? { kind: 'coded', sound: await silence(seconds) } : { kind: 'none' },
    title: '',
    write(bytes, at) {
      while (written.bytes.length < at + bytes.length) {
        const larger = new Uint8Array(written.bytes.length * 2);
        larger.set(written.bytes);
        written.bytes = larger;
      }
      written.bytes.set(bytes, at);
      written.length = Math.max(written.length, at + bytes.length);
    },
  });
  writer.close();
  return written.bytes.slice(0, written.length);
}

const HZ = 48_000;

function silence(seconds: number) {
  const audio: AudioChunks = {
    sampleRateHz: HZ,
    channels: 1,
    totalSamples: seconds * HZ,
    async *chunks() {
      for (let i = 0; i < seconds; i++) yield await Promise.resolve([new Float32Array(HZ)]);
    },
  };
  return codeSound(audio, { codec: 'aac', bitrate: 32_000 }, () => undefined);
}

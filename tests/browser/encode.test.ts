import { ALL_FORMATS, AudioBufferSink, BlobSource, Input, VideoSampleSink } from 'mediabunny';
import type { VideoSample } from 'mediabunny';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { AppError } from '#core/base/errors.ts';
import { encodingFor } from '#core/output/encoding.ts';
import type { MovieFile } from '#core/output/ports.ts';
import { exportFilm } from '#core/pipeline/render.ts';
import type { ExportHost } from '#core/pipeline/render.ts';
import type { Film } from '#core/pipeline/prepare.ts';
import { openOpfsStore } from '#shared/opfs.ts';
import type { OpfsStore } from '#shared/opfs.ts';
import { createMuxer } from '#workers/adapters/mp4.ts';
import type { MuxerOptions } from '#workers/adapters/mp4.ts';
import { openWebCodecsWriter } from '#workers/adapters/webcodecs.ts';
import type { ColorPath } from '#workers/adapters/webcodecs.ts';
import { canvasCompositor, NO_IMAGES, numberIn, PATCHES, syntheticFilm } from './synthetic-film.ts';

const folders: string[] = [];
async function freshStore(): Promise<OpfsStore> {
  const folder = `test-encode-${crypto.randomUUID()}`;
  folders.push(folder);
  return openOpfsStore(folder);
}
afterEach(async () => {
  const top = await navigator.storage.getDirectory();
  for (const folder of folders.splice(0))
    await top.removeEntry(folder, { recursive: true }).catch(() => undefined);
});

interface HostOptions extends MuxerOptions {
  readonly codec?: 'avc' | 'vp9';
  readonly color?: ColorPath;
}
async function hostFor(film: Film, store: OpfsStore, options: HostOptions = {}): Promise<ExportHost> {
  const { codec = 'avc', color = 'i420' } = options;
  return {
    store,
    compositor: canvasCompositor(film.plan.widthPx, film.plan.heightPx),
    images: NO_IMAGES,
    writer: await openWebCodecsWriter(encodingFor(codec, film.plan), { color, hardware: false }),
    muxer: createMuxer(store, options),
    breathe: () => Promise.resolve(),
  };
}

async function movieBlob(store: OpfsStore, movie: MovieFile): Promise<Blob> {
  const file = await store.file(movie.asset);
  if (!file) throw new Error('the movie is not in the store');
  expect(file.size).toBe(movie.bytes);
  return file;
}

/** Every decoded frame's number and time, and the worst error of its colour patches. */
async function readBack(blob: Blob) {
  using input = new Input({ source: new BlobSource(blob), formats: ALL_FORMATS });
  const video = await input.getPrimaryVideoTrack();
  const audio = await input.getPrimaryAudioTrack();
  if (!video || !audio) throw new Error('a track is missing');
  const frames: { number: number; timeS: number; worst: number }[] = [];
  const size = [await video.getDisplayWidth(), await video.getDisplayHeight()] as const;
  for await (const sample of new VideoSampleSink(video).samples()) {
    const pixels = await decodedPixels(sample);
    frames.push({
      number: numberIn(pixels, ...size),
      timeS: sample.timestamp,
      worst: worstPatch(pixels, ...size),
    });
    sample.close();
  }
  const sound: Float32Array[] = [];
  let soundStartS = NaN;
  for await (const { buffer, timestamp } of new AudioBufferSink(audio).buffers()) {
    if (sound.length === 0) soundStartS = timestamp;
    sound.push(buffer.getChannelData(0));
  }
  const samples = sound.reduce((sum, part) => sum + part.length, 0);
  const colorSpace = (await video.getDecoderConfig())?.colorSpace;
  return {
    frames,
    sound,
    soundStartS,
    samples,
    sampleRateHz: await audio.getSampleRate(),
    codec: await video.getCodec(),
    colorSpace,
  };
}

/**
 * The frame's planes through BT.709's own equations. Not through a canvas: Chromium's software conversion rounds its
 * coefficients, and is 12/255 off on pure blue.
 */
async function decodedPixels(sample: VideoSample): Promise<Uint8ClampedArray> {
  expect(sample.format).toBe('I420');
  const planes = new Uint8Array(sample.allocationSize());
  const [y, u, v] = (await sample.copyTo(planes)) as [PlaneLayout, PlaneLayout, PlaneLayout];
  const { codedWidth: width, codedHeight: height } = sample;
  const rgba = new Uint8ClampedArray(width * height * 4);
  const at = (plane: PlaneLayout, column: number, row: number) =>
    planes[plane.offset + row * plane.stride + column] as number;
  for (let row = 0; row < height; row++)
    for (let column = 0; column < width; column++) {
      const luma = ((at(y, column, row) - 16) * 255) / 219;
      const cb = ((at(u, column >> 1, row >> 1) - 128) * 255) / 224;
      const cr = ((at(v, column >> 1, row >> 1) - 128) * 255) / 224;
      rgba.set(
        [luma + 1.5748 * cr, luma - 0.1873 * cb - 0.4681 * cr, luma + 1.8556 * cb, 255],
        (row * width + column) * 4,
      );
    }
  return rgba;
}

/** Each patch is judged by its mean over 9 × 9 pixels: a single pixel carries the codec's noise. */
function worstPatch(data: Uint8ClampedArray, width: number, height: number): number {
  const cell = width / PATCHES.length;
  let worst = 0;
  PATCHES.forEach((color, i) => {
    const left = Math.round((i + 0.5) * cell) - 4;
    const top = Math.round(height / 4) - 4;
    color.forEach((value, c) => {
      let sum = 0;
      for (let p = 0; p < 81; p++)
        sum += data[((top + Math.floor(p / 9)) * width + left + (p % 9)) * 4 + c] as number;
      worst = Math.max(worst, Math.abs(value - sum / 81));
    });
  });
  return worst;
}

describe.each([
  { name: 'H.264 through FFmpeg', options: {} },
  { name: 'H.264 streamed to disk', options: { ffmpegMaxBytes: 0 } },
  { name: 'VP9 in WebM', options: { codec: 'vp9' } },
] as const)('$name', ({ options }) => {
  test('gives back every frame once, in order and on time, its colours within 2/255, and the sound with it', async () => {
    const store = await freshStore();
    const film = syntheticFilm({ shots: [30, 130, 15] });
    const { movie } = await exportFilm(
      film,
      film.permit,
      await hostFor(film, store, options),
      () => undefined,
    );
    const read = await readBack(await movieBlob(store, movie));
    expect(read.frames.map(({ number }) => number)).toEqual(Array.from({ length: 175 }, (_, i) => i));
    read.frames.forEach(({ timeS }, i) => expect(timeS).toBeCloseTo(i / 25, 3));
    expect(Math.max(...read.frames.map(({ worst }) => worst))).toBeLessThanOrEqual(2);
    expect(read.colorSpace).toMatchObject({
      primaries: 'bt709',
      transfer: 'bt709',
      matrix: 'bt709',
      fullRange: false,
    });
    // The last AAC packet may reach past the end; the file's edit list cuts it there.
    expect(Math.abs(read.soundStartS + read.samples / read.sampleRateHz - 7)).toBeLessThan(1 / 25);
    expect(clickTimes(read)).toHaveLength(3);
    clickTimes(read).forEach((at, i) =>
      expect(Math.abs(at - ([0, 30, 160][i] as number) / 25)).toBeLessThan(0.002),
    );
  });
});

/** When each burst above the tone begins, seconds. */
function clickTimes({ sound, soundStartS, sampleRateHz }: Awaited<ReturnType<typeof readBack>>): number[] {
  const times: number[] = [];
  let at = 0;
  for (const part of sound)
    for (const sample of part) {
      const timeS = soundStartS + at++ / sampleRateHz;
      if (Math.abs(sample) > 0.6 && timeS - (times.at(-1) ?? -1) > 0.1) times.push(timeS);
    }
  return times;
}

describe('an export that is stopped', () => {
  test('goes on from its finished segments and ends in the very same bytes', async () => {
    const film = syntheticFilm({ shots: [20, 20, 20] });
    const straight = await freshStore();
    const whole = await exportFilm(film, film.permit, await hostFor(film, straight), () => undefined);

    const store = await freshStore();
    const signal = { aborted: false };
    const stopped = exportFilm(
      film,
      film.permit,
      await hostFor(film, store),
      ({ done }) => (signal.aborted ||= done >= 45),
      signal,
    );
    await expect(stopped).rejects.toMatchObject({ code: 'cancelled' });

    const reused: number[] = [];
    const resumed = await exportFilm(film, film.permit, await hostFor(film, store), (progress) =>
      reused.push(progress.reused),
    );
    expect(reused[0]).toBe(40);
    expect(resumed.timings.framesDrawn).toBe(20);
    expect(resumed.movie.asset).toBe(whole.movie.asset);
  });

  test('after an edit of one shot draws that shot alone', async () => {
    const store = await freshStore();
    const before = syntheticFilm({ shots: [20, 20, 20] });
    await exportFilm(before, before.permit, await hostFor(before, store), () => undefined);
    const after = syntheticFilm({ shots: [20, 20, 20], edited: 1 });
    const { timings } = await exportFilm(after, after.permit, await hostFor(after, store), () => undefined);
    expect(timings).toMatchObject({ framesDrawn: 20, framesReused: 40 });
  });

  test('a stored segment that is damaged is drawn again', async () => {
    const store = await freshStore();
    const film = syntheticFilm({ shots: [10, 10] });
    const first = await exportFilm(film, film.permit, await hostFor(film, store), () => undefined);
    const damaged: OpfsStore = Object.create(store) as OpfsStore;
    let reads = 0;
    damaged.hasProduct = (kind, key) => store.hasProduct(kind, key);
    damaged.removeProduct = (kind, key) => store.removeProduct(kind, key);
    damaged.putProduct = (kind, key, bytes) => store.putProduct(kind, key, bytes);
    damaged.getProduct = async (kind, key) => {
      const bytes = await store.getProduct(kind, key);
      return reads++ === 0 && bytes ? bytes.slice(0, -7) : bytes;
    };
    const again = await exportFilm(
      film,
      film.permit,
      { ...(await hostFor(film, store)), store: damaged },
      () => undefined,
    );
    expect(again.timings.framesDrawn).toBe(10);
    expect(again.movie.asset).toBe(first.movie.asset);
  });

  test('an encoder that changes its settings in the middle spoils this export and not the next', async () => {
    const store = await freshStore();
    const film = syntheticFilm({ shots: [10, 10] });
    const host = await hostFor(film, store);
    let opened = 0;
    const openSegment = async () => {
      const encoder = await host.writer.openSegment();
      const other = opened++ === 0;
      const finish = async () => {
        const segment = await encoder.finish();
        return other ? { ...segment, description: Uint8Array.of(1, 2, 3) } : segment;
      };
      return { encode: encoder.encode.bind(encoder), finish, close: encoder.close.bind(encoder) };
    };
    const wavering = { ...host, writer: { ...host.writer, openSegment } };
    await expect(exportFilm(film, film.permit, wavering, () => undefined)).rejects.toMatchObject({
      code: 'encoder-failed',
      way: expect.stringMatching(/encoded afresh/) as unknown,
    });
    const { timings } = await exportFilm(film, film.permit, await hostFor(film, store), () => undefined);
    expect(timings).toMatchObject({ framesDrawn: 20, framesReused: 0 });
  });
});

test('where the encoder that was chosen stops short of a size, the other kind takes it', async () => {
  const really = VideoEncoder.isConfigSupported.bind(VideoEncoder);
  const asked = vi
    .spyOn(VideoEncoder, 'isConfigSupported')
    .mockImplementation((config) =>
      config.hardwareAcceleration === 'prefer-hardware'
        ? Promise.resolve({ supported: false, config })
        : really(config),
    );
  const encoding = encodingFor('avc', syntheticFilm({ shots: [5] }).plan);
  const writer = await openWebCodecsWriter(encoding, { color: 'i420', hardware: true });
  asked.mockRestore();
  expect(JSON.parse(writer.fingerprint)).toMatchObject({ hardware: false, color: 'i420' });
  writer.close();
});

test('a permit for another film exports nothing', async () => {
  const store = await freshStore();
  const film = syntheticFilm({ shots: [5] });
  const other = syntheticFilm({ shots: [5] });
  const attempt = exportFilm(film, other.permit, await hostFor(film, store), () => undefined);
  await expect(attempt).rejects.toBeInstanceOf(AppError);
});

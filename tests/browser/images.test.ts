/** Pictures and videos become what compositors draw; what cannot be shown is refused in a sentence. */
import { afterEach, beforeAll, expect, test, vi } from 'vitest';
import type { AssetHash } from '#core/base/ids.ts';
import { RATE_25 } from '#core/base/time.ts';
import type { HostImage, ImageProvider } from '#core/compose/ports.ts';
import type { ImageRef } from '#core/draw/draw-list.ts';
import { writePicturePack } from '#core/draw/picture-pack.ts';
import type { EncodedPacket, Segment } from '#core/output/ports.ts';
import { VideoSampleSink, writeMovie } from '#shared/mediabunny.ts';
import { createImageProvider, type PictureStore } from '#workers/adapters/images.ts';
import { createPictureLooks } from '#workers/adapters/picture-looks.ts';
// ffmpeg -f lavfi -i testsrc=size=64x64:rate=5:duration=1 -c:v libx265 -tag:v hvc1 hevc.mp4
import hevcUrl from '../fixtures/hevc.mp4?url';

const FRAMES = 50;
const files = new Map<string, Uint8Array<ArrayBuffer>>();
const reads: string[] = [];
const store: PictureStore = {
  get: (hash) => {
    reads.push(hash);
    return Promise.resolve(files.get(hash) ?? null);
  },
};
let images: ImageProvider | null = null;
afterEach(() => {
  images?.close();
  images = null;
  reads.length = 0;
});

function provider(options = {}): ImageProvider {
  return (images = createImageProvider(store, options));
}
function still(name: string): ImageRef {
  return { asset: name as AssetHash, kind: 'image', timeS: 0 };
}
function packed(index: number, name = 'mouths'): ImageRef {
  return { asset: name as AssetHash, kind: 'packed', timeS: 0, index };
}
function video(timeS: number, name = 'film'): ImageRef {
  return { asset: name as AssetHash, kind: 'video', timeS };
}

/** Colour of the picture's middle, as a canvas shows it. */
function middle(image: HostImage | null): number[] {
  if (image === null) throw new Error('The picture is not there');
  const ctx = new OffscreenCanvas(8, 8).getContext('2d') as OffscreenCanvasRenderingContext2D;
  const { widthPx, heightPx } = image;
  ctx.drawImage(image.source as ImageBitmap, widthPx / 2 - 4, heightPx / 2 - 4, 8, 8, 0, 0, 8, 8);
  return [...ctx.getImageData(4, 4, 1, 1).data];
}
/** The frame's own number, written as its brightness. */
function frameNumber(image: HostImage | null): number {
  return Math.round(((middle(image)[1] ?? 0) - 16) / 4);
}

async function pngBytes(widthPx: number, heightPx: number, color: string) {
  const canvas = new OffscreenCanvas(widthPx, heightPx);
  const ctx = canvas.getContext('2d') as OffscreenCanvasRenderingContext2D;
  ctx.fillStyle = color;
  ctx.fillRect(0, 0, widthPx, heightPx);
  return new Uint8Array(await (await canvas.convertToBlob({ type: 'image/png' })).arrayBuffer());
}

/** Two seconds at 25 fps, a key frame each second; frame i is grey 16 + 4 i. */
async function filmBytes(): Promise<Uint8Array<ArrayBuffer>> {
  const packets: EncodedPacket[] = [];
  const encoder = new VideoEncoder({
    output: (chunk) => {
      const data = new Uint8Array(chunk.byteLength);
      chunk.copyTo(data);
      packets.push({ index: packets.length, key: chunk.type === 'key', data });
    },
    error: (error) => {
      throw error;
    },
  });
  encoder.configure({ codec: 'vp09.00.10.08', width: 64, height: 64, bitrate: 2e6, framerate: 25 });
  const canvas = new OffscreenCanvas(64, 64);
  const ctx = canvas.getContext('2d') as OffscreenCanvasRenderingContext2D;
  for (let i = 0; i < FRAMES; i++) {
    const grey = 16 + 4 * i;
    ctx.fillStyle = `rgb(${grey},${grey},${grey})`;
    ctx.fillRect(0, 0, 64, 64);
    const frame = new VideoFrame(canvas, { timestamp: i * 40_000 });
    encoder.encode(frame, { keyFrame: i % 25 === 0 });
    frame.close();
  }
  await encoder.flush();
  encoder.close();
  const segment: Segment = { codec: 'vp09.00.10.08', description: null, frameCount: FRAMES, packets };
  const pieces: { at: number; bytes: Uint8Array }[] = [];
  await writeMovie({
    container: 'webm',
    encoding: { codec: 'vp9', widthPx: 64, heightPx: 64, rate: RATE_25, bitrate: 2e6 },
    frameCount: FRAMES,
    segments: (async function* () {
      yield await Promise.resolve(segment);
    })(),
    sound: { kind: 'none' },
    title: 'Greys',
    write: (bytes, at) => void pieces.push({ at, bytes: bytes.slice() }),
  });
  const movie = new Uint8Array(Math.max(...pieces.map(({ at, bytes }) => at + bytes.length)));
  for (const { at, bytes } of pieces) movie.set(bytes, at);
  return movie;
}

beforeAll(async () => {
  const text = (content: string) => new TextEncoder().encode(content);
  files.set('green', await pngBytes(120, 80, 'rgb(20,180,90)'));
  files.set('red', await pngBytes(120, 80, 'rgb(200,10,10)'));
  files.set('huge', await pngBytes(6000, 40, 'rgb(9,99,199)'));
  files.set('broken', (files.get('green') ?? new Uint8Array()).slice(0, 60));
  files.set('svg', text('<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>'));
  const mouths = await Promise.all(
    Array.from({ length: 30 }, (_, i) => pngBytes(16 + i, 20, `rgb(${8 * i},${100 + i},${250 - 8 * i})`)),
  );
  mouths.push(new Uint8Array(40));
  files.set('mouths', writePicturePack(mouths));
  files.set('film', await filmBytes());
  files.set('note', text('Not a film at all, only a few words.'.repeat(20)));
  files.set('hevc', new Uint8Array(await (await fetch(hevcUrl)).arrayBuffer()));
});

test('a still is ready after load, with its size and colour, and is read once', async () => {
  const provided = provider();
  expect(provided.get(still('green'))).toBeNull();
  await provided.load([still('green'), still('green')]);
  await provided.load([still('green')]);
  expect(provided.get(still('green'))).toMatchObject({ widthPx: 120, heightPx: 80 });
  expect(middle(provided.get(still('green')))).toEqual([20, 180, 90, 255]);
  expect(reads).toEqual(['green']);
});

test('a huge still is kept no larger than a film can show', async () => {
  const provided = provider();
  await provided.load([still('huge')]);
  expect(provided.get(still('huge'))?.widthPx).toBe(4096);
  expect(middle(provided.get(still('huge')))).toEqual([9, 99, 199, 255]);
});

test('stills that have not been used for long make room for others', async () => {
  const provided = provider({ stillBytes: 120 * 80 * 4 });
  await provided.load([still('green')]);
  for (let i = 0; i < 10; i++) await provided.load([still('red')]);
  expect(provided.get(still('green'))).toBeNull();
  expect(provided.get(still('red'))).not.toBeNull();
});

const mouthColor = (i: number) => [8 * i, 100 + i, 250 - 8 * i, 255];

test('stills of one pack are pictures of their own, and its file is read once', async () => {
  const provided = provider();
  expect(provided.get(packed(3))).toBeNull();
  await provided.load([packed(3), packed(7), packed(3), still('green')]);
  await provided.load([packed(29)]);
  for (const i of [3, 7, 29]) {
    expect(provided.get(packed(i))).toMatchObject({ widthPx: 16 + i, heightPx: 20 });
    expect(middle(provided.get(packed(i)))).toEqual(mouthColor(i));
  }
  expect(provided.get(packed(3))?.source).not.toBe(provided.get(packed(7))?.source);
  expect(provided.get(packed(4))).toBeNull();
  expect(reads.filter((name) => name === 'mouths')).toEqual(['mouths']);
});

test('of a pack as long as a film only what was shown last is kept, and the rest is read again', async () => {
  const provided = provider({ packedBytes: 12 * 45 * 20 * 4 });
  for (let round = 0; round < 2; round++)
    for (let i = 0; i < 30; i++) {
      await provided.load([packed(i)]);
      expect(middle(provided.get(packed(i)))).toEqual(mouthColor(i));
    }
  expect(provided.get(packed(2))).toBeNull();
  expect(provided.get(packed(28))).not.toBeNull();
  expect(reads.filter((name) => name === 'mouths')).toEqual(['mouths']);
});

test('small stills of a pack do not push the pictures of the film out', async () => {
  const provided = provider({ packedBytes: 4 * 45 * 20 * 4, stillBytes: 120 * 80 * 4 });
  await provided.load([still('green')]);
  for (let i = 0; i < 30; i++) await provided.load([packed(i)]);
  expect(provided.get(still('green'))).not.toBeNull();
});

test('a film played forward gives every frame in turn', async () => {
  const provided = provider();
  const numbers: number[] = [];
  for (let i = 0; i < FRAMES; i++) {
    await provided.load([video(i / 25)]);
    numbers.push(frameNumber(provided.get(video(i / 25))));
  }
  expect(numbers).toEqual(Array.from({ length: FRAMES }, (_, i) => i));
});

test('it can be scrubbed: back, ahead, and past its end', async () => {
  const provided = provider();
  for (const [timeS, number] of [
    [1.5, 37],
    [0.2, 5],
    [0.21, 5],
    [1.99, 49],
    [0, 0],
    [7, 49],
  ] as const) {
    await provided.load([video(timeS)]);
    expect(frameNumber(provided.get(video(timeS)))).toBe(number);
  }
});

test('one film can be on screen twice, as in a cross-fade', async () => {
  const provided = provider();
  for (let i = 0; i < 8; i++) {
    const refs = [video(1.96), video(i / 25)];
    await provided.load(refs);
    expect(refs.map((ref) => frameNumber(provided.get(ref)))).toEqual([49, i]);
  }
});

test.each([
  ['foretold', true],
  ['unforetold', false],
])('a film that jumps about in itself, %s, seeks once a jump and gives every frame', async (_, foretold) => {
  const seeks = vi.spyOn(VideoSampleSink.prototype, 'samples');
  const provided = provider();
  // Stretches of a film, each faded into from the one before over four frames.
  const stretches = [30, 4, 33, 12, 1].map((from) => Array.from({ length: 14 }, (_, i) => from + i));
  const shown = stretches.flatMap((frames, k) => {
    const next = stretches[k + 1];
    return frames.slice(k === 0 ? 0 : 4).map((frame, i, all) => {
      const fading = i - (all.length - 4);
      return next !== undefined && fading >= 0 ? [frame, next[fading] as number] : [frame];
    });
  });
  const refsOf = (frames: readonly number[]) => frames.map((frame) => video((frame + 0.5) / 25));
  for (const [i, frames] of shown.entries()) {
    const refs = refsOf(frames);
    await provided.load(refs);
    expect(refs.map((ref) => frameNumber(provided.get(ref)))).toEqual(frames);
    if (foretold) provided.expect?.(refsOf(shown[i + 5] ?? []));
  }
  expect(seeks.mock.calls.length).toBeLessThanOrEqual(stretches.length);
  seeks.mockRestore();
});

test('what is expected wrongly does no harm', async () => {
  const provided = provider();
  provided.expect?.([video(1), packed(99), still('nowhere'), video(0, 'note')]);
  await provided.load([video(0.5), packed(3)]);
  provided.expect?.([video(500), video(1.5), packed(30)]);
  await provided.load([video(0.54)]);
  expect(frameNumber(provided.get(video(0.54)))).toBe(13);
  provided.close();
  provided.expect?.([video(1)]);
});

test('two who load at once both get their frames', async () => {
  const provided = provider();
  const refs = [video(0.4), video(1.2)];
  await Promise.all(refs.map((ref) => provided.load([ref])));
  expect(refs.map((ref) => frameNumber(provided.get(ref)))).toEqual([10, 30]);
});

test.each([
  ['a damaged picture', still('broken'), 'corrupt-file', /damaged/],
  ['a kind of picture browsers do not decode', still('svg'), 'unsupported-media', /SVG/],
  ['a picture that is not on this device', still('nowhere'), 'not-found', /not on this device/],
  ['a still that its pack does not have', packed(31), 'corrupt-file', /mouths of this presenter/],
  ['a still of a pack that is no picture', packed(30), 'corrupt-file', /mouths of this presenter/],
  ['a pack that is none', packed(0, 'note'), 'corrupt-file', /mouths of this presenter/],
  ['a pack that is not on this device', packed(0, 'nowhere'), 'not-found', /not on this device/],
  ['a video that is none', video(0, 'note'), 'unsupported-media', /kind of video/],
  ['a video in HEVC', video(0, 'hevc'), 'unsupported-media', /HEVC/],
])('%s is refused in a sentence that says what to do', async (_, ref, code, sentence) => {
  const refused: unknown = await provider()
    .load([ref])
    .catch((error: unknown) => error);
  expect(refused).toMatchObject({
    code,
    message: expect.stringMatching(sentence) as unknown,
    way: expect.stringMatching(/\.$/) as unknown,
  });
});

test('a video cut off in the middle plays as far as it goes or says that it is damaged', async () => {
  const film = files.get('film') ?? new Uint8Array();
  files.set('torn', film.slice(0, Math.floor(film.length / 2)));
  const provided = provider();
  await provided.load([video(0, 'torn')]);
  expect(frameNumber(provided.get(video(0, 'torn')))).toBe(0);
  const late: unknown = await provided.load([video(1.9, 'torn')]).catch((error: unknown) => error);
  if (late !== undefined) expect(late).toMatchObject({ code: 'corrupt-file' });
  else expect(frameNumber(provided.get(video(1.9, 'torn')))).toBeLessThan(48);
});

test('from far away a still is its colours, and a film its colours at each of its moments', async () => {
  const looks = createPictureLooks((hash) => {
    const bytes = files.get(hash);
    return Promise.resolve(bytes ? new Blob([bytes]) : null);
  });
  const green = await looks.look('green' as AssetHash, 'image');
  expect([green?.columns, green?.rows, green?.timesS]).toEqual([32, 21, [0]]);
  expect([...(green?.rgb.subarray(0, 3) ?? [])]).toEqual([20, 180, 90]);
  const film = await looks.look('film' as AssetHash, 'video');
  expect(film?.timesS).toEqual([0, 0.5, 1, 1.5]);
  const cells = 32 * 32 * 3;
  film?.timesS.forEach((timeS, m) => {
    const grey = film.rgb[m * cells + cells / 2 + 1] ?? 0;
    expect(Math.abs(grey - (16 + 4 * Math.floor(timeS * 25 + 0.01)))).toBeLessThan(6);
  });
  // The same film is the same look, and none is made of what cannot be read.
  const again = createPictureLooks(() =>
    Promise.resolve(new Blob([files.get('film') as Uint8Array<ArrayBuffer>])),
  );
  expect((await again.look('film' as AssetHash, 'video'))?.key).toBe(film?.key);
  expect(await looks.look('nowhere' as AssetHash, 'image')).toBeNull();
  expect(await looks.look('green' as AssetHash, 'image')).toBe(green);
  files.set('nonsense', new TextEncoder().encode('This is not a picture.'));
  expect(await looks.look('nonsense' as AssetHash, 'video')).toBeNull();
});

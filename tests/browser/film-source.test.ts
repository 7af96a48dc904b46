/**
 * Films as cameras and copies give them, read through whichever decoder can. In the fixtures the luma of every frame is
 * its own number: 16 + 4 × frame (ffmpeg's geq filter; 64 × 48, 25 frames a second, two seconds, a tone of 440 Hz).
 */
import { afterEach, describe, expect, test } from 'vitest';
import { seededRandom } from '#core/base/hashing.ts';
import { RATE_25 } from '#core/base/time.ts';
import { FramePixels } from '#workers/adapters/frame-pixels.ts';
import { openFilm, type FilmSource } from '#workers/fit/film-source.ts';
import { planFilm } from '#workers/fit/film-plan.ts';
// ffmpeg -f lavfi -i nullsrc=s=64x48:r=25:d=2,geq=lum='16+4*N':cb=128:cr=128 -f lavfi -i sine=440:d=2 …
import hevcUrl from '../fixtures/steps-hevc.mp4?url'; // -c:v libx265 -tag:v hvc1 -c:a aac
import avcUrl from '../fixtures/steps.mp4?url'; // -c:v libx264 -g 10 -bf 0 -c:a aac -movflags +faststart
import aviUrl from '../fixtures/steps.avi?url'; // -c:v mpeg4 -q:v 1 -bf 0 -c:a pcm_s16le -ar 8000
import turnedUrl from '../fixtures/turned.mp4?url'; // four fields of their own luma, -metadata:s:v rotate=90
import unevenUrl from '../fixtures/uneven.mp4?url'; // 16 + 2 × frame, of the second half every fourth alone

const open: FilmSource[] = [];
afterEach(() => open.splice(0).forEach((film) => film.close()));

async function fetched(url: string): Promise<Blob> {
  return (await fetch(url)).blob();
}
async function opened(blob: Blob): Promise<FilmSource> {
  const film = await openFilm(blob);
  open.push(film);
  return film;
}

/** Mean luma of each frame, and of what is seen of it as RGBA. */
async function read(
  film: FilmSource,
  over: { from?: number; widthPx?: number; heightPx?: number; count?: number } = {},
) {
  const plan = { ...planFilm(film.facts), ...over };
  const { rate, widthPx, heightPx, from = 0, count = plan.frameCount - from } = plan;
  const frames: { index: number; luma: number; grey: number; size: number }[] = [];
  for await (const { index, view, planes } of film.frames({ rate, widthPx, heightPx, from, count })) {
    const picture = await view.whole();
    const luma = planes.subarray(0, widthPx * heightPx).reduce((sum, value) => sum + value, 0);
    const grey = picture.rgba.filter((_, i) => i % 4 === 1).reduce((sum, value) => sum + value, 0);
    const size = picture.rgba.length / 4;
    frames.push({ index, luma: luma / (widthPx * heightPx), grey: grey / size, size });
  }
  return frames;
}

describe.each([
  ['H.264 in MP4', avcUrl, 'webcodecs', 'avc'],
  ['HEVC in MP4', hevcUrl, 'ffmpeg', 'hevc'],
  ['MPEG-4 in AVI', aviUrl, 'ffmpeg', 'mpeg4'],
])('%s', (_, url, decoder, codec) => {
  test('is read frame by frame, each once and as it is', async () => {
    const film = await opened(await fetched(url));
    expect(film.decoder).toBe(decoder);
    expect(film.facts).toMatchObject({ codec, widthPx: 64, heightPx: 48, sound: true });
    expect(planFilm(film.facts)).toMatchObject({ rate: RATE_25, frameCount: 50, troubles: [] });
    const frames = await read(film);
    expect(frames.map(({ index }) => index)).toEqual(Array.from({ length: 50 }, (_v, i) => i));
    for (const { index, luma, grey, size } of frames) {
      expect(size).toBe(64 * 48);
      expect(Math.abs(luma - (16 + 4 * index))).toBeLessThan(1.5);
      expect(Math.abs(grey - ((luma - 16) * 255) / 219)).toBeLessThan(2);
    }
  });

  test('begins in the middle with the very frame that is asked for', async () => {
    const film = await opened(await fetched(url));
    const frames = await read(film, { from: 33 });
    expect(frames.map(({ index }) => index)).toEqual(Array.from({ length: 17 }, (_v, i) => 33 + i));
    for (const { index, luma } of frames) expect(Math.abs(luma - (16 + 4 * index))).toBeLessThan(1.5);
  });

  test('is made smaller where it is asked to be', async () => {
    const film = await opened(await fetched(url));
    const frames = await read(film, { widthPx: 32, heightPx: 24, count: 3 });
    expect(frames.map(({ size }) => size)).toEqual([768, 768, 768]);
    for (const { index, luma } of frames) expect(Math.abs(luma - (16 + 4 * index))).toBeLessThan(1.5);
  });

  test('gives its sound, on the film’s clock', async () => {
    const sound = await (await opened(await fetched(url))).sound();
    expect(sound && sound.pcm.length / sound.sampleRateHz).toBeGreaterThan(1.8);
    expect(sound && sound.pcm.length / sound.sampleRateHz).toBeLessThan(2.6);
    let crossings = 0;
    const [from, to] = [0.5, 1.5].map((s) => Math.round(s * (sound?.sampleRateHz ?? 1))) as [number, number];
    for (let i = from; i < to; i++)
      if ((sound?.pcm[i] as number) < 0 && (sound?.pcm[i + 1] as number) >= 0) crossings++;
    expect(Math.abs(crossings - 440)).toBeLessThan(4);
  });
});

test('a film that lies on its side is turned upright', async () => {
  const film = await opened(await fetched(turnedUrl));
  expect(film.facts).toMatchObject({ widthPx: 48, heightPx: 64 });
  const { rate, widthPx, heightPx } = planFilm(film.facts);
  for await (const { view, planes } of film.frames({ rate, widthPx, heightPx, from: 0, count: 1 })) {
    const picture = await view.whole();
    // Stored 40 | 140 over 90 | 200; a quarter turn to the left brings the right edge to the top.
    const at = (x: number, y: number) => Math.round((planes[y * 48 + x] as number) / 10) * 10;
    expect([at(12, 16), at(36, 16), at(12, 48), at(36, 48)]).toEqual([140, 200, 40, 90]);
    expect(picture.widthPx).toBe(48);
  }
});

test('uneven frames are read evenly: what is on screen at each moment', async () => {
  const film = await opened(await fetched(unevenUrl));
  const plan = planFilm(film.facts);
  expect(plan.rate).toEqual(RATE_25);
  const frames = await read(film);
  for (const { index, luma } of frames.slice(0, 97)) {
    const shown = index < 50 ? index : Math.max(49, 4 * Math.floor(index / 4));
    expect(Math.abs(luma - (16 + 2 * shown))).toBeLessThan(1.2);
  }
});

test.each([
  ['H.264', avcUrl, 'webcodecs'],
  ['HEVC', hevcUrl, 'ffmpeg'],
])('%s that was cut off is read as far as it goes, and says so', async (_, url, decoder) => {
  const whole = await fetched(url);
  // The index of one of them lies at its end: it is brought to the front as a download would have it.
  const film = await opened((await indexInFront(whole)).slice(0, Math.round(whole.size * 0.62)));
  expect(film.decoder).toBe(decoder);
  const plan = planFilm(film.facts);
  expect(plan.frameCount).toBeGreaterThan(12);
  expect(plan.frameCount).toBeLessThan(45);
  expect(plan.troubles).toMatchObject([{ code: 'cut-off', weight: 'warn' }]);
  const frames = await read(film);
  expect(frames.length).toBeGreaterThanOrEqual(plan.frameCount - 2);
  expect(Math.abs((frames[10]?.luma ?? 0) - 56)).toBeLessThan(1.5);
});

async function cut(url: string, part: number): Promise<Blob> {
  const whole = await fetched(url);
  return whole.slice(0, Math.round(whole.size * part));
}

test.each<[string, () => Promise<Blob>, string, RegExp]>([
  ['is empty', () => Promise.resolve(new Blob([])), 'corrupt-file', /empty/],
  [
    'is a text',
    () => Promise.resolve(new Blob(['Not a film. '.repeat(400)])),
    'unsupported-media',
    /kind of video/,
  ],
  ['lost its index', () => cut(turnedUrl, 0.5), 'corrupt-file', /cut off/],
  ['is sound alone', () => Promise.resolve(tone()), 'unsupported-media', /no picture/],
])('what %s is refused in a sentence that says what to do', async (_, blob, code, sentence) => {
  const refused: unknown = await openFilm(await blob()).catch((error: unknown) => error);
  expect(refused).toMatchObject({
    code,
    message: expect.stringMatching(sentence) as string,
    way: expect.stringMatching(/\.$/) as string,
  });
});

test('reading can be stopped, in either decoder', async () => {
  for (const url of [avcUrl, hevcUrl]) {
    const film = await opened(await fetched(url));
    const signal = { aborted: false };
    const { rate, widthPx, heightPx } = planFilm(film.facts);
    const frames = film.frames({ rate, widthPx, heightPx, from: 0, count: 50 }, signal);
    await frames.next();
    signal.aborted = true;
    await expect(frames.next()).rejects.toMatchObject({ code: 'cancelled' });
  }
});

/** A second of PCM in a WAV. */
function tone(): Blob {
  const head = new DataView(new ArrayBuffer(44));
  const tag = (at: number, text: string) =>
    [...text].forEach((c, i) => head.setUint8(at + i, c.charCodeAt(0)));
  tag(0, 'RIFF');
  head.setUint32(4, 36 + 16_000, true);
  tag(8, 'WAVEfmt ');
  [16, 0x10001, 8000, 16_000, 0x100002].forEach((value, i) => head.setUint32(16 + 4 * i, value, true));
  tag(36, 'data');
  head.setUint32(40, 16_000, true);
  return new Blob([head.buffer, new Uint8Array(16_000)], { type: 'audio/wav' });
}

/** An MP4 whose `moov` comes before its `mdat`, its chunk offsets moved with it. */
async function indexInFront(file: Blob): Promise<Blob> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  const view = new DataView(bytes.buffer);
  const boxes: { name: string; at: number; size: number }[] = [];
  for (let at = 0; at < bytes.length;) {
    const size = view.getUint32(at);
    boxes.push({ name: String.fromCharCode(...bytes.subarray(at + 4, at + 8)), at, size });
    at += size;
  }
  const moov = boxes.find(({ name }) => name === 'moov');
  const mdat = boxes.find(({ name }) => name === 'mdat');
  if (!moov || !mdat || moov.at < mdat.at) return file;
  const index = bytes.slice(moov.at, moov.at + moov.size);
  const inside = new DataView(index.buffer);
  for (let at = 0; at + 8 < index.length; at++)
    if (String.fromCharCode(...index.subarray(at, at + 4)) === 'stco')
      for (let i = 0; i < inside.getUint32(at + 8); i++) {
        const place = at + 12 + 4 * i;
        inside.setUint32(place, inside.getUint32(place) + moov.size);
      }
  return new Blob([bytes.slice(0, mdat.at), index, bytes.slice(mdat.at, moov.at)]);
}

test('a part of a frame is what lies there in the whole, to the last step, wherever it is cut', async () => {
  const [widthPx, heightPx] = [160, 120];
  const random = seededRandom(11);
  const planes = Uint8Array.from({ length: (widthPx * heightPx * 3) / 2 }, () => 16 + 219 * random());
  const pixels = new FramePixels(widthPx, heightPx);
  const all = await (await pixels.ofPlanes(planes)).view.whole();
  const rgba = all.rgba.slice();
  for (const [leftPx, topPx, width, height] of [
    [0, 0, 40, 30],
    [31, 17, 55, 41],
    [-20, -7, 61, 50],
    [121, 99, 80, 80],
    [70, 3, 1, 1],
  ] as const) {
    const { view } = await pixels.ofPlanes(planes);
    const part = await view.part({ leftPx, topPx, widthPx: width, heightPx: height });
    expect(view.made).toBe(false);
    expect(part.picture.widthPx * part.picture.heightPx).toBeLessThan((widthPx * heightPx) / 2);
    let wrong = 0;
    for (let y = Math.max(0, topPx); y < Math.min(heightPx, topPx + height); y++)
      for (let x = Math.max(0, leftPx); x < Math.min(widthPx, leftPx + width); x++)
        for (let k = 0; k < 4; k++) {
          const at = 4 * ((y - part.topPx) * part.picture.widthPx + x - part.leftPx) + k;
          if (part.picture.rgba[at] !== rgba[4 * (y * widthPx + x) + k]) wrong++;
        }
    expect([leftPx, topPx, wrong]).toEqual([leftPx, topPx, 0]);
  }
  // Most of a frame is made as a whole, and then all that is asked for is a part of that.
  const { view } = await pixels.ofPlanes(planes);
  expect((await view.part({ leftPx: 5, topPx: 5, widthPx: 150, heightPx: 110 })).leftPx).toBe(0);
  expect(view.made).toBe(true);
});

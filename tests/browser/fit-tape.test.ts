/** The working film alone: what goes in comes out, with its matte, and a film that was begun goes on. */
import { ALL_FORMATS, BlobSource, EncodedPacketSink, Input, type InputVideoTrack } from 'mediabunny';
import { afterEach, expect, test } from 'vitest';
import { RATE_25 } from '#core/base/time.ts';
import type { AssetHash } from '#core/base/ids.ts';
import { filmShape, type FilmShape } from '#core/presenter/footage/film/layout.ts';
import type { Matte, Picture } from '#core/track/ports.ts';
import { openMatteTool } from '#core/track/tools/open.ts';
import { openOpfsStore, type OpfsStore } from '#shared/opfs.ts';
import { filmPictures } from '#workers/fit/film-pictures.ts';
import { forgetKept, keptOf } from '#workers/fit/kept.ts';
import { FarTape } from '#workers/fit/far-tape.ts';
import { notedAssets } from '#workers/fit/noted-store.ts';
import { Tape, TAPE_VERSION, type TapedFrame } from '#workers/fit/tape.ts';
import { fetchModelFiles } from '#workers/adapters/model-files.ts';
import { ortWebRuntime } from '#workers/adapters/ort-web.ts';
import { openVideoFile, storedFrameAt } from '#workers/adapters/video-source.ts';

const WIDTH = 96;
const HEIGHT = 160;
const FRAMES = 64;
const SOURCE = 'f'.repeat(64) as AssetHash;
const shape = filmShape(WIDTH, HEIGHT, true);

const folders: string[] = [];
async function freshStore(): Promise<OpfsStore> {
  const folder = `test-tape-${crypto.randomUUID()}`;
  folders.push(folder);
  return openOpfsStore(folder);
}
afterEach(async () => {
  const top = await navigator.storage.getDirectory();
  for (const folder of folders.splice(0))
    await top.removeEntry(folder, { recursive: true }).catch(() => undefined);
});

/** The person is what is bright: a bar that goes to the right. */
const isPerson = (index: number, x: number) => x >= 10 + index && x < 40 + index;

function frame(index: number, heightPx = HEIGHT): TapedFrame {
  const planes = new Uint8Array((WIDTH * heightPx * 3) / 2).fill(128);
  for (let y = 0; y < heightPx; y++)
    for (let x = 0; x < WIDTH; x++) planes[y * WIDTH + x] = isPerson(index, x) ? 200 : 50;
  return { index, planes };
}

/** Sees what is bright, at a quarter of the size, and counts its looks. */
function tools() {
  let looks = 0;
  const sizes = new Set<string>();
  return {
    looks: () => looks,
    /** Of the pictures that were looked at. */
    sizes: () => [...sizes],
    matte({ widthPx, heightPx, rgba }: Picture): Promise<Matte> {
      looks++;
      sizes.add(`${widthPx} × ${heightPx}`);
      const [columns, rows] = [widthPx / 4, heightPx / 4];
      const alpha = Uint8ClampedArray.from({ length: columns * rows }, (_, i) => {
        const [x, y] = [4 * (i % columns) + 2, 4 * Math.floor(i / columns) + 2];
        return (rgba[4 * (y * widthPx + x)] as number) > 128 ? 255 : 0;
      });
      return Promise.resolve({ widthPx: columns, heightPx: rows, alpha });
    },
  };
}

/** In these frames the person is white in the matte below the picture, where the layout says. */
async function expectMattes(film: File, { matte }: FilmShape, frames: readonly number[]): Promise<void> {
  if (matte === null) throw new Error('there is no matte');
  const file = await openVideoFile(film);
  const reader = file.reader();
  for (const at of frames) {
    const { frame: whole } = await storedFrameAt(reader, (at + 0.5) / 25);
    const planes = new Uint8Array(whole.allocationSize());
    const [luma] = (await whole.copyTo(planes)) as [PlaneLayout];
    whole.close();
    const alpha = (x: number, y: number) => {
      const [column, row] = matte.lying ? [y, matte.topPx + x] : [x, matte.topPx + y];
      return (planes[luma.offset + row * luma.stride + column] as number) > 126;
    };
    for (let x = 1; x < WIDTH / 2; x++) {
      const near = [2 * x - 4, 2 * x + 5].some((edge) => isPerson(at, edge) !== isPerson(at, 2 * x));
      if (!near) expect([at, x, alpha(x, 40)]).toEqual([at, x, isPerson(at, 2 * x)]);
    }
  }
  await reader.close();
  file.close();
}

test('a film holds every frame and its matte, and one that was begun goes on after its last whole piece', async () => {
  const store = await freshStore();
  const kept = keptOf(store, SOURCE, { film: 1 });
  const first = tools();
  const begun = await Tape.open({ shape, rate: RATE_25, tools: first, kept });
  expect(begun.nextFrame).toBe(0);
  for (let i = 0; i < 57; i++) await begun.add(frame(i));
  expect(first.looks()).toBe(19);
  // As a reload would: nothing is finished, nothing said.
  begun.close();

  const eyes = tools();
  const tape = await Tape.open({ shape, rate: RATE_25, tools: eyes, kept });
  expect(tape.nextFrame).toBe(50);
  for (let i = tape.nextFrame; i < FRAMES; i++) await tape.add(frame(i));
  const { asset, bytes } = await tape.finish(store, 'Bars');
  tape.close();
  const film = (await store.file(asset)) as File;
  expect(film.size).toBe(bytes);

  let index = 0;
  for await (const { rgba } of filmPictures(
    film,
    { rate: RATE_25, widthPx: WIDTH, heightPx: HEIGHT },
    FRAMES,
  )) {
    for (const x of [4, 20 + index, 25 + index, 50 + index].filter((at) => at < WIDTH)) {
      const bright = (rgba[4 * (80 * WIDTH + x)] as number) > 128;
      expect([index, x, bright]).toEqual([index, x, isPerson(index, x)]);
    }
    index++;
  }
  expect(index).toBe(FRAMES);

  // Between two looks, too.
  await expectMattes(film, shape, [0, 7, 31, 50, 52, 63]);

  await forgetKept(store, SOURCE);
  expect((await store.usage()).productBytes).toBe(0);
  expect((await Tape.open({ shape, rate: RATE_25, tools: eyes, kept })).nextFrame).toBe(0);
});

test('of a large picture the networks see half, and its matte is as right', async () => {
  const heightPx = 1440;
  const large = filmShape(WIDTH, heightPx, true);
  const store = await freshStore();
  const eyes = tools();
  const tape = await Tape.open({ shape: large, rate: RATE_25, tools: eyes, kept: keptOf(store, SOURCE, {}) });
  for (let i = 0; i < 8; i++) await tape.add(frame(i, heightPx));
  const { asset } = await tape.finish(store, 'Bars');
  tape.close();
  expect(eyes.sizes()).toEqual([`${WIDTH / 2} × ${heightPx / 2}`]);
  await expectMattes((await store.file(asset)) as File, large, [0, 2, 6]);
});

test('a key frame comes every half second', async () => {
  const store = await freshStore();
  const tape = await Tape.open({ shape, rate: RATE_25, tools: tools(), kept: keptOf(store, SOURCE, {}) });
  for (let i = 0; i < FRAMES; i++) await tape.add(frame(i));
  const { asset } = await tape.finish(store, 'Bars');
  tape.close();
  const source = new BlobSource((await store.file(asset)) as File);
  using input = new Input({ source, formats: ALL_FORMATS });
  const track = await input.getPrimaryVideoTrack();
  const keys: number[] = [];
  for await (const packet of new EncodedPacketSink(track as InputVideoTrack).packets())
    if (packet.type === 'key') keys.push(Math.round(packet.timestamp * 25));
  expect(keys).toEqual([0, 13, 26, 39, 50, 63]);
});

test('written by a worker of its own it is the same film, and one that was closed is written no more', async () => {
  const store = await openOpfsStore();
  const [far, near] = ['e', 'd'].map((letter) => letter.repeat(64) as AssetHash) as [AssetHash, AssetHash];
  const frames = 12;
  const request = { rate: RATE_25, widthPx: WIDTH, heightPx: HEIGHT, frameCount: frames };
  const there = await FarTape.open({ ...request, source: far, baseUrl: '/static/', card: false });
  for (let i = there.nextFrame; i < frames; i++) await there.add(frame(i));
  const film = await there.finish('Bars');
  await there.close();
  const answer: unknown = await Promise.race([
    there.finish('Bars').catch((error: unknown) => error),
    new Promise((resolve) => setTimeout(() => resolve('nobody answers'), 200)),
  ]);
  expect(answer).toBe('nobody answers');

  const files = fetchModelFiles('/static/');
  const eyes = await openMatteTool(ortWebRuntime({ files, gpu: () => Promise.resolve(null) }), files);
  const kept = keptOf(store, near, {});
  const tape = await Tape.open({ shape, rate: RATE_25, tools: eyes, kept });
  for (let i = 0; i < frames; i++) await tape.add(frame(i));
  const own = await tape.finish(store, 'Bars');
  expect(film.bytes).toBe(own.bytes);
  // A finished film says when it was written; its packets do not.
  const piece = await keptOf(store, far, { tape: TAPE_VERSION, ...request }).read('film/0');
  expect(piece?.length).toBeGreaterThan(500);
  expect(piece).toEqual(await kept.read('film/0'));
  tape.close();
  await eyes.close();

  // It is written down there, too, whose face this is.
  expect(await notedAssets(store, far)).toEqual([film.asset]);
  for (const source of [far, near]) await forgetKept(store, source);
  for (const { asset } of [film, own]) await store.remove(asset);
});

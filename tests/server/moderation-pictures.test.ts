/** Pictures on the server: a project's uploads and a film's frames, looked at by the network that ships. */
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCanvas } from '@napi-rs/canvas';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newProject } from '#core/document/create.ts';
import type { AssetHash } from '#core/base/ids.ts';
import {
  openPictureClassifier,
  PICTURE_KINDS,
  type PictureClassifier,
  type SeenPicture,
} from '#core/policy/moderation/images/picture-classifier.ts';
import { picturesOf } from '#core/policy/moderation/images/project-pictures.ts';
import type { PieceVerdict } from '#core/policy/moderation/verdict.ts';
import { diskModelFiles } from '#server/render/adapters/model-files.ts';
import { ortNodeRuntime } from '#server/render/adapters/ort-node.ts';
import { accountAssets } from '#server/services/assets/account-assets.ts';
import { picturesOfFilm } from '#server/render/look-process.ts';
import { pictureDecoder } from '#server/services/moderation/decode-picture.ts';
import { moderateFrames, pictureJudge, type NamedPicture } from '#server/services/moderation/pictures.ts';
import { openScratch } from '#server/services/scratch.ts';
import { balls } from '../fixtures/balls.ts';
import { openTrust, type Trust } from './harness/trust.ts';

const MEDIA = join(import.meta.dirname, '../../../shared/media/portraits');
const FILM = join(import.meta.dirname, '../../../shared/media/footage/standing-man.mp4');
const files = diskModelFiles();
const runtime = ortNodeRuntime({ files });
const folder = mkdtempSync(join(tmpdir(), 'orator-pictures-'));
const decodePicture = pictureDecoder(openScratch(folder));
let network: PictureClassifier;
beforeAll(async () => {
  network = await openPictureClassifier(runtime, files);
});
afterAll(async () => {
  await runtime.close();
  rmSync(folder, { recursive: true, force: true });
});

/** A slide with a bar of the colour given; another colour is another picture. */
function slide(color: string): Uint8Array<ArrayBuffer> {
  const canvas = createCanvas(160, 90);
  const context = canvas.getContext('2d');
  context.fillStyle = '#fafafa';
  context.fillRect(0, 0, 160, 90);
  context.fillStyle = color;
  context.fillRect(20, 30, 100, 12);
  return new Uint8Array(canvas.toBuffer('image/png'));
}

/** Sees what a picture's first pixel says: no unsafe picture is kept in this project. */
function seer(looked: number[] = []): PictureClassifier {
  return {
    revision: 'seer 1',
    async look({ rgba }) {
      looked.push(rgba[0] ?? 0);
      const shares = Object.fromEntries(PICTURE_KINDS.map((kind) => [kind, 0])) as Record<
        (typeof PICTURE_KINDS)[number],
        number
      >;
      return { ...shares, ...(rgba[0] === 255 ? { porn: 0.99 } : { neutral: 1 }) };
    },
    close: () => Promise.resolve(),
  };
}
const pixel = (red: number): SeenPicture => ({
  rgba: Uint8Array.of(red, 0, 0, 255),
  widthPx: 1,
  heightPx: 1,
});

const named = (id: string, bytes: Uint8Array<ArrayBuffer>, onRead = () => undefined): NamedPicture => ({
  id,
  hash: createHash('sha256').update(bytes).digest('hex'),
  bytes: bytes.length,
  read: () => {
    onRead();
    return Promise.resolve(bytes);
  },
});

describe('pictures of a project', () => {
  it('are read one after the other, not at all where they are known, and never where they are huge', async () => {
    let [reads, held, mostHeld] = [0, 0, 0];
    const judge = pictureJudge(seer([]), async (bytes) => {
      mostHeld = Math.max(mostHeld, ++held);
      await new Promise((resolve) => setTimeout(resolve, 5));
      held--;
      return pixel(bytes[0] ?? 0);
    });
    const pictures = Array.from({ length: 8 }, (_, i) =>
      named(String(i), Uint8Array.of(i), () => void reads++),
    );
    await Promise.all(Array.from({ length: 5 }, () => judge.judge(pictures)));
    expect({ reads, bounded: mostHeld <= 2 }).toEqual({ reads: 8, bounded: true });
    const huge = { ...named('huge', Uint8Array.of(9), () => void reads++), bytes: 65 * 1024 * 1024 };
    expect(await judge.judge([huge])).toMatchObject([{ pieceId: 'huge', decision: 'review' }]);
    const gone = { ...named('gone', Uint8Array.of(10)), read: () => Promise.resolve(null) };
    expect(await judge.judge([gone])).toMatchObject([{ pieceId: 'gone', decision: 'review' }]);
    expect(reads).toBe(8);
  });

  it('that are slides pass the real network, and what is no picture goes to a person', async () => {
    const judge = pictureJudge(network, decodePicture);
    const [one, other] = await judge.judge([
      named('a', slide('#204060')),
      named('b', new TextEncoder().encode('not a picture')),
    ]);
    expect(one).toMatchObject({ pieceId: 'a', decision: 'allow' });
    expect(other).toMatchObject({ pieceId: 'b', decision: 'review', findings: [{ source: 'image' }] });
  });

  it('that are only balls, but look like more to the network, go to a person, as they do in the browser', async () => {
    const [one] = await pictureJudge(network, decodePicture).judge([named('a', new Uint8Array(balls()))]);
    expect(one).toMatchObject({ decision: 'review', findings: [{ rule: 'S1', source: 'image' }] });
  });

  it('are looked at once each, whatever they are called', async () => {
    const looked: number[] = [];
    const judge = pictureJudge(seer(looked), (bytes) => Promise.resolve(pixel(bytes[0] ?? 0)));
    const bad = Uint8Array.of(255);
    await judge.judge([named('a', bad), named('b', Uint8Array.of(1))]);
    const [again] = await judge.judge([named('renamed', bad)]);
    expect(again).toMatchObject({ pieceId: 'renamed', decision: 'block' });
    expect(looked).toEqual([255, 1]);
  });
});

describe('frames of a film', () => {
  it('are looked at one after the other, and those that are wrong are named by their time', async () => {
    async function* film() {
      for (const [i, red] of [0, 255, 0].entries()) yield { atS: i * 2.5, picture: pixel(red) };
    }
    expect(await moderateFrames(film(), seer())).toMatchObject({
      decision: 'block',
      looked: 3,
      frames: [{ pieceId: 'frame at 2.5 s', decision: 'block' }],
    });
  });

  it('of a real film pass the real network', async (context) => {
    if (!existsSync(FILM)) return context.skip('there is no ../shared/media here');
    const file = readFileSync(FILM);
    const bytes = {
      bytes: file.length,
      read: (from: number, to: number) => Promise.resolve(file.subarray(from, to)),
    };
    const wanted = { everyS: 1, most: 8, longestPx: 640 };
    async function* frames() {
      for await (const { atS, ...picture } of picturesOfFilm(bytes, wanted, new AbortController().signal))
        yield { atS, picture };
    }
    const seen = await moderateFrames(frames(), network);
    expect(seen).toMatchObject({ decision: 'allow', frames: [] });
    expect(seen.looked).toBeGreaterThan(1);
  });

  it('that are real pictures pass the real network', async (context) => {
    if (!existsSync(MEDIA)) return context.skip('there is no ../shared/media here');
    const frames = await Promise.all(
      ['painted-adult.png', 'synthetic-full-body.png'].map(async (name, i) => ({
        atS: i,
        picture: await decodePicture(new Uint8Array(readFileSync(join(MEDIA, name)))),
      })),
    );
    expect(await moderateFrames(frames, network)).toEqual({ decision: 'allow', looked: 2, frames: [] });
  });
});

describe('the server', () => {
  let trust: Trust;
  const looked: number[] = [];
  beforeAll(async () => {
    const decoded = (bytes: Uint8Array) => Promise.resolve(pixel(bytes[0] ?? 0));
    trust = await openTrust({ pictures: pictureJudge(seer(looked), decoded) });
  });
  afterAll(() => trust.close());

  it('judges what was uploaded for a project, and gives the same verdict for the same pictures', async () => {
    const author = await trust.person();
    const assets = accountAssets(trust.services.store, author.accountId);
    const project = async (red: number) => {
      const hash = await assets.put(Uint8Array.of(red));
      const picture = { hash, name: 'shore.png', mime: 'image/png', bytes: 1, kind: 'image' as const };
      return { ...newProject(), media: [{ ...picture, widthPx: 1, heightPx: 1, durationS: null }] };
    };
    const ask = async (sent: unknown) =>
      (
        await trust.ask<{ id: string; decision: string; pieces: readonly PieceVerdict[] }>(
          author,
          'POST',
          '/api/moderation/verdicts',
          { project: sent },
        )
      ).body;
    const [good, bad] = [await project(7), await project(255)];
    expect((await ask(good)).decision).toBe('allow');
    const blocked = await ask(bad);
    expect(blocked.decision).toBe('block');
    expect(blocked.pieces.find(({ pieceId }) => pieceId === bad.media[0]?.hash)).toMatchObject({
      findings: [{ rule: 'S1', source: 'image', span: null }],
    });
    expect((await ask(bad)).id).toBe(blocked.id);
    expect(looked).toEqual([7, 255]);
  });

  it('knows every still picture of a project, each once', () => {
    const [a, b, c] = ['a', 'b', 'c'].map((letter) => letter.repeat(64) as AssetHash) as [
      AssetHash,
      AssetHash,
      AssetHash,
    ];
    const project = newProject();
    const entry = { name: '', mime: '', bytes: 1, widthPx: 1, heightPx: 1, durationS: null };
    expect(
      picturesOf({
        ...project,
        media: [
          { ...entry, hash: a, kind: 'image' },
          { ...entry, hash: c, kind: 'video' },
        ],
        brand: { ...project.brand, logo: { asset: b, corner: 'top-left', widthFraction: 0.1 } },
      }),
    ).toEqual([a, b]);
  });
});

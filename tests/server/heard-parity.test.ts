/**
 * A recording on the server is listened to with the full weights of the lip-sync network, and in the preview with those
 * that fit down a line: the film is the same one all the same. Listening itself is the same in Chromium and in Node
 * (tests/browser/lipsync-model.test.ts).
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { sha256Hex } from '#core/base/hashing.ts';
import { RATE_25 } from '#core/base/time.ts';
import { createCanvas2DCompositor } from '#core/compose/canvas2d.ts';
import { newParagraph, newProject, newRecording, newVoice } from '#core/document/create.ts';
import { addMediaEntry, setRecording, updateScene } from '#core/document/edit.ts';
import type { MediaEntry, Project } from '#core/document/project.ts';
import { prepareFilm, type Film } from '#core/pipeline/prepare.ts';
import { imagesIn } from '#core/pipeline/render.ts';
import { issuePermit } from '#core/policy/permit.ts';
import type { SpeechListener } from '#core/speech/listen/heard.ts';
import { openListener } from '#core/speech/listen/open-listener.ts';
import { parseWav, writeWav } from '#core/speech/pcm.ts';
import { speakParagraph } from '#core/speech/speak.ts';
import { diskModelFiles } from '#server/render/adapters/model-files.ts';
import { ortNodeRuntime } from '#server/render/adapters/ort-node.ts';
import { skiaCanvases } from '#server/render/adapters/skia.ts';
import { nativeImages } from '#server/render/pictures.ts';
import { openPrepareHost } from '#server/render/prepare-host.ts';
import { ROOT } from '#server/setup/place.js';
import { ssim, worstRegion } from '../golden/compare.ts';
import { storeInMemory } from '../golden/parity/draw.ts';
import { nodeEngine } from './flite-node.ts';

/**
 * As in tests/browser/parity.test.ts. Measured on a face that fills the picture: 0.998 and 4.0; where the mouth says
 * something else, 0.79 and 168.
 */
const LEAST_SSIM = 0.98;
const WORST_REGION = 6;
const SIZE = { widthPx: 320, heightPx: 240 };
/** Of the frames, one in so many. */
const EVERY = 5;

const TEXT = 'Maybe Bob should move five purple boxes home before we stop.';
const OTHER = 'Who knew that a hot potato, often called a yam, is what you want now?';
const REAL = join(ROOT, '../shared/media/speech/english-1.wav');

const engine = nodeEngine();
const files = diskModelFiles();
const runtime = ortNodeRuntime({ files });
const shipped = openListener(runtime, files);
const { store, file } = await storeInMemory([], sha256Hex);
const host = await openPrepareHost(store, { file });
const images = nativeImages({ file });
afterAll(async () => {
  images.close();
  await host.close();
  engine.close();
  await runtime.close();
});

test('a voice moves the same lips on the server and in the preview', async () => {
  const sound = await said(TEXT);
  const full = await drawn(sound, TEXT);
  const preview = await drawn(sound, TEXT, await shipped);
  expect(full.key).not.toBe(preview.key);
  expectAlike(apart(full.frames, preview.frames), 'slt');

  // The measure sees a mouth that says something else.
  const other = await drawn(await said(OTHER), TEXT, await shipped);
  const control = apart(full.frames, other.frames.slice(0, full.frames.length));
  expect(control.leastSsim).toBeLessThan(LEAST_SSIM);
  expect(control.worstRegion).toBeGreaterThan(WORST_REGION);
});

test.skipIf(!existsSync(REAL))('so does someone who really spoke, without a script', async () => {
  const { pcm, sampleRateHz } = parseWav(new Uint8Array(readFileSync(REAL)))!;
  const sound = writeWav(pcm.subarray(0, 5 * sampleRateHz), sampleRateHz);
  const full = await drawn(sound, '');
  const preview = await drawn(sound, '', await shipped);
  expectAlike(apart(full.frames, preview.frames), 'english-1');
});

async function said(text: string): Promise<Uint8Array<ArrayBuffer>> {
  const { pcm, sampleRateHz } = await speakParagraph(newParagraph(text), newVoice(), engine);
  return writeWav(pcm, sampleRateHz);
}

/** Frames of a film that a recording speaks, as the server makes it; with other ears where some are given. */
async function drawn(sound: Uint8Array<ArrayBuffer>, text: string, ears?: SpeechListener) {
  await store.put(sound);
  const recordings = host.recordings!;
  const listener = ears ? () => Promise.resolve(ears) : recordings.listener;
  const project = await spoken(sound, text);
  const permit = issuePermit(project, 'draft', 'offline', []);
  const film = await prepareFilm(project, permit, { ...host, recordings: { ...recordings, listener } });
  return { key: film.shots[0]?.speechKey, frames: await framesOf(film) };
}

async function spoken(sound: Uint8Array<ArrayBuffer>, text: string): Promise<Project> {
  const { pcm, sampleRateHz } = parseWav(sound)!;
  const entry: MediaEntry = {
    ...{ hash: await sha256Hex(sound), name: 'said.wav', mime: 'audio/wav' },
    ...{ kind: 'sound', bytes: sound.length, widthPx: 0, heightPx: 0 },
    durationS: pcm.length / sampleRateHz,
  };
  const format = { ...SIZE, rate: RATE_25 };
  // Its ids are by lot, and decide when someone blinks.
  const made = newProject({ scenes: [[{ ...newParagraph(text), id: 'p' as never }]], format });
  const { id } = made.scenes[0]!;
  const close = updateScene(made, id, (scene) => ({
    ...scene,
    presenters: scene.presenters.map((placement) => ({ ...placement, framing: 'close' as const })),
  }));
  return setRecording(addMediaEntry(close, entry), id, newRecording(entry));
}

async function framesOf({ plan }: Film): Promise<readonly Uint8ClampedArray[]> {
  const { widthPx, heightPx } = plan;
  const compositor = createCanvas2DCompositor({ canvases: skiaCanvases, widthPx, heightPx });
  const frames: Uint8ClampedArray[] = [];
  for (let index = 0; index < plan.frameCount; index += EVERY) {
    const list = plan.at(index);
    await images.load(imagesIn(list.layers));
    compositor.draw(list, images);
    frames.push(Uint8ClampedArray.from(await compositor.readPixels()));
  }
  compositor.close();
  return frames;
}

interface Apart {
  readonly leastSsim: number;
  readonly worstRegion: number;
}

function apart(one: readonly Uint8ClampedArray[], other: readonly Uint8ClampedArray[]): Apart {
  expect(one.length).toBe(other.length);
  const { widthPx, heightPx } = SIZE;
  const pairs = one.map((frame, i) => [frame, other[i]!] as const);
  return {
    leastSsim: Math.min(...pairs.map(([a, b]) => ssim(a, b, widthPx, heightPx))),
    worstRegion: Math.max(...pairs.map(([a, b]) => worstRegion(a, b, widthPx, heightPx))),
  };
}

function expectAlike(found: Apart, name: string): void {
  console.info(`${name}: SSIM ${found.leastSsim.toFixed(4)}, worst region ${found.worstRegion.toFixed(2)}`);
  expect(found.leastSsim).toBeGreaterThanOrEqual(LEAST_SSIM);
  expect(found.worstRegion).toBeLessThanOrEqual(WORST_REGION);
}

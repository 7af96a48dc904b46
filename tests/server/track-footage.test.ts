/**
 * Real people followed through real film, and through copies of it that were made worse: good films get no troubles,
 * each bad one its own and no other. Skips where ../shared/media is absent.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadManifest } from '#core/model/files.ts';
import { LIPSYNC } from '#core/speech/listen/lipsync-model.ts';
import { createListener } from '#core/speech/listen/listener.ts';
import type { HeardSpeech } from '#core/speech/listen/heard.ts';
import { median } from '#core/track/curves.ts';
import { createFollower, resumeFollower, type FollowedFilm } from '#core/track/follow.ts';
import { measureOf } from '#core/track/footage-track.ts';
import { troublesOfFollowed, troublesOfSound } from '#core/track/judge.ts';
import { FACE_POINTS } from '#core/track/ports.ts';
import { measureSync } from '#core/track/sync.ts';
import { openFaceTools, type OpenFaceTools } from '#core/track/tools/open.ts';
import { diskModelFiles } from '#server/render/adapters/model-files.ts';
import { ortNodeRuntime } from '#server/render/adapters/ort-node.ts';
import { ROOT } from '#server/setup/place.js';
import { readSound } from '#tests/bench/lipsync/film.ts';
import { filteredFilm, type FrameSource } from './film-frames.ts';

const MEDIA = join(ROOT, '..', 'shared', 'media');
const there = existsSync(MEDIA);
if (!there) console.log(`skipped: there is no footage in ${MEDIA}.`);
const MAN = join(MEDIA, 'footage', 'standing-man.mp4');
const WOMAN = join(MEDIA, 'footage', 'seated-woman.mp4');
const RATE = { num: 25, den: 1 };
const LONG_MS = 600_000;
/** Enough speech to tell whether sound and lips go together. */
const SOUND_S = 14;

const files = diskModelFiles();
// One thread: on a busy machine two wait for each other more than they work.
const runtime = ortNodeRuntime({ files, threads: 1 });
let tools: OpenFaceTools;

async function follow(film: FrameSource): Promise<FollowedFilm> {
  const follower = createFollower(tools, { rate: RATE, widthPx: film.widthPx, heightPx: film.heightPx });
  for await (const picture of film.frames()) await follower.look(picture);
  return follower.finish();
}

const codes = (film: FollowedFilm) => [...new Set(troublesOfFollowed(film).map(({ code }) => code))];
const seenPart = ({ track }: FollowedFilm) =>
  track.seen.reduce((sum, seen) => sum + seen, 0) / track.frameCount;

/** How far points are off the middle of their neighbours in time, in faces: what trembles, and what moves quickly. */
function jitter({ track }: FollowedFilm, points: readonly number[]): number {
  const height = median(measureOf(track, 'faceHeightPx'));
  const off: number[] = [];
  for (let frame = 1; frame < track.frameCount - 1; frame++)
    for (const point of points) {
      const at = (by: number, axis: number) =>
        track.points[((frame + by) * FACE_POINTS + point) * 3 + axis] as number;
      off.push(
        Math.hypot(at(0, 0) - (at(-1, 0) + at(1, 0)) / 2, at(0, 1) - (at(-1, 1) + at(1, 1)) / 2) / height,
      );
    }
  return median(off);
}

describe.skipIf(!there)('real footage', () => {
  beforeAll(async () => {
    tools = await openFaceTools(runtime, files);
  }, LONG_MS);
  afterAll(async () => {
    await tools.close();
    await runtime.close();
  });

  test.each([
    ['footage/seated-woman.mp4', 0.006],
    ['footage/synthetic-man.mp4', 0.003],
    ['footage/synthetic-woman.mp4', 0.004],
    ['speaking/swiz3n.mpg', 0.003],
    ['speaking/swwp2s.mpg', 0.003],
  ])(
    '%s is followed throughout, steadily, and nothing is wrong with it',
    async (name, steady) => {
      const film = await follow(filteredFilm([join(MEDIA, name)], '[0:v]null', 2.2));
      expect(seenPart(film)).toBe(1);
      expect(codes(film)).toEqual([]);
      // Bridge and tip of the nose, corners of the eyes.
      expect(jitter(film, [168, 6, 4, 33, 133, 263, 362])).toBeLessThan(steady);
      // Someone who speaks opens the mouth and shuts it again; a face at rest blinks or not.
      expect(Math.min(...measureOf(film.track, 'mouthOpening'))).toBeLessThan(0.03);
      expect(Math.abs(median(measureOf(film.track, 'headYaw')))).toBeLessThan(0.3);
    },
    LONG_MS,
  );

  const half = 'scale=540:960';
  const mouth = 'x=215:y=240:w=115:h=90';
  test.each([
    ['too-dark', [MAN], `[0:v]${half},lutyuv=y=16+(val-16)*0.12`],
    ['motion-blur', [MAN], `[0:v]${half},dblur=angle=10:radius=15:enable='between(t,1,2)'`],
    ['motion-blur', [MAN], `[0:v]${half},gblur=sigma=5`],
    ['out-of-frame', [MAN], `[0:v]${half},crop=270:960:270:0`],
    ['two-faces', [MAN, WOMAN], `[0:v]${half}[a];[1:v]${half}[b];[a][b]hstack`],
    ['mouth-covered', [MAN], `[0:v]${half},drawbox=${mouth}:color=blue:t=fill:enable='between(t,1,2)'`],
    [
      'mouth-covered',
      [MAN],
      `[0:v]${half},drawbox=${mouth}:color=0x9c6a50:t=fill:enable='between(t,1.2,2.2)'`,
    ],
    [
      'mouth-covered',
      [MAN],
      `[0:v]${half},split[a][b];[b]crop=110:85:215:825[h];[a][h]overlay=217:240:enable='between(t,1.2,2.2)'`,
    ],
    ['too-small', [MAN], '[0:v]scale=216:384'],
    ['no-face', [MAN], `[0:v]${half},crop=540:500:0:460`],
  ])(
    '%s and nothing else is said of %s through %s',
    async (code, inputs, graph) => {
      expect(codes(await follow(filteredFilm(inputs, graph, 2.6)))).toEqual([code]);
    },
    LONG_MS,
  );

  test(
    'stopped and gone on with from what it kept, a real film ends with the same bytes',
    async () => {
      const film = filteredFilm([WOMAN], `[0:v]${half}`, 2);
      const whole = await follow(film);
      const shape = { rate: RATE, widthPx: film.widthPx, heightPx: film.heightPx };
      const first = createFollower(tools, shape);
      let frame = 0;
      for await (const picture of film.frames()) if (frame++ < 23) await first.look(picture);
      const second = resumeFollower(tools, shape, first.snapshot());
      if (!second) throw new Error('not resumed');
      const from = second.nextFrame;
      frame = 0;
      for await (const picture of film.frames()) if (frame++ >= from) await second.look(picture);
      expect((await second.finish()).track).toEqual(whole.track);
    },
    LONG_MS,
  );

  test(
    'sound is told to be late, early, or of somebody else; a film’s own sound is not spoken of',
    async () => {
      const manifest = await loadManifest(files, LIPSYNC.id);
      const listener = createListener(await runtime.open(manifest), manifest.version);
      const hear = async (path: string, lateS: number, seconds: number): Promise<HeardSpeech> => {
        const pcm = await readSound(path);
        const shifted = new Float32Array(seconds * 16_000);
        const by = Math.round(lateS * 16_000);
        for (let i = 0; i < shifted.length; i++) shifted[i] = pcm[i - by] ?? 0;
        return listener.listen(shifted, 16_000);
      };
      const film = await follow(filteredFilm([MAN], `[0:v]${half}`, SOUND_S));
      expect(codes(film)).toEqual([]);
      const said = async (path: string, lateS: number, seconds = SOUND_S) =>
        troublesOfSound(film, await hear(path, lateS, seconds)).map(({ sentence }) => sentence);
      expect(await said(MAN, 0)).toEqual([]);
      const sync = measureSync(film.track, await hear(MAN, 0, SOUND_S));
      expect(sync?.atZero).toBeGreaterThan(3);
      expect(await said(MAN, 0.4)).toEqual(['The sound comes 0.4 seconds after the lips.']);
      expect(await said(MAN, -0.28)).toEqual(['The sound comes 0.28 seconds before the lips.']);
      expect(await said(WOMAN, 0, 10)).toEqual(['The sound does not seem to belong to the lips.']);
      await listener.close();
    },
    LONG_MS,
  );
});

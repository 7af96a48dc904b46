import { afterEach, describe, expect, test } from 'vitest';
import type { ParagraphId, SceneId } from '#core/base/ids.ts';
import { RATE_25 } from '#core/base/time.ts';
import type { PreparedFilm } from '#core/pipeline/worker-api.ts';
import { createPlayer } from '#lib/engine/player.ts';
import type { Player } from '#lib/engine/player.ts';

let player: Player | null = null;
afterEach(() => player?.close());

function film(...counts: number[]): PreparedFilm {
  let startFrame = 0;
  const shots = counts.map((frameCount, i) => {
    const pcm = new Float32Array((frameCount * 16000) / 25).fill(0.01);
    const shot = {
      scene: 's' as SceneId,
      paragraph: `p${i}` as ParagraphId,
      startFrame,
      frameCount,
      words: [],
      sampleRateHz: 16000,
      pcm,
    };
    startFrame += frameCount;
    return shot;
  });
  return { rate: RATE_25, frameCount: startFrame, recordings: [], gain: 1, shots };
}

function listen(show: (frame: number) => Promise<void> = () => Promise.resolve()) {
  const frames: number[] = [];
  const shown: number[] = [];
  let ended: () => void = () => undefined;
  const end = new Promise<void>((resolve) => (ended = resolve));
  player = createPlayer({
    show: (frame) => {
      shown.push(frame);
      return show(frame);
    },
    onFrame: (frame) => frames.push(frame),
    onPlaying: (playing) => {
      if (!playing) ended();
    },
  });
  return { player, frames, shown, end };
}

describe('playback', () => {
  test('goes through the film once, forwards, as long as its sound lasts, and stops on the last frame', async () => {
    const { player, frames, end } = listen();
    player.load(film(10, 8), 0);
    const from = performance.now();
    await player.play();
    await end;
    expect(performance.now() - from).toBeGreaterThan(700);
    expect(frames).toEqual([...frames].sort((a, b) => a - b));
    expect(new Set(frames).size).toBe(frames.length);
    expect(player.frame).toBe(17);
    expect(player.playing).toBe(false);
  });

  test('drops frames rather than drift when the stage is slow', async () => {
    const { player, shown, end } = listen(() => new Promise((resolve) => setTimeout(resolve, 200)));
    player.load(film(30), 0);
    await player.play();
    await end;
    expect(player.frame).toBe(29);
    expect(shown.length).toBeLessThan(15);
  });

  test('pauses where it is, and goes on from there', async () => {
    const { player } = listen();
    player.load(film(20), 5);
    await player.play();
    await expect.poll(() => player.frame, { interval: 10 }).toBeGreaterThan(8);
    player.pause();
    const at = player.frame;
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(player.frame).toBe(at);
    await player.play();
    await expect.poll(() => player.playing).toBe(false);
    expect(player.frame).toBe(19);
  });

  test('a jump while it plays is heard and seen from there on, and never goes back', async () => {
    const { player, frames, end } = listen();
    player.load(film(15, 15), 0);
    await player.play();
    player.seek(22);
    await end;
    expect(Math.min(...frames)).toBeGreaterThanOrEqual(22);
  });

  test('a film that changes under it goes on playing at the frame it is told', async () => {
    const { player, end } = listen();
    player.load(film(200), 0);
    await player.play();
    player.load(film(12), 3);
    expect(player.playing).toBe(true);
    await end;
    expect(player.frame).toBe(11);
  });

  test('a frame that cannot be drawn is told once, and again when another film has the same trouble', async () => {
    const told: unknown[] = [];
    const why = new Error('the picture is gone');
    player = createPlayer({
      show: () => Promise.reject(why),
      onTrouble: (error) => told.push(error),
      onFrame: () => undefined,
      onPlaying: () => undefined,
    });
    player.load(film(5), 0);
    for (const frame of [1, 2, 3]) {
      player.seek(frame);
      await new Promise((done) => setTimeout(done));
    }
    expect(told).toEqual([why]);
    player.load(film(5), 0);
    await expect.poll(() => told).toEqual([why, why]);
  });
});

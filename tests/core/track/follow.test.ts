/** A made film of a made face, followed by the real follower: where the networks see what the pixels say. */
import { describe, expect, test } from 'vitest';
import { measureOf } from '#core/track/footage-track.ts';
import { createFollower, resumeFollower, type Follower } from '#core/track/follow.ts';
import { BODY_POINTS, FACE_POINTS } from '#core/track/ports.ts';
import { FILM, madeFace, madeFrame, madeTools, type FaceState, type MadeTools } from './made-face.ts';

/** Wanders, turns, and speaks quickly. */
const walking = (frame: number): Partial<FaceState> => ({
  x: 110 + 40 * Math.sin(frame / 15),
  y: 95 + 15 * Math.sin(frame / 11),
  roll: 0.2 * Math.sin(frame / 9),
  opening: frame % 2 === 0 ? 0.3 : 0,
});

async function lookAt(follower: Follower, from: number, to: number): Promise<void> {
  for (let frame = from; frame < to; frame++) await follower.look(madeFrame(frame));
}

async function follow(tools: MadeTools, count: number) {
  const follower = createFollower(tools, FILM);
  await lookAt(follower, 0, count);
  return follower.finish();
}

describe('following', () => {
  test('gives every frame’s points as the mesh saw them, the mouth as quick as it was', async () => {
    const { track } = await follow(madeTools(walking), 60);
    expect(track.frameCount).toBe(60);
    expect([...track.seen].every((seen) => seen === 1)).toBe(true);
    for (let frame = 0; frame < 60; frame++) {
      const meant = madeFace(walking(frame));
      const found = track.points.subarray(frame * FACE_POINTS * 3, (frame + 1) * FACE_POINTS * 3);
      const off = Math.max(...meant.map((value, i) => Math.abs(value - (found[i] as number))));
      expect(off).toBeLessThan(0.01);
    }
    const opening = measureOf(track, 'mouthOpening');
    expect(opening[30]).toBeCloseTo(0.3, 1);
    expect(opening[31]).toBeCloseTo(0, 1);
  });

  test('looks once at a frame, once more at every fourth, and holds no more than a dozen', async () => {
    const tools = madeTools(walking);
    const follower = createFollower(tools, FILM);
    for (let frame = 0; frame < 100; frame++) {
      await follower.look(madeFrame(frame));
      expect(follower.nextFrame - follower.doneFrames).toBeLessThanOrEqual(12);
    }
    await follower.finish();
    // Counting faces, once a second, asks the mesh twice for each.
    expect(tools.calls.mesh).toBeLessThan(100 * 1.25 + 4 * 2 + 8);
    expect(tools.calls.detect).toBeLessThanOrEqual(5);
  });

  test('a face that goes is not seen, one that comes back is, and what is between is filled in', async () => {
    const { track, glimpses } = await follow(
      madeTools((frame) => (frame >= 30 && frame < 50 ? null : walking(frame))),
      90,
    );
    const seen = [...track.seen];
    expect(seen.slice(0, 30).every((value) => value === 1)).toBe(true);
    expect(seen.slice(30, 50).every((value) => value === 0)).toBe(true);
    expect(seen.slice(66).every((value) => value === 1)).toBe(true);
    // Half-way between where it went and where it came back.
    const xs = measureOf(track, 'faceX');
    const [gone, back] = [seen.indexOf(0), seen.lastIndexOf(0) + 1];
    const middle = Math.floor((gone + back) / 2);
    expect(xs[middle]).toBeGreaterThan(Math.min(xs[gone - 1] as number, xs[back] as number) - 1);
    expect(xs[middle]).toBeLessThan(Math.max(xs[gone - 1] as number, xs[back] as number) + 1);
    expect(glimpses.some(({ heightsPx }) => heightsPx.length === 0)).toBe(true);
  });

  test('a frame on which the mesh slips is mended from beside', async () => {
    const still = { x: 120, y: 100 };
    const { track } = await follow(
      madeTools(() => still, [21, 37]),
      60,
    );
    expect([...track.seen].flatMap((seen, i) => (seen ? [] : [i]))).toEqual([21, 37]);
    const xs = measureOf(track, 'faceX');
    expect(xs[21]).toBeCloseTo(xs[20] as number, 1);
  });

  test('a film without a face is followed to its end', async () => {
    const tools = madeTools(() => null);
    const { track } = await follow(tools, 60);
    expect(track.seen.includes(1)).toBe(false);
    // Searching everything on every frame would take longer than following does.
    expect(tools.calls.detect).toBeLessThan(12);
  });

  test('bodies are joined between the frames they were looked for on', async () => {
    const { track } = await follow(madeTools(walking), 30);
    const value = (frame: number, k: number) => track.body[frame * BODY_POINTS.length * 3 + k] as number;
    // The made body's first value is the frame's number.
    for (let frame = 0; frame <= 25; frame++) expect(value(frame, 0)).toBeCloseTo(frame, 4);
    expect(value(10, 2)).toBe(1);
  });
});

describe('stopping and going on', () => {
  const gappy = (frame: number) => (frame > 40 && frame < 48 ? null : walking(frame));

  test.each([1, 13, 29, 46, 63])('after frame %i ends with the same bytes', async (stopAt) => {
    const whole = await follow(madeTools(gappy), 80);
    const first = createFollower(madeTools(gappy), FILM);
    await lookAt(first, 0, stopAt);
    const resumed = resumeFollower(madeTools(gappy), FILM, first.snapshot());
    if (!resumed) throw new Error('not resumed');
    expect(resumed.nextFrame).toBe(first.doneFrames);
    await lookAt(resumed, resumed.nextFrame, 80);
    const { track, sights, glimpses } = await resumed.finish();
    expect(track).toEqual(whole.track);
    expect(sights).toEqual(whole.sights);
    expect(glimpses).toEqual(whole.glimpses);
  });

  test('a snapshot of other tools, another film or nothing at all begins again', async () => {
    const follower = createFollower(madeTools(walking), FILM);
    await lookAt(follower, 0, 20);
    const bytes = follower.snapshot();
    expect(resumeFollower({ ...madeTools(walking), revision: 'other' }, FILM, bytes)).toBeNull();
    expect(resumeFollower(madeTools(walking), { ...FILM, widthPx: 320 }, bytes)).toBeNull();
    expect(resumeFollower(madeTools(walking), FILM, bytes.subarray(0, 40))).toBeNull();
  });

  test('a stop in the middle is told as one', async () => {
    const follower = createFollower(madeTools(walking), FILM);
    await lookAt(follower, 0, 5);
    await expect(follower.look(madeFrame(5), { aborted: true })).rejects.toMatchObject({ code: 'cancelled' });
  });
});

/** A person in one picture, through tools that see what the picture says. */
import { describe, expect, test } from 'vitest';
import { troublesOfGlance } from '#core/track/judge-picture.ts';
import { trackPhoto } from '#core/track/photo.ts';
import { FACE_POINTS, type FaceTools } from '#core/track/ports.ts';
import { madeFace, madeFrame, madeTools, type FaceState } from './made-face.ts';

const half: Partial<FaceState> = { x: 115, y: 100, scale: 44, yaw: 0.55, pitch: -0.1, roll: 0.15 };

async function photo(
  state: Partial<FaceState> | null,
  change: (tools: FaceTools) => FaceTools = (same) => same,
) {
  return trackPhoto(madeFrame(0), change(madeTools(() => state)));
}

/** The made picture is a ramp: neither dark nor sharp matters here. */
const aboutTheFace = (codes: readonly { readonly code: string }[]) =>
  codes
    .map(({ code }) => code)
    .filter((code) => !['too-dark', 'motion-blur', 'mouth-covered'].includes(code));

describe('a photo', () => {
  test('half turned is found where it is, and turned as it is', async () => {
    const { track, troubles } = await photo(half);
    expect(aboutTheFace(troubles)).toEqual([]);
    expect(track?.headYaw).toBeCloseTo(0.55, 2);
    expect(track?.headPitch).toBeCloseTo(-0.1, 2);
    expect(track?.headRoll).toBeCloseTo(0.15, 2);
    const meant = madeFace(half);
    meant.forEach((value, i) => expect(Math.abs(value - (track?.points[i] ?? NaN))).toBeLessThan(0.01));
    expect(track?.body).not.toBeNull();
    expect(track?.matte.alpha.length).toBeGreaterThan(0);
  });

  test('one look gone wrong moves nothing', async () => {
    const { track } = await photo(half, (tools) => ({
      ...tools,
      async mesh(picture, squares, signal) {
        const seen = await tools.mesh(picture, squares, signal);
        return seen.map((face, i) =>
          i === 5 ? { ...face, points: face.points.map((value) => value + 9) } : face,
        );
      },
    }));
    expect(track?.points[0]).toBeCloseTo(madeFace(half)[0] as number, 2);
    expect(track?.points).toHaveLength(FACE_POINTS * 3);
  });

  test('from the side is refused with a sentence', async () => {
    const { track, troubles } = await photo({ ...half, yaw: 1 });
    expect(track).toBeNull();
    expect(troubles.find(({ code }) => code === 'profile')).toMatchObject({ weight: 'stop' });
  });

  test('without a face is refused with a sentence', async () => {
    const { track, troubles } = await photo(null);
    expect(track).toBeNull();
    expect(troubles).toMatchObject([{ code: 'no-face', weight: 'stop' }]);
  });

  test('with a tiny face is refused, one of a face at the edge is warned of', async () => {
    expect((await photo({ ...half, scale: 20 })).troubles.map(({ code }) => code)).toContain('too-small');
    expect((await photo({ ...half, y: 35 })).troubles.map(({ code }) => code)).toContain('out-of-frame');
  });

  test('that the finder misses is looked for by the mesh', async () => {
    let closeLooks = 0;
    const { track } = await photo({ x: 118, y: 98, scale: 44 }, (tools) => ({
      ...tools,
      // A finder that sees nothing in whole pictures, as with some drawings.
      detect: async (picture, signal) =>
        picture.widthPx === 240 || closeLooks++ < 0 ? [] : tools.detect(picture, signal),
    }));
    expect(track?.points[0]).toBeCloseTo(madeFace({ x: 118, y: 98, scale: 44 })[0] as number, 1);
  });
});

describe('what a camera is told', () => {
  const glance = async (state: Partial<FaceState> | null) =>
    (
      await troublesOfGlance(
        madeFrame(0),
        madeTools(() => state),
      )
    ).filter(({ code }) => aboutTheFace([{ code }]).length);

  test('nothing of a face in the middle', async () => {
    expect(await glance({ x: 120, y: 95, scale: 44 })).toEqual([]);
  });

  test.each([
    // The picture's right is the person's left, so they have to move to their right.
    [180, 'Move a little to your right.'],
    [60, 'Move a little to your left.'],
  ])('a face at %d px moves back to the middle', async (x, way) => {
    expect(await glance({ x, y: 95, scale: 43 })).toMatchObject([{ code: 'out-of-frame', way }]);
  });

  test('nobody, cut, or far away', async () => {
    expect(await glance(null)).toMatchObject([{ code: 'no-face', weight: 'stop' }]);
    expect(await glance({ x: 120, y: 20, scale: 43 })).toMatchObject([
      { code: 'out-of-frame', weight: 'stop' },
    ]);
    expect(await glance({ x: 120, y: 95, scale: 20 })).toMatchObject([{ code: 'too-small', weight: 'stop' }]);
  });
});

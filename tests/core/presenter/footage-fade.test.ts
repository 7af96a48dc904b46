/** What a twin's cross-fades do with what cannot be bent into each other, on small pictures made of numbers. */
import { describe, expect, test } from 'vitest';
import type { SmallPictures } from '#core/presenter/footage/base/graph.ts';
import { createGhostMeter } from '#core/presenter/footage/base/ghosts.ts';
import { crossingOf, filmGrid, sharesOf } from '#core/presenter/footage/base/warp.ts';
import { measureOf } from '#core/track/footage-track.ts';
import { median } from '#core/track/curves.ts';
import { madeTrack, TALKER } from './made-person.ts';

const track = madeTrack({ ...TALKER, frameCount: 40 });
const [COLUMNS, ROWS] = [80, 96];
const [cellX, cellY] = [track.widthPx / COLUMNS, track.heightPx / ROWS];
const [ALIKE, MOVED, ELSEWHERE] = [1, 2, 3];
/** Cells: middle and radius. */
const [HAND_X, HAND_Y, RADIUS] = [16, 78, 7];

function lumaAt(frame: number, x: number, y: number): number {
  const cx = HAND_X + (frame === ELSEWHERE ? 14 : frame === MOVED ? 1 : 0);
  const inside = Math.hypot(x - cx, y - HAND_Y) < RADIUS;
  // Spread fingers; elsewhere a fist.
  const shown = inside && (frame === ELSEWHERE || Math.floor((y - HAND_Y + RADIUS + 3) / 3) % 2 === 0);
  return shown ? 160 : 40;
}

const small: SmallPictures = {
  columns: COLUMNS,
  rows: ROWS,
  luma: Uint8Array.from({ length: 4 * COLUMNS * ROWS }, (_, i) =>
    lumaAt(Math.floor(i / (COLUMNS * ROWS)), i % COLUMNS, Math.floor(i / COLUMNS) % ROWS),
  ),
};

describe('a cross-fade of two stretches of a film', () => {
  test('is dear where a hand would be seen twice, and cheap where it can be bent to where it will be', () => {
    const meter = createGhostMeter(track, small);
    const face = median(measureOf(track, 'faceHeightPx'));
    const handArea = (Math.PI * RADIUS ** 2 * cellX * cellY) / face ** 2;
    expect(meter.between(0, ALIKE)).toBe(0);
    expect(meter.between(0, MOVED)).toBeLessThan(0.25 * handArea);
    expect(meter.between(0, ELSEWHERE)).toBeGreaterThan(0.4 * handArea);
  });

  test('goes over in its middle where a hand would be seen twice, and evenly elsewhere', () => {
    const { places } = filmGrid(track, 1);
    const nearest = (x: number, y: number) => {
      let [best, least] = [0, Infinity];
      for (let v = 0; v < places.length / 2; v++) {
        const d = Math.hypot(places[v * 2]! - x * cellX, places[v * 2 + 1]! - y * cellY);
        if (d < least) [best, least] = [v, d];
      }
      return best;
    };
    const [onHand, beside] = [nearest(HAND_X, HAND_Y), nearest(COLUMNS - 8, HAND_Y)];
    const [moved, elsewhere] = [crossingOf(small, 0, MOVED), crossingOf(small, 0, ELSEWHERE)];
    for (const mix of [0.04, 0.16, 0.32, 0.5, 0.68, 0.84, 0.96]) {
      const alike = sharesOf(track, moved, places, MOVED, mix);
      expect(Math.abs(alike[onHand]! - mix)).toBeLessThan(0.05);
      const apart = sharesOf(track, elsewhere, places, ELSEWHERE, mix);
      expect(apart[beside]).toBeCloseTo(mix, 6);
      if (mix < 0.4) expect(apart[onHand]).toBeLessThan(0.25 * mix);
      if (mix > 0.6) expect(1 - apart[onHand]!).toBeLessThan(0.25 * (1 - mix));
    }
  });
});

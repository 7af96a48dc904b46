/** The checks that look at pictures, each on what it must know and what it must not believe. */
import { describe, expect, test } from 'vitest';
import type { ColorFlash, FlashColor, HeadTurn, TurnDirection } from '#core/policy/consent/challenge.ts';
import { FACE_POINTS, type Picture } from '#core/track/ports.ts';
import { cutSquare } from '#core/track/tools/crop.ts';
import { blinksOf, judgeBlinks } from '#server/services/consent/checks/pictures/blinks.ts';
import { leftOverOfPlane } from '#server/services/consent/checks/pictures/depth.ts';
import { judgeFlash } from '#server/services/consent/checks/pictures/flash.ts';
import { judgeHeadTurns } from '#server/services/consent/checks/pictures/head-turns.ts';
import type { SeenFrame } from '#server/services/consent/checks/pictures/look.ts';
import { pictureHash, thumbnail } from '#server/services/consent/checks/pictures/picture-hash.ts';
import { screenSigns, skinSpectrum } from '#server/services/consent/checks/pictures/screen.ts';
import {
  OTHER_PICTURES,
  pictureFingerprint,
  picturesAlike,
  SAME_PICTURES,
} from '#server/services/consent/checks/pictures/seen-before.ts';
import { grain, random, replayed } from '../../bench/consent/attacks.ts';
import { drawnPerson } from './drawn-person.ts';

const FPS = 15;
/** Of the films that are known again. */
const SIDE_PX = 64;
/** The recording began when the session was a second old. */
const BEGAN_MS = 1000;

/** Each pixel a square of them, softened as a lens would. */
function enlarged({ widthPx, heightPx, rgba }: Picture, by: number): Picture {
  const square = { x: widthPx / 2, y: heightPx / 2, sidePx: widthPx, turn: 0 };
  const side = widthPx * by;
  const planes = cutSquare({ widthPx, heightPx, rgba }, square, side);
  const out = new Uint8ClampedArray(side * side * 4).fill(255);
  for (let i = 0; i < side * side; i++)
    for (let c = 0; c < 3; c++) out[4 * i + c] = 255 * (planes[c * side * side + i] as number);
  return { widthPx: side, heightPx: side, rgba: out };
}

function frames(durationS: number, of: (timeS: number) => Partial<SeenFrame>): SeenFrame[] {
  return Array.from({ length: durationS * FPS }, (_, i) => ({
    timeS: i / FPS,
    points: new Float32Array(FACE_POINTS * 3),
    facePx: 200,
    yaw: 0,
    pitch: 0,
    roll: 0,
    sharpness: 100,
    skin: [0.4, 0.25, 0.2],
    around: [0.2, 0.2, 0.2],
    faces: null,
    ...of(i / FPS),
  }));
}

describe('a flash', () => {
  const flashes: readonly ColorFlash[] = (['red', 'blue', 'green'] as const).map((color, i) => ({
    kind: 'flash',
    color,
    shownAtMs: BEGAN_MS + 4000 + 6000 * i,
    untilMs: BEGAN_MS + 9000 + 6000 * i,
  }));

  /** Skin that a screen lights with these colours, by a part of the room's light, 0.15 s late, and that trembles. */
  function lit(colors: readonly FlashColor[], part: number, tremble: number): SeenFrame[] {
    const next = random(3);
    return frames(24, (timeS) => {
      const shown = flashes.findIndex(({ shownAtMs }) => {
        const sinceS = timeS - (shownAtMs - BEGAN_MS) / 1000 - 0.15;
        return sinceS >= 0 && sinceS < 1.2;
      });
      const skin = [0.4, 0.25, 0.2].map((value, c) => {
        const gain = ['red', 'green', 'blue'][c] === colors[shown] ? 1 + part : 1;
        return value * gain * (1 + tremble * (next() + next() - 1));
      });
      return { skin: skin as unknown as SeenFrame['skin'] };
    });
  }

  test('that the face gives back is seen', () => {
    expect(judgeFlash(lit(['red', 'blue', 'green'], 0.03, 0.01), flashes, BEGAN_MS)).toMatchObject({
      outcome: 'passed',
    });
  });
  test('that the face does not give back fails', () => {
    expect(judgeFlash(lit([], 0, 0.01), flashes, BEGAN_MS)).toMatchObject({ outcome: 'failed' });
  });
  test('of another session fails', () => {
    expect(judgeFlash(lit(['green', 'red', 'blue'], 0.03, 0.01), flashes, BEGAN_MS)).toMatchObject({
      outcome: 'failed',
    });
  });
  test('at another time fails', () => {
    const late = flashes.map((flash) => ({ ...flash, shownAtMs: flash.shownAtMs + 2500 }));
    expect(judgeFlash(lit(['red', 'blue', 'green'], 0.03, 0.01), late, BEGAN_MS).outcome).not.toBe('passed');
  });
  test('in a picture that trembles more than it answers is not decided', () => {
    expect(judgeFlash(lit(['red', 'blue', 'green'], 0.01, 0.2), flashes, BEGAN_MS)).toMatchObject({
      outcome: 'unsure',
    });
  });
  test('on no face, or that nobody showed, is not decided', () => {
    expect(
      judgeFlash(
        frames(24, () => ({ points: null })),
        flashes,
        BEGAN_MS,
      ).outcome,
    ).toBe('unsure');
    expect(judgeFlash(lit([], 0, 0.01), [], BEGAN_MS).outcome).toBe('unsure');
  });
});

describe('a turn of the head', () => {
  const turn = (direction: TurnDirection, atS: number): HeadTurn => ({
    kind: 'turn',
    direction,
    shownAtMs: BEGAN_MS + 1000 * atS,
    untilMs: BEGAN_MS + 1000 * atS + 6600,
  });
  /** Up in half a second, held, and back. */
  const swing = (timeS: number, atS: number, degrees: number) =>
    ((degrees * Math.PI) / 180) * Math.max(0, Math.min(1, 2 * (timeS - atS), 2 * (atS + 2 - timeS)));
  const turned = (yaw: number, pitch: number, atS: number) =>
    frames(14, (timeS) => ({ yaw: 0.1 + swing(timeS, atS, yaw), pitch: swing(timeS, atS, pitch) }));

  test.each([
    ['left', 25, 0],
    ['right', -25, 0],
    ['up', 0, -20],
    ['down', 0, 20],
  ] as const)('to the %s is seen, from wherever the head was held', (direction, yaw, pitch) => {
    expect(judgeHeadTurns(turned(yaw, pitch, 5.4), [turn(direction, 5)], BEGAN_MS).outcome).toBe('passed');
  });
  test('to the other side fails, and so does one at another time, and none', () => {
    expect(judgeHeadTurns(turned(-25, 0, 5.4), [turn('left', 5)], BEGAN_MS).outcome).toBe('failed');
    expect(judgeHeadTurns(turned(25, 0, 10), [turn('left', 5)], BEGAN_MS).outcome).toBe('failed');
    expect(judgeHeadTurns(turned(0, 0, 5), [turn('left', 5)], BEGAN_MS).outcome).toBe('failed');
  });
  test('by a little, or unseen, is left to a person', () => {
    expect(judgeHeadTurns(turned(9, 0, 5.4), [turn('left', 5)], BEGAN_MS).outcome).toBe('unsure');
    const unseen = frames(14, () => ({ points: null }));
    expect(judgeHeadTurns(unseen, [turn('left', 5)], BEGAN_MS).outcome).toBe('unsure');
  });
  test('must be every one of those asked for', () => {
    const both = [turn('left', 5), turn('down', 10)];
    expect(judgeHeadTurns(turned(25, 0, 5.4), both, BEGAN_MS)).toMatchObject({
      outcome: 'failed',
      reason: /down/,
    });
  });
});

describe('blinks', () => {
  const eyes = (open: (i: number) => number) => ({
    timesS: Array.from({ length: 150 }, (_, i) => i / FPS),
    open: Array.from({ length: 150 }, (_, i) => open(i)),
  });
  test('are lids that close for a moment', () => {
    const closed = [0.3, 0.3, 0.12, 0.03, 0.1, 0.24, 0.3];
    expect(blinksOf(eyes((i) => closed[i - 60] ?? closed[i - 100] ?? 0.3))).toHaveLength(2);
  });
  test('are not eyes that stay closed, look down, or tremble', () => {
    expect(blinksOf(eyes((i) => (i > 60 && i < 100 ? 0.05 : 0.3)))).toHaveLength(0);
    expect(blinksOf(eyes((i) => 0.3 - 0.08 * Math.sin(i / 9)))).toHaveLength(0);
  });
  test('that a picture never has are missed after a while', () => {
    expect(judgeBlinks(frames(12, () => ({}))).outcome).toBe('failed');
    expect(judgeBlinks(frames(4, () => ({}))).outcome).toBe('unsure');
  });
});

describe('depth', () => {
  /** A shell that bulges as a face does, its nose above it. */
  const head = (z: number) => {
    const next = random(5);
    const points = new Float32Array(FACE_POINTS * 3);
    for (let i = 0; i < FACE_POINTS; i++) {
      const [x, y] = [next() - 0.5, next() - 0.5];
      points.set([100 * x, 100 * y, -60 * z * Math.cos(3 * x) * Math.cos(2 * y)], i * 3);
    }
    points.set([0, -50, 0], 10 * 3);
    points.set([0, 50, 0], 152 * 3);
    return points;
  };
  const turned = (points: Float32Array, angle: number) =>
    points.map((_, i) => {
      const [x, y, z] = [0, 1, 2].map((axis) => points[i - (i % 3) + axis] as number) as [
        number,
        number,
        number,
      ];
      const [turnedX, turnedZ] = [
        x * Math.cos(angle) + z * Math.sin(angle),
        z * Math.cos(angle) - x * Math.sin(angle),
      ];
      // Seen from four heads away.
      const scale = 400 / (400 + turnedZ);
      return [turnedX * scale, y * scale, turnedZ][i % 3] as number;
    });
  test('is what a turned head has and a turned sheet has not', () => {
    expect(leftOverOfPlane(head(0), turned(head(0), 0.4))).toBeLessThan(1e-3);
    expect(leftOverOfPlane(head(1), turned(head(1), 0.4))).toBeGreaterThan(0.01);
  });
});

test('a filmed screen leaves waves in the skin, and a camera’s grain does not', async () => {
  const person = enlarged(await drawnPerson(), 4);
  const points = new Float32Array(FACE_POINTS * 3);
  points.set([4 * 100, 4 * 150, 0], 5 * 3); // a cheek
  const seen = (change: typeof grain) =>
    screenSigns([0, 0.4, 0.8].map((timeS) => skinSpectrum(change(person, timeS), points)))?.luma ?? 0;
  expect(seen(grain)).toBeLessThan(1.8);
  expect(seen(replayed(1.7))).toBeGreaterThan(2.2);
});

describe('a recording seen before', () => {
  /** Twelve seconds of a blot that wanders over a picture that stands still. */
  const film = (seed: number, change: (level: number) => number = (level) => level) => {
    const next = random(seed);
    const waves = Array.from({ length: 6 }, () => [0.1 + 0.5 * next(), 6 * next()] as const);
    const thumbnails = Array.from({ length: 12 * FPS }, (_, i) => {
      const at = (k: number) =>
        [0, 2, 4].reduce(
          (sum, j) =>
            sum + 6 * Math.sin((i / FPS) * 6.28 * (waves[j + k]?.[0] ?? 0) + (waves[j + k]?.[1] ?? 0)),
          SIDE_PX / 2,
        );
      const rgba = new Uint8ClampedArray(SIDE_PX * SIDE_PX * 4);
      for (let p = 0; p < SIDE_PX * SIDE_PX; p++) {
        const [x, y] = [p % SIDE_PX, Math.floor(p / SIDE_PX)];
        const blot = 90 * Math.exp(-((x - at(0)) ** 2 + (y - at(1)) ** 2) / 130);
        rgba.fill(change(60 + x + blot), p * 4, p * 4 + 3);
      }
      return thumbnail({ widthPx: SIDE_PX, heightPx: SIDE_PX, rgba });
    });
    const mean = thumbnails[0]?.map(
      (_, k) => thumbnails.reduce((sum, one) => sum + (one[k] ?? 0), 0) / thumbnails.length,
    );
    return thumbnails.map((one, i) => ({ timeS: i / FPS, hash: pictureHash(one, mean ?? one) }));
  };
  test('is known again, brighter, and from its middle on', () => {
    const kept = pictureFingerprint(film(1));
    expect(kept).toHaveLength(12);
    for (const text of kept) expect(text).toMatch(/^[0-9a-f]{16}$/);
    const again = film(1, (level) => 1.2 * level + 8);
    expect(picturesAlike(again, kept)).toBeGreaterThan(SAME_PICTURES);
    const later = again
      .filter(({ timeS }) => timeS >= 4.3)
      .map(({ timeS, hash }) => ({ timeS: timeS - 4.3, hash }));
    expect(picturesAlike(later, kept)).toBeGreaterThan(SAME_PICTURES);
  });
  test('is not another one from the same desk', () => {
    expect(picturesAlike(film(2), pictureFingerprint(film(1)))).toBeLessThan(OTHER_PICTURES);
  });
});

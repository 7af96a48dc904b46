/** Every trouble a film can have, made on purpose, gets its own code, its moment and a sentence; good films get none. */
import { describe, expect, test } from 'vitest';
import { coveredFrames } from '#core/track/covered.ts';
import { MEASURES, type FootageTrack } from '#core/track/footage-track.ts';
import type { FollowedFilm, Glimpse } from '#core/track/follow.ts';
import {
  mayTeachSpeech,
  troublesOfFollowed,
  troublesOfMouth,
  troublesOfSound,
  troublesOfSource,
  troublesSoFar,
} from '#core/track/judge.ts';
import { measureFaces } from '#core/track/measure.ts';
import { BODY_POINTS, FACE_POINTS } from '#core/track/ports.ts';
import { PART_NAMES, SIGHTS, SIGHT_VALUES, type Part, type Sight } from '#core/track/sights.ts';
import { measureSync } from '#core/track/sync.ts';
import { HEARD_MOUTH, HEARD_RATE_HZ, type HeardSpeech } from '#core/speech/listen/heard.ts';
import { PHONES } from '#core/speech/phone.ts';
import { seededRandom } from '#core/base/hashing.ts';
import { madeFace, type FaceState } from './made-face.ts';

const FPS = 25;

interface Made {
  readonly seconds?: number;
  readonly face?: (frame: number) => Partial<FaceState>;
  readonly seen?: (frame: number) => boolean;
  readonly sight?: (name: Sight, frame: number) => number | undefined;
  readonly colour?: (part: Part, frame: number) => readonly [number, number, number] | undefined;
  readonly faces?: (second: number) => readonly number[];
}

const SKIN = [0.7, 0.5, 0.4] as const;
const LIPS = [0.65, 0.38, 0.36] as const;
const USUAL: Readonly<Record<Sight, number>> = {
  light: 0.5,
  sharpness: 50,
  mouthDetail: 50,
  eyeDetail: 90,
  outside: 0,
};

function made({ seconds = 10, face, seen = () => true, sight, colour, faces }: Made = {}): FollowedFilm {
  const frameCount = seconds * FPS;
  const points = new Float32Array(frameCount * FACE_POINTS * 3);
  const sights = new Float32Array(frameCount * SIGHT_VALUES);
  for (let i = 0; i < frameCount; i++) {
    points.set(madeFace({ scale: 100, x: 500, y: 400, ...face?.(i) }), i * FACE_POINTS * 3);
    SIGHTS.forEach((name, k) => (sights[i * SIGHT_VALUES + k] = sight?.(name, i) ?? USUAL[name]));
    PART_NAMES.forEach((part, k) =>
      sights.set(
        colour?.(part, i) ?? (part === 'lips' ? LIPS : SKIN),
        i * SIGHT_VALUES + SIGHTS.length + 3 * k,
      ),
    );
  }
  const flags = Uint8Array.from({ length: frameCount }, (_, i) => (seen(i) ? 1 : 0));
  const column = new Float32Array(frameCount);
  const track: FootageTrack = {
    rate: { num: FPS, den: 1 },
    frameCount,
    widthPx: 1000,
    heightPx: 1000,
    points,
    sure: Float32Array.from(flags),
    seen: flags,
    measures: measureFaces(points, flags, FPS, column, column),
    body: new Float32Array(frameCount * BODY_POINTS.length * 3),
  };
  const glimpses = Array.from({ length: seconds }, (_, i): Glimpse => ({
    frame: i * FPS,
    heightsPx: faces?.(i) ?? [240],
  }));
  const covered = Uint8Array.from(coveredFrames(sights, flags), Number);
  return {
    track: { ...track, seen: flags.map((of, i) => (covered[i] ? 0 : of)) },
    sights,
    glimpses,
    covered,
  };
}

const within = (from: number, to: number) => (frame: number) => frame >= from * FPS && frame < to * FPS;

test('a good film has no troubles', () => {
  expect(troublesOfFollowed(made())).toEqual([]);
  expect(troublesOfSource({ durationS: 20, hasSound: true, frameTimesS: null })).toEqual([]);
});

describe('what was seen', () => {
  const late = within(3, 5);
  const cases: readonly [string, Made, string][] = [
    ['no-face', { seen: (i) => !late(i) }, 'From 0:03 to 0:05 no face is to be seen.'],
    [
      'two-faces',
      { faces: (s) => (s === 3 || s === 4 ? [240, 180] : [240]) },
      'From 0:03 to 0:05 there are two faces in the picture.',
    ],
    [
      'too-dark',
      {
        sight: (name, i) =>
          name === 'light' && late(i) ? 0.06 : name === 'sharpness' && late(i) ? 1 : undefined,
      },
      'From 0:03 to 0:05 the face is too dark.',
    ],
    [
      'motion-blur',
      { sight: (name, i) => (late(i) && name !== 'light' && name !== 'outside' ? 3 : undefined) },
      'From 0:03 to 0:05 the face is blurred.',
    ],
    [
      'out-of-frame',
      { sight: (name, i) => (name === 'outside' && late(i) ? 0.2 : undefined) },
      'From 0:03 to 0:05 part of the face is outside the picture.',
    ],
    [
      'profile',
      { face: (i) => (late(i) ? { yaw: 1.1 } : {}) },
      'From 0:03 to 0:05 the head is turned far to the side.',
    ],
    [
      'mouth-covered',
      {
        colour: (part, i) =>
          late(i) && part !== 'forehead' && part !== 'nose' && part !== 'cheeks'
            ? [0.2, 0.3, 0.6]
            : undefined,
      },
      'From 0:03 to 0:05 something is before the mouth.',
    ],
  ];
  test.each(cases)('%s is told alone, with its moment', (code, film, sentence) => {
    const troubles = troublesOfFollowed(made(film));
    expect(troubles).toHaveLength(1);
    expect(troubles[0]).toMatchObject({ code, weight: 'warn', sentence });
    expect(troubles[0]?.startS).toBeCloseTo(3, 1);
    expect(troubles[0]?.endS).toBeCloseTo(5, 1);
    expect(troubles[0]?.way).toMatch(/\.$/);
  });

  test('a hand of the skin’s own colour covers a mouth too', () => {
    const hand = [0.62, 0.41, 0.34] as const;
    const [trouble] = troublesOfFollowed(
      made({
        colour: (part, i) =>
          late(i) && ['lips', 'philtrum', 'chin', 'jaw'].includes(part) ? hand : undefined,
      }),
    );
    expect(trouble?.code).toBe('mouth-covered');
  });

  test('most of a film being of no use stops it', () => {
    const [trouble] = troublesOfFollowed(made({ seen: within(0, 3) }));
    expect(trouble).toMatchObject({ code: 'no-face', weight: 'stop' });
    expect(troublesOfFollowed(made({ seen: () => false }))).toMatchObject([
      { code: 'no-face', weight: 'stop', startS: null },
    ]);
  });

  test('a face that leaves through the edge is out of frame, not missing', () => {
    const troubles = troublesOfFollowed(
      made({
        sight: (name, i) => (name === 'outside' && within(2.5, 3)(i) ? 0.3 : undefined),
        seen: (i) => !within(3, 5)(i),
      }),
    );
    expect(troubles.map(({ code }) => code)).toEqual(['out-of-frame']);
  });

  test('blinks of the tracker and a face in the background are not worth a word', () => {
    expect(troublesOfFollowed(made({ seen: (i) => i % 40 > 3 }))).toEqual([]);
    expect(troublesOfFollowed(made({ faces: () => [240, 60] }))).toEqual([]);
    expect(troublesOfFollowed(made({ faces: (s) => (s === 4 ? [240, 200] : [240]) }))).toEqual([]);
  });

  test('two people from the beginning are told before the end, and nobody else is', () => {
    const seen = (seconds: number, two: (second: number) => boolean) =>
      Array.from({ length: seconds }, (_, second): Glimpse => ({
        frame: second * FPS,
        heightsPx: two(second) ? [240, 200] : [240, 60],
      }));
    const soFar = (glimpses: readonly Glimpse[], all: number) =>
      troublesSoFar(
        glimpses,
        { num: FPS, den: 1 },
        { done: glimpses.length * FPS - FPS + 1, all: all * FPS },
      );
    expect(
      soFar(
        seen(5, () => true),
        20,
      ),
    ).toMatchObject([
      {
        code: 'two-faces',
        weight: 'stop',
        sentence: 'From the beginning there are two faces in the picture.',
        startS: 0,
      },
    ]);
    // Too soon to tell; for a long film, too.
    expect(
      soFar(
        seen(4, () => true),
        20,
      ),
    ).toEqual([]);
    expect(
      soFar(
        seen(12, () => true),
        120,
      ),
    ).toEqual([]);
    expect(
      soFar(
        seen(14, () => true),
        120,
      ),
    ).toHaveLength(1);
    // The finder may miss someone once; who is gone again is told at the end, with the moment.
    expect(
      soFar(
        seen(6, (second) => second !== 3),
        20,
      ),
    ).toHaveLength(1);
    expect(
      soFar(
        seen(6, (second) => second < 4),
        20,
      ),
    ).toEqual([]);
    expect(
      soFar(
        seen(9, () => false),
        20,
      ),
    ).toEqual([]);
  });

  test('a small face is told by its size', () => {
    expect(troublesOfFollowed(made({ face: () => ({ scale: 25 }) }))).toMatchObject([
      { code: 'too-small', weight: 'stop' },
    ]);
    expect(troublesOfFollowed(made({ face: () => ({ scale: 38 }) }))).toMatchObject([
      { code: 'too-small', weight: 'warn' },
    ]);
  });
});

describe('the file', () => {
  const source = { durationS: 20, hasSound: true, frameTimesS: null };
  test.each([
    [3, 'stop', 'The film lasts 3 seconds; a twin needs at least 5.'],
    [9, 'warn', 'The film lasts 9 seconds. From so little the twin will repeat its movements.'],
  ])('%d seconds: %s', (durationS, weight, sentence) => {
    expect(troublesOfSource({ ...source, durationS })).toMatchObject([
      { code: 'too-short', weight, sentence },
    ]);
  });
  test('too long, silent', () => {
    expect(troublesOfSource({ ...source, durationS: 200 })).toMatchObject([
      { code: 'too-long', weight: 'warn' },
    ]);
    expect(troublesOfSource({ ...source, durationS: 2000 })).toMatchObject([
      { code: 'too-long', weight: 'stop' },
    ]);
    expect(troublesOfSource({ ...source, hasSound: false })).toMatchObject([
      { code: 'no-sound', weight: 'warn' },
    ]);
  });
  test('frames that come unevenly, but not those that a container rounds', () => {
    const uneven = Float64Array.from({ length: 200 }, (_, i) => i / 30 + (i % 4 === 0 ? 0.02 : 0));
    const rounded = Float64Array.from({ length: 200 }, (_, i) => Math.round((i / 30) * 1000) / 1000);
    expect(troublesOfSource({ ...source, frameTimesS: uneven })).toMatchObject([{ code: 'variable-rate' }]);
    expect(troublesOfSource({ ...source, frameTimesS: rounded })).toEqual([]);
  });
});

describe('sound and lips', () => {
  /** Syllables at random moments, about four a second, over all but the last second. */
  function syllables(seed: number, seconds: number): (timeS: number) => number {
    const random = seededRandom(seed);
    const at: { time: number; size: number }[] = [];
    for (let time = 0.3; time < seconds - 1; time += 0.15 + 0.25 * random())
      at.push({ time, size: 0.3 + random() });
    return (timeS) =>
      at.reduce((sum, { time, size }) => sum + size * Math.exp(-0.5 * ((timeS - time) / 0.06) ** 2), 0);
  }
  function heard(of: (timeS: number) => number, seconds: number, voiced = 1): HeardSpeech {
    const steps = seconds * HEARD_RATE_HZ;
    const mouth = new Float32Array(steps * HEARD_MOUTH.length);
    for (let i = 0; i < steps; i++) mouth[i * HEARD_MOUTH.length] = of((i + 0.5) / HEARD_RATE_HZ);
    const flat = (value: number) => new Float32Array(steps).fill(value);
    return {
      steps,
      mouth,
      phones: new Float32Array(steps * PHONES.length),
      voice: flat(voiced),
      pitchSt: flat(0),
      energy: flat(1),
      emphasis: flat(0),
    };
  }
  const lips = syllables(7, 12);
  const film = made({ seconds: 12, face: (i) => ({ opening: 0.2 * lips((i + 0.5) / FPS) }) });

  test('that belong together are not spoken of', () => {
    expect(troublesOfSound(film, heard(lips, 12))).toEqual([]);
    expect(measureSync(film.track, heard(lips, 12))?.lagS).toBeCloseTo(0, 2);
  });

  test.each([0.2, -0.36])('shifted by %d s are told by how much', (lateS) => {
    const [trouble] = troublesOfSound(
      film,
      heard((timeS) => lips(timeS - lateS), 12),
    );
    expect(trouble?.code).toBe('out-of-sync');
    expect(trouble?.sentence).toBe(
      `The sound comes ${Math.abs(lateS)} seconds ${lateS > 0 ? 'after' : 'before'} the lips.`,
    );
  });

  test('of another speech are told not to belong', () => {
    const [trouble] = troublesOfSound(film, heard(syllables(99, 12), 12));
    expect(trouble).toMatchObject({
      code: 'out-of-sync',
      sentence: 'The sound does not seem to belong to the lips.',
    });
    expect(mayTeachSpeech(trouble ? [trouble] : [])).toBe(false);
    expect(mayTeachSpeech(troublesOfSound(film, heard(lips, 12)))).toBe(true);
  });

  test('with too little speech nothing is claimed of them', () => {
    const few = heard(syllables(99, 12), 12);
    few.voice.fill(0, 100);
    expect(troublesOfSound(film, few).map(({ code }) => code)).toEqual(['too-little-speech']);
    expect(troublesOfSound(film, heard(lips, 12, 0)).map(({ code }) => code)).toEqual(['no-sound']);
    expect(troublesOfSound(film, null)).toEqual([]);
  });
});

test('measures are where the columns say', () => {
  expect(made({ seconds: 1 }).track.measures).toHaveLength(FPS * MEASURES.length);
});

test('a film whose mouth never opens gives a twin nothing to speak with, and one that speaks does', () => {
  const still = troublesOfMouth(made());
  expect(still.map(({ code, weight }) => [code, weight])).toEqual([['still-mouth', 'stop']]);
  const speaking = made({ face: (frame) => ({ opening: 0.2 * Math.abs(Math.sin(frame / 3)) }) });
  expect(troublesOfMouth(speaking)).toEqual([]);
});

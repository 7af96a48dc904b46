/** What is kept between two looks at a film: its own shots always, what edits left behind only as far as there is room. */
import { expect, test } from 'vitest';
import { FilmMemory, type PreparedPiece } from '#core/pipeline/prepare.ts';

/** A shot of about this many bytes, all of them sound. */
function piece(bytes: number): PreparedPiece {
  const pcm = new Float32Array(bytes / 4);
  const speech = {
    sampleRateHz: 16_000,
    pcm,
    durationS: 0,
    words: [],
    phones: [],
    gestures: [],
    heard: null,
  };
  return {
    speech,
    pcm: () => Promise.resolve(pcm),
    loudness: [],
    frameCount: 0,
    presenters: [],
    speechKey: '' as never,
  };
}

/** As a prepare does it: every shot is asked for, what is missing is made. @returns how many had to be made */
function prepare(memory: FilmMemory, keys: readonly string[], bytes: number): number {
  let made = 0;
  const film = keys.map((key) => {
    const kept = memory.get(key);
    if (kept) return kept;
    made++;
    const fresh = piece(bytes);
    memory.set(key, fresh);
    return fresh;
  });
  memory.settle(film);
  return made;
}

const names = (count: number) => Array.from({ length: count }, (_, i) => `shot ${i}`);

test('a film larger than the spare room is held whole, and an edit of it makes one shot', () => {
  const memory = new FilmMemory(1000);
  const film = names(500);
  expect(prepare(memory, film, 100)).toBe(500);
  expect(prepare(memory, film, 100)).toBe(0);
  expect(prepare(memory, film.with(250, 'edited'), 100)).toBe(1);
});

test('a thousand edits leave no more behind than the spare room, and the last of them can be taken back', () => {
  const memory = new FilmMemory(1000);
  const film = names(10);
  for (let edit = 0; edit < 1000; edit++) prepare(memory, film.with(3, `edit ${edit}`), 100);
  expect(memory.bytes).toBeLessThanOrEqual(10 * 100 + 1000);
  expect(prepare(memory, film.with(3, 'edit 998'), 100)).toBe(0);
});

test('a small film in between, such as a thumbnail, pushes out nothing of a large one', () => {
  const memory = new FilmMemory(1000);
  prepare(memory, names(500), 100);
  for (let i = 0; i < 50; i++) prepare(memory, [`thumbnail ${i}`], 10);
  expect(prepare(memory, names(500), 100)).toBe(0);
});

/**
 * Curves that something else predicted, scored by the same code: ORATOR_EXTRA_CURVES names a folder that holds
 * `<clip>.json` of `{ fps, opening, width? }`, or folders of such files, one a contender, named after the folder.
 */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import type { Contender, Sound } from '../contender.ts';
import { atFrames } from '../contender.ts';

interface Stored {
  readonly fps: number;
  readonly opening: readonly number[];
  readonly width?: readonly number[];
}

export function extraContenders(): Contender[] {
  const named = process.env['ORATOR_EXTRA_CURVES'];
  if (!named) return [];
  const root = resolve(named);
  const inside = readdirSync(root)
    .map((name) => join(root, name))
    .filter((path) => statSync(path).isDirectory());
  return (inside.length > 0 ? inside : [root]).map((folder) => ({
    name: basename(folder),
    note: `curves of ${folder}`,
    needsText: false,
    timed: false,
    stored: true,
    predict: (sound) => Promise.resolve(stored(folder, sound)),
  }));
}

function stored(folder: string, { clip, fps, frames }: Sound) {
  const path = join(folder, `${clip}.json`);
  if (!existsSync(path)) throw new Error(`There is no ${path}.`);
  const { fps: rateHz, opening, width } = JSON.parse(readFileSync(path, 'utf8')) as Stored;
  return {
    opening: atFrames(opening, rateHz, fps, frames),
    width: width ? atFrames(width, rateHz, fps, frames) : null,
  };
}

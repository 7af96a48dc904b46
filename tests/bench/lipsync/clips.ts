/**
 * The clips of real people speaking that lip-sync is measured on: a folder of films whose sound and lips are in sync.
 * `../shared/media/speaking` by default, another one by ORATOR_SPEAKING_DIR. What is said comes from `<clip>.txt` beside
 * the film, else from the name where it is a sentence of the GRID corpus (Cooke, Barker, Cunningham and Shao, "An
 * audio-visual corpus for speech perception and automatic speech recognition", 2006), else it is not known.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, extname, join, resolve } from 'node:path';
import { ROOT } from '#server/setup/place.js';

export interface Clip {
  readonly name: string;
  readonly path: string;
  /** Words, lower-case, or null where nobody wrote them down. */
  readonly text: string | null;
}

const FILMS = ['.mpg', '.mp4', '.mov', '.webm'];

/** The folder that is measured; it need not be there. */
export function clipsFolder(): string {
  return resolve(process.env['ORATOR_SPEAKING_DIR'] ?? join(ROOT, '..', 'shared', 'media', 'speaking'));
}

/** In the order of their names; none where the folder is absent. */
export function findClips(folder = clipsFolder()): Clip[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((file) => FILMS.includes(extname(file).toLowerCase()))
    .sort()
    .map((file) => {
      const name = basename(file, extname(file));
      return { name, path: join(folder, file), text: textOf(folder, name) };
    });
}

function textOf(folder: string, name: string): string | null {
  const beside = join(folder, `${name}.txt`);
  if (existsSync(beside)) return words(readFileSync(beside, 'utf8'));
  return gridSentence(name);
}

function words(text: string): string | null {
  const plain = text
    .toLowerCase()
    .replaceAll('’', "'")
    .replace(/[^a-z' ]+/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  return plain === '' ? null : plain;
}

const GRID = [
  { b: 'bin', l: 'lay', p: 'place', s: 'set' },
  { b: 'blue', g: 'green', r: 'red', w: 'white' },
  { a: 'at', b: 'by', i: 'in', w: 'with' },
  Object.fromEntries([...'abcdefghijklmnopqrstuvwxyz'].map((letter) => [letter, letter])),
  {
    z: 'zero',
    1: 'one',
    2: 'two',
    3: 'three',
    4: 'four',
    5: 'five',
    6: 'six',
    7: 'seven',
    8: 'eight',
    9: 'nine',
  },
  { a: 'again', n: 'now', p: 'please', s: 'soon' },
] as const satisfies readonly Readonly<Record<string, string>>[];

/** `bbaf2n` → bin blue at f two now; null for any other name. */
export function gridSentence(name: string): string | null {
  if (name.length !== GRID.length) return null;
  const said = GRID.map((slot: Readonly<Record<string, string>>, i) => slot[name[i] ?? '']);
  return said.every((word) => word !== undefined) ? said.join(' ') : null;
}

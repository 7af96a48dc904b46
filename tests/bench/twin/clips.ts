/**
 * Films of people that a twin is tried on. Footage has a face and a mouth to make again; whether its sound belongs to its
 * lips is known of the speaking clips alone, so only those are drawn from sound.
 */
import { existsSync, readdirSync } from 'node:fs';
import { basename, extname, join, resolve } from 'node:path';
import { ROOT } from '#server/setup/place.js';

export interface TwinClip {
  readonly name: string;
  readonly path: string;
  /** Sound and lips are in sync. */
  readonly spoken: boolean;
}

const FILMS = ['.mp4', '.mov', '.mpg', '.webm', '.mkv'];

function films(folder: string, spoken: boolean): TwinClip[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((file) => FILMS.includes(extname(file).toLowerCase()))
    .sort()
    .map((file) => ({ name: basename(file, extname(file)), path: join(folder, file), spoken }));
}

export function footageFolder(): string {
  return resolve(process.env['ORATOR_FOOTAGE_DIR'] ?? join(ROOT, '..', 'shared', 'media', 'footage'));
}

/** Footage by name, then the speaking clips; `ORATOR_CLIPS=standing,synthetic` takes those whose names hold a word. */
export function twinClips(speakingFolder: string): TwinClip[] {
  const words = process.env['ORATOR_CLIPS']?.split(',') ?? [];
  return [...films(footageFolder(), false), ...films(speakingFolder, true)].filter(
    ({ name }) => words.length === 0 || words.some((word) => name.includes(word.trim())),
  );
}

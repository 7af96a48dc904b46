/**
 * How an old document becomes a current one. Each step takes the JSON of one version and gives that of the next; they
 * are numbered without gaps and never edited once released. They work on unvalidated JSON, so a step copies what it
 * knows and lets validation judge the result. Version 0 is the draft format: scenes of plain text, written by hand
 * or made from a text file.
 */
import { AppError } from '../base/errors.ts';
import { newProject } from './create.ts';
import { PROJECT_SCHEMA_VERSION } from './project.ts';
import type { Background } from './project.ts';

export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [name: string]: Json;
}

export interface Migration {
  /** The version this step makes; it reads the one before. */
  readonly to: number;
  readonly name: string;
  up(document: JsonObject): JsonObject;
}

/** Version 0, as a type: what `draftFromText` makes and a person may write by hand. */
export interface DraftDocument {
  readonly schema: 0;
  readonly name?: string;
  /** The embedded engine's voice and the presenter's preset, by name. */
  readonly voice?: string;
  readonly presenter?: string;
  readonly scenes: readonly { readonly text: string; readonly background?: string }[];
}

export const MIGRATIONS: readonly Migration[] = [
  {
    to: 1,
    name: 'scenes of plain text become scripts with presenter, voice, captions and brand',
    up(draft) {
      const scenes = list(draft['scenes']).map((scene) => object(scene));
      const voice = text(draft['voice']);
      const preset = text(draft['presenter']);
      const name = text(draft['name']);
      const project = newProject({
        ...(name === null ? {} : { name }),
        ...(voice === null ? {} : { voice: { engineVoice: voice, name: voice.toUpperCase() } }),
        ...(preset === null ? {} : { presenter: { preset, name: capitalised(preset) } }),
        scenes: scenes.map((scene) => splitParagraphs(text(scene['text']) ?? '')),
      });
      const painted = project.scenes.map((scene, i) => {
        const color = text(scenes[i]?.['background'] ?? null);
        const background: Background | null = color === null ? null : { kind: 'color', color };
        return background === null ? scene : { ...scene, background };
      });
      return { ...project, scenes: painted } as unknown as JsonObject;
    },
  },
  {
    to: 2,
    name: 'a scene may be spoken by a recording',
    up(project) {
      const scenes = list(project['scenes']).map((scene) =>
        isObject(scene) ? { ...scene, recording: null } : scene,
      );
      return { ...project, scenes };
    },
  },
  {
    to: 3,
    name: 'presenters may be cut out of the background they came with',
    up(project) {
      const scenes = list(project['scenes']).map((scene) => {
        if (!isObject(scene)) return scene;
        const presenters = list(scene['presenters']).map((place) =>
          isObject(place) ? { ...place, cutOut: false } : place,
        );
        return { ...scene, presenters };
      });
      return { ...project, scenes };
    },
  },
];

/**
 * Brings a document of any known version up to the current one. Its shape is not checked here.
 * @throws AppError invalid-input: not a project at all; newer-version: made by a later Orator
 */
export function migrate(
  document: unknown,
  migrations: readonly Migration[] = MIGRATIONS,
): { readonly document: JsonObject; readonly from: number } {
  if (!isObject(document) || !Number.isInteger(document['schema']))
    throw new AppError('invalid-input', 'This is not an Orator project.', {
      way: 'Choose a file that ends in .orator, or a plain text file to start from.',
    });
  const from = document['schema'] as number;
  const current = migrations.at(-1)?.to ?? PROJECT_SCHEMA_VERSION;
  if (from > current)
    throw new AppError('newer-version', 'This project was made by a newer version of Orator.', {
      way: 'Update Orator (reload the page while online), then open it again. The project is left as it is.',
    });
  if (from < 0) throw new AppError('invalid-input', `There is no Orator project format ${from}.`);
  let next = document;
  for (const migration of migrations)
    if (migration.to > from) next = { ...migration.up(next), schema: migration.to };
  return { document: next, from };
}

/** A draft from plain text: a blank line ends a paragraph, a line of three or more dashes ends a scene. */
export function draftFromText(
  source: string,
  choices: { readonly name?: string; readonly voice?: string; readonly presenter?: string } = {},
): DraftDocument {
  const plain = source.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n');
  const scenes = plain
    .split(/^[ \t]*-{3,}[ \t]*$/m)
    .map((part) => part.trim())
    .filter((part) => part !== '');
  const firstLine = scenes[0]?.split('\n')[0] ?? '';
  const name = choices.name ?? (firstLine.length > 60 ? `${firstLine.slice(0, 59).trimEnd()}…` : firstLine);
  return {
    schema: 0,
    ...choices,
    ...(name === '' ? {} : { name }),
    scenes: (scenes.length === 0 ? [''] : scenes).map((part) => ({ text: part })),
  };
}

/** Paragraphs are divided by blank lines; a single line break within one is only a space. */
function splitParagraphs(plain: string): readonly string[] {
  return plain
    .split(/\n[ \t]*\n+/)
    .map((part) => part.replace(/\s*\n\s*/g, ' ').trim())
    .filter((part) => part !== '');
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
function object(value: Json): JsonObject {
  return isObject(value) ? value : {};
}
function list(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? (value as readonly Json[]) : [];
}
function text(value: Json | undefined): string | null {
  return typeof value === 'string' ? value : null;
}
function capitalised(word: string): string {
  return word.slice(0, 1).toUpperCase() + word.slice(1);
}

/** Finding the benches and soaks of a folder by their file names, and choosing some by name. */
import { globSync } from 'node:fs';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { SetupError } from '#server/setup/place.js';

export interface Named {
  readonly name: string;
  run(): Promise<unknown>;
}

export interface Found<M extends Named> {
  /** The file's name without its ending: what a person types to choose it. */
  readonly id: string;
  readonly module: M;
}

/** @throws SetupError when a wanted one is not there, or a module lacks what it must export */
export async function loadModules<M extends Named>(
  folder: string,
  ending: '.bench.ts' | '.soak.ts',
  wanted: readonly string[],
): Promise<Found<M>[]> {
  const files = globSync(`*${ending}`, { cwd: folder }).sort();
  const ids = files.map((file) => basename(file, ending));
  for (const id of wanted)
    if (!ids.includes(id))
      throw new SetupError(`There is no “${id}” here; there are: ${ids.join(', ') || 'none'}.`);
  const chosen = wanted.length > 0 ? wanted : ids;
  return await Promise.all(
    chosen.map(async (id) => {
      const module: unknown = await import(pathToFileURL(join(folder, `${id}${ending}`)).href);
      if (!isNamed(module)) throw new SetupError(`${id}${ending} must export \`name\` and \`run()\`.`);
      return { id, module: module as M };
    }),
  );
}

function isNamed(module: unknown): module is Named {
  return (
    typeof module === 'object' &&
    module !== null &&
    'name' in module &&
    typeof module.name === 'string' &&
    'run' in module &&
    typeof module.run === 'function'
  );
}

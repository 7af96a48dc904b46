/** Files as a command line names them: what is read has to be there, and what is written takes the place of none of it. */
import { stat } from 'node:fs/promises';
import { AppError } from '#core/base/errors.ts';
import { UsageError } from './command.ts';

/** @throws AppError not-found */
export async function requireFile(path: string): Promise<void> {
  const found = await stat(path).catch(() => null);
  if (!found?.isFile()) throw new AppError('not-found', `There is no file ${path}.`);
}

/**
 * A film made of the sound of another film is easily called the same, and would be written over it.
 * @param inputs null for those that were not named
 * @throws UsageError
 */
export async function requireOther(output: string, inputs: readonly (string | null)[]): Promise<void> {
  const there = await stat(output).catch(() => null);
  if (!there?.isFile()) return;
  for (const input of inputs) {
    const read = input === null ? null : await stat(input).catch(() => null);
    if (read?.dev === there.dev && read.ino === there.ino)
      throw new UsageError(
        `the output would take the place of ${input}, which is read; name another with -o.`,
      );
  }
}

/** The ready-made projects that come with Orator, under `static/examples`. */
import { AppError } from '#core/base/errors.ts';
import { staticFile } from './routes.ts';

export interface Example {
  readonly file: string;
  readonly name: string;
  readonly about: string;
}

/** None where they cannot be reached. */
export async function listExamples(): Promise<readonly Example[]> {
  try {
    const answer = await fetch(staticFile('examples/index.json'));
    return answer.ok ? ((await answer.json()) as readonly Example[]) : [];
  } catch {
    return [];
  }
}

/** @throws AppError network */
export async function fetchExample(file: string): Promise<Blob> {
  const answer = await fetch(staticFile(`examples/${file}`)).catch(() => null);
  if (answer?.ok) return await answer.blob();
  throw new AppError('network', 'This example could not be reached.', {
    way: 'Try again when you are connected.',
  });
}

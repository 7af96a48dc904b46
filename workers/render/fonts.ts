/** The fonts that films are set in, and the shaper over them. The list is a file of its own, so that fonts can be added without code. */
import { AppError } from '#core/base/errors.ts';
import type { TextShaper } from '#core/frame/text.ts';
import { createHarfBuzzShaper } from '#shared/harfbuzz.ts';

interface FontList {
  readonly regular: readonly string[];
  readonly bold: readonly string[];
}

/** @param baseUrl where static files are served from @throws AppError network */
export async function loadShaper(baseUrl: string): Promise<TextShaper> {
  const folder = new URL(`${baseUrl.replace(/\/?$/, '/')}fonts/`, self.location.href);
  const list = (await (await fetchOrFail(new URL('fonts.json', folder))).json()) as FontList;
  const load = async (name: string) =>
    new Uint8Array(await (await fetchOrFail(new URL(name, folder))).arrayBuffer());
  const [regular, bold] = await Promise.all([
    Promise.all(list.regular.map(load)),
    Promise.all(list.bold.map(load)),
  ]);
  return createHarfBuzzShaper({ regular, bold });
}

async function fetchOrFail(url: URL): Promise<Response> {
  const trouble = (cause?: unknown) =>
    new AppError('network', 'The fonts for captions could not be loaded.', {
      ...(cause === undefined ? {} : { cause }),
      way: 'Connect to the network once; afterwards they work offline.',
    });
  const response = await fetch(url).catch((error: unknown) => {
    throw trouble(error);
  });
  if (!response.ok) throw trouble(new Error(`${url.pathname}: ${response.status}`));
  return response;
}

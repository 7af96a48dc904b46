/** Addresses of the app's pages and files, wherever it is served from. */
import { resolve } from '$app/paths';

export const PAGES = {
  editor: resolve('/(app)'),
  projects: resolve('/(app)/projects'),
  device: resolve('/(app)/device'),
  licences: resolve('/(app)/licences'),
  reviews: resolve('/reviews'),
  myCases: resolve('/my-cases'),
  account: resolve('/account'),
  deadLetters: resolve('/dead-letters'),
  compare: resolve('/(app)/lab/compare'),
} as const;

/** A file under `static/`. */
export function staticFile(path: string): string {
  return PAGES.editor.replace(/\/?$/, '/') + path;
}

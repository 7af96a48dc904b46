/** Before any journey: the app is built, once, if it is not already the one of these sources. */
import { ensureBuilt } from '#server/setup/build.js';

export default function setup(): void {
  ensureBuilt();
}

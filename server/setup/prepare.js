// Before `npm run dev` and `npm run build`: the packages.
import { ensureInstalled } from './install.js';
import { checkNode, runMain } from './place.js';

await runMain(() => {
  checkNode();
  ensureInstalled();
});

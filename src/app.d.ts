// Kit's own declaration file; the app adds nothing to its App namespace.
import 'svelte/elements';

declare global {
  namespace App {}
}

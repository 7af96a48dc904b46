/**
 * Text that PostgreSQL cannot keep: a NUL in any text, half of a surrogate pair in JSON. Requests may bring either
 * anywhere, so it is told by the database's answer and not looked for in each of them.
 */

/** untranslatable_character, character_not_in_repertoire */
const UNSTORABLE = ['22P05', '22021'];
/** invalid_text_representation: of JSON alone; any other is a fault of ours. */
const UNREADABLE = '22P02';

/** True where the error, or what lies under it, says that a text holds such a character. */
export function isUnstorableText(error: unknown): boolean {
  for (let at = error; at instanceof Error; at = at.cause) {
    const code: unknown = Reflect.get(at, 'code');
    if (UNSTORABLE.includes(String(code))) return true;
    if (code === UNREADABLE && /\bjson\b/i.test(at.message)) return true;
  }
  return false;
}

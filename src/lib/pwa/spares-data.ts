/** The person's own setting, where the browser tells it (the Save-Data preference of Network Information). */
export function sparesData(): boolean {
  return (navigator as { connection?: { readonly saveData?: boolean } }).connection?.saveData === true;
}

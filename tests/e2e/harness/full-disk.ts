/** A disk that has no room for rows. */
import type { Page } from './studio.ts';

/** Chromium's override holds for files alone: rows are refused here, as a full disk refuses them. */
export async function refuseRows(page: Page, refuse: boolean): Promise<void> {
  await page.evaluate((on) => {
    interface Store {
      put(...args: unknown[]): unknown;
    }
    const scope = globalThis as unknown as { IDBObjectStore: { prototype: Store }; put?: Store['put'] };
    const { prototype } = scope.IDBObjectStore;
    scope.put ??= prototype.put;
    prototype.put = on
      ? () => {
          throw new DOMException('The disk is full.', 'QuotaExceededError');
        }
      : scope.put;
  }, refuse);
}

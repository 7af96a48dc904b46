/** Column kinds that more than one table uses. */
import { customType, timestamp } from '../drizzle.ts';

/** An instant, kept with its zone. */
export const instant = (name: string) => timestamp(name, { withTimezone: true });

/** Raw bytes; both drivers give and take byte arrays. */
export const bytes = customType<{ data: Uint8Array; driverData: Uint8Array }>({
  dataType: () => 'bytea',
  fromDriver: (value) => new Uint8Array(value),
});

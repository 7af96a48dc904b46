/**
 * Reading signed documents that someone else wrote. A reader takes exactly the members it knows, and gives up by
 * throwing `Unreadable`; `readOrNull` turns that into null. Whatever a reader would leave out breaks the signature.
 */

export class Unreadable extends Error {}

export type Json = Readonly<Record<string, unknown>>;

/** @param holds what else must be true of it */
export function readOrNull<T>(read: () => T, holds: (value: T) => boolean = () => true): T | null {
  try {
    const value = read();
    return holds(value) ? value : null;
  } catch (error) {
    if (error instanceof Unreadable) return null;
    throw error;
  }
}

export function object(value: unknown): Json {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Unreadable('no object');
  return value as Json;
}

export function array<T>(value: unknown, most: number, read: (item: unknown) => T): T[] {
  if (!Array.isArray(value) || value.length > most) throw new Unreadable('no list, or too long a one');
  return value.map(read);
}

export function text(value: unknown, most = 200): string {
  if (typeof value !== 'string' || value.length === 0 || value.length > most) throw new Unreadable('no text');
  return value;
}

export function oneOf<const T>(value: unknown, all: readonly T[]): T {
  const found = all.find((item) => item === value);
  if (found === undefined) throw new Unreadable('none of those there are');
  return found;
}

export function hash<Hash extends string>(value: unknown): Hash {
  if (typeof value !== 'string' || !/^[0-9a-f]{64}$/.test(value)) throw new Unreadable('no hash');
  return value as Hash;
}

export function count(value: unknown, most = Number.MAX_SAFE_INTEGER): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0 || value > most)
    throw new Unreadable('no count');
  return value;
}

/** ISO 8601 in UTC as `Date.prototype.toISOString` writes it: one spelling for one moment. */
export function instant(value: unknown): string {
  if (typeof value !== 'string' || !isInstant(value)) throw new Unreadable('no moment');
  return value;
}

export function isInstant(value: string): boolean {
  const ms = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(value) ? Date.parse(value) : NaN;
  return !Number.isNaN(ms) && new Date(ms).toISOString() === value;
}

export function orNull<T>(value: unknown, read: (value: unknown) => T): T | null {
  return value === null ? null : read(value);
}

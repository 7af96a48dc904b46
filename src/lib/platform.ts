/** Small facts about where the app runs: how keys are named, how sizes and times read. */

export const isApple = /Mac|iPhone|iPad/.test(navigator.platform);

/** `Mod+Shift+B` as this keyboard names it: `⇧⌘B` or `Ctrl Shift B`. */
export function keyName(keys: string): string {
  const parts = keys.split('+');
  if (!isApple) return parts.map((part) => (part === 'Mod' ? 'Ctrl' : part)).join(' ');
  const signs: Readonly<Record<string, string>> = { Mod: '⌘', Shift: '⇧', Alt: '⌥', Enter: '↩' };
  const modifiers = ['Alt', 'Shift', 'Mod'].filter((name) => parts.includes(name));
  const others = parts.filter((part) => !modifiers.includes(part));
  return [...modifiers, ...others].map((part) => signs[part] ?? part).join('');
}

/** The platform's command key is down. */
export function hasMod(event: KeyboardEvent | MouseEvent): boolean {
  return isApple ? event.metaKey : event.ctrlKey;
}

/** `0:07`, `12:45`, `1:02:03`. */
export function clock(seconds: number): string {
  const whole = Math.floor(seconds + 1e-6);
  const s = String(whole % 60).padStart(2, '0');
  const m = Math.floor(whole / 60) % 60;
  const h = Math.floor(whole / 3600);
  return h > 0 ? `${h}:${String(m).padStart(2, '0')}:${s}` : `${m}:${s}`;
}

/** `0.4 MB`, `12 MB`, `1.3 GB`: decimal units, as file managers show them. */
export function byteSize(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  const units = ['kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = -1;
  do {
    value /= 1000;
    unit++;
  } while (value >= 999.5 && unit < units.length - 1);
  return `${value < 9.95 ? value.toFixed(1) : Math.round(value)} ${units[unit] ?? ''}`;
}

/** `a few seconds`, `about 40 s`, `about 3 min`. */
export function roughly(seconds: number): string {
  if (seconds < 5) return 'a few seconds';
  if (seconds < 55) return `about ${Math.round(seconds / 5) * 5} s`;
  return `about ${Math.max(1, Math.round(seconds / 60))} min`;
}

const AGO = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });

/** `just now`, `5 minutes ago`, `yesterday`. */
export function ago(iso: string, nowMs = Date.now()): string {
  const seconds = (Date.parse(iso) - nowMs) / 1000;
  if (seconds > -60) return 'just now';
  const steps: readonly [Intl.RelativeTimeFormatUnit, number][] = [
    ['minute', 60],
    ['hour', 3600],
    ['day', 86_400],
    ['week', 604_800],
    ['month', 2_629_800],
    ['year', 31_557_600],
  ];
  const [unit, size] = steps.findLast(([, length]) => -seconds >= length) ?? ['minute', 60];
  return AGO.format(Math.ceil(seconds / size), unit);
}

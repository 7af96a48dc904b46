/**
 * How this person likes Orator on this device: theme, last project, drawing by GPU or not. Small, synchronous, kept in
 * localStorage; a browser without it simply forgets.
 */
export type Theme = 'system' | 'light' | 'dark';
export type DrawingChoice = 'auto' | 'webgpu' | 'canvas2d';

interface Stored {
  readonly theme: Theme;
  readonly lastProject: string | null;
  /** When that was opened, ms since 1970; 0 where it is not known. */
  readonly lastProjectAtMs: number;
  readonly drawing: DrawingChoice;
  readonly muted: boolean;
  readonly seenWelcome: boolean;
}

const KEY = 'orator.settings';
const DEFAULTS: Stored = {
  theme: 'system',
  lastProject: null,
  lastProjectAtMs: 0,
  drawing: 'auto',
  muted: false,
  seenWelcome: false,
};

/** Only what is known and of the right type is believed; the rest is default. */
function read(): Stored {
  let found: Record<string, unknown>;
  try {
    const value: unknown = JSON.parse(localStorage.getItem(KEY) ?? '{}');
    found = typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    found = {};
  }
  const { theme, lastProject, lastProjectAtMs, drawing, muted, seenWelcome } = found;
  return {
    theme: theme === 'light' || theme === 'dark' ? theme : DEFAULTS.theme,
    lastProject: typeof lastProject === 'string' ? lastProject : DEFAULTS.lastProject,
    lastProjectAtMs: typeof lastProjectAtMs === 'number' ? lastProjectAtMs : DEFAULTS.lastProjectAtMs,
    drawing: drawing === 'webgpu' || drawing === 'canvas2d' ? drawing : DEFAULTS.drawing,
    muted: muted === true,
    seenWelcome: seenWelcome === true,
  };
}

export class SettingsManager {
  #stored = $state.raw<Stored>(read());

  get theme(): Theme {
    return this.#stored.theme;
  }
  set theme(theme: Theme) {
    this.#write({ theme });
    if (theme === 'system') delete document.documentElement.dataset['theme'];
    else document.documentElement.dataset['theme'] = theme;
  }
  get lastProject(): string | null {
    return this.#stored.lastProject;
  }
  set lastProject(lastProject: string | null) {
    this.#write({ lastProject, lastProjectAtMs: Date.now() });
  }
  get lastProjectAtMs(): number {
    return this.#stored.lastProjectAtMs;
  }
  get drawing(): DrawingChoice {
    return this.#stored.drawing;
  }
  set drawing(drawing: DrawingChoice) {
    this.#write({ drawing });
  }
  get muted(): boolean {
    return this.#stored.muted;
  }
  set muted(muted: boolean) {
    this.#write({ muted });
  }
  get seenWelcome(): boolean {
    return this.#stored.seenWelcome;
  }
  set seenWelcome(seenWelcome: boolean) {
    this.#write({ seenWelcome });
  }

  #write(change: Partial<Stored>): void {
    this.#stored = { ...this.#stored, ...change };
    try {
      localStorage.setItem(KEY, JSON.stringify(this.#stored));
    } catch {
      // storage is full or forbidden: the choice holds until the tab closes
    }
  }
}

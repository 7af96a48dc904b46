/** The one place that names pino. Lines are JSON, say what happened, and hold no personal data: ids, codes, counts, times. */
import { pino } from 'pino';

export interface Logger {
  debug(fields: object, what: string): void;
  info(fields: object, what: string): void;
  warn(fields: object, what: string): void;
  error(fields: object, what: string): void;
}

export function newLogger(level: string): Logger {
  return pino({
    level,
    base: null,
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: (label) => ({ level: label }) },
  });
}

/** Says nothing; for the command line and for tests. */
export const QUIET: Logger = { debug() {}, info() {}, warn() {}, error() {} };

/** The parts of an error that may be written down: no message of a library can carry someone's data out this way. */
export function errorFields(error: unknown): object {
  if (!(error instanceof Error)) return { error: typeof error };
  const code: unknown = Reflect.get(error, 'code');
  const frames = (error.stack ?? '').split('\n').filter((line) => line.startsWith('    at '));
  return {
    error: error.name,
    code: typeof code === 'string' ? code : null,
    at: frames.slice(0, 6).map((f) => f.trim()),
  };
}

/**
 * What a subcommand is. Each lives in a file of its own and is named once, in `main.ts`; results go to stdout,
 * everything said along the way to stderr, so that a pipe carries results alone.
 */
import { parseArgs, type ParseArgsConfig } from 'node:util';
import { AppError, isCancelled } from '#core/base/errors.ts';

/** Exit codes are part of the interface: scripts act on them. */
export const EXIT = { ok: 0, failed: 1, usage: 2, refused: 3, broken: 4, cancelled: 130 } as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

export interface Io {
  /** One line of result, to stdout. */
  print(line: string): void;
  /** One line for the person, to stderr. */
  say(line: string): void;
  /** Where progress is drawn; `isTTY` tells a terminal from a log. */
  readonly status: { readonly isTTY: boolean; readonly columns: number; write(text: string): void };
  /** Fires on Ctrl-C and on SIGTERM. */
  readonly signal: AbortSignal;
}

export interface Command {
  readonly name: string;
  /** One line for `orator help`. */
  readonly summary: string;
  /** The whole of `orator help <name>`. */
  readonly usage: string;
  /** @throws UsageError | AppError */
  run(args: readonly string[], io: Io): Promise<void>;
}

/** The command line itself was wrong: exit code 2, and a pointer to the help. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Options and what stands between them. @throws UsageError for an option that is not there, in Node's own words */
export function parseOptions<const Options extends NonNullable<ParseArgsConfig['options']>>(
  args: readonly string[],
  options: Options,
) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

/** What was to be proved does not hold: exit code 4, apart from “could not be looked at”. */
export class BrokenProof extends AppError {
  constructor(message: string, options: { way?: string } = {}) {
    super('refused', message, options);
  }
}

export function exitCodeOf(error: unknown): ExitCode {
  if (error instanceof UsageError) return EXIT.usage;
  if (isCancelled(error)) return EXIT.cancelled;
  if (error instanceof BrokenProof) return EXIT.broken;
  if (error instanceof AppError && error.code === 'refused') return EXIT.refused;
  return EXIT.failed;
}
